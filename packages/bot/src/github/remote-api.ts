import type { Entry } from "@gha2pulumi/repo";
import type { Remote } from "../repository.ts";
import { isTrouble } from "./github-error.ts";
import type { GitHub } from "./github.ts";
import type { RepositoryFacts } from "./repositories.ts";

/** A tree too large for one answer: only git can read it. */
export const truncated = Symbol("truncated");

/** The head of a branch, `undefined` in a repository without a commit; reading it again costs nothing while it has not moved. */
export async function headOf(gitHub: GitHub, { owner, name }: Named, branch: string): Promise<string | undefined> {
  try {
    const { object } = await gitHub.get("GET /repos/{owner}/{repo}/git/ref/{ref}", {
      owner,
      repo: name,
      ref: `heads/${branch}`,
    });
    return object.sha;
  } catch (error) {
    // 409 "Git Repository is empty": https://docs.github.com/en/rest/git/refs#get-a-reference
    if (isTrouble(error, "conflict")) return undefined;
    throw error;
  }
}

type Named = Pick<RepositoryFacts, "owner" | "name">;

/** A commit as GitHub's own interfaces give it, without a clone. */
export async function remoteByApi(gitHub: GitHub, one: Named, head: string): Promise<Remote | typeof truncated> {
  const entries = await entriesOf(gitHub.once, one, head);
  if (entries === truncated) return truncated;
  return { head, entries, texts: (wanted) => textsByQuery(gitHub, one, wanted) };
}

/** The files of a commit: asked for by `once`, or by `get` where many ask for the same. */
export async function entriesOf(
  ask: GitHub["get"],
  { owner, name }: Named,
  head: string,
): Promise<readonly Entry[] | typeof truncated> {
  const listing = await ask("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", {
    owner,
    repo: name,
    tree_sha: head,
    recursive: "1",
  });
  if (listing.truncated) return truncated;
  return listing.tree.flatMap(({ path, mode, type, sha, size }): Entry[] =>
    type === "blob" ? [{ path, mode, id: sha, size: size ?? null }] : [],
  );
}

// GitHub answers with errors when a query takes more than ten seconds; 50 files of a few kilobytes take a part of one.
const mostAliases = 50;
const mostBytes = 2 * 1024 * 1024;

async function textsByQuery(
  gitHub: GitHub,
  { owner, name }: Named,
  entries: readonly Entry[],
): Promise<ReadonlyMap<string, string | undefined>> {
  const texts = new Map<string, string | undefined>();
  for (const group of groupsOf(entries)) {
    const parts = group.map(({ id }, i) => `b${i}: object(oid: "${id}") { ...blob }`);
    const document = `query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ${parts.join(" ")} }
}
fragment blob on Blob { text byteSize isBinary isTruncated }`;
    const data = (await gitHub.query(document, { owner, name })) as {
      readonly repository: Readonly<Record<string, QueriedBlob | null>>;
    };
    for (const [i, { id }] of group.entries()) {
      const blob = data.repository[`b${i}`];
      const { text = null, byteSize = 0, isTruncated = true } = blob ?? {};
      const isWhole = text !== null && !isTruncated && Buffer.byteLength(text) === byteSize;
      // What GitHub calls binary, cuts off, or shows with other bytes than it has is read as it is.
      texts.set(id, isWhole ? text : await wholeText(gitHub, { owner, name }, id));
    }
  }
  return texts;
}

interface QueriedBlob {
  readonly text: string | null;
  readonly byteSize: number;
  readonly isBinary: boolean | null;
  readonly isTruncated: boolean;
}

async function wholeText(gitHub: GitHub, { owner, name }: Named, id: string): Promise<string | undefined> {
  const { content } = await gitHub.once("GET /repos/{owner}/{repo}/git/blobs/{file_sha}", {
    owner,
    repo: name,
    file_sha: id,
  });
  return decoded(Buffer.from(content, "base64"));
}

/** The text of UTF-8 bytes, byte order mark included; `undefined` when they are not UTF-8. */
export function decoded(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function groupsOf(entries: readonly Entry[]): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let bytes = 0;
  for (const entry of new Map(entries.map((one) => [one.id, one])).values()) {
    const last = groups.at(-1);
    bytes += entry.size ?? 0;
    if (last === undefined || last.length === mostAliases || bytes > mostBytes) {
      groups.push([entry]);
      bytes = entry.size ?? 0;
    } else last.push(entry);
  }
  return groups;
}
