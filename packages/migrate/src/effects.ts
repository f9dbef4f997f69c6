import { byText, literal, written, type Bound, type Event, type Trail, type Unknown } from "@gha2pulumi/repo";
import {
  operations,
  readTypescript,
  settingLabel,
  settingText,
  stackLabel,
  type Oidc,
  type Setting,
  type StackSettings,
} from "@gha2pulumi/deployments";
import { defaultBranchStandIn, starts } from "@gha2pulumi/workflow";
import { assumptionCode } from "./assumptions.ts";
import type { ConfigSet, Occurrence, Preparation } from "./intent.ts";
import { occurrencesOf } from "./occurrences.ts";
import { ownTokenNote } from "./preparation.ts";
import { calledPreparations, oidcLabel, preparations, preRunCommand, runtimeOf, stackName } from "./runtime.ts";
import { settingOf } from "./settings-value.ts";
import { contextOf, runnerValue } from "./runner-names.ts";
import { withoutStandIns } from "./stand-ins.ts";
import { mayRunPulumi, tell } from "./stories.ts";
import { readWorld, type Snapshot, type World } from "./world.ts";

/** What happens to one stack when an event meets a repository, in a form that can be compared. */
export interface Effect {
  readonly operation: string;
  /** `acme/network/prod`; parts nobody has written down are `<organization>`, `<STACK>`. */
  readonly stack: string;
  readonly directory: string;
  /** The branch whose code runs when the event does not bring one, such as a schedule; `undefined`: not written down. */
  readonly branch: string | undefined;
  readonly gates: readonly string[];
  readonly roles: readonly string[];
  readonly environment: readonly string[];
  readonly prepare: readonly string[];
  /** The same without checks, and the checks: those a workflow does before it asks for a deployment. */
  readonly unchecked: readonly string[];
  readonly checks: readonly string[];
  /** Configuration set for the run, as `key=value`. */
  readonly config: readonly string[];
  /** The stack itself is removed afterwards. */
  readonly removes: boolean;
  /** Not empty: it may happen, and this is what it hangs on. */
  readonly condition: string;
  /** `available`: nothing starts it by itself, and a person can start it by hand. */
  readonly start: "automatic" | "available";
  /** The workflow and job it happens in; `undefined` for what Deployments starts by itself. */
  readonly site: string | undefined;
  /** `call`: a deployment that a workflow asks for, behind its own triggers, conditions and gates. */
  readonly runner: "workflow" | "deployment" | "call";
  readonly assuming: readonly string[];
  readonly from: Trail;
}

/** A world with its deployment settings, read back from the files. */
export interface ProvenWorld extends World {
  readonly settings: readonly StackSettings[];
  /** Settings programs, or parts of them, that cannot be read. */
  readonly gaps: readonly Unknown[];
}

/** A snapshot read with everything a proof looks at. */
export async function readProven(snapshot: Snapshot): Promise<ProvenWorld> {
  const world = readWorld(snapshot);
  const { settings, gaps } = await readTypescript(world.tree);
  return { ...world, settings, gaps };
}

/** Everything an event makes happen to stacks, by workflows and by Deployments, as the files of one tree say it. */
export function effects(world: ProvenWorld, event: Event): readonly Effect[] {
  return [...workflowEffects(world, event), ...world.settings.flatMap((settings) => settingsEffects(settings, event))];
}

function workflowEffects(world: ProvenWorld, event: Event): readonly Effect[] {
  return [...world.repository.workflows.values()]
    .filter(
      (workflow) =>
        workflow.runnable && !workflow.path.startsWith("@") && starts(workflow, event) && mayRunPulumi(workflow, world),
    )
    .flatMap((workflow) => occurrencesOf(tell(workflow, event, world), world))
    .filter((occurrence) => !occurrence.implied)
    .map((occurrence) => (occurrence.operates.called ? calledEffect(occurrence, world) : effectOf(occurrence)));
}

/** A workflow that asks Deployments: its gates and conditions, and what the stack's settings say it runs with. */
function calledEffect(occurrence: Occurrence, world: ProvenWorld): Effect {
  const asked = effectOf(occurrence);
  const settings = world.settings.find((one) => stackLabel(one) === asked.stack);
  if (!settings) return { ...asked, condition: "its stack has no deployment settings", runner: "call" };
  const scope = occurrence.site.jobPlay.environment && literal(occurrence.site.jobPlay.environment.text);
  const sent = [...(occurrence.operates.called?.sent ?? [])].map(
    ([name, bound]) => [name, settingOf(sentValue(name, bound, occurrence), scope, "", true)] as const,
  );
  const role = occurrence.operates.called?.awsRole;
  const awsRole = role && settingOf({ text: withoutStandIns(role.text), from: role.from }, scope, "", false);
  return {
    ...asked,
    directory: settings.directory,
    roles: rolesOf(awsRole ? [...settings.oidc.filter(({ kind }) => kind !== "aws"), awsAs(awsRole)] : settings.oidc),
    environment: environmentOf(new Map([...settings.environment, ...sent])),
    prepare: occurrence.operates.called?.commands ?? settings.preRunCommands.map(settingLabel),
    unchecked: [],
    // Its folder is that of the settings, and what is done before it is named from there.
    checks: occurrence.prepare.filter(({ checks }) => checks).map((one) => preRunCommand(one, settings.directory)),
    config: configLabels(occurrence, occurrence.operates.config),
    removes: asked.operation === "destroy" && settings.deleteAfterDestroy,
    runner: "call",
    assuming: [
      "GP622",
      ...(occurrence.organization === undefined && !occurrence.organizationText ? ["GP623"] : []),
      ...(occurrence.obstacles.some(({ code }) => code === "GP221") ? ["GP626"] : []),
      ...(occurrence.site.jobPlay.calls ? ["GP260"] : []),
      ...(awsRole || occurrence.operates.called?.commands ? ["GP261"] : []),
    ],
  };
}

function awsAs(roleARN: Setting): Oidc {
  return { kind: "aws", roleARN, sessionName: roleARN, duration: undefined };
}

/** A value a call sends. What the program reads of the runner stands for itself: the workflow says so word by word. */
function sentValue(name: string, { text, from }: Bound, { site }: Occurrence): Bound {
  const source = site.step.step.env.get(`SEND_PLAIN_${name}`)?.text;
  const context = contextOf(name);
  const isGiven = context !== undefined && source === `\${{ ${context} }}`;
  return isGiven ? runnerValue(name, from) : { text: withoutStandIns(text), from };
}

function effectOf(occurrence: Occurrence): Effect {
  const { event, operates, certainty, condition, gates } = occurrence;
  const { environment, oidc } = runtimeOf(occurrence);
  const statics = occurrence.identities.some((identity) =>
    ["aws-static", "gcp-key", "azure-secret"].includes(identity.kind),
  );
  const ownTokens = [...occurrence.environment.values()].some(({ text }) =>
    text.some((piece) => typeof piece !== "string" && piece.note === ownTokenNote),
  );
  const command = (one: Preparation): string => preRunCommand(one, occurrence.directory ?? ".");
  return {
    operation: operates.operation ?? `\`${operates.operationText}\``,
    stack: stackName(occurrence),
    directory: occurrence.directory ?? written(operates.directory),
    branch: event.kind === "schedule" && event.branch !== defaultBranchStandIn ? event.branch : undefined,
    gates: gates.map((gate) => `${gate.kind} ${gate.name}`).sort(byText),
    roles: rolesOf(oidc),
    environment: environmentOf(environment),
    prepare: preparations(occurrence).map(command),
    unchecked: calledPreparations(occurrence).map(command),
    checks: occurrence.prepare.filter(({ checks }) => checks).map(command),
    config: configLabels(occurrence, occurrence.config),
    removes: operates.removeStack,
    condition: certainty === true ? "" : condition,
    start: "automatic",
    site: `${occurrence.site.workflow} ${occurrence.site.job}`,
    runner: "workflow",
    assuming: [
      ...(occurrence.usesRunToken ? ["GP613"] : []),
      ...(statics ? ["GP603"] : []),
      ...(ownTokens ? ["GP624"] : []),
      ...(commentsOnPulls(occurrence) ? ["GP627"] : []),
      ...(occurrence.prepare.length > 0 && preparations(occurrence).length === 0 ? ["GP609"] : []),
    ],
    from: operates.from,
  };
}

/** It shows its result in the pull request: `comment-on-pr` of `pulumi/actions`. */
function commentsOnPulls({ event, site }: Occurrence): boolean {
  if (event.kind !== "pull_request") return false;
  return [...site.step.step.with].some(
    ([name, { text }]) => name.toLowerCase() === "comment-on-pr" && !/^(false)?$/i.test(text.trim()),
  );
}

function configLabels(occurrence: Occurrence, config: readonly ConfigSet[]): readonly string[] {
  const scope = occurrence.site.jobPlay.environment && literal(occurrence.site.jobPlay.environment.text);
  return config.map(({ key, value: { text, from }, path, unless }) => {
    const label = settingLabel(settingOf({ text: withoutStandIns(text), from }, scope, "", false));
    const condition = unless === undefined ? "" : ` unless there is one${unless === "path" ? " (path)" : ""}`;
    return `${key}${path ? " (path)" : ""}=${label}${condition}`;
  });
}

function rolesOf(oidc: readonly Oidc[]): readonly string[] {
  return oidc.map((one) => oidcLabel(one).join(" ")).sort(byText);
}

function environmentOf(environment: ReadonlyMap<string, Setting>): readonly string[] {
  return [...environment].map(([name, value]) => `${name}=${settingLabel(value)}`).sort(byText);
}

function settingsEffects(settings: StackSettings, event: Event): readonly Effect[] {
  // A preview into a branch that is configuration is one of GP619: asked for by hand until that is answered.
  const isOpen = event.kind === "pull_request" && branchName(settings) === undefined;
  const started = operations(settings, event).filter(
    ({ certain, operation }) => certain !== false && !(isOpen && certain === undefined && operation === "preview"),
  );
  const effect = (operation: (typeof started)[number]): Effect => ({
    operation: operation.operation,
    stack: operation.on === "stack" ? stackLabel(settings) : `${stackLabel(settings)} (review stack)`,
    directory: settings.directory,
    branch: event.kind === "schedule" ? branchName(settings) : undefined,
    gates: [],
    roles: rolesOf(settings.oidc),
    environment: environmentOf(settings.environment),
    prepare: settings.preRunCommands.map(settingLabel),
    unchecked: [],
    checks: [],
    config: [],
    removes: operation.operation === "destroy" && settings.deleteAfterDestroy,
    condition: operation.certain === true ? "" : operation.note,
    start: event.kind === "dispatch" ? "available" : "automatic",
    site: undefined,
    runner: "deployment",
    assuming: [
      ...operation.assuming.map(assumptionCode),
      ...(operation.operation === "preview" && event.kind === "pull_request" ? ["GP608"] : []),
      ...(settings.preRunCommands.length > 0 ? ["GP610"] : []),
      ...(settings.paths.some((path) => settingLabel(path).includes("*")) ? ["GP614"] : []),
    ],
    from: operation.from,
  });
  const byHand = previewByHand(settings, event);
  if (byHand.length === 0 || started.some((operation) => operation.operation === "preview")) return started.map(effect);
  const preview = {
    operation: "preview",
    on: "stack",
    certain: true,
    note: "",
    assuming: [],
    from: settings.from,
  } as const;
  const found = effect(preview);
  return [...started.map(effect), { ...found, start: "available", assuming: [...found.assuming, ...byHand] }];
}

/**
 * Why a pull request of a stack with previews gets none by itself, as the assumption under which that is enough:
 * `pulumi deployment run preview --git-branch` makes one by hand, and a preview changes nothing.
 */
function previewByHand(settings: StackSettings, event: Event): readonly string[] {
  if (event.kind !== "pull_request" || !settings.previewPullRequests || event.action === "closed") return [];
  const branch = branchName(settings);
  if (branch === undefined) return ["GP616", "GP619"];
  return branch === event.base ? ["GP618"] : ["GP616"];
}

function branchName(settings: StackSettings): string | undefined {
  return settingText(settings.branch)?.replace(/^refs\/heads\//, "");
}
