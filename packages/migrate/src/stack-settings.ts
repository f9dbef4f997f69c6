import { literal, sameTimes, withoutNames, written, type Path, type Trail } from "@gha2pulumi/repo";
import { setting, settingLabel, type Schedule, type Setting, type StackSettings } from "@gha2pulumi/deployments";
import { isOneName } from "./concurrency.ts";
import type { Occurrence, Preparation } from "./intent.ts";
import type { Intent } from "./intents.ts";
import { isOptionVariable } from "./option-variable.ts";
import { translatePaths } from "./path-filters.ts";
import { agentPoolOf, calledPreparations, oidcLabel, preparations, preRunCommand, runtimeOf } from "./runtime.ts";
import { organizationOf } from "./settings-files.ts";
import { withLongestSession } from "./session-duration.ts";
import type { World } from "./world.ts";

/** The stack an intent is about, as one text; `undefined` while it is not known. */
export function stackOf(intent: Intent): string | undefined {
  const [{ organization, organizationText, project, stack, directory }] = intent.occurrences;
  if (stack === undefined || project === undefined || directory === undefined) return undefined;
  return JSON.stringify([organization ?? (organizationText ? written(organizationText.text) : ""), project, stack]);
}

/** What must be the same for all operations of one stack, because its settings say it once. */
export interface Profile {
  readonly directory: string;
  readonly identities: string;
  readonly environment: string;
  readonly prepare: string;
  readonly image: string;
  readonly runner: string;
}

export function profileOf(intent: Intent, withoutFlags: boolean): Profile {
  const [occurrence] = intent.occurrences;
  const { environment, oidc } = runtimeOf(occurrence);
  return {
    directory: occurrence.directory ?? "",
    identities: JSON.stringify(oidc.map(oidcLabel)),
    environment: JSON.stringify(
      [...environment]
        .filter(([name]) => !(withoutFlags && isOptionVariable(name)))
        .map(([name, value]) => [name, settingLabel(value)]),
    ),
    prepare: prepareLabel(preparations(occurrence)),
    image: JSON.stringify(imageOf(occurrence)?.value ?? null),
    runner: occurrence.pool?.key ?? "",
  };
}

/** The profile of an operation that the workflow asks for: its checks stay there. */
export function calledProfileOf(intent: Intent): Profile {
  return { ...profileOf(intent, false), prepare: prepareLabel(calledPreparations(intent.occurrences[0])) };
}

/** The commands before a preview as its profile has them, with the checks that stay with the pull request. */
export function preparedInFull({ occurrences: [one] }: Intent): string {
  return prepareLabel(preparations({ ...one, prepare: one.prepareInFull }));
}

function prepareLabel(prepare: readonly Preparation[]): string {
  return JSON.stringify(prepare.map(({ command, directory }) => [directory, command]));
}

function imageOf(occurrence: Occurrence): Setting | undefined {
  const version = occurrence.cliVersion && literal(occurrence.cliVersion.text)?.replace(/^v/, "");
  if (!occurrence.cliVersion || version === undefined || !/^\d+\.\d+\.\d+$/.test(version)) return undefined;
  return setting(`pulumi/pulumi:${version}`, occurrence.cliVersion.from, "the CLI version the workflow installs");
}

interface Wanted {
  readonly branch: string | undefined;
  /** Workflow files that go. */
  readonly gone: ReadonlySet<Path>;
  /** Operations that the workflow goes on asking for: no trigger of the settings stands for them. */
  readonly isCalled: (intent: Intent) => boolean;
  /** Environment names whose values such a call sends. */
  readonly sent: ReadonlySet<string>;
  /** All of them are called, and say by themselves what they run first, or which role they take. */
  readonly own: { readonly prepared: boolean; readonly role: boolean };
  /** What asks for the cache of Deployments. */
  readonly cache: Trail | undefined;
  readonly world: World;
}

/** The settings of one stack: what its intents say together. They must have one profile and one branch. */
export function settingsFor(
  intents: readonly [Intent, ...Intent[]],
  { branch, gone, isCalled, sent, own, cache, world }: Wanted,
): StackSettings {
  const isWhole = (intent: Intent): boolean => intent.occurrences.some(({ implied }) => !implied);
  const first = intents.find(isWhole) ?? intents[0];
  const [occurrence] = first.occurrences;
  const from = occurrence.operates.from;
  const runtime = runtimeOf(occurrence);
  const oidc = withLongestSession(
    runtime.oidc.filter(({ kind }) => !(own.role && kind === "aws")),
    intents.flatMap(({ occurrences }) => occurrences),
  );
  const environment = new Map([...runtime.environment].filter(([name]) => !sent.has(name)));
  const on = intents
    .filter((intent) => !isCalled(intent))
    .flatMap((intent) => intent.on.map((trigger) => ({ trigger, intent })));
  const update = on.find(({ trigger, intent }) => trigger.event === "push" && operationOf(intent) === "update");
  const preview = on.find(
    ({ trigger, intent }) => trigger.event === "pull_request" && operationOf(intent) === "preview",
  );
  // What a pull request leaves to its workflow, an update that moves may do before both.
  const isInFull = ({ occurrences: [one] }: Intent): boolean => one.prepareInFull.length === one.prepare.length;
  const moved = intents.filter((intent) => isWhole(intent) && !isCalled(intent));
  const [prepared] = (isInFull(first) ? undefined : moved.find(isInFull))?.occurrences ?? [occurrence];
  const prepare = own.prepared ? [] : isCalled(first) ? calledPreparations(occurrence) : preparations(prepared);
  const review = on.find(({ trigger, intent }) => trigger.event === "pull_request" && intent.occurrences[0].review);
  const filtered = update ?? preview ?? review;
  const paths = filtered ? translatePaths(filtered.trigger.paths, filtered.trigger.pathsIgnore, gone) : undefined;
  const value = (known: string | undefined, config: string, at: Trail): Setting =>
    setting(known === undefined ? [{ config, secret: false }] : [known], at);
  const organization = organizationOf(occurrence);
  const agentPool = occurrence.pool && agentPoolOf(occurrence.pool, world);
  const reasons = new Map<string, Trail>([["directory", from]]);
  const overtaken = overtakenBy(on, intents.some(isCalled));
  if (cache) reasons.set("cache", cache);
  if (overtaken) reasons.set("skipIntermediateDeployments", overtaken);
  if (update) reasons.set("deployCommits", triggerTrail(update.intent, "push"));
  if (preview) reasons.set("previewPullRequests", triggerTrail(preview.intent, "pull_request"));
  if (review) reasons.set("pullRequestTemplate", triggerTrail(review.intent, "pull_request"));
  if (filtered && (filtered.trigger.paths.length > 0 || filtered.trigger.pathsIgnore.length > 0))
    reasons.set("paths", triggerTrail(filtered.intent, filtered.trigger.event));
  return {
    organization,
    project: occurrence.project ?? "",
    stack: occurrence.stack ?? "",
    branch: value(
      branch ?? world.surroundings.get("default-branch"),
      "branch",
      filtered ? triggerTrail(filtered.intent, filtered.trigger.event) : from,
    ),
    directory: occurrence.directory ?? ".",
    repository: value(world.surroundings.get("repository"), "repository", from),
    repositoryBlock: world.surroundings.get("settings.block") === "vcs" ? "vcs" : "github",
    deployCommits: update !== undefined,
    previewPullRequests: preview !== undefined,
    pullRequestTemplate: review !== undefined,
    paths:
      paths?.kind === "paths" && filtered
        ? paths.paths.map((path) => setting(path, triggerTrail(filtered.intent, filtered.trigger.event)))
        : [],
    preRunCommands: prepare.map((one) => setting(preRunCommand(one, occurrence.directory ?? "."), one.from)),
    environment,
    skipInstallDependencies: prepare.some((one) => one.installs),
    skipIntermediateDeployments: overtaken !== undefined,
    deleteAfterDestroy: intents.some((intent) => intent.occurrences[0].operates.removeStack),
    oidc,
    executorImage: imageOf(occurrence),
    agentPool: agentPool === undefined || !occurrence.pool ? undefined : setting(agentPool, occurrence.pool.from),
    cache: cache !== undefined,
    schedules: on.flatMap(({ trigger, intent }) =>
      trigger.event === "schedule" && !intent.occurrences.every(({ implied }) => implied)
        ? schedulesOf(intent, trigger.crons)
        : [],
    ),
    reasons,
    from,
  };
}

/**
 * The concurrency group in which a newer push takes the place of one that still waits, whatever `cancel-in-progress` says.
 * `skipIntermediateDeployments` does so for all operations of a kind: previews of other pull requests, and deployments
 * that a call waits for, would be skipped as well.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#concurrency
 */
function overtakenBy(
  on: readonly { readonly trigger: Intent["on"][number]; readonly intent: Intent }[],
  isAsked: boolean,
): Trail | undefined {
  if (isAsked || on.some(({ trigger }) => trigger.event !== "push" && trigger.event !== "workflow_dispatch"))
    return undefined;
  const pushed = on.filter(({ trigger }) => trigger.event === "push").flatMap(({ intent }) => intent.occurrences);
  const groups = pushed.map(({ site }) =>
    site.jobPlay.groups.find(({ text, replaces }) => replaces && isOneName(text)),
  );
  return groups.every((group) => group !== undefined) ? groups[0]?.from : undefined;
}

function operationOf(intent: Intent): string | undefined {
  return intent.occurrences[0].operates.operation;
}

function triggerTrail(intent: Intent, event: string): Trail {
  const trigger = intent.workflow.triggers.find((one) => one.event === event);
  return trigger ? [trigger.span] : intent.occurrences[0].operates.from;
}

function schedulesOf(intent: Intent, crons: readonly string[]): readonly Schedule[] {
  const operation = intent.occurrences[0].operates.operation;
  const from = triggerTrail(intent, "schedule");
  const drift = intent.occurrences.find(({ event }) => event.kind === "schedule")?.byClock?.drift;
  const scheduled = (cron: Setting): readonly Schedule[] => {
    if (drift !== undefined) return [{ kind: "drift", cron, autoRemediate: drift === "remediate", from }];
    return operation === undefined ? [] : [{ kind: "operation", cron, operation, from }];
  };
  const plain = crons.map(withoutNames);
  const once = plain.filter(
    (cron, at) => !plain.slice(0, at).some((other) => other === cron || sameTimes(other, cron)),
  );
  return once.flatMap((cron) => scheduled(setting(cron, from)));
}
