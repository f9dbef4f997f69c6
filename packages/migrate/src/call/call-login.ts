import type { YamlEdit } from "@gha2pulumi/repo";
import {
  defaultPermissions,
  permissionsOf,
  readWorkflow,
  type Job,
  type Permissions,
  type Surroundings,
  type Workflow,
} from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import type { CallAuth } from "./call-request.ts";

/** What a person answered under `call.login`: the token the workflow has, or one that OIDC gives, of which kind. */
export type WantedLogin = Pick<Extract<CallAuth, { kind: "oidc" }>, "tokenType" | "scope"> | undefined;

/** `oidc`, `oidc:team:NAME` or `oidc:user:NAME`; anything else leaves the token. */
export function wantedLogin(surroundings: Surroundings): WantedLogin {
  const [, kind, name] = /^oidc(?::(team|user):(.+))?$/.exec(surroundings.get("call.login")?.trim() ?? "") ?? [];
  if (surroundings.get("call.login")?.trim() === "oidc") return { tokenType: "organization", scope: undefined };
  if (kind === undefined || name === undefined) return undefined;
  return { tokenType: kind === "team" ? "team" : "personal", scope: `${kind}:${name}` };
}

/** A workflow that logs in with `pulumi/auth-actions` already goes on doing so. */
export function logsInByOidc(entries: readonly Entry[]): boolean {
  return entries.some(({ command }) => command.kind === "uses" && /^pulumi\/auth-actions$/i.test(command.action));
}

/** An id for the login step that no step of the job has. */
export function freeStepId(job: Job): string {
  const taken = new Set(job.steps.map(({ id }) => id?.toLowerCase()));
  for (let i = 1; ; i++) {
    const id = i === 1 ? "pulumi-login" : `pulumi-login-${i}`;
    if (!taken.has(id)) return id;
  }
}

const levels: readonly string[] = ["read", "write", "none"];

/**
 * The edits after which a job may ask for GitHub's identity, and may do nothing else that it could not do before: none
 * where it may already. Or why there are none. A job's own `permissions:` take the place of the workflow's, so they
 * repeat them; where neither is written, they repeat the repository's setting, which only a person can tell.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#permissions
 */
export function identityEdits(job: Job, workflow: Workflow, surroundings: Surroundings): readonly YamlEdit[] | string {
  const written = permissionsOf(job, workflow);
  if (written.kind === "all") {
    if (written.word === "write-all") return [];
    return `the permissions of \`${job.id}\` are \`${written.word}\`, beside which no single one can be given`;
  }
  const scopes = scopesOf(job, workflow, surroundings);
  if (scopes === undefined)
    return `the permissions of \`${job.id}\` are not written; answer \`workflow-permissions\` with \`read\` or \`write\`, as the repository's settings for Actions have it, so that they can be kept`;
  if (scopes.get("id-token") === "write") return [];
  if ([...scopes.values()].some((level) => !levels.includes(level)))
    return `the permissions of \`${job.id}\` cannot be read`;
  const at = ["jobs", job.id, "permissions"];
  if (written.kind === "scopes" && written.own) {
    if (scopes.has("id-token")) return [{ kind: "replace", at: [...at, "id-token"], text: "write" }];
    const [first] = scopes.keys();
    if (first === undefined) return [{ kind: "replace", at, text: "{ id-token: write }" }];
    return [{ kind: "put", at: [...at, first], text: "id-token: write" }];
  }
  const lines = [...withIdentity(scopes)].map(([scope, level]) => `  ${scope}: ${level}`);
  return [{ kind: "put", at: ["jobs", job.id, "steps"], text: ["permissions:", ...lines].join("\n") }];
}

/** What the job's token may do, where that can be told scope by scope. */
function scopesOf(job: Job, workflow: Workflow, surroundings: Surroundings): Permissions | undefined {
  const written = permissionsOf(job, workflow);
  if (written.kind === "scopes") return written.scopes;
  const setting = surroundings.get("workflow-permissions")?.trim();
  return written.kind === "default" && (setting === "read" || setting === "write")
    ? defaultPermissions[setting]
    : undefined;
}

function withIdentity(scopes: Permissions): Permissions {
  return new Map([...[...scopes].filter(([scope]) => scope !== "id-token"), ["id-token", "write"]]);
}

/**
 * Whether an edited workflow gives every job what it gave, and `id-token: write` to these besides. What stays unwritten
 * stays the repository's default; a job whose default was written down has to have just that.
 */
export function keepsPermissions(
  before: Workflow,
  after: string,
  asking: readonly string[],
  surroundings: Surroundings,
): boolean {
  const now = readWorkflow(before.path, after);
  return [...now.jobs.values()].every((job) => {
    const old = before.jobs.get(job.id);
    if (old === undefined) return false;
    const [was, is] = [permissionsOf(old, before), permissionsOf(job, now)];
    if (!asking.includes(job.id)) return shown(was) === shown(is);
    if (was.kind === "all") return shown(was) === shown(is);
    const scopes = scopesOf(old, before, surroundings);
    return is.kind === "scopes" && scopes !== undefined && sorted(is.scopes) === sorted(withIdentity(scopes));
  });
}

function shown(written: ReturnType<typeof permissionsOf>): string {
  return written.kind === "scopes" ? sorted(written.scopes) : JSON.stringify(written);
}

function sorted(scopes: Permissions): string {
  return JSON.stringify([...scopes].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** How a call logs in, and what that asks of its job. */
export interface CallLogin {
  readonly auth: CallAuth;
  readonly edits: readonly YamlEdit[];
  /** Why it goes on with the token it has, though another login was asked for. */
  readonly kept: string | undefined;
  /** `id-token: write` is new in its job: what else runs there may ask for GitHub's identity from then on. */
  readonly widens: boolean;
  /** The workflow logs in by OIDC already, and nothing has to be asked. */
  readonly already: boolean;
}

interface LoginAsked {
  readonly job: Job;
  readonly workflow: Workflow;
  readonly entries: readonly Entry[];
  /** The token as the workflow has it, where that can be told. */
  readonly token: string | undefined;
  /** What stands against a login step of its own. */
  readonly obstacle: string | undefined;
  readonly surroundings: Surroundings;
}

/** The login of a call: by OIDC where a person wants that and it can be, else with the token; `undefined`: neither. */
export function loginOf({ job, workflow, entries, token, obstacle, surroundings }: LoginAsked): CallLogin | undefined {
  const wanted = wantedLogin(surroundings);
  const already = logsInByOidc(entries);
  const withToken = (kept: string | undefined): CallLogin | undefined =>
    token === undefined ? undefined : { auth: { kind: "token", text: token }, edits: [], kept, widens: false, already };
  if (wanted === undefined || already) return withToken(undefined);
  if (obstacle !== undefined) return withToken(obstacle);
  const edits = identityEdits(job, workflow, surroundings);
  if (typeof edits === "string") return withToken(edits);
  const auth = { kind: "oidc", stepId: freeStepId(job), ...wanted } as const;
  return { auth, edits, kept: undefined, widens: edits.length > 0, already: false };
}
