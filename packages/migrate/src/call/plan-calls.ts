import { literal, positionIn, written, type Path } from "@gha2pulumi/repo";
import { settingLabel } from "@gha2pulumi/deployments";
import type { Entries, Job, Step, StepPlay } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "../blocker.ts";
import type { ConfigSet, Occurrence } from "../intent.ts";
import type { Findings, Intent } from "../intents.ts";
import type { Entry } from "../job-entries.ts";
import { isPerRun, settingOf } from "../settings-value.ts";
import { stackOf } from "../stack-settings.ts";
import type { World } from "../world.ts";
import {
  callObstacles,
  headCommit,
  mergeCommit,
  organizationVariable,
  pulumiCloud,
  type CallConfig,
  type CallRequest,
  type CallRevision,
  type CallVariable,
  workflowCommit,
} from "./call-request.ts";
import { callStep } from "./call-step.ts";
import { loginSteps } from "./call-logins.ts";
import { namesOf } from "./call-names.ts";
import { outputsRead } from "./call-outputs.ts";
import { holdsAllSecrets, mayBeSecret } from "./call-secrecy.ts";

/** One step of a workflow that becomes a call, for all the stacks it works on. */
export interface Call {
  readonly path: Path;
  readonly job: string;
  readonly index: number;
  /** The step as it is to be, with the indentation of its place behind the first line. */
  readonly text: string;
  /** Steps of the job that go with it: logins for nobody else, configuration that is handed over now. */
  readonly gone: readonly number[];
  readonly intents: readonly Intent[];
  /** Environment names whose values the step sends, so that the settings leave them out. */
  readonly sent: ReadonlySet<string>;
  /** The organisation is a repository variable that somebody has to set. */
  readonly asksOrganization: boolean;
}

export interface Calls {
  readonly calls: readonly Call[];
  readonly blocked: ReadonlyMap<Intent, Blocker>;
}

/**
 * The calls these operations can become, one per step; what stands against the rest. A name that one call of a stack
 * sends all of them send: its settings, which are the same for all, then leave it out.
 */
export function planCalls(
  candidates: readonly Intent[],
  moving: readonly Intent[],
  findings: Findings,
  world: World,
): Calls {
  let forced: SentNames = new Map();
  // Every round adds a name to a stack, or is the last.
  for (;;) {
    const blocked = new Map<Intent, Blocker>();
    const calls = byStep(candidates).flatMap((group): readonly Call[] => {
      const stacks = new Set(group.map(stackOf));
      const peers = [...candidates, ...moving].filter((one) => stacks.has(stackOf(one)));
      const call = callOf(group, peers, forced, findings, world);
      if (typeof call !== "string") return [call];
      for (const intent of group)
        blocked.set(intent, blocker("GP251", `it cannot become a call: ${call}`, intent.occurrences[0].operates.from));
      return [];
    });
    const sent = sentByStack(calls);
    if (countOf(sent) <= countOf(forced)) return { calls, blocked };
    forced = sent;
  }
}

type SentNames = ReadonlyMap<string | undefined, ReadonlySet<string>>;

function sentByStack(calls: readonly Call[]): SentNames {
  const found = new Map<string | undefined, Set<string>>();
  for (const { intents, sent } of calls)
    for (const stack of intents.map(stackOf)) found.set(stack, new Set([...(found.get(stack) ?? []), ...sent]));
  return found;
}

function countOf(sent: SentNames): number {
  return [...sent.values()].reduce((sum, names) => sum + names.size, 0);
}

type Group = readonly [Intent, ...Intent[]];

function byStep(intents: readonly Intent[]): readonly Group[] {
  const groups = new Map<string, [Intent, ...Intent[]]>();
  for (const intent of intents) {
    const [{ site }] = intent.occurrences;
    const key = `${site.workflow} ${site.job} ${site.step.trail.map((span) => `${span.path}:${span.start}`).join(" ")}`;
    const group = groups.get(key);
    if (group) group.push(intent);
    else groups.set(key, [intent]);
  }
  return [...groups.values()];
}

/** The call a step becomes, or why it cannot be one. */
function callOf(
  group: Group,
  peers: readonly Intent[],
  forced: SentNames,
  findings: Findings,
  world: World,
): Call | string {
  const [first] = group;
  const [{ site }] = first.occurrences;
  if (site.jobPlay.calls || site.step.trail.length > 1)
    return "its step stands in an action or workflow that is called";
  const { job, step } = { job: site.jobPlay.job, step: site.step };
  const others = findings.intents.filter(
    (one) => one.occurrences[0].site.step.step === step.step && !group.includes(one),
  );
  if (others.length > 0) return "another operation of its step stays as it is";
  const entries = entriesOf(step, findings);
  const obstacle = stepObstacle(group, entries, step.step) ?? jobObstacle(job, step.step, findings);
  if (obstacle !== undefined) return obstacle;
  const outputs = outputsRead(world.tree.get(site.workflow) ?? "", step.step, group);
  if (typeof outputs === "string") return outputs;
  const names = varyingNames(group, peers, forced);
  const sent = sentVariables(names, group, step.step, job);
  if (typeof sent === "string") return sent;
  const config = configSent(group, findings);
  if (typeof config === "string") return config;
  const revision = revisionOf(group);
  if (revision === undefined) return "which commit it deploys depends on the event in a way that cannot be handed over";
  const named = namesOf(group, step.step, findings);
  if (typeof named === "string") return named;
  const token = tokenOf(step.step, job, site.jobPlay.caller === job ? site.jobPlay.workflow.env : new Map(), entries);
  if (token === undefined) return "where its Pulumi token comes from cannot be told";
  const organizations = new Set(group.flatMap((intent) => intent.occurrences.map(organizationText)));
  const [organization = ""] = organizations;
  if (organizations.size > 1) return "its organisation depends on the run";
  const clouds = new Set(group.flatMap((intent) => intent.occurrences.map(cloudOf)));
  const [cloudUrl = pulumiCloud] = clouds;
  if (clouds.size > 1) return "where its Pulumi Cloud is depends on the run";
  const request: CallRequest = {
    name: step.step.name?.text,
    id: step.step.id,
    if: step.step.if?.text,
    continueOnError: step.step.continueOnError?.text,
    operation: named.operation,
    organization,
    project: named.project,
    stack: named.stack,
    auth: { kind: "token", text: token },
    environment: sent,
    revision,
    outputs: outputs.map((name) => ({ output: name, as: name })),
    config,
    options: [],
    timeoutMinutes: minutesOf(step.step, job),
    cloudUrl,
  };
  const [refused] = callObstacles(request);
  if (refused !== undefined) return refused;
  return {
    path: site.workflow,
    job: site.job,
    index: step.step.index,
    text: placed(callStep(request), step.step, world.tree.get(site.workflow) ?? ""),
    gone: [...loginSteps(job, step.step, findings, world), ...configSteps(job, step.step, findings)],
    intents: group,
    sent: new Set(sent.map(({ name }) => name)),
    asksOrganization: request.organization.includes(`vars.${organizationVariable}`),
  };
}

function entriesOf(step: StepPlay, { stories }: Findings): readonly Entry[] {
  return stories.flatMap(({ jobs }) =>
    jobs.flatMap(({ entries }) => entries.filter((entry) => entry.step.step === step.step)),
  );
}

/** What the step does besides the operation, and would be lost with it. */
function stepObstacle(group: Group, entries: readonly Entry[], step: Step): string | undefined {
  const places = new Set(group.map((intent) => JSON.stringify(intent.occurrences[0].operates.from)));
  if (places.size > 1) return "its step runs several operations";
  const all = group.flatMap((intent) => intent.occurrences);
  if (all.some(({ prepare }) => prepare.some((one) => one.command.includes("${{"))))
    return "a command before it uses a value of the run";
  // There the checkout may be somebody else's, and with it the script that gets the token.
  const isForeign = all.some(
    ({ event }) =>
      (event.kind === "pull_request" && event.target) || (event.kind === "other" && event.name === "issue_comment"),
  );
  if (isForeign) return "it may run on what a stranger's pull request brings";
  const own = entries.find((entry) => entry.operates.length > 0);
  if (own?.command.kind === "run" && !own.command.unconditional) return "its script decides whether it runs";
  if (own?.command.kind === "run" && own.command.excused && step.continueOnError === undefined)
    return "its script goes on when it fails";
  const isOwn = (entry: Entry): boolean =>
    entry.operates.length > 0 || entry.config !== undefined || ["serves", "prepares"].includes(entry.duty);
  if (own?.command.kind === "run" && own.command.writes)
    return `what it prints goes to \`${written(own.command.writes)}\``;
  const other = entries.find((entry) => !isOwn(entry));
  if (other) return "its step does something else too";
  const script = step.run?.text ?? "";
  const file = /GITHUB_(OUTPUT|ENV|PATH|STEP_SUMMARY)|::set-output/.exec(script)?.[0];
  return file === undefined ? undefined : `its script writes to \`${file}\``;
}

/** What the job around it has to have, or must not have. */
function jobObstacle(job: Job, step: Step, { stories }: Findings): string | undefined {
  const plays = stories.flatMap(({ jobs }) => jobs.filter((played) => played.job.job === job));
  const isCheckout = (entry: Entry): boolean =>
    entry.command.kind === "uses" && entry.command.action.toLowerCase() === "actions/checkout";
  const hasCheckout = plays.every(({ entries }) => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    return at < 0 || entries.slice(0, at).some((entry) => isCheckout(entry) && entry.step.runs.value === true);
  });
  if (!hasCheckout) return "its job does not check out the repository before it, where the script of the call is";
  const uses = (pattern: RegExp): boolean =>
    plays.some(({ entries }) =>
      entries.some(({ command }) =>
        pattern.test(
          command.kind === "uses"
            ? command.action
            : command.kind === "run"
              ? command.words.map((word) => written(word)).join(" ")
              : "",
        ),
      ),
    );
  if (uses(registryLogin) && !uses(registryPush))
    return "its job logs in to a registry and pushes nothing there itself, so the program may";
  // A later call of the CLI needs it installed; the step that goes may have done so.
  const installs = (entry: Entry): boolean =>
    entry.command.kind === "uses" && /^pulumi\/(actions|setup-pulumi)$/i.test(entry.command.action);
  const relies = plays.some(({ entries }) => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    const later = entries.slice(at + 1).filter((entry) => entry.step.step !== step);
    const calls = later.some(
      ({ command }) => command.kind === "run" && /(?:^|\/)pulumi$/.test(literal(command.words[0] ?? []) ?? ""),
    );
    return at >= 0 && calls && step.uses !== undefined && !entries.slice(0, at).some(installs);
  });
  return relies ? "a later step uses the CLI that its step installs" : undefined;
}

const registryLogin =
  /^(docker\/(login|setup-buildx|setup-qemu)-action|aws-actions\/amazon-ecr-login|azure\/docker-login|docker login\b)/i;
const registryPush = /^(docker\/(build-push|bake)-action|docker (push|buildx|image push)\b)/i;

/** Values of the run, as the step can hand them over; or the name of one that only its script has. */
function sentVariables(names: readonly string[], group: Group, step: Step, job: Job): readonly CallVariable[] | string {
  const sent: CallVariable[] = [];
  for (const name of names) {
    const own = step.env.get(name);
    const isOutside = job.env.has(name) || step.uses !== undefined;
    if (!own && !isOutside) return `\`${name}\` is set in its script`;
    const exported = exportedText(job, step, name);
    const bounds = group.flatMap((intent) => intent.occurrences.flatMap((one) => one.environment.get(name) ?? []));
    if (bounds.some(({ text }) => holdsAllSecrets(text))) return `\`${name}\` holds every secret there is`;
    const secret = bounds.some(({ text }) => mayBeSecret(text));
    sent.push({ name, text: own?.text ?? exported ?? `\${{ env.${name} }}`, secret });
  }
  return sent.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A value that a login step puts into the environment, as its input is written: the step itself may go. */
function exportedText(job: Job, before: Step, name: string): string | undefined {
  const input = { AWS_REGION: "aws-region", AWS_DEFAULT_REGION: "aws-region", GOOGLE_CLOUD_PROJECT: "project_id" }[
    name
  ];
  if (input === undefined) return undefined;
  return job.steps.findLast((one) => one.index < before.index && one.with.has(input))?.with.get(input)?.text;
}

/** Configuration the job sets before it, as the deployment can set it; or why it cannot. */
function configSent(group: Group, { stories }: Findings): readonly CallConfig[] | string {
  const [first] = group;
  const [{ config, site }] = first.occurrences;
  const others = group.flatMap((intent) => intent.occurrences.map((one) => one.config));
  const shown = (all: readonly ConfigSet[]): string =>
    JSON.stringify(all.map(({ key, value }) => [key, written(value.text)]));
  if (others.some((one) => shown(one) !== shown(config))) return "the configuration it is given depends on the event";
  const before = stories.flatMap(({ jobs }) =>
    jobs.filter(({ job }) => job.job === site.jobPlay.job).flatMap(({ entries }) => entries),
  );
  const unread = before.find(
    (entry) => entry.config === undefined && entry.reasons.some(({ code }) => code === "GP222"),
  );
  if (unread) return "a value of its configuration cannot be read";
  const hidden = config.find(({ value }) =>
    value.text.some((piece) => typeof piece !== "string" && !isExpression(piece.expression)),
  );
  if (config.some(({ value }) => holdsAllSecrets(value.text))) return "its configuration holds every secret there is";
  if (hidden) return `the value of \`${hidden.key}\` is computed in a script`;
  return config.map(({ key, value, secret, path }) => ({
    key,
    text: written(value.text),
    secret:
      secret ||
      value.text.some((piece) => typeof piece !== "string" && piece.names.some((name) => name.startsWith("secrets."))),
    hidden: mayBeSecret(value.text),
    path,
  }));
}

/** An expression of GitHub's, rather than one of the shell. */
function isExpression(expression: string): boolean {
  return /^(github|steps|needs|inputs|vars|secrets|matrix|format\()/.test(expression) && !expression.includes("$(");
}

/** Steps before it that only set configuration. */
function configSteps(job: Job, replaced: Step, { stories }: Findings): readonly number[] {
  const entries = stories.flatMap(({ jobs }) =>
    jobs.filter((played) => played.job.job === job).flatMap((played) => played.entries),
  );
  const isConfig = (step: Step): boolean => {
    const own = entries.filter((entry) => entry.step.step === step);
    const writes = /GITHUB_(OUTPUT|ENV|PATH)/.test(step.run?.text ?? "");
    return (
      !writes &&
      own.some(({ config }) => config) &&
      own.every(({ config, duty }) => config !== undefined || duty === "serves")
    );
  };
  return job.steps.filter((step) => step.index < replaced.index && isConfig(step)).map((step) => step.index);
}

/** Names whose values depend on the event, the stack or the run, or that other operations of the stack have not. */
function varyingNames(group: readonly Intent[], peers: readonly Intent[], forced: SentNames): readonly string[] {
  const texts = new Map<string, Set<string>>();
  const open = new Set<string>(group.flatMap((intent) => [...(forced.get(stackOf(intent)) ?? [])]));
  const all = peers.flatMap((intent) => intent.occurrences);
  for (const { environment, site } of all) {
    const scope = site.jobPlay.environment && literal(site.jobPlay.environment.text);
    for (const [name, bound] of environment) {
      const setting = settingOf(bound, scope, "", true);
      // The same secret may have one value in a GitHub environment and another one without.
      texts.set(name, (texts.get(name) ?? new Set()).add(`${written(bound.text)} ${settingLabel(setting)}`));
      if (isPerRun(setting)) open.add(name);
    }
  }
  const everywhere = (name: string): boolean => all.every(({ environment }) => environment.has(name));
  const own = new Set(
    group.flatMap(({ occurrences }) => occurrences.flatMap(({ environment }) => [...environment.keys()])),
  );
  return [...texts].flatMap(([name, values]) =>
    !own.has(name) ? [] : open.has(name) || values.size > 1 || !everywhere(name) ? [name] : [],
  );
}

function organizationText({ organization, organizationText: text }: Occurrence): string {
  return organization ?? (text ? written(text.text) : `\${{ vars.${organizationVariable} }}`);
}

function cloudOf({ backend }: Occurrence): string {
  return backend.kind === "pulumi-cloud" ? (backend.url ?? pulumiCloud) : "";
}

/** The token as the workflow writes it: for the step, for the job or all jobs, or left there by a login step. */
function tokenOf(step: Step, job: Job, shared: Entries, entries: readonly Entry[]): string | undefined {
  const name = "PULUMI_ACCESS_TOKEN";
  const own = step.env.get(name)?.text;
  if (own !== undefined) return own;
  const left = entries.some(
    (entry) => entry.operates.length > 0 && (entry.before.token || entry.command.environment.has(name)),
  );
  return left || job.env.has(name) || shared.has(name) ? `\${{ env.${name} }}` : undefined;
}

/** The commit a checkout without `ref:` would bring; on pull requests their head, since nothing holds the trial merge. */
function revisionOf(group: Group): CallRevision | undefined {
  const pulls = group.flatMap((intent) =>
    intent.occurrences.flatMap(({ event }) => (event.kind === "pull_request" ? [event.action] : [])),
  );
  const isOnly = group.every((intent) => intent.occurrences.every(({ event }) => event.kind === "pull_request"));
  if (pulls.length === 0) return workflowCommit;
  if (!pulls.includes("closed")) return headCommit;
  return isOnly && pulls.every((action) => action === "closed") ? mergeCommit : undefined;
}

/** How long to wait: as long as the step or the job has, at most; an hour where nothing is said. */
function minutesOf(step: Step, job: Job): number {
  const minutes = Number(step.timeoutMinutes?.text ?? job.timeoutMinutes?.text ?? "60");
  return Number.isInteger(minutes) && minutes > 0 ? minutes : 60;
}

/** The lines of a list item as the value of one that is there: without the dash, at the column of what it replaces. */
function placed(lines: readonly string[], step: Step, text: string): string {
  const column = positionIn(text, step.span.start).column - 1;
  return lines
    .map((line, i) => (line === "" || i === 0 ? line.slice(2) : " ".repeat(column) + line.slice(2)))
    .join("\n");
}
