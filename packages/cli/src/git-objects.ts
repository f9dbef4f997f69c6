import { spawn } from "node:child_process";
import type { Entry } from "@gha2pulumi/repo";
import { environment, git } from "./git.ts";

/** The full name of the commit that a ref, a tag or a shortened name means; `undefined` when there is none. */
export async function commitOf(folder: string, ref: string): Promise<string | undefined> {
  // What begins with a dash would be an option.
  if (ref.startsWith("-")) return undefined;
  const found = (await git(folder, ["rev-parse", "--verify", "--quiet", `${ref}^{commit}`]))?.trim() ?? "";
  return /^[0-9a-f]{40,64}$/.test(found) ? found : undefined;
}

/** Files and links of a commit below the folder, with paths relative to it; submodules are left out. */
export async function listCommit(folder: string, commit: string): Promise<readonly Entry[] | undefined> {
  const output = await git(folder, ["ls-tree", "-r", "-l", "-z", commit]);
  return output?.split("\0").flatMap((line): Entry[] => {
    const { mode = "", id = "", size = "", path = "" } = row.exec(line)?.groups ?? {};
    return path === "" ? [] : [{ path, mode, id, size: Number(size) }];
  });
}

const row = /^(?<mode>\d+) blob (?<id>[0-9a-f]+) +(?<size>\d+)\t(?<path>.+)$/s;

/** The bytes of every named content, as git stores them: no filter runs. `undefined` when one is not there. */
export async function readBlobs(
  folder: string,
  ids: readonly string[],
): Promise<ReadonlyMap<string, Uint8Array> | undefined> {
  if (ids.length === 0) return new Map();
  const output = await batch(folder, `${[...new Set(ids)].join("\n")}\n`);
  return output === undefined ? undefined : blobsIn(output);
}

function batch(folder: string, input: string): Promise<Buffer | undefined> {
  return new Promise((resolve) => {
    const child = spawn("git", ["cat-file", "--batch"], {
      cwd: folder,
      env: environment(),
      stdio: ["pipe", "pipe", "ignore"],
    });
    const chunks: Buffer[] = [];
    child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
    child.on("error", () => resolve(undefined));
    child.on("close", (code) => resolve(code === 0 ? Buffer.concat(chunks) : undefined));
    // Git may end before it has read everything; its exit code says so.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
  });
}

/** `<id> blob <size>`, a line end, so many bytes, a line end; and `<id> missing` for what is not there. */
function blobsIn(output: Buffer): ReadonlyMap<string, Uint8Array> | undefined {
  const blobs = new Map<string, Uint8Array>();
  for (let at = 0; at < output.length;) {
    const end = output.indexOf("\n", at);
    const [id = "", kind, size] = output.toString("latin1", at, end).split(" ");
    if (kind !== "blob") return undefined;
    blobs.set(id, output.subarray(end + 1, end + 1 + Number(size)));
    at = end + 1 + Number(size) + 1;
  }
  return blobs;
}
