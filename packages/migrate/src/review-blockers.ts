import { written, type Trail, type Tree } from "@gha2pulumi/repo";
import type { Surroundings } from "@gha2pulumi/workflow";
import { blocker, type Blocker } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { isPerPullRequest, reviewQuestion, templateStack } from "./review-stacks.ts";
import { runtimeOf } from "./runtime.ts";

/** Reasons that review stacks take away: the name of the stack, and that a pull request changes it. */
const answered: ReadonlySet<string> = new Set(["GP204", "GP217", "GP235"]);

/**
 * What stands against an operation on a stack of each pull request, in place of what was found so far: the question
 * whether Deployments shall make such stacks, or what comes of the answer.
 */
export function reviewBlockers(
  intent: Intent,
  intents: readonly Intent[],
  found: readonly Blocker[],
  othersOf: (other: Intent) => readonly Blocker[],
  { tree, surroundings }: Told,
): readonly Blocker[] {
  const [{ operates, project = "", review }] = intent.occurrences;
  const pair = pairOf(intent, intents);
  const from = operates.from;
  if (review && operates.operation === "destroy")
    return [...found, blocker("GP284", "it goes on destroying what the workflow made, until none of it is left", from)];
  if (pair === undefined)
    return review ? [...found, blocker("GP283", "no other job destroys what it makes", from)] : found;
  const why = obstacleOf(pair, intents, { tree, surroundings });
  if (review) return why === undefined ? found : [...found, blocker("GP283", why, from)];
  const own = intent === pair.update ? found : othersOf(pair.update);
  const isOpen = surroundings.get(reviewQuestion(project)) === undefined;
  if (!isOpen || why !== undefined || !own.every(({ reason }) => answered.has(reason.code))) return found;
  const message = `it makes a stack for each pull request (\`${stackOf(intent)}\`), and destroys it when that is closed`;
  const question = { kind: "review-stacks", key: reviewQuestion(project), choices: ["keep", "deployments"] } as const;
  return [blocker("GP283", message, from, { ...question, names: [project], from })];
}

interface Told {
  readonly tree: Tree;
  readonly surroundings: Surroundings;
}

interface Pair {
  readonly update: Intent;
  readonly destroy: Intent;
}

/** The update of a pull request's stack and its destroy on closing, wherever in the repository they are. */
function pairOf(intent: Intent, intents: readonly Intent[]): Pair | undefined {
  if (!isPart(intent, "update") && !isPart(intent, "destroy")) return undefined;
  const update = isPart(intent, "update")
    ? intent
    : intents.find((other) => isPart(other, "update") && isOne(other, intent));
  const destroy = isPart(intent, "destroy")
    ? intent
    : intents.find((other) => isPart(other, "destroy") && isOne(other, intent));
  return update && destroy && isOne(update, destroy) && !isOnePiece(update, destroy) ? { update, destroy } : undefined;
}

function isPart({ occurrences }: Intent, operation: "update" | "destroy"): boolean {
  const isAction = (action: string): boolean => (action === "closed") === (operation === "destroy");
  return occurrences.every(
    ({ event, operates }) =>
      operates.operation === operation &&
      isPerPullRequest(operates, event) &&
      event.kind === "pull_request" &&
      isAction(event.action),
  );
}

function isOne(one: Intent, other: Intent): boolean {
  const [left, right] = [one.occurrences[0], other.occurrences[0]];
  return left.project !== undefined && left.project === right.project && stackOf(one) === stackOf(other);
}

function isOnePiece(one: Intent, other: Intent): boolean {
  const [left, right] = [one.occurrences[0].site, other.occurrences[0].site];
  if (left.workflow !== right.workflow || left.job !== right.job) return false;
  return left.jobPlay.calls !== undefined || left.step.trail[0].start === right.step.trail[0].start;
}

/** What is written for the stack, without the organisation and project in front. */
function stackOf({ occurrences: [{ operates }] }: Intent): string {
  return (
    written(operates.stack?.text ?? [])
      .split("/")
      .at(-1) ?? ""
  );
}

/** Why Deployments could not make these stacks, whatever is answered. */
function obstacleOf(
  { update, destroy }: Pair,
  intents: readonly Intent[],
  { tree, surroundings }: Told,
): string | undefined {
  const [first] = update.occurrences;
  if (!first.operates.upsert && !isCreated(first.operates.stack?.from, tree)) return "nothing makes its stack";
  const isTaken = intents.some(
    ({ occurrences: [other] }) => !other.review && other.project === first.project && other.stack === templateStack,
  );
  if (isTaken) return `\`${templateStack}\`, the template of review stacks, is a stack of its own here`;
  // Both compare whole subjects, and a review stack has a name that Pulumi gives it.
  if (runtimeOf(first).oidc.some(({ kind }) => kind !== "aws"))
    return "its cloud would have to trust each review stack by its name, which no file tells";
  const roles = ({ occurrences: [one] }: Intent): string =>
    JSON.stringify(one.identities.map(({ kind, role }) => [kind, role && written(role)]));
  if (roles(update) !== roles(destroy))
    return "another role destroys its stacks than makes them; a review stack has one";
  const actions = new Set(
    update.occurrences.flatMap(({ event }) => (event.kind === "pull_request" ? [event.action] : [])),
  );
  if (!actions.has("opened") || !actions.has("synchronize"))
    return "it does not update the stack both when a pull request is opened and on new commits";
  return first.review &&
    update.on.every(({ branches }) => branches.length === 0) &&
    surroundings.get("default-branch") === undefined
    ? "into which branch its pull requests go is not told: answer `default-branch`"
    : undefined;
}

/** The command that names the stack also makes it: `pulumi stack init`, or `pulumi stack select --create`. */
function isCreated(from: Trail | undefined, tree: Tree): boolean {
  const [at] = from?.slice(-1) ?? [];
  const text = at === undefined ? "" : (tree.get(at.path) ?? "").slice(at.start, at.end);
  return /\bstack\s+(?:init\b|select\b[^\n]*\s(?:--create|-c)\b)/.test(text);
}
