import type { Job, Workflow } from "./model.ts";

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
