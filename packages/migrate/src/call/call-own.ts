import { innermost, literal, written, type Trail } from "@gha2pulumi/repo";
import { expressionsIn } from "@gha2pulumi/workflow";
import { keysIn } from "../cloud.ts";
import type { Occurrence } from "../intent.ts";
import type { Intent } from "../intents.ts";
import { writtenDetail } from "../kubeconfig-files.ts";
import { calledPreparations, oidcLabel, preparations, preRunCommand, runtimeOf } from "../runtime.ts";
import { perRunPart } from "../settings-value.ts";
import { stackOf } from "../stack-settings.ts";
import type { World } from "../world.ts";
import type { Group } from "./call-group.ts";
import type { CallOwn } from "./call-request.ts";
import { readsInputs } from "./call-value.ts";

/**
 * What a call says by itself because the operations of its stack differ in it, or because only the run knows it, where
 * settings say it once: its commands before the operation, and the AWS role. `CreateDeploymentRequest` has both in
 * `operationContext`, and is merged over the settings it inherits (https://api.pulumi.com/api/openapi/pulumi-spec.json);
 * GP261 says so. All calls of such a stack say it, whichever of them its settings are made from; or why this one cannot.
 */
export function ownOf(
  group: Group,
  candidates: readonly Intent[],
  moving: readonly Intent[],
  world: World,
): CallOwn | string {
  const differ = (read: (one: Occurrence) => string, other: (one: Occurrence) => string): boolean => {
    const seen = new Map<string | undefined, Set<string>>();
    const add = (intent: Intent, text: string): unknown =>
      seen.set(stackOf(intent), (seen.get(stackOf(intent)) ?? new Set()).add(text));
    // One operation may take another role in each environment it is started in.
    for (const intent of candidates) for (const one of intent.occurrences) add(intent, read(one));
    for (const intent of moving) add(intent, other(intent.occurrences[0]));
    return [...seen.values()].some(({ size }) => size > 1);
  };
  const all = group.flatMap(({ occurrences }) => occurrences);
  const [first] = all;
  if (first === undefined) return {};
  const moved = (one: Occurrence): string =>
    preparations(one)
      .map((command) => preRunCommand(command, one.directory ?? "."))
      .join("\n");
  const prepared = differ((one) => commandsOf(one).join("\n"), moved) ? preparedOf(first, all) : undefined;
  if (typeof prepared === "string") return prepared;
  const varying = all.flatMap(perRunParts);
  if (varying.some((one) => one !== "role")) return "its login depends on the run in a way that cannot be handed over";
  // What a call leaves out it inherits.
  const hasDuration = [...candidates, ...moving].some(({ occurrences: [one] }) =>
    one.identities.some(({ kind, details }) => kind === "aws-oidc" && details.has("duration")),
  );
  const apart = rolesApart(group, [...candidates, ...moving]);
  const isRoleOpen = apart !== undefined || varying.length > 0;
  const role = isRoleOpen ? (hasDuration ? undefined : roleOf(all, world)) : undefined;
  if (isRoleOpen && role === undefined && all.some(({ identities }) => keysIn(identities).length > 0))
    return `${keyApart(all)}, and the role in its place cannot be handed over`;
  if (isRoleOpen && role === undefined)
    return `${apart ?? "its role is known in the run alone"}, and ${hasDuration ? "a call hands over no duration with one" : "it cannot be handed over"}`;
  // The step is one text: what it hands over it hands over for the stacks of other clouds too.
  if (role !== undefined && all.some((one) => runtimeOf(one).oidc.every(({ kind }) => kind !== "aws")))
    return "its step asks for stacks of several clouds, and would hand the AWS role over for each of them";
  return { ...(prepared ? { prepared } : {}), ...(role === undefined ? {} : { awsRole: role }) };
}

/** Whose key it may be: one operation has the keys of several environments, where it runs in one of them by its run. */
function keyApart(all: readonly Occurrence[]): string {
  const scopes = [...new Set(all.map(({ scope }) => (scope === undefined ? "no environment" : `\`${scope}\``)))];
  return scopes.length > 1
    ? `its key may be another in each of ${scopes.join(", ")} (the answer \`environments.secrets\` tells which have keys of their own)`
    : "its key is not that of the stack's other operations";
}

function commandsOf(one: Occurrence): readonly string[] {
  return calledPreparations(one).map((command) => preRunCommand(command, one.directory ?? "."));
}

function preparedOf(first: Occurrence, all: readonly Occurrence[]): CallOwn["prepared"] | string {
  const commands = commandsOf(first);
  if (all.some((one) => commandsOf(one).join("\n") !== commands.join("\n")))
    return "the commands before it depend on the event, and the stack's other operations have others";
  if (commands.some((command) => /[\r\n]/.test(command))) return "a command before it has more than one line";
  return { commands, skipInstall: calledPreparations(first).some((one) => one.installs) };
}

/** What of its logins only a run can tell. A region and a project are plain values, which are handed over as such. */
function perRunParts({ identities }: Occurrence): readonly ("role" | "other")[] {
  return identities.flatMap(({ role, details, kind }) => [
    ...(role && perRunPart(role) ? [kind === "aws-oidc" ? ("role" as const) : ("other" as const)] : []),
    ...[...details]
      .filter(([name, { text }]) => !["region", "project_id", writtenDetail].includes(name) && perRunPart(text))
      .map(() => "other" as const),
  ]);
}

/** Of which stack the operations, or the runs of one, take other roles than the rest; `undefined`: of none. */
function rolesApart(group: Group, peers: readonly Intent[]): string | undefined {
  const stacks = new Set(group.map(stackOf));
  for (const stack of stacks) {
    const all = peers.filter((one) => stackOf(one) === stack).flatMap(({ occurrences }) => occurrences);
    const labels = all.map((one) => runtimeOf(one).oidc.map(oidcLabel));
    const [first] = labels;
    const other = labels.find((one) => JSON.stringify(one) !== JSON.stringify(first));
    if (first === undefined || other === undefined) continue;
    const name = all[0]?.stack ?? "";
    const whose =
      stacks.size > 1 ? `one step asks for several stacks, and the role of \`${name}\`` : `the role of \`${name}\``;
    const [one, two] = [roleShown(first, other), roleShown(other, first)];
    const bare = (text: string): string => text.replace(/^<[^<>]*\.(?=\w+>$)|^</, "");
    const why = bare(one) === bare(two) ? " (a GitHub environment may have a value of its own)" : "";
    return `${whose} is \`${one}\` in one run and \`${two}\` in another${why}`;
  }
  return undefined;
}

/** The first part of a login that the other one has not. */
function roleShown(labels: readonly (readonly string[])[], others: readonly (readonly string[])[]): string {
  const known = new Set(others.flat());
  return labels.flat().find((part) => !known.has(part)) ?? labels.flat().join(" ");
}

function roleOf(all: readonly Occurrence[], world: World): string | undefined {
  const texts = new Set(all.map((one) => awsRoleOf(one, world)));
  // One login whose text says another role in another run says so in the call too.
  const [text, other] = texts.size > 1 ? new Set(all.map((one) => writtenRole(one, world))) : texts;
  return other === undefined ? text : undefined;
}

/** The one role of an operation as its login writes it, where it is one of AWS. */
function awsRoleOf(one: Occurrence, world: World): string | undefined {
  const own = one.identities.find(({ kind }) => kind === "aws-oidc");
  const [only, ...others] = runtimeOf(one).oidc;
  if (own?.role === undefined || only?.kind !== "aws" || others.length > 0) return undefined;
  const given = givenRole(one, own.from, world);
  if (given !== undefined) return given;
  const { path, start, end } = one.site.jobPlay.job.span;
  // Of a job before it the outputs are known by what they hold, which is no name in this job.
  const around = world.tree.get(path)?.slice(start, end) ?? "";
  const isOpen = own.role.some(
    (piece) =>
      typeof piece !== "string" &&
      !/^(secrets|vars)\.[\w-]+$/.test(piece.expression) &&
      !(/^(steps|needs|inputs|matrix)\.[\w.-]+$/.test(piece.expression) && around.includes(piece.expression)),
  );
  return isOpen || literal(own.role) === "" ? undefined : written(own.role);
}

/** The role as the action, or the called workflow, of the operation writes it, where its callers give it. */
function givenRole(one: Occurrence, login: Trail, world: World): string | undefined {
  const text = loginText(one, login, world);
  return readsInputs(text) ? text : undefined;
}

/** The role of the one login of an operation, word for word. */
function writtenRole(one: Occurrence, world: World): string | undefined {
  const own = one.identities.find(({ kind }) => kind === "aws-oidc");
  const [only, ...others] = runtimeOf(one).oidc;
  return own === undefined || only?.kind !== "aws" || others.length > 0 ? undefined : loginText(one, own.from, world);
}

/** What a login beside the step of an operation writes as its role, where that is the same in the step. */
function loginText({ site }: Occurrence, login: Trail, { repository }: World): string | undefined {
  const { path, start } = innermost(login);
  const { step } = site.step;
  const steps = path === step.span.path ? (repository.actions.get(path)?.steps ?? site.jobPlay.job.steps) : [];
  const found = steps.find(({ span }) => span.path === path && span.start <= start && start < span.end);
  const text = found?.with.get("role-to-assume")?.text.trim();
  // A value of the job may be another one by the time of the call.
  const isOpen = ({ source }: { readonly source: string }): boolean =>
    /(?<![\w.])(?:env|steps|job|runner)\b|github\.action/.test(source);
  return text === undefined || expressionsIn(text).some(isOpen) ? undefined : text;
}
