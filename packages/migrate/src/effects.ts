import {
  apply,
  byText,
  written,
  type Bound,
  type Event,
  type Grammars,
  type Path,
  type Trail,
  type Unknown,
} from "@gha2pulumi/repo";
import {
  hasTrigger,
  languageOfProgram,
  languages,
  operations,
  readSettings,
  settingLabel,
  settingsProgram,
  settingText,
  stackLabel,
  switchedOn,
  type Language,
  type Oidc,
  type Setting,
  type StackSettings,
} from "@gha2pulumi/deployments";
import { defaultBranchStandIn, isTooOften, starts } from "@gha2pulumi/workflow";
import { assumptionCode, placed } from "./assumptions.ts";
import { assumedOf } from "./assumed-by-effect.ts";
import type { ConfigSet, Occurrence, Once, Preparation } from "./intent.ts";
import { findIntents } from "./intents.ts";
import { occurrencesOf } from "./occurrences.ts";
import { optionVariable } from "./option-variable.ts";
import { revisionLabel } from "./revision.ts";
import { calledPreparations, oidcLabel, preparations, preRunCommand, runtimeOf, stackName } from "./runtime.ts";
import { withOrganization } from "./settings-files.ts";
import { settingOf } from "./settings-value.ts";
import { contextOf, runnerValue } from "./runner-names.ts";
import { skippedPushes } from "./skipped-pushes.ts";
import { settingsFolder } from "./settings-place.ts";
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
  /** What its code is, where that is not what the event brings by itself; else "". */
  readonly revision: string;
  readonly gates: readonly string[];
  readonly roles: readonly string[];
  readonly environment: readonly string[];
  readonly prepare: readonly string[];
  /** The same with the checks of a pull request, which stay in its workflow. */
  readonly inFull: readonly string[];
  /** The same without checks, and the checks: those a workflow does before it asks for a deployment. */
  readonly unchecked: readonly string[];
  readonly checks: readonly string[];
  /** What is done before it in the workflow and cannot be read, so that a deployment may lack it; "" for nothing. */
  readonly unread: string;
  /** Configuration set for the run, as `key=value`. */
  readonly config: readonly string[];
  /** The stack itself is removed afterwards. */
  readonly removes: boolean;
  /** Not empty: it may happen, and this is what it hangs on. */
  readonly condition: string;
  /** `available`: nothing starts it by itself, and a person can start it by hand; `dropped`: it was said to be given up. */
  readonly start: "automatic" | "available" | "dropped";
  /** The workflow and job it happens in; `undefined` for what Deployments starts by itself. */
  readonly site: string | undefined;
  /** `call`: a deployment that a workflow asks for, behind its own triggers, conditions and gates. */
  readonly runner: "workflow" | "deployment" | "call";
  readonly assuming: readonly string[];
  /** What runs it again, limits its time, or lets a newer one take its place. */
  readonly once: readonly Once[];
  readonly from: Trail;
}

/** A world with its deployment settings, read back from the files. */
export interface ProvenWorld extends World {
  /** Those of programs, and those of files that the CLI has dropped where they start something. */
  readonly settings: readonly StackSettings[];
  /** The same settings as they are once `live` is true, where files have it false. */
  readonly declared: readonly StackSettings[];
  /** The file of the settings program that is there. */
  readonly continued: Path | undefined;
  /** Settings programs, or parts of them, that cannot be read. */
  readonly gaps: readonly Unknown[];
  /** The folder of the settings program: of the one that is there, else of the one that would be. */
  readonly program: Path;
  /** Its language: that of the one that is there, else the one that was asked for. */
  readonly language: Language;
}

/** A snapshot read with everything a proof looks at. */
export async function readProven(snapshot: Snapshot, grammars: Grammars | undefined): Promise<ProvenWorld> {
  const world = readWorld(snapshot);
  const { settings, gaps } = await readSettings(world.tree, grammars);
  const continued = await settingsProgram(world.tree);
  const on = continued === undefined ? [] : switchedOn(continued, world.tree);
  const declared = on.length === 0 ? settings : (await readSettings(apply(world.tree, on), grammars)).settings;
  const settingsFiles = filesOfStacks(world);
  const there = new Set(declared.map(({ project, stack }) => `${project}/${stack}`));
  const inFiles = settingsFiles
    .filter(
      ({ gaps, settings: one }) => gaps.length === 0 && hasTrigger(one) && !there.has(`${one.project}/${one.stack}`),
    )
    .map((file) => file.settings);
  // What this tool continues, and therefore compares, is no foreign declaration.
  const foreignSettings = world.foreignSettings.filter(({ path }) => path !== continued);
  const program = continued?.slice(0, Math.max(0, continued.lastIndexOf("/"))) ?? settingsFolder;
  const asked = languages.find((language) => language === world.surroundings.get("language")) ?? languages[0];
  const language = continued === undefined ? asked : languageOfProgram(continued);
  return {
    ...world,
    settings: [...settings, ...inFiles],
    declared,
    continued,
    gaps,
    foreignSettings,
    settingsFiles,
    program,
    language,
  };
}

/** Files of settings with the organisation of their stack; the workflows tell it, so that they are only read for one. */
function filesOfStacks(world: World): World["settingsFiles"] {
  if (world.settingsFiles.length === 0) return [];
  const occurrences = findIntents(world).intents.flatMap((intent) => intent.occurrences);
  return world.settingsFiles.map((file) => withOrganization(file, occurrences, world.surroundings));
}

/** Everything an event makes happen to stacks, by workflows and by Deployments, as the files of one tree say it. */
export function effects(world: ProvenWorld, event: Event): readonly Effect[] {
  return [
    ...workflowEffects(world, event),
    ...world.settings.flatMap((settings) => settingsEffects(settings, event, world)),
  ];
}

/** Stacks that a workflow previews on an event before it updates them: what an update shows is no effect of its own. */
export function previewedFirst(world: ProvenWorld, event: Event): readonly string[] {
  return occurrencesOn(world, event)
    .filter(({ implied, operates }) => implied && operates.operation === "preview")
    .map(stackName);
}

function occurrencesOn(world: ProvenWorld, event: Event): readonly Occurrence[] {
  return [...world.repository.workflows.values()]
    .filter(
      (workflow) =>
        workflow.runnable && !workflow.path.startsWith("@") && starts(workflow, event) && mayRunPulumi(workflow, world),
    )
    .flatMap((workflow) => occurrencesOf(tell(workflow, event, world), world));
}

function workflowEffects(world: ProvenWorld, event: Event): readonly Effect[] {
  return occurrencesOn(world, event)
    .filter((occurrence) => !occurrence.implied)
    .map((occurrence) => (occurrence.operates.called ? calledEffect(occurrence, world) : effectOf(occurrence, world)));
}

/** A workflow that asks Deployments: its gates and conditions, and what the stack's settings say it runs with. */
function calledEffect(occurrence: Occurrence, world: ProvenWorld): Effect {
  const asked = effectOf(occurrence, world);
  const settings = world.settings.find((one) => stackLabel(one) === asked.stack);
  if (!settings) return { ...asked, condition: "its stack has no deployment settings", runner: "call" };
  const { scope } = occurrence;
  const sent = [...(occurrence.operates.called?.sent ?? [])].map(
    ([name, bound]) => [name, settingOf(sentValue(name, bound, occurrence), scope, "", true)] as const,
  );
  const role = occurrence.operates.called?.awsRole;
  const called = occurrence.operates.called?.revision;
  const isThere = occurrence.operates.called?.hasScript;
  const revision = called === undefined ? asked.revision : revisionLabel(called.text, occurrence.event, "call");
  const isPassed = called !== undefined && revision === "" && occurrence.followsBranch;
  const awsRole = role && settingOf({ text: withoutStandIns(role.text), from: role.from }, scope, "", false);
  const saysItself = awsRole !== undefined || occurrence.operates.called?.commands !== undefined;
  return {
    ...asked,
    condition: isThere ? asked.condition : "the script of the call is not checked out",
    directory: settings.directory,
    revision: isPassed ? "the commit of the event, not the tip of the branch" : revision,
    roles: rolesOf(awsRole ? [...settings.oidc.filter(({ kind }) => kind !== "aws"), awsAs(awsRole)] : settings.oidc),
    environment: environmentOf(new Map([...settings.environment, ...sent])).filter(
      (one) => !isOff(one, settings, world),
    ),
    prepare: occurrence.operates.called?.commands ?? settings.preRunCommands.map(settingLabel),
    inFull: [],
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
      ...(occurrence.site.jobPlay.calls || occurrence.site.step.trail.length > 1 ? ["GP260"] : []),
      ...(called === undefined ? ["GP678"] : []),
      ...(saysItself ? ["GP261"] : []),
      ...(saysItself || sent.length > 0 ? ["GP657"] : []),
    ],
  };
}

/** A switch that a call turns off is one that nobody has turned on, unless the project says it by itself. */
function isOff(variable: string, { directory }: StackSettings, { projects }: World): boolean {
  return variable === `${optionVariable("refresh")}=false` && projects.get(directory)?.refreshes !== true;
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

function effectOf(occurrence: Occurrence, world: World): Effect {
  const { event, operates, certainty, condition, gates } = occurrence;
  const { environment, oidc } = runtimeOf(occurrence);
  const command = (one: Preparation): string => preRunCommand(one, occurrence.directory ?? ".");
  return {
    operation: driftOperation(occurrence) ?? operates.operation ?? `\`${operates.operationText}\``,
    stack: occurrence.review ? reviewed(stackName(occurrence)) : stackName(occurrence),
    directory: occurrence.directory ?? written(operates.directory),
    revision: occurrence.revision,
    branch: event.kind === "schedule" && event.branch !== defaultBranchStandIn ? event.branch : undefined,
    gates: gates.map((gate) => `${gate.kind} ${gate.name}`).sort(byText),
    roles: rolesOf(oidc),
    environment: environmentOf(environment),
    prepare: preparations(occurrence).map(command),
    inFull: preparations({ ...occurrence, prepare: occurrence.prepareInFull }).map(command),
    unchecked: calledPreparations(occurrence).map(command),
    checks: occurrence.prepare.filter(({ checks }) => checks).map(command),
    unread: occurrence.obstacles[0]?.message ?? "",
    config: configLabels(occurrence, occurrence.config),
    removes: operates.removeStack,
    condition: certainty === true ? "" : condition,
    start: "automatic",
    site: `${occurrence.site.workflow} ${occurrence.site.job}`,
    runner: "workflow",
    assuming: assumedOf(occurrence, world),
    once: occurrence.once,
    from: operates.from,
  };
}

/** The stacks that are made from a template for pull requests, each of its own. */
function reviewed(template: string): string {
  return `${template} (review stack)`;
}

function driftOperation({ byClock }: Occurrence): string | undefined {
  return byClock?.drift && `${byClock.drift}-drift`;
}

function configLabels(occurrence: Occurrence, config: readonly ConfigSet[]): readonly string[] {
  const { scope } = occurrence;
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

function settingsEffects(settings: StackSettings, event: Event, world: World): readonly Effect[] {
  // A preview into a branch that is configuration is one of GP619: asked for by hand until that is answered.
  const isOpen = event.kind === "pull_request" && branchName(settings) === undefined;
  const started = operations(settings, event).filter(
    ({ certain, operation }) => certain !== false && !(isOpen && certain === undefined && operation === "preview"),
  );
  const isSparse = event.kind === "schedule" && isTooOften(event.cron);
  const sparse = isSparse ? "GitHub starts it every five minutes at most" : "";
  const effect = (operation: (typeof started)[number]): Effect => ({
    operation: operation.operation,
    stack: operation.on === "stack" ? stackLabel(settings) : reviewed(stackLabel(settings)),
    directory: settings.directory,
    branch: event.kind === "schedule" ? branchName(settings) : undefined,
    revision: "",
    gates: [],
    roles: rolesOf(settings.oidc),
    environment: environmentOf(settings.environment),
    prepare: settings.preRunCommands.map(settingLabel),
    inFull: [],
    unchecked: [],
    checks: [],
    unread: "",
    config: [],
    removes: operation.operation === "destroy" && settings.deleteAfterDestroy,
    condition: operation.certain === true ? sparse : operation.note,
    start: event.kind === "dispatch" ? "available" : "automatic",
    site: undefined,
    runner: "deployment",
    assuming: [
      ...operation.assuming.map(assumptionCode),
      ...(operation.operation.endsWith("-drift") && settings.oidc.length > 0 ? ["GP684"] : []),
      ...(operation.operation === "preview" && event.kind === "pull_request"
        ? ["GP608", ...(branchName(settings) === undefined ? ["GP619"] : [])]
        : []),
      ...(event.kind === "push" ? skippedPushes(world).map((span) => placed("GP724", span)) : []),
      ...(settings.preRunCommands.length > 0 ? ["GP610"] : []),
      ...(settings.paths.some((path) => settingLabel(path).includes("*")) ? ["GP614"] : []),
    ],
    once: settings.skipIntermediateDeployments ? [{ kind: "overtaken", from: settings.from, isOfCommand: false }] : [],
    from: operation.from,
  });
  const more = (operation: "preview" | "update", on: "stack" | "review-stack"): Effect =>
    effect({ operation, on, certain: true, note: "", assuming: [], from: settings.from });
  const byHand = started.some(({ operation }) => operation === "preview") ? [] : previewByHand(settings, event);
  const preview = more("preview", "stack");
  return [
    ...started.map(effect),
    ...(byHand.length === 0
      ? []
      : [{ ...preview, start: "available" as const, assuming: [...preview.assuming, ...byHand] }]),
    ...(isDropped(settings, event, world)
      ? [{ ...more("update", "review-stack"), start: "dropped" as const, assuming: ["GP688"] }]
      : []),
  ];
}

/** A pull request into another branch than the default one gets no review stack where that is the template's. */
function isDropped(settings: StackSettings, event: Event, { surroundings }: World): boolean {
  if (event.kind !== "pull_request" || event.action === "closed" || !settings.pullRequestTemplate) return false;
  const branch = branchName(settings);
  return branch !== undefined && branch === surroundings.get("default-branch") && branch !== event.base;
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
