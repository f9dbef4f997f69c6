import { grouped, positionIn, type Path } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "../blocker.ts";
import { writtenByProgram } from "../blockers.ts";
import type { Findings, Intent } from "../intents.ts";
import { optionVariable } from "../option-variable.ts";
import { isImplied } from "../stack-conflicts.ts";
import { stackOf } from "../stack-settings.ts";
import type { World } from "../world.ts";
import { namesAway } from "./at-home.ts";
import { configSent, configSteps } from "./call-config.ts";
import { hostOf, type Group, type Host } from "./call-group.ts";
import { keptLine, keptStep } from "./call-kept.ts";
import { loginOf, type CallLogin } from "./call-login.ts";
import { longerLogin } from "./login-lasts.ts";
import { namesOf } from "./call-names.ts";
import { jobObstacle, lossOf, stepObstacle } from "./call-obstacles.ts";
import { fileForLater } from "./call-files.ts";
import { cloudOf, isFixed, minutesOf, organizationText, revisionOf, tokenOf } from "./call-origin.ts";
import { outputsRead } from "./call-outputs.ts";
import { cliSteps } from "./call-cli.ts";
import { filesLost, relianceOn, type Reliance } from "./call-reliance.ts";
import { optionsSent } from "./call-options.ts";
import { ownOf } from "./call-own.ts";
import { callObstacles, organizationVariable, pulumiCloud, type CallOwn, type CallRequest } from "./call-request.ts";
import { sentVariables, varyingNames, type SentNames } from "./call-sent.ts";
import { askingStep, loginStep } from "./call-step.ts";

/** One step of a workflow that becomes a call, for all the stacks it works on. */
export interface Call {
  readonly path: Path;
  readonly job: string;
  readonly index: number;
  /** The step as it is to be, with the indentation of its place behind the first line. */
  readonly text: string;
  /** Steps that stand in front of it then, written the same way. */
  readonly before: readonly string[];
  /** Steps of the job that go with it: logins for nobody else, configuration that is handed over now. */
  readonly gone: readonly number[];
  readonly host: Host;
  /** Its script stays, and one line of it asks. */
  readonly isKept: boolean;
  readonly intents: readonly Intent[];
  /** Environment names whose values the step sends, so that the settings leave them out. */
  readonly sent: ReadonlySet<string>;
  readonly own: CallOwn;
  readonly login: CallLogin;
  /** What is said of a login in front of it that lasts longer from now on. */
  readonly longer: string | undefined;
  /** The organisation as the workflow has it. */
  readonly organization: string;
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
  let staying: ReadonlySet<Intent> = new Set();
  // Every round adds a name to a stack, or an operation that stays, or is the last.
  for (;;) {
    const going = new Set(
      [...candidates, ...moving]
        .filter((one) => !staying.has(one))
        .flatMap(({ occurrences }) => occurrences.map(({ site }) => site.step.step)),
    );
    const blocked = new Map<Intent, Blocker>();
    const calls = byStep(candidates).flatMap((group): readonly Call[] => {
      const stacks = new Set(group.map(stackOf));
      const peers = [...candidates, ...moving].filter((one) => stacks.has(stackOf(one)));
      const own = ownOf(
        group,
        candidates.filter((one) => peers.includes(one)),
        moving.filter((one) => peers.includes(one)),
        world,
      );
      const call =
        typeof own === "string" ? own : callOf(group, { peers, moving, going, forced }, own, findings, world);
      if (typeof call !== "string") return [call];
      for (const intent of group)
        blocked.set(intent, blocker("GP251", `it cannot become a call: ${call}`, intent.occurrences[0].operates.from));
      return [];
    });
    const sent = sentByStack(calls);
    const kept = new Set([...staying, ...blocked.keys()]);
    if (countOf(sent) <= countOf(forced) && kept.size === staying.size) return { calls, blocked };
    [forced, staying] = [sent, kept];
  }
}

function sentByStack(calls: readonly Call[]): SentNames {
  const found = new Map<string | undefined, Set<string>>();
  for (const { intents, sent } of calls)
    for (const stack of intents.map(stackOf)) found.set(stack, new Set([...(found.get(stack) ?? []), ...sent]));
  return found;
}

function countOf(sent: SentNames): number {
  return [...sent.values()].reduce((sum, names) => sum + names.size, 0);
}

function byStep(intents: readonly Intent[]): readonly Group[] {
  // A step of a called workflow is one step, whoever calls it.
  const keyOf = ({ occurrences: [{ site }] }: Intent): string =>
    `${site.step.step.span.path}:${site.step.step.span.start}`;
  return [...grouped(intents, keyOf).values()];
}

/** What stands around a step: the other operations of its stacks, those that move, the steps that do not stay, names sent. */
interface Around {
  readonly peers: readonly Intent[];
  readonly moving: readonly Intent[];
  readonly going: ReadonlySet<Step>;
  readonly forced: SentNames;
}

/** The call a step becomes, or why it cannot be one. */
function callOf(
  all: Group,
  { peers, moving, going, forced }: Around,
  own: CallOwn,
  findings: Findings,
  world: World,
): Call | string {
  const { whole: group, halves } = withoutPreviews(all);
  const [first] = group;
  const [{ site }] = first.occurrences;
  const { step } = site.step;
  const { path } = step.span;
  const host = hostOf(group, findings, world);
  if (typeof host === "string") return host;
  if (writtenByProgram(path, world)) return "the workflow that holds its step cannot be edited";
  const { plays } = host;
  const [inside] = host.jobs;
  // What moves takes its use of an action, or of a called workflow, with it.
  const others = findings.intents.some(
    (one) =>
      one.occurrences[0].site.step.step === step &&
      !all.includes(one) &&
      !((host.kind === "action" || one.occurrences[0].site.jobPlay.calls !== undefined) && moving.includes(one)),
  );
  if (others) return "another operation of its step stays as it is";
  const entries = plays.flatMap((all) => all.filter((entry) => entry.step.step === step));
  const obstacle = stepObstacle(group, entries, step, world.repository) ?? jobObstacle(host, step);
  if (obstacle !== undefined) return obstacle;
  const source = world.tree.get(path) ?? "";
  const read = outputsRead(host, step, group, world.tree);
  const needs = new Set(plays.flatMap((play) => [...relianceOn(step, play, going, world.tree)]));
  // The script that stays logs in with a command of its own, or not at all.
  if (needs.has("login") && step.uses === undefined) return reliances.login;
  const directory = group[0].occurrences[0].directory ?? ".";
  const lost =
    lossOf(group, entries, step) ??
    plays.map((play) => filesLost(step, play)).find((one) => one !== undefined) ??
    plays.map((play) => fileForLater(step, play, directory, world)).find((one) => one !== undefined) ??
    (typeof read === "string" ? read : undefined) ??
    (step.uses === undefined ? [...needs].map((need) => reliances[need])[0] : undefined);
  // What would be lost stays where the operation is a line of its own: only that line becomes the call.
  const line = lost === undefined ? undefined : keptLine(group, step, source);
  if (lost !== undefined && line === undefined) return lost;
  const previewed = line === undefined ? [] : halves.map((half) => keptLine([half], step, source));
  if (previewed.some((one) => one === undefined || (line !== undefined && one.start > line.start)))
    return "its step runs several operations";
  const outputs = line === undefined && typeof read !== "string" ? read : [];
  const names = varyingNames(group, peers, forced);
  const sent = sentVariables(names, group, step, host);
  if (typeof sent === "string") return sent;
  const refreshes = world.projects.get(directory)?.refreshes === true;
  const options = optionsSent(group, step, { peers, moving, forced, refreshes });
  const config = configSent(group, host, world.tree);
  if (typeof config === "string") return config;
  const fixed = group.flatMap(({ occurrences }) => occurrences).find((one) => isFixed(one.revision))?.revision;
  if (fixed !== undefined) return `it checks out \`${fixed}\`, which is without the script of the call`;
  const revision = revisionOf(group);
  if (revision === undefined) return "which commit it deploys depends on the event in a way that cannot be handed over";
  const named = namesOf(group, step, findings, world.tree);
  if (typeof named === "string") return named;
  const token = tokenOf(step, host);
  const login = loginOf({
    ...inside,
    entries: plays.flat(),
    token,
    obstacle:
      host.kind === "action"
        ? "its step stands in an action, whose jobs would have to be given the permission"
        : site.jobPlay.calls || inside.workflow.triggers.some(({ event }) => event === "workflow_call")
          ? "its step stands in a called workflow, whose callers would have to pass the permission on"
          : line !== undefined || needs.size > 0
            ? "other commands of the job go on with the token"
            : undefined,
    surroundings: world.surroundings,
  });
  if (login === undefined) return "where its Pulumi token comes from cannot be told";
  const organizations = new Set(group.flatMap((intent) => intent.occurrences.map(organizationText)));
  const [organization = ""] = organizations;
  if (organizations.size > 1) return "its organisation depends on the run";
  const clouds = new Set(group.flatMap((intent) => intent.occurrences.map(cloudOf)));
  const [cloudUrl = pulumiCloud] = clouds;
  if (clouds.size > 1) return "where its Pulumi Cloud is depends on the run";
  const timeoutMinutes = minutesOf(step, host, line !== undefined);
  if (timeoutMinutes === undefined) return "its time limit depends on the run";
  const longer = login.already && !token?.includes("secrets.") ? longerLogin(host, step, timeoutMinutes) : undefined;
  if (typeof longer === "string") return longer;
  const request: CallRequest = {
    name: step.name?.text,
    id: step.id,
    if: step.if?.text,
    continueOnError: step.continueOnError?.text,
    operation: named.operation,
    organization,
    project: named.project,
    stack: named.stack,
    auth: login.auth,
    environment: sent,
    revision,
    outputs: outputs.map((name) => ({ output: name, as: name })),
    config,
    own,
    options,
    timeoutMinutes,
    cloudUrl,
  };
  const configured = configSteps(group, host, step);
  const [refused] = callObstacles(request);
  if (refused !== undefined) return refused;
  const cli = needs.size === 0 || line !== undefined ? [] : cliSteps(request, step, needs, world.tree);
  if (cli === undefined) return [...needs].map((need) => reliances[need])[0] ?? "";
  const text =
    line === undefined
      ? placed(askingStep(request), step, source)
      : keptStep(
          request,
          step,
          line,
          previewed.flatMap((one) => one ?? []),
          source,
        );
  if (text === undefined) return "its variables are not written line by line";
  const around = source.slice(host.span.start, host.span.end);
  const isCalled = host.kind === "action" || site.jobPlay.calls !== undefined;
  const foreign = isCalled ? namesAway([text, ...cli.flat()].join("\n"), around, host)[0] : undefined;
  if (foreign === `vars.${organizationVariable}`)
    return `no file tells its organisation, and an action cannot read \`${foreign}\` in its place; answer \`organization\``;
  if (foreign !== undefined)
    return `it stands in ${host.kind === "action" ? "an action" : "a called workflow"}, and one of its values is \`${foreign}\`, which only the caller knows by that name`;
  return {
    path,
    job: inside.job.id,
    index: step.index,
    text,
    before: [...(login.auth.kind === "oidc" ? [loginStep(request)] : []), ...cli].map((lines) =>
      placed(lines, step, source),
    ),
    login: { ...login, edits: [...login.edits, ...(longer?.edits ?? [])] },
    longer: longer?.note,
    organization,
    // A script that stays may need the logins and files before it.
    gone: line === undefined ? configured : [],
    host,
    isKept: line !== undefined,
    intents: all,
    sent: new Set([...sent.map(({ name }) => name), ...options.map(({ flag }) => optionVariable(flag))]),
    own,
    asksOrganization: request.organization.includes(`vars.${organizationVariable}`),
  };
}

/**
 * The operations of a step without the previews in front of their own updates: `pulumi up` previews before it acts, and
 * so does a deployment (https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/), so that such a preview goes with the script.
 */
function withoutPreviews(group: Group): { readonly whole: Group; readonly halves: readonly Intent[] } {
  const isHalf = (intent: Intent): boolean =>
    isImplied(intent) && intent.occurrences.every(({ operates }) => operates.operation === "preview");
  const [first, ...more] = group.filter((intent) => !isHalf(intent));
  const updated = new Set([first, ...more].map((one) => one && stackOf(one)));
  const halves = group.filter(isHalf);
  return first === undefined || halves.some((half) => !updated.has(stackOf(half)))
    ? { whole: group, halves: [] }
    : { whole: [first, ...more], halves };
}

/** Why a step cannot be replaced that later ones rely on, where nothing sets the CLI up in its place. */
const reliances: Readonly<Record<Reliance, string>> = {
  cli: "a later step uses the CLI that its step installs, or may",
  stack: "a later step works on the stack that its step selects, or may",
  login: "a later step relies on its login to Pulumi, or may",
};

/** The lines of a list item as the value of one that is there: without the dash, at the column of what it replaces. */
function placed(lines: readonly string[], step: Step, text: string): string {
  const column = positionIn(text, step.span.start).column - 1;
  return lines
    .map((line, i) => (line === "" || i === 0 ? line.slice(2) : " ".repeat(column) + line.slice(2)))
    .join("\n");
}
