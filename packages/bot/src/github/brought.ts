import { isWorkflow, type Tree } from "@gha2pulumi/repo";
import { decoded } from "./remote-api.ts";
import type { Credentials } from "./credentials.ts";
import { isTrouble } from "./github-error.ts";

/** A reusable workflow of another repository, at its place among the files of the one that calls it. */
export interface Brought {
  /** `@owner/repo@ref/.github/workflows/file.yml`. */
  readonly place: string;
  readonly text: string;
}

interface Called {
  readonly owner: string;
  readonly repo: string;
  readonly path: string;
  readonly ref: string;
}

const called =
  /^\s*(?:-\s+)?uses:\s*["']?(?<owner>[\w.-]+)\/(?<repo>[\w.-]+)\/(?<path>\.github\/workflows\/[\w.-]+\.ya?ml)@(?<ref>[\w./-]+)/gm;
const local = /^\s*uses:\s*["']?\.\/(?<path>\.github\/workflows\/[\w.-]+\.ya?ml)\s*["']?\s*(?:#.*)?$/gm;

// GitHub connects ten levels, and fifty files in all: https://docs.github.com/en/actions/reference/workflows-and-actions/reusing-workflow-configurations
const most = 50;

/**
 * The reusable workflows that a repository's workflows call elsewhere, and those that these call. What the credential
 * may not read is not brought, and stays a gap. A ref may move, so each is asked for again, at no cost while it has not.
 */
export async function broughtFor(credentials: Credentials, tree: Tree, own: string): Promise<readonly Brought[]> {
  const workflows = [...tree].filter(([path]) => isWorkflow(path)).map(([, text]) => text);
  const open = workflows.flatMap(calledIn).filter((one) => !isOwn(one, own));
  const brought = new Map<string, Brought | undefined>();
  for (let next = open.shift(); next !== undefined && brought.size < most; next = open.shift()) {
    const place = placeOf(next);
    if (brought.has(place)) continue;
    const text = await textOf(credentials, next);
    brought.set(place, text === undefined ? undefined : { place, text });
    if (text !== undefined) open.push(...calledIn(text), ...localIn(text, next));
  }
  return [...brought.values()].filter((one) => one !== undefined).sort((a, b) => (a.place < b.place ? -1 : 1));
}

/** What stands now where a workflow was brought from; `undefined` when it is gone. */
export async function broughtAgain(credentials: Credentials, place: string): Promise<string | undefined> {
  const { groups } =
    /^@(?<owner>[^/]+)\/(?<repo>[^@]+)@(?<ref>.+)\/(?<path>\.github\/workflows\/[^/]+)$/.exec(place) ?? {};
  return groups === undefined ? undefined : await textOf(credentials, groups as unknown as Called);
}

function calledIn(text: string): readonly Called[] {
  return [...text.matchAll(called)].map(({ groups = {} }) => groups as unknown as Called);
}

/** What a called workflow names by `./` is a file of its own repository, at the same commit. */
function localIn(text: string, from: Called): readonly Called[] {
  return [...text.matchAll(local)].map(({ groups }) => ({ ...from, path: groups?.["path"] ?? "" }));
}

function isOwn({ owner, repo }: Called, own: string): boolean {
  return `${owner}/${repo}`.toLowerCase() === own.toLowerCase();
}

function placeOf({ owner, repo, path, ref }: Called): string {
  return `@${owner}/${repo}@${ref}/${path}`;
}

async function textOf(credentials: Credentials, { owner, repo, path, ref }: Called): Promise<string | undefined> {
  try {
    const gitHub = await credentials.of(owner);
    const found = await gitHub.get("GET /repos/{owner}/{repo}/contents/{path}", { owner, repo, path, ref });
    if (Array.isArray(found) || found.type !== "file") return undefined;
    return decoded(Buffer.from(found.content, "base64"));
  } catch (error) {
    if (isTrouble(error, "missing") || isTrouble(error, "denied")) return undefined;
    throw error;
  }
}
