import { location, type Span } from "@gha2pulumi/repo";
import {
  checkNames,
  isLiteralPattern,
  mayBeCheck,
  type CheckName,
  type Job,
  type Trigger,
  type Workflow,
} from "@gha2pulumi/workflow";
import { acceptedCodes } from "./accepted.ts";
import { blocker, type Blocker } from "./blocker.ts";
import type { NamedCheck } from "./checks/named-check.ts";
import { mayFind, namedChecks } from "./checks/named-checks.ts";
import type { Intent } from "./intents.ts";
import type { Question } from "./questions.ts";
import type { Removal } from "./removable.ts";
import type { World } from "./world.ts";

/** A check that no run gives any more once a job has gone. */
export interface VanishingCheck extends CheckName {
  readonly workflow: Workflow;
  readonly job: Job;
  readonly from: Span;
  /** Whether it is a required check, as far as `checks.required` and the files of the repository say. */
  readonly required: boolean | undefined;
  /** The first place in a file that names it as required, or waits for it. */
  readonly named: NamedCheck | undefined;
  readonly reach: CheckReach;
}

/**
 * Which commits a check is given to. `pull-requests`: an event of a pull request starts its workflow. `pushes`: only
 * what happens to a branch does, so that a pull request has the check where its head is such a commit. `none`: only
 * events that belong to no pull request.
 */
export type CheckReach = "pull-requests" | "pushes" | "none";

const pullEvents: readonly string[] = ["pull_request", "pull_request_target", "pull_request_review", "merge_group"];
const branchEvents: readonly string[] = ["push", "workflow_dispatch", "create", "workflow_call"];

/** The checks of the jobs that these removals take away, by workflow and job. */
export function vanishingChecks(removals: readonly Removal[], world: World): readonly VanishingCheck[] {
  return removals.flatMap(({ path, jobs }) => {
    const workflow = world.repository.workflows.get(path);
    if (workflow === undefined) return [];
    return jobs.flatMap((id) => {
      const job = workflow.jobs.get(id);
      return job === undefined ? [] : checksOf(workflow, job, world);
    });
  });
}

function checksOf(workflow: Workflow, job: Job, world: World): readonly VanishingCheck[] {
  const told = requiredChecks(world);
  const inFiles = namedChecks(world).checks;
  const events = workflow.triggers.map(({ event }) => event);
  const reach = events.some((event) => pullEvents.includes(event))
    ? "pull-requests"
    : events.some((event) => branchEvents.includes(event))
      ? "pushes"
      : "none";
  return checkNames(job, world.repository).map((name) => {
    const named = inFiles.find((one) =>
      one.kind === "pattern" ? mayFind(one, name) : isMeant(one.text, name, workflow, job),
    );
    return {
      ...name,
      workflow,
      job,
      from: job.name?.span ?? job.span,
      required: named === undefined ? told?.some((one) => isMeant(one, name, workflow, job)) : true,
      named,
      reach,
    };
  });
}

/**
 * Whether a person may mean this check: by its name, by the name it has while its job is skipped, which is not expanded,
 * or as a pull request shows it, with its workflow and event.
 */
function isMeant(wanted: string, name: CheckName, workflow: Workflow, job: Job): boolean {
  const file = workflow.path.split("/").at(-1);
  const shown = wanted.replace(/ \([a-z_]+\)$/u, "");
  const bare = [wanted, shown].flatMap((one) => [
    one,
    ...[workflow.name, workflow.path, file].flatMap((prefix) =>
      prefix !== undefined && one.startsWith(`${prefix} / `) ? [one.slice(prefix.length + 3)] : [],
    ),
  ]);
  return bare.some((one) => mayBeCheck(name, one) || one === job.id || one === job.name?.text);
}

/** The required checks a person has named; `undefined` when nobody has said. */
function requiredChecks({ surroundings }: World): readonly string[] | undefined {
  const answer = surroundings.get("checks.required")?.trim();
  if (answer === undefined) return undefined;
  if (answer === "none") return [];
  // Names hold commas themselves, those of matrix jobs for one, so both ways to read them count.
  return [...answer.split(/[;\n]/), ...answer.split(/[;\n,](?![^(]*\))/)]
    .map((name) => name.trim())
    .filter((name) => name !== "");
}

/**
 * What stands against taking away a job whose check is required: every pull request would wait for it for ever. A job
 * that goes without an operation of its own holds back all that leaves its workflow. What a file names counts whatever
 * was answered: a file outlives an answer.
 */
export function requiredCheckBlockers(
  removals: readonly Removal[],
  moving: readonly Intent[],
  world: World,
): ReadonlyMap<Intent, readonly Blocker[]> {
  const blocked = new Map<Intent, readonly Blocker[]>();
  if (acceptedCodes(world.surroundings).includes("GP270")) return blocked;
  for (const check of vanishingChecks(removals, world).filter(({ required }) => required)) {
    const own = moving.filter(({ workflow }) => workflow.path === check.workflow.path);
    const ofJob = own.filter(({ occurrences: [one] }) => one.site.job === check.job.id);
    const message = lossOf(check, world);
    for (const intent of ofJob.length > 0 ? ofJob : own) {
      if (!blocked.has(intent)) blocked.set(intent, [blocker("GP270", message, [check.from])]);
    }
  }
  return blocked;
}

function lossOf({ text, named, workflow, job, ...check }: VanishingCheck, world: World): string {
  if (named === undefined)
    return `the required check \`${text}\` would vanish with its job, and pull requests would wait for it`;
  const name: CheckName = { text, exact: check.exact };
  const isDenied = requiredChecks(world)?.some((one) => isMeant(one, name, workflow, job)) === false;
  const denied = isDenied ? "; `checks.required` does not name it, and what the file says counts" : "";
  return `\`${location(world.tree, named.from)}\` ${named.how} the check \`${text}\`, which would vanish with its job${denied}`;
}

/**
 * What a switch asks before it takes checks away that a rule may require: files do not hold the rules of a branch. It is
 * not asked of a check that only pushes to one branch give: into that branch, no pull request has it, so that nobody can
 * require it. Whoever accepts the loss (GP270) is not asked either.
 */
export function requiredChecksQuestion(removals: readonly Removal[], world: World): Question | undefined {
  if (requiredChecks(world) !== undefined || acceptedCodes(world.surroundings).includes("GP270")) return undefined;
  const open = vanishingChecks(removals, world).filter(mayBeRequired);
  if (open.length === 0) return undefined;
  const names = [...new Set(open.map(({ text }) => `\`${text}\``))].join(", ");
  return {
    key: "checks.required",
    text: `These checks go away with their jobs: ${names}. Which of them does a branch protection rule or a ruleset require? (\`none\`, or names with semicolons)`,
    choices: [],
    default: undefined,
    effect:
      "`none` switches. The job of a check that is named stays, or take the check out of the rule first. Without an answer nothing is switched: pull requests would wait for a required check for ever.",
    from: open.map(({ from }) => [from]),
  };
}

function mayBeRequired({ reach, workflow }: VanishingCheck): boolean {
  return reach === "pull-requests" || (reach === "pushes" && workflow.triggers.some(reachesHeads));
}

/** Whether pushes to more than one branch start a workflow, or may: then the head of a pull request may have its checks. */
function reachesHeads({ event, branches, tags, tagsIgnore }: Trigger): boolean {
  if (event !== "push") return event === "create" || event === "workflow_call";
  // With a filter of tags alone, no push to a branch starts it.
  if (branches === undefined) return tags === undefined && tagsIgnore === undefined;
  return branches.length !== 1 || !branches.every(({ text }) => isLiteralPattern(text));
}
