import { innermost, literal, type Span, type Tree } from "@gha2pulumi/repo";
import { settingText, stackLabel, type Oidc, type StackSettings } from "@gha2pulumi/deployments";
import { nothingKnown, type FindingContext, type Repository, type RoleDefinition } from "@gha2pulumi/trust";
import { runtimeOf, stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";

type AwsOidc = Extract<Oidc, { kind: "aws" }>;

/** What is known of one AWS role besides its policy. */
export interface RoleFacts {
  readonly oidc: AwsOidc;
  readonly users: readonly StackSettings[];
  /** Where it is defined, when that is certain. */
  readonly role: RoleDefinition | undefined;
  /** It takes the place of keys, and does not exist yet. */
  readonly isNew: boolean;
  readonly account: string | undefined;
  readonly name: string | undefined;
}

/** What the repository's files and its owner tell of a role, as what findings are made from. */
export function contextOf(facts: RoleFacts, outcome: Outcome): FindingContext {
  const { world, definitions } = outcome;
  const text = facts.role === undefined ? undefined : regionOf(facts.role, definitions.roles, world.tree);
  return {
    ...nothingKnown,
    repository: repositoryOf(world.surroundings),
    immutableSubjects: immutableSubjects(world.surroundings.get("oidc.subjects")),
    mayWrite: facts.isNew || !isUpdating(facts, outcome) ? undefined : true,
    powers: text === undefined ? undefined : powersIn(text),
    duration: durationOf(facts.oidc, facts.isNew, text),
    activeKeys: facts.isNew ? keysAt(innermost(facts.oidc.roleARN.from), world.tree) : [],
    accounts: accountsOf(facts, definitions.roles),
  };
}

/** The repository as its subjects call it, with its ids where they were told: `repository-ids` is `owner/repository`. */
export function repositoryOf(surroundings: ReadonlyMap<string, string>): Repository | undefined {
  const [owner, name] = (surroundings.get("repository") ?? "").split("/");
  const [ownerId, repositoryId] = (surroundings.get("repository-ids") ?? "").split("/");
  if (!owner || !name) return undefined;
  return { owner, name, ids: ownerId && repositoryId ? { owner: ownerId, repository: repositoryId } : undefined };
}

function immutableSubjects(answer: string | undefined): boolean | undefined {
  return answer === "ids" ? true : answer === "names" ? false : undefined;
}

/** Operations that change something take the role: it may write, whatever its permissions are. */
function isUpdating({ oidc, users }: RoleFacts, { plan }: Outcome): boolean {
  return plan.decisions.some(({ intent: { occurrences } }) => {
    const [one] = occurrences;
    const { operation } = one.operates;
    return (
      (operation === "update" || operation === "destroy") &&
      users.some((settings) => stackLabel(settings) === stackName(one)) &&
      takes(one, oidc)
    );
  });
}

function takes(one: Parameters<typeof runtimeOf>[0], { roleARN }: AwsOidc): boolean {
  const wanted = settingText(roleARN);
  return runtimeOf(one).oidc.some(
    (own) => own.kind === "aws" && wanted !== undefined && settingText(own.roleARN) === wanted,
  );
}

/** The text that speaks of one role: its file, or where that defines several, from its own place to the next one's. */
function regionOf(role: RoleDefinition, roles: readonly RoleDefinition[], tree: Tree): string {
  const { path, start } = role.place;
  const text = tree.get(path) ?? "";
  const others = roles.filter((one) => one.place.path === path && one !== role).map((one) => one.place.start);
  if (others.length === 0) return text;
  return text.slice(start, Math.min(text.length, ...others.filter((other) => other > start)));
}

function powersIn(text: string): FindingContext["powers"] {
  return {
    administrator: /policy\/AdministratorAccess\b|["']iam:\*["']/.test(text),
    boundary: /permissions_?boundary/i.test(text),
  };
}

/** Without a number of its own, a role allows an hour: https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html */
function durationOf({ duration }: AwsOidc, isNew: boolean, text: string | undefined): FindingContext["duration"] {
  const asked = /^(\d+)s$/.exec((duration && settingText(duration)) ?? "")?.[1];
  if (asked === undefined) return undefined;
  // Nobody has made a new role yet: it is made to allow what is asked for.
  if (isNew) return { asked: Number(asked), allowed: Number(asked) };
  if (text === undefined) return undefined;
  const [, allowed] = /max_?session_?duration["']?\s*[:=]\s*["']?(\d+|\S)/i.exec(text) ?? [];
  if (allowed === undefined) return { asked: Number(asked), allowed: 3600 };
  return /^\d+$/.test(allowed) ? { asked: Number(asked), allowed: Number(allowed) } : undefined;
}

/** Names of the secrets that hold the keys, from where the login is named to the end of its step or of its bindings. */
function keysAt({ path, start }: Span, tree: Tree): readonly string[] {
  const rest = (tree.get(path) ?? "").slice(start);
  const own = rest.slice(0, /\n\s*(?:- |\n|$)/.exec(rest)?.index);
  const names = [...own.matchAll(/(secrets|env)\.(\w+)/g)].flatMap(([, context, name = ""]) =>
    context === "secrets" ? [name] : secretsUnder(name, tree.get(path) ?? ""),
  );
  return [...new Set(names)].filter((name) => /KEY/i.test(name) && !/SECRET(?:_ACCESS)?_KEY/i.test(name));
}

/** Secrets that a file puts under a name of the environment. */
function secretsUnder(name: string, text: string): readonly string[] {
  const lines = new RegExp(`\\b${name}["']?\\s*:\\s*["']?\\$\\{\\{\\s*secrets\\.(\\w+)`, "g");
  return [...text.matchAll(lines)].map(([, secret]) => secret ?? "");
}

/** A definition of the very name, in another account than the workflow's. */
function accountsOf({ account, name }: RoleFacts, roles: readonly RoleDefinition[]): FindingContext["accounts"] {
  if (account === undefined || name === undefined) return undefined;
  const others = roles.flatMap((one) => {
    const own = /:iam::(\d{12})$/.exec(one.home ?? "")?.[1];
    return own !== undefined && one.name.kind === "named" && literal(one.name.name) === name ? [own] : [];
  });
  const code = others.includes(account) ? undefined : others[0];
  return code === undefined ? undefined : { workflow: account, code };
}
