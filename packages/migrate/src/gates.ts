import { byText, literal, written, type Path } from "@gha2pulumi/repo";
import { expressionsIn, type JobPlay, type StepPlay, type Surroundings } from "@gha2pulumi/workflow";
import type { AmongJobs, PlayedJob } from "./among-jobs.ts";
import type { Gate, Once, Operates, Reason, RunnerPool } from "./intent.ts";
import type { Entry } from "./entry.ts";
import { isDoneAgain, sameConfig } from "./first-half.ts";
import { sameStack } from "./same-stack.ts";
import { onceOf } from "./run-once.ts";
import { armLabel, hostedAnswer, hostedLabel, mayBeHosted, ofGithub, otherSystem } from "./runner-labels.ts";
import { usesOf } from "./step-uses.ts";

/**
 * A GitHub environment may have reviewers, a wait timer or a branch policy, none of which a file shows; it counts as a
 * gate until its owner says otherwise: `environments.protected = none`, or the protected ones by name.
 */
export function environmentGate(job: JobPlay, surroundings: Surroundings): readonly Gate[] {
  if (!job.environment) return [];
  const name = written(job.environment.text);
  const answer = surroundings.get("environments.protected");
  const isOpen =
    answer === "none" ||
    (answer !== undefined &&
      literal(job.environment.text) !== undefined &&
      !answer.split(",").some((one) => one.trim() === name));
  return isOpen || name === "" ? [] : [{ kind: "environment", name, from: job.environment.from }];
}

/**
 * The environment whose secrets and variables a job may read in place of the repository's of the same names, until its
 * owner says otherwise: `environments.secrets = none`, or those that have any, by name.
 * https://docs.github.com/actions/reference/security/secrets#naming-your-secrets
 */
export function secretScope({ environment }: JobPlay, surroundings: Surroundings): string | undefined {
  const name = environment && literal(environment.text);
  const answer = surroundings.get("environments.secrets");
  if (name === undefined || answer === undefined) return name;
  return answer.split(",").some((one) => one.trim().toLowerCase() === name.toLowerCase()) ? name : undefined;
}

/** Jobs it waits for that do something: tests, builds, approvals. Jobs that only look something up are no gates. */
export function neededGates(
  played: PlayedJob,
  { playsOf }: AmongJobs,
  entry: Entry,
  operates: Operates,
): readonly Gate[] {
  return played.job.needs.flatMap(({ job, path }): readonly Gate[] => {
    const plays = playsOf(job);
    if (plays.length > 0 && plays.every((other) => other.job.runs.value === false || isInert(other, entry, operates)))
      return [];
    return plays.length === 0 ? [] : [{ kind: "job", name: job.id, from: [spanIn(path, job.span)] }];
  });
}

/** Jobs it waits for that only show what it would do: it shows that itself, and nobody waits for them any more. */
export function previewsNeeded(
  { job }: PlayedJob,
  { playsOf }: AmongJobs,
  entry: Entry,
  operates: Operates,
): readonly Once[] {
  return job.needs.flatMap(({ job: needed, path }): readonly Once[] => {
    const runs = playsOf(needed).filter((other) => other.job.runs.value !== false);
    const shows = runs.some(({ entries }) => entries.some((entry) => entry.operates.length > 0));
    if (!shows || !runs.every((other) => isInert(other, entry, operates))) return [];
    const once = runs.flatMap((other) => other.entries.flatMap((one) => onceOf(one, other.job)));
    return [
      { kind: "preview", from: [spanIn(path, needed.span)], isOfCommand: false },
      ...once.filter(({ kind }) => kind === "summary"),
    ];
  });
}

/**
 * Whether a preview is of a job that only shows what the jobs behind it do, where those are all that waits for it: each
 * updates its stack, and shows it again. What `previewsNeeded` is from the side of the update.
 */
export function isShownBehind(
  played: PlayedJob,
  { waitingFor }: AmongJobs,
  { command }: Entry,
  operates: Operates,
): boolean {
  // Somebody reads what it prints.
  const isRead = command.kind === "run" && command.writes !== undefined;
  if (operates.operation !== "preview" || isRead) return false;
  const waiting = waitingFor(played.job).filter(({ job }) => job.runs.value !== false || job.afterFailure);
  const shows = (one: Entry): boolean =>
    one.command.certainty === true &&
    one.step.runs.value === true &&
    one.operates.every((other) => isInert(played, one, other));
  const updates = ({ job, entries }: PlayedJob): boolean => {
    const all = entries.filter((one) => one.operates.length > 0);
    return job.runs.value === true && all.length > 0 && all.every(shows);
  };
  return waiting.length > 0 && waiting.every(updates);
}

function spanIn(
  path: Path,
  span: { readonly start: number; readonly end: number },
): { path: Path; start: number; end: number } {
  return { path, start: span.start, end: span.end };
}

/** A job without effect of its own; a preview of the same stack is shown again by the update that waits for it. */
function isInert({ job, entries }: PlayedJob, update: Entry, operates: Operates): boolean {
  if (job.environment !== undefined) return false;
  return entries.every((entry) => {
    if (entry.operates.length === 0) return entry.duty === "serves" || (entry.duty === "prepares" && entry.installs);
    return entry.operates.every(
      (other) =>
        operates.operation === "update" &&
        other.operation === "preview" &&
        isDoneAgain([entry, other], [update, operates]) &&
        sameConfig(other, operates),
    );
  });
}

/** What stands behind an operation in its own job and would be left without it. */
export function followers(entry: Entry, later: readonly Entry[], job: JobPlay): readonly Reason[] {
  const seen = new Set<StepPlay>();
  const reasons: Reason[] = [];
  for (const one of later) {
    if (seen.has(one.step) || (one.operates.length === 0 && one.duty === "serves" && one.reasons.length === 0))
      continue;
    // A preview and the update behind it are one operation to Deployments; any other order than that of two previews would
    // be lost.
    if (one.operates.length > 0 && (isPreviewOf(entry, one) || arePreviews([entry, one]))) continue;
    if (one.step !== entry.step || one.operates.length === 0) seen.add(one.step);
    reasons.push({
      code: "GP212",
      message: `${one.step === entry.step ? "the rest of its own step" : nameOf(one.step)} comes after it and would run without it`,
      from: one.command.from,
    });
  }
  for (const step of failureSteps(entry, job))
    reasons.push({ code: "GP212", message: `${nameOf(step)} runs when it fails`, from: step.trail });
  return [...reasons, ...urlOf(entry, job)];
}

/**
 * An environment's address that comes out of its step, or of one behind it: GitHub shows it with the deployment.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idenvironment
 */
function urlOf({ step: { trail } }: Entry, { job: { environmentUrl, steps } }: JobPlay): readonly Reason[] {
  if (environmentUrl === undefined) return [];
  const own = steps.findIndex(({ span }) =>
    trail.some(({ path, start }) => path === span.path && start === span.start),
  );
  const before = steps.slice(0, Math.max(0, own)).flatMap(({ id }) => id?.toLowerCase() ?? []);
  const uses = expressionsIn(environmentUrl.text).map(({ source }) => usesOf(source));
  const isItsOutcome = uses.some(
    (all) => all?.some(({ step }) => step === undefined || !before.includes(step)) ?? true,
  );
  if (!isItsOutcome) return [];
  return [
    { code: "GP212", message: "the environment's `url` is read from what it leaves", from: [environmentUrl.span] },
  ];
}

function arePreviews(entries: readonly Entry[]): boolean {
  return entries.every(({ operates }) => operates.every(({ operation }) => operation === "preview"));
}

function isPreviewOf(entry: Entry, later: Entry): boolean {
  return later.operates.every((other) =>
    entry.operates.every(
      (own) =>
        (own.operation === "preview" || own.operation === "refresh") &&
        other.operation === "update" &&
        sameStack(own, other),
    ),
  );
}

/** Steps behind the operation that only run after a failure; in the ordinary course they do nothing. */
function failureSteps(entry: Entry, job: JobPlay): readonly StepPlay[] {
  const at = job.steps.indexOf(entry.step);
  return job.steps
    .slice(at + 1)
    .filter(
      (step) => step.runs.value === false && step.afterFailure && (step.step.uses ?? step.step.run) !== undefined,
    );
}

function nameOf(step: StepPlay): string {
  const name =
    step.step.name?.text ??
    step.step.uses?.text ??
    step.step.run?.text.split("\n")[0]?.trim() ??
    `step ${step.step.index + 1}`;
  return `the step \`${name}\``;
}

/** An operation whose failure is passed over, or that runs although what comes before it has failed. */
export function stepObstacles({ step, command }: Entry, earlier: readonly Entry[]): readonly Reason[] {
  const found: Reason[] = [];
  const lenient = step.step.continueOnError;
  if (lenient && lenient.text !== "false")
    found.push({
      code: "GP248",
      message: "`continue-on-error` lets the job go on when it fails",
      from: [lenient.span],
    });
  else if (command.excused)
    found.push({ code: "GP248", message: "its script goes on when it fails", from: command.from });
  if (step.afterFailure && earlier.some(({ duty }) => duty === "prepares"))
    found.push({ code: "GP248", message: "it runs even when a command before it has failed", from: step.trail });
  return found;
}

/**
 * The runner that a job asks for and GitHub does not host: one of the owner's, `self-hosted` or a scale set by its name
 * alone (https://docs.github.com/actions/concepts/runners/actions-runner-controller), or one of a service. Agents run a
 * deployment in a Linux container (deployments/get-started/customer-managed-agents), so that one of another system has
 * no counterpart.
 */
export function poolOf({ job }: JobPlay): RunnerPool | undefined {
  const labels = job.runsOn.map(({ text }) => text).sort(byText);
  const [first] = job.runsOn;
  const isPlain = labels.every((label) => /^[A-Za-z0-9_.-]+$/.test(label) && !otherSystem.test(label));
  const isOwn = labels.includes("self-hosted") || !labels.some((label) => ofGithub.test(label));
  if (first === undefined || !isOwn || !isPlain) return undefined;
  return { labels, key: `agent-pool/${labels.join("/")}`, from: [first.span] };
}

/** Whether somebody said that Pulumi's own runner takes the place of that of a job, since nothing there is needed. */
export function isHostedInstead(job: JobPlay, surroundings: Surroundings): boolean {
  const pool = poolOf(job);
  return pool !== undefined && mayBeHosted(pool) && surroundings.get(pool.key) === hostedAnswer;
}

/** What a job asks of its runner that the hosted Linux executor of Deployments does not offer. */
export function runnerObstacles(job: JobPlay): readonly Reason[] {
  const { job: inner } = job;
  const reasons: Reason[] = [];
  const at = job.calls ?? [inner.span];
  const isPool = poolOf(job) !== undefined;
  for (const label of inner.runsOn) {
    if (!isPool && !hostedLabel.test(label.text))
      reasons.push({
        code: "GP226",
        message: armLabel.test(label.text)
          ? `it runs on \`${label.text}\`, an ARM processor, which Pulumi's own runners are not known to have`
          : `it runs on \`${label.text}\`, not on a standard hosted Linux runner`,
        from: [label.span],
      });
  }
  if (inner.container)
    reasons.push({
      code: "GP226",
      message: `it runs in the container \`${inner.container.text}\``,
      from: [inner.container.span],
    });
  if (inner.services.length > 0)
    reasons.push({ code: "GP226", message: `it needs service containers (${inner.services.join(", ")})`, from: at });
  if (inner.continueOnError && inner.continueOnError.text !== "false")
    reasons.push({
      code: "GP248",
      message: "`continue-on-error` lets the workflow go on when it fails",
      from: [inner.continueOnError.span],
    });
  return reasons;
}

/** A limit that lets the stacks of a matrix be worked on one after another; previews change nothing, in any order. */
export function orderObstacles({ caller, job }: JobPlay, { operation }: Operates): readonly Reason[] {
  if (operation === "preview") return [];
  const limits = [caller.maxParallel, caller === job ? undefined : job.maxParallel].flatMap((one) => one ?? []);
  // An expression may be 1 too.
  return limits
    .filter(({ text }) => !(Number(text) > 1))
    .map(({ text, span }) => ({
      code: "GP207",
      message: `\`max-parallel: ${text}\` puts its stacks in an order`,
      from: [span],
    }));
}
