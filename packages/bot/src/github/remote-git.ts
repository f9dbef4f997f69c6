import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Entry } from "@gha2pulumi/repo";
import type { Remote } from "../repository.ts";
import { git, type Clone } from "./git.ts";
import { decoded } from "./remote-api.ts";

/**
 * Lends a folder for one repository's objects and takes it away again. Nothing is checked out: trees come with the
 * commit, contents when they are asked for.
 */
export async function withClone<T>(url: string, token: string, use: (clone: Clone) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "gha2pulumi-bot-"));
  try {
    const clone = { folder, url, token };
    await git(clone, ["init", "--quiet", "--bare"]);
    // What is left out of a fetch is fetched when it is asked for, from the remote of this name.
    for (const [key, value] of [
      ["remote.origin.url", url],
      ["remote.origin.promisor", "true"],
      ["remote.origin.partialclonefilter", "blob:none"],
    ] as const) {
      await git(clone, ["config", key, value]);
    }
    return await use(clone);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const partial = ["fetch", "--quiet", "--no-tags", "--no-write-fetch-head", "--depth=1", "--filter=blob:none"];

/** The head of a branch, or a commit of it, as git gives it. Throws when the branch is not there. */
export async function remoteByGit(clone: Clone, branch: string, commit?: string): Promise<Remote> {
  const ref = "refs/heads/base";
  await git(clone, [...partial, "origin", `+${commit ?? `refs/heads/${branch}`}:${ref}`]);
  const head = (await git(clone, ["rev-parse", ref])).toString().trim();
  const listing = (await git(clone, ["ls-tree", "-r", "-z", head])).toString();
  const entries = listing.split("\0").flatMap((line): Entry[] => {
    const { mode = "", id = "", path = "" } = row.exec(line)?.groups ?? {};
    return path === "" ? [] : [{ path, mode, id, size: null }];
  });
  return { head, entries, texts: (wanted) => textsOf(clone, wanted) };
}

const row = /^(?<mode>\d+) blob (?<id>[0-9a-f]+)\t(?<path>.+)$/s;

async function textsOf(clone: Clone, entries: readonly Entry[]): Promise<ReadonlyMap<string, string | undefined>> {
  const ids = [...new Set(entries.map(({ id }) => id))];
  if (ids.length === 0) return new Map();
  const names = `${ids.join("\n")}\n`;
  // In one request; asked for one by one, each would be a request of its own.
  await git(clone, ["-c", "fetch.negotiationAlgorithm=noop", ...partialless, "origin", "--stdin"], names);
  return textsIn(await git(clone, ["cat-file", "--batch"], names));
}

const partialless = [
  "fetch",
  "--quiet",
  "--no-tags",
  "--no-write-fetch-head",
  "--recurse-submodules=no",
  "--filter=blob:none",
];

/** `<id> blob <size>`, a line end, so many bytes, a line end. */
function textsIn(output: Buffer): ReadonlyMap<string, string | undefined> {
  const texts = new Map<string, string | undefined>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const [id = "", kind, size = "0"] = output.toString("latin1", at, end).split(" ");
    if (kind !== "blob") throw new Error(`git gave no content of ${id}`);
    texts.set(id, decoded(output.subarray(end + 1, end + 1 + Number(size))));
    at = end + 1 + Number(size) + 1;
  }
  return texts;
}
