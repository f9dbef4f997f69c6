import { settingText, stackLabel, type Oidc, type StackSettings } from "@gha2pulumi/deployments";
import { isAwsService, type FindingContext, type OperationGuard, type Runs } from "@gha2pulumi/trust";
import { awsServices } from "../aws-services.ts";
import { keysIn } from "../cloud.ts";
import type { Question } from "../questions.ts";
import { runtimeOf, stackName } from "../runtime.ts";
import type { Outcome } from "./outcome.ts";
import { roleWord } from "./role-place.ts";
import { operationsTaking, roleLabel } from "./role-runs.ts";

/** A role that deployments take, and the stacks whose settings or calls name it. */
export interface TakenRole {
  readonly oidc: Oidc;
  readonly users: readonly StackSettings[];
}

type Previews = NonNullable<FindingContext["previews"]>;

/**
 * Previews of the same stacks had another role in GitHub, and a stack has one in its settings: what becomes of one
 * that no workflow starts. Nothing where this role is none of the settings', or was that of previews itself.
 */
export function previewsApart(role: TakenRole, outcome: Outcome): Previews | undefined {
  const { oidc, users } = role;
  const own = users.filter((settings) => settings.oidc.some((one) => isSame(one, oidc)));
  const taking = outcome.plan.decisions
    .map(({ intent }) => intent.occurrences[0])
    .filter((one) => own.some((settings) => stackLabel(settings) === stackName(one)))
    .flatMap((one) => runtimeOf(one).oidc.map((taken) => ({ one, taken })))
    .filter(({ taken }) => taken.kind === oidc.kind);
  const previewed = taking.filter(({ one }) => one.operates.operation === "preview");
  const other = previewed.find(({ taken }) => !isSame(taken, oidc));
  if (other === undefined || previewed.some(({ taken }) => isSame(taken, oidc))) return undefined;
  // Of a key there is no role yet.
  const [key] = keysIn(other.one.identities);
  const name = key ?? settingText(nameOf(other.taken)) ?? roleLabel(other.taken);
  if (isGuarded(oidc, outcome)) return { role: name, here: "guarded" };
  const operations = own.map((settings) => operationsTaking(settings, oidc, outcome));
  return { role: name, here: operations.some((one) => one === "any" || one.includes("preview")) ? "open" : "refused" };
}

/** The operations that a role lets in for a stack: with a guard, previews as well. */
export function operationsOf(settings: StackSettings, role: TakenRole, outcome: Outcome): Runs["operations"] {
  const operations = operationsTaking(settings, role.oidc, outcome);
  if (operations === "any" || operations.includes("preview")) return operations;
  return previewsApart(role, outcome)?.here === "guarded" ? [...operations, "preview"].sort() : operations;
}

/** What is attached to the role, once somebody has asked for it. */
export function guardOf(role: TakenRole, outcome: Outcome): OperationGuard | undefined {
  const previews = previewsApart(role, outcome);
  if (previews?.here !== "guarded" || role.oidc.kind !== "aws") return undefined;
  const { projects, tree } = outcome.world;
  const own = [...projects.values()].filter(({ directory }) => role.users.some((one) => one.directory === directory));
  const { services, unread } = awsServices(own, tree, isAwsService);
  const named = answerOf(role.oidc, outcome).split(",").slice(1);
  return {
    services: [...new Set([...services, ...named])].sort(),
    unread,
    previewRole: previews.role,
    key: keyOf(role.oidc),
  };
}

/** Whether previews may take the role, behind a guard; as long as nobody says so they stay with the workflow. */
export function guardQuestion(role: TakenRole, outcome: Outcome): readonly Question[] {
  const { oidc } = role;
  const previews = previewsApart(role, outcome);
  if (oidc.kind !== "aws" || previews === undefined || outcome.world.surroundings.has(keyOf(oidc))) return [];
  return [
    {
      key: keyOf(oidc),
      text: `Previews had \`${previews.role}\` for themselves. May those that no workflow starts take \`${roleLabel(oidc)}\`, behind an operation guard? (\`no\`, \`yes\`, or \`yes\` and further services: \`yes,s3,logs\`)`,
      choices: ["no", "yes"],
      default: "no",
      effect:
        "`yes` lets previews of these stacks in, and `iam --out` writes a Deny of all that does not read, which its script attaches first. Lost is the wall between two roles: what a preview may read is then all that the role may read. With `no` previews stay with the workflow.",
      from: [oidc.roleARN.from],
    },
  ];
}

function keyOf({ roleARN }: Extract<Oidc, { kind: "aws" }>): string {
  return `operation-guard.${roleWord(roleARN)}`;
}

function answerOf(oidc: Oidc, { world }: Outcome): string {
  return oidc.kind === "aws" ? (world.surroundings.get(keyOf(oidc)) ?? "no") : "no";
}

function isGuarded(oidc: Oidc, outcome: Outcome): boolean {
  return answerOf(oidc, outcome).startsWith("yes");
}

function nameOf(oidc: Oidc): Parameters<typeof settingText>[0] {
  return oidc.kind === "aws" ? oidc.roleARN : oidc.kind === "gcp" ? oidc.serviceAccount : oidc.clientId;
}

function isSame(a: Oidc, b: Oidc): boolean {
  return a.kind === b.kind && roleLabel(a) === roleLabel(b);
}
