import { literal, namesIn, type Bound, type Event } from "@gha2pulumi/repo";
import { apart, ownRepository, type Command, type Condition, type JobPlay, type StepPlay } from "@gha2pulumi/workflow";
import { byClock } from "./by-clock.ts";
import { onItsBranch } from "./branch-stacks.ts";
import { isConfigOf, newConfig, unplacedConfig, withoutForeign } from "./config-writes.ts";
import { amongJobs, type AmongJobs, type PlayedJob } from "./among-jobs.ts";
import { commandNames, unreadBuilds } from "./command-names.ts";
import { concurrencyGates } from "./concurrency.ts";
import { isOutOfReach } from "./files-left.ts";
import { installerVersion } from "./duties.ts";
import { folderPath } from "./folder.ts";
import {
  environmentGate,
  followers,
  neededGates,
  isHostedInstead,
  isShownBehind,
  poolOf,
  previewsNeeded,
  orderObstacles,
  runnerObstacles,
  secretScope,
  stepObstacles,
} from "./gates.ts";
import type { ConfigSet, Occurrence, Operates, Preparation, Reason } from "./intent.ts";
import type { Entry } from "./entry.ts";
import { namesRead } from "./job-entries.ts";
import { identitiesOf, identityObstacles, openLogins } from "./occurrence-identities.ts";
import { jobQuestion, leavesAnswer } from "./job-question.ts";
import { keyFiles } from "./key-files.ts";
import { kubeconfigFiles } from "./kubeconfig-files.ts";
import { withoutLeftSteps } from "./left-steps.ts";
import { loginKeys } from "./login-keys.ts";
import { secondLogins, withoutLoginOutputs } from "./login-variables.ts";
import { isPlainKey, mayReadFiles } from "./program-reads.ts";
import type { Project } from "./projects.ts";
import { input } from "./scope.ts";
import type { Story } from "./stories.ts";
import { onceOf } from "./run-once.ts";
import { switchesRead, unlikeRunner } from "./runner-tools.ts";
import { injectedToken } from "./package-tokens.ts";
import { isDefaultInstall, environmentOf, ownTokenNote, preparation, preparationEnvironment } from "./preparation.ts";
import { loginReasons } from "./registry-logins.ts";
import { cacheAsked } from "./restored-cache.ts";
import { bringsTrialMerge, followsBranch, otherRevision, revisionLabel, trialMergeLabel } from "./revision.ts";
import { isPerPullRequest, isReviewStack, templateStack } from "./review-stacks.ts";
import { cloudUses, runnerNames, tokensLeft, withheld } from "./runner-names.ts";
import { withStackFile } from "./stack-file-identities.ts";
import { isNamedByRun } from "./stack-blockers.ts";
import { stackAnswer, type StackAnswer } from "./stack-answer.ts";
import { withoutCachePaths } from "./cache-paths.ts";
import { partsNamed } from "./stack-name.ts";
import { stateOf } from "./state.ts";
import { withoutStandIns } from "./stand-ins.ts";
import { isAutomaticToken } from "./tokens.ts";
import { typedOperations } from "./typed-operations.ts";
import { activationObstacles, withoutActivation } from "./virtual-environment.ts";
import { isImplied, modifiersWithRefresh, onAnsweredStack, stepGates } from "./within-job.ts";
import type { World } from "./world.ts";

/** Every operation that an event makes a workflow run, with everything the files tell about it. */
export function occurrencesOf({ event, jobs }: Story, world: World): readonly Occurrence[] {
  const among = amongJobs(jobs);
  return jobs.flatMap((played) => ofJob(played, among, event, world));
}

function ofJob(played: PlayedJob, among: AmongJobs, event: Event, world: World): readonly Occurrence[] {
  const { job } = played;
  return played.entries.flatMap((entry, at) =>
    entry.operates
      .flatMap((operates) => onItsBranch(operates, event, world.tree))
      .flatMap((operates) => typedOperations(operates, event))
      .map((operates): Occurrence => {
        const told = world.surroundings.get(jobQuestion("stack", job));
        const answer = isNamedByRun(operates) ? undefined : stackAnswer(told, event);
        const { stepGates: steps, followers: behind, ...own } = ownPart(played, at, entry, operates, answer, world);
        const ref = entry.before.revision;
        const revision = revisionLabel(ref?.text ?? [], event, "checkout");
        const isShown = isShownBehind(played, among, entry, own.operates);
        const review = isReviewStack(own.operates, event, own.project, world.surroundings);
        // A preview changes nothing, and a refresh or destroy runs no program by itself: their code makes no difference.
        const isRun = own.operates.operation === "update" || own.environment.has("PULUMI_RUN_PROGRAM");
        const changes = isRun && own.operates.operation !== "preview" && !isPerPullRequest(own.operates, event);
        const isMerged = changes && bringsTrialMerge(ref?.text ?? [], event) && own.operates.called === undefined;
        const isHead = world.surroundings.get(jobQuestion("pull-request-head", job)) === "head";
        return {
          ...own,
          implied: own.implied || isShown,
          event,
          revision: isMerged && !isHead ? trialMergeLabel : revision,
          followsBranch: followsBranch(ref?.text ?? [], event),
          history: entry.before.history,
          obstacles: ref && revision !== "" ? [...own.obstacles, otherRevision(ref, world.tree)] : own.obstacles,
          ...byClock(own.operates, event, job, world.surroundings),
          stack: review ? templateStack : own.stack,
          review,
          scope: secretScope(job, world.surroundings),
          site: { workflow: job.workflow.path, job: job.caller.id, jobPlay: job, step: entry.step },
          gates: [
            ...environmentGate(job, world.surroundings),
            ...neededGates(played, among, entry, operates),
            ...concurrencyGates(job, world.groups),
            ...steps,
          ],
          feeds: [...behind, ...(isShown ? [] : waitingJobs(job, among))],
          once: [...own.once, ...switchesRead(own), ...previewsNeeded(played, among, entry, operates)],
        };
      }),
  );
}

/** What neither the event nor the other jobs have a part in. */
type OwnPart = Omit<
  Occurrence,
  "event" | "revision" | "followsBranch" | "history" | "scope" | "site" | "review" | "byClock" | "gates" | "feeds"
> & {
  readonly stepGates: Occurrence["gates"];
  readonly followers: Occurrence["feeds"];
};

/** An entry is that of one play of a job on one tree, so it is the same on every event that plays the job alike. */
const ownParts = new WeakMap<Entry, Map<Operates, Map<string, OwnPart>>>();

function ownPart(
  played: PlayedJob,
  at: number,
  entry: Entry,
  operates: Operates,
  answer: StackAnswer | undefined,
  world: World,
): OwnPart {
  const known = ownParts.get(entry) ?? new Map<Operates, Map<string, OwnPart>>();
  ownParts.set(entry, known);
  const parts = known.get(operates) ?? new Map<string, OwnPart>();
  known.set(operates, parts);
  const part = parts.get(answer?.stack ?? "") ?? readOwnPart(played, at, entry, operates, answer, world);
  parts.set(answer?.stack ?? "", part);
  return part;
}

function readOwnPart(
  { job, entries }: PlayedJob,
  at: number,
  entry: Entry,
  operates: Operates,
  answer: StackAnswer | undefined,
  world: World,
): OwnPart {
  // What stands in the other arm of a condition runs where this one does not.
  const beside = (one: Entry): boolean => !apart(one.command, entry.command);
  const later = entries.slice(at + 1).filter(beside);
  const parts = partsNamed(operates.stack);
  const directory = folderPath(withoutStandIns(operates.directory));
  const project = directory === undefined ? undefined : world.projects.get(directory);
  const before = entries
    .slice(0, at)
    .filter(beside)
    .map((one) => withoutActivation(one, entry, project));
  const isLeft = leavesAnswer(job, world.surroundings) === "nothing";
  const earlier = isLeft ? withoutLeftSteps(before, entry, project?.directory, world.tree) : before;
  const onStack = onAnsweredStack(entries, answer);
  const earlierOnStack = earlier.map(onStack);
  const laterOnStack = later.map(onStack);
  const [ownOnStack = operates] = onStack({ ...entry, operates: [operates] }).operates;
  const own = withoutLoginOutputs(environmentOf(entry.command, entry.before), entry, earlier);
  const { added, obstacles } = preparationEnvironment(earlier, own, world.tree);
  const ofRunner = [...commandNames(earlier, world.tree), ...runnerNames(directory, world)];
  const seen = withoutCachePaths(new Map([...ofRunner, ...own, ...added]), world.tree);
  const keys = loginKeys(entry, earlier, seen, directory, world);
  const told = world.surroundings.get(jobQuestion("login-key", job));
  const goesWithLogin = (name: string): boolean => keys.idle.has(name) || (told === "drop" && keys.open.has(name));
  const environment = new Map([...seen].filter(([name]) => !goesWithLogin(name)));
  const stated = parts?.organization ?? entry.before.organization?.text;
  const organization = stated && stated.length > 0 ? stated : undefined;
  const stackText = parts ? literal(parts.stack) : undefined;
  const answeredParts = answer?.stack.split("/");
  const named = parts?.project && literal(parts.project);
  // A call names the project, and no folder.
  const program =
    project ?? onlyOne([...world.projects.values()].filter(({ name }) => name !== undefined && name === named));
  const given = newConfig(operates.config, earlier, project, stackText ?? answeredParts?.at(-1));
  const config = [
    ...earlier.flatMap(({ config }) => (config && isConfigOf(config, operates) === true ? [config] : [])),
    ...given,
  ];
  const served = earlier.filter((one) => one.duty !== "stands");
  const used = [...served.map((one) => one.command), entry.command];
  const isCertain =
    job.runs.value === true &&
    entry.step.runs.value === true &&
    entry.command.certainty === true &&
    job.cell !== undefined;
  const prepared = (one: Entry): readonly Preparation[] =>
    preparation(one, environment, project).map((own) => ({ ...own, checks: own.checks && one.step !== entry.step }));
  const ofVariables = identitiesOf(entry, environment);
  const ofFiles = keyFiles(earlier, ofVariables, environment);
  return {
    operates: { ...operates, config: given, modifiers: modifiersWithRefresh(ownOnStack, earlierOnStack) },
    repeatsFile: given.length < operates.config.length,
    certainty: isCertain ? true : undefined,
    condition: isCertain ? "" : conditionNote(job, entry.step, entry.command),
    implied: isImplied(entry, ownOnStack, laterOnStack),
    organization:
      (organization && literal(organization)) ??
      (answeredParts && answeredParts.length > 1 ? answeredParts[0] : undefined) ??
      world.surroundings.get("organization"),
    organizationText: organization && operates.stack && { text: organization, from: operates.stack.from },
    stack: stackText ?? answeredParts?.at(-1),
    answered: stackText === undefined ? answer : undefined,
    directory,
    project: project?.name ?? named,
    identities: withStackFile(
      [...ofVariables, ...kubeconfigFiles(earlier, environment), ...ofFiles],
      project,
      stackText,
      organization && literal(organization),
    ),
    environment,
    loginKeys: told === undefined ? keys.open : new Map(),
    secrets: secretsOf(entry, served, environment),
    variables: [
      ...new Set([...used.flatMap((command) => namesRead(command, "vars")), ...identityNames(entry, "vars")]),
    ],
    prepare: earlier.flatMap(prepared),
    prepareInFull: earlier
      .map((one) => (isStandingCheck(one) ? { ...one, duty: "prepares" as const } : one))
      .flatMap(prepared),
    config,
    stepGates: stepGates(earlierOnStack, entry, ownOnStack),
    followers: followers(onStack(entry), laterOnStack, job),
    obstacles: [
      ...withoutForeign(earlier, operates)
        .map((one) => ({ ...one, reasons: loginReasons(one, entries) }))
        .flatMap((one, i) =>
          // What the deployment is prepared with may need the file too.
          earlier.slice(i).some((other) => other.duty === "prepares" && !other.checks && !isDefaultInstall(other))
            ? one.reasons
            : leftReasons(one, program, stackText ?? answeredParts?.at(-1), environment, config, world),
        ),
      ...entry.reasons,
      ...obstacles,
      ...activationObstacles(entry, earlier, project),
      ...unplacedConfig(earlier, operates),
      ...runnerObstacles(job),
      ...orderObstacles(job, operates),
      ...stepObstacles(entry, earlier),
      ...identityObstacles([...ofVariables, ...ofFiles]),
      ...secondLogins(entry, environment),
      ...withheld(entry, directory, world),
      ...openLogins(entry, earlier),
    ],
    once: [
      ...onceOf(entry, job),
      ...unlikeRunner(directory, earlier, world),
      ...unreadBuilds(earlier, world.tree),
      ...cloudUses(directory, world),
    ],
    pool: isHostedInstead(job, world.surroundings) ? undefined : poolOf(job),
    backend: stateOf(entry, earlier, project?.backendUrl, environment),
    cliVersion: cliVersions([...earlier, entry]).at(-1),
    cache: cacheAsked(earlier.map(({ command }) => command)),
    tokensLeft: tokensLeft(entry, directory, world),
    // One that the owner gives takes the place of it.
    usesRunToken:
      !environment.has(injectedToken) &&
      ([...entry.command.environment.values()].some(isAutomaticToken) || earlier.some(installsWithRunToken)),
  };
}

/** The versions of the CLI that commands pin. What an installer leaves, an action need not find on the path. */
function cliVersions(entries: readonly Entry[]): readonly Bound[] {
  const isScript = entries.at(-1)?.command.kind === "run";
  return entries.flatMap(
    ({ command }, i) =>
      input(command, "pulumi-version") ??
      (isScript ? installerVersion(command, entries[i - 1]?.command) : undefined) ??
      [],
  );
}

/** A test or a linter that stays with the pull request, and that a deployment could do as well. */
function isStandingCheck({ duty, checks, command, step }: Entry): boolean {
  return duty === "stands" && checks && command.certainty === true && step.runs.value === true && !command.excused;
}

function installsWithRunToken({ installs, command }: Entry): boolean {
  const token = command.environment.get(injectedToken);
  return installs && token !== undefined && isAutomaticToken(token);
}

function onlyOne<T>(found: readonly T[]): T | undefined {
  return found.length === 1 ? found[0] : undefined;
}

/** Reasons of a command before it; of one that leaves nothing but files its program cannot reach, that it stays. */
function leftReasons(
  { left, reasons }: Entry,
  project: Project | undefined,
  stack: string | undefined,
  environment: ReadonlyMap<string, Bound>,
  config: readonly ConfigSet[],
  { tree }: World,
): readonly Reason[] {
  if (left === undefined || project === undefined || !isOutOfReach(left, project.directory)) return reasons;
  if (config.some(({ key }) => !isPlainKey(key)) || mayReadFiles(project, stack, environment.keys(), tree))
    return reasons;
  return reasons.map((reason) => ({
    ...reason,
    code: "GP265",
    message: `a command before it leaves \`${left}\` on the runner; its program reads no file there`,
  }));
}

function conditionNote(job: JobPlay, step: StepPlay, command: Command): string {
  if (job.cell === undefined) return "a matrix that is computed while it runs";
  if (job.runs.value !== true) return openNote(job.runs);
  if (step.runs.value !== true) return openNote(step.runs);
  return command.kind === "run" && command.fallback
    ? "runs only when the command before it fails"
    : "a condition in the script";
}

/** Why a condition is open; where that says only when it is decided, with what it reads. */
function openNote({ note, names }: Condition): string {
  const read = names.map((name) => `\`${name}\``).join(", ");
  if (note.split("; ").includes(ownRepository))
    return `${read} ${names.length === 1 ? "is" : "are"} not known without the answer \`repository\``;
  return note === "computed while it runs" && read !== "" ? `${read} is computed while it runs` : note;
}

/** Secrets an operation and what prepares it read; of the run's own token what the program or its preparation can see. */
function secretsOf(entry: Entry, served: readonly Entry[], environment: ReadonlyMap<string, Bound>): readonly string[] {
  const own = namesRead(entry.command, "secrets").filter((name) => name !== injectedToken);
  const runToken = seesRunToken(entry) ? [injectedToken] : [];
  // What is printed into a pipe is given to the program behind it.
  const piped = served.filter(({ command }) => command.kind === "run" && command.piped);
  const script = [entry, ...piped].flatMap(({ step: { reads } }) =>
    reads.flatMap((name) => (name.startsWith("secrets.") ? [name.slice("secrets.".length)] : [])),
  );
  const before = served.flatMap(({ command }) => namesRead(command, "secrets"));
  // What a line of a script reads by name, or an earlier step has written for it.
  const isOwners = (piece: Bound["text"][number]): boolean => typeof piece === "string" || piece.note !== ownTokenNote;
  const carried = [...environment.values()].flatMap(({ text }) => namesIn(text.filter(isOwners), "secrets"));
  const all = [...before, ...own, ...runToken, ...script, ...identityNames(entry, "secrets"), ...carried];
  return [...new Set(all)].filter((name) => !/^PULUMI_ACCESS_TOKEN$/i.test(name));
}

/** The token of the run is handed to the program, and not only to the action for its comments. */
function seesRunToken({ command }: Entry): boolean {
  const comments = input(command, "comment-on-pr");
  const isOwn = input(command, "github-token") !== undefined;
  const isForComments = comments !== undefined && literal(comments.text) !== "false" && !isOwn;
  return !isForComments && [...command.environment.values()].some(isAutomaticToken);
}

function identityNames(entry: Entry, context: "secrets" | "vars"): readonly string[] {
  return entry.before.identities.flatMap((identity) =>
    [identity.role ?? [], ...[...identity.details.values()].map((bound) => bound.text)].flatMap((text) =>
      namesIn(text, context),
    ),
  );
}

/** Jobs that `needs:` holds back until this one is done. */
function waitingJobs(job: JobPlay, { waitingFor }: AmongJobs): readonly Reason[] {
  const waits = (other: JobPlay): boolean =>
    other.caller === job.caller
      ? other.job !== job.job && other.needs.some((need) => need.job === job.job)
      : other.needs.some((need) => need.job === job.caller);
  return waitingFor(job)
    .filter(({ job: other }) => (other.runs.value !== false || other.afterFailure) && waits(other))
    .map(({ job: other }) => ({
      code: "GP213",
      message: `the job \`${other.caller === job.caller ? other.job.id : other.caller.id}\` ${other.runs.value === false ? "runs when it fails" : "waits for it"}`,
      from: [other.caller === job.caller ? { ...other.job.span } : other.caller.span] as const,
    }));
}
