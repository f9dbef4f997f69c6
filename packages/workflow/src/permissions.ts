import type { Entries, Job, Workflow } from "./model.ts";

/** What a job's `GITHUB_TOKEN` may do, by scope; scopes that are not named it has not. */
export type Permissions = ReadonlyMap<string, string>;

const writable: readonly string[] = [
  "actions",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "issues",
  "packages",
  "pages",
  "pull-requests",
  "security-events",
  "statuses",
];

/**
 * What the two settings of a repository give where no workflow says anything: "read and write", and "read repository
 * contents and packages". https://docs.github.com/actions/reference/github_token-reference
 */
export const defaultPermissions: Readonly<Record<"read" | "write", Permissions>> = {
  write: new Map([...writable.map((scope) => [scope, "write"] as const), ["models", "read"]]),
  read: new Map([
    ["contents", "read"],
    ["packages", "read"],
  ]),
};

/**
 * What a job's token may do as it is written: its own `permissions:` take the place of the workflow's as a whole.
 * `all`: one word for every scope there is, `read-all` or `write-all`. `default`: nothing is written.
 */
export type WrittenPermissions =
  | { readonly kind: "scopes"; readonly scopes: Permissions; readonly own: boolean }
  | { readonly kind: "all"; readonly word: string }
  | { readonly kind: "default" };

/**
 * What a job's token may do as it is written: by the job, else by the workflow, else the repository's default.
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
export function permissionsOf(job: Job, workflow: Workflow): WrittenPermissions {
  const entries = job.permissions ?? workflow.permissions;
  if (entries === undefined) return { kind: "default" };
  const all = entries.get("*");
  if (all !== undefined) return { kind: "all", word: all.text };
  const scopes = new Map([...entries].map(([scope, { text }]) => [scope, text]));
  return { kind: "scopes", scopes, own: job.permissions !== undefined };
}

/** Whether a job may ask GitHub for an identity: no default of a repository has `id-token`, nor has `read-all`. */
export function mayAskIdentity(written: WrittenPermissions): boolean {
  if (written.kind === "all") return written.word === "write-all";
  return written.kind === "scopes" && written.scopes.get("id-token") === "write";
}

const rank: Readonly<Record<string, number>> = { none: 0, read: 1, write: 2 };

/**
 * The first scope, as it is asked for, that what is given does not have; `undefined` where none is known. Of a default only
 * `id-token` is known.
 */
export function beyond(asked: Entries, given: WrittenPermissions): string | undefined {
  const all = asked.get("*")?.text;
  const named = all === undefined ? [...asked] : [];
  const wanted = named.map(([scope, { text }]) => [scope, text] as const);
  if (all === "write-all") wanted.push(["id-token", "write"]);
  const found = wanted.find(([scope, level]) => {
    if (scope === "id-token") return level === "write" && !mayAskIdentity(given);
    if (given.kind === "default") return false;
    const had = given.kind === "all" ? given.word.replace("-all", "") : (given.scopes.get(scope) ?? "none");
    return (rank[level] ?? 0) > (rank[had] ?? 2);
  });
  return found && `${found[0]}: ${found[1]}`;
}
