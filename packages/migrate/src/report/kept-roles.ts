import { byText, written, type Text, type Trail } from "@gha2pulumi/repo";
import { settingLabel, type Setting } from "@gha2pulumi/deployments";
import type { Identity, IdentityKind } from "../intent.ts";
import { stackName } from "../runtime.ts";
import { perRunPart, settingOf } from "../settings-value.ts";
import { shown } from "../stand-ins.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedDefinition, PlannedTrust } from "./plan-document.ts";
import { plannedDefinition, plannedHole, rolePlace } from "./role-place.ts";

const clouds: Partial<Record<IdentityKind, PlannedTrust["cloud"]>> = {
  "aws-oidc": "aws",
  "aws-static": "aws",
  "gcp-wif": "gcp",
  "gcp-key": "gcp",
  "azure-oidc": "azure",
  "azure-secret": "azure",
};

const stays = "Nothing that takes it moves, so its trust stays as it is.";

/** What the clouds call the secrets that a role takes the place of, and how the new one comes by its permissions. */
const keys: Readonly<Record<PlannedTrust["cloud"], string>> = {
  aws: "access keys",
  gcp: "a service account key",
  azure: "a client secret",
};

/**
 * Roles and keys of operations that stay in GitHub Actions: where each is defined, or what has to be told before it
 * could change. Those that deployments take as well are left out.
 */
export function keptRoles(
  outcome: Outcome,
  at: (trail: Trail) => string,
  moved: readonly PlannedTrust[],
): readonly PlannedTrust[] {
  const { plan } = outcome;
  const found = new Map<
    string,
    { readonly identity: Identity; readonly role: NamedRole; readonly stacks: Set<string> }
  >();
  for (const { intent, disposition } of plan.decisions) {
    if (disposition === "move" || disposition === "call") continue;
    for (const occurrence of intent.occurrences) {
      for (const identity of occurrence.identities) {
        const cloud = clouds[identity.kind];
        if (cloud === undefined) continue;
        const role = namedRole(identity, cloud, occurrence.scope);
        const key = `${cloud} ${role.name}`;
        const known = found.get(key) ?? { identity, role, stacks: new Set<string>() };
        found.set(key, known);
        known.stacks.add(stackName(occurrence));
      }
    }
  }
  return [...found.values()]
    .flatMap(({ identity, role, stacks }) => keptRole(identity, role, [...stacks].sort(byText), outcome, at))
    .filter(({ cloud, role }) => !moved.some((one) => one.cloud === cloud && one.role === role))
    .sort((a, b) => byText(a.cloud, b.cloud) || byText(a.role, b.role));
}

function keptRole(
  identity: Identity,
  named: NamedRole,
  stacks: readonly string[],
  outcome: Outcome,
  at: (trail: Trail) => string,
): readonly PlannedTrust[] {
  const cloud = clouds[identity.kind];
  if (cloud === undefined) return [];
  const entry = {
    cloud,
    role: named.name,
    stacks,
    subjects: [],
    statement: null,
    table: null,
    reach: null,
    definition: null,
    hole: null,
  };
  if (isStatic(identity)) return [{ ...entry, note: `${keptKeys(cloud)} They are used at ${at(identity.from)}.` }];
  if (cloud !== "aws" || named.arn === undefined) return [{ ...entry, note: stays }];
  const { definitions, world } = outcome;
  const { arn } = named;
  const place = rolePlace(arn, definitions, world.surroundings, world.tree);
  const definition = plannedDefinition(place, undefined, definitions, world.tree);
  return [
    {
      ...entry,
      note: stays,
      definition: definition && unchanged(definition),
      hole: plannedHole(place, arn, world.tree),
    },
  ];
}

function unchanged(definition: PlannedDefinition): PlannedDefinition {
  return { ...definition, because: "nothing that takes the role moves" };
}

function keptKeys(cloud: PlannedTrust["cloud"]): string {
  return `Operations that stay use ${keys[cloud]}; moved, they would get a role. ${permissionsNote(cloud)}`;
}

/** The three ways to the permissions that a role in place of keys needs; no file tells them. */
export function permissionsNote(cloud: PlannedTrust["cloud"]): string {
  const ways: Readonly<Record<PlannedTrust["cloud"], string>> = {
    aws: "those of the keys' user (aws iam get-account-authorization-details --filter User Group LocalManagedPolicy), those that were used (aws accessanalyzer start-policy-generation, with a trail), or an estimate from the resource types of the program",
    gcp: "the service account stays and keeps its roles (gcloud projects get-iam-policy), those that were used (gcloud recommender recommendations list), or an estimate from the resource types of the program",
    azure:
      "the application stays and keeps its roles (az role assignment list --assignee), those that its sign-in and activity logs show, or an estimate from the resource types of the program",
  };
  return `Its permissions are in no file. Three ways to them: ${ways[cloud]}.`;
}

/** Keys that assume a role are the way to a role that is there already. */
function isStatic({ kind, role }: Identity): boolean {
  return (kind === "aws-static" && role === undefined) || kind === "gcp-key" || kind === "azure-secret";
}

/** A role by the name that deployments which take it would have for it, and how to look for it. */
interface NamedRole {
  readonly name: string;
  readonly arn: Setting | undefined;
}

function namedRole(identity: Identity, cloud: PlannedTrust["cloud"], environment: string | undefined): NamedRole {
  const account = cloud === "gcp" ? identity.details.get("service_account")?.text : undefined;
  const text = account ?? identity.role;
  if (isStatic(identity) || text === undefined || text.length === 0) return { name: keys[cloud], arn: undefined };
  if (perRunPart(text) !== undefined) return { name: shown(written(text)), arn: settingFor(text, identity.from) };
  const arn = settingOf({ text, from: identity.from }, environment, "", false);
  return { name: settingLabel(arn), arn };
}

/** A role as it is written, so that it can be looked for: what only a run decides has the name it is read from. */
function settingFor(text: Text, from: Trail): Setting {
  const value = text.map((piece) =>
    typeof piece === "string" ? piece : { config: piece.names[0]?.split(".").at(-1) ?? "role", secret: false },
  );
  return { value, from, note: "" };
}
