import { innermost, type Event } from "@gha2pulumi/repo";
import { placed } from "./assumptions.ts";
import { isByKey } from "./cloud.ts";
import { isDirect } from "./clouds/gcp.ts";
import { isHostedInstead } from "./gates.ts";
import type { Occurrence } from "./intent.ts";
import { leavesAnswer, stateQuestion } from "./job-question.ts";
import { ownTokenNote } from "./preparation.ts";
import { preparations } from "./runtime.ts";
import type { World } from "./world.ts";

/** Codes of what an operation of a workflow rests on when it is compared: `assumptions.ts` has their words. */
export function assumedOf(occurrence: Occurrence, world: World): readonly string[] {
  const { event, operates } = occurrence;
  const ownTokens = [...occurrence.environment.values()].some(({ text }) =>
    text.some((piece) => typeof piece !== "string" && piece.note === ownTokenNote),
  );
  return [
    ...(occurrence.byClock?.drift && occurrence.byClock.form.differs ? [occurrence.byClock.form.differs] : []),
    ...(occurrence.review ? ["GP687"] : []),
    ...(isLiveState(occurrence, world) ? ["GP523"] : []),
    ...(isHostedInstead(occurrence.site.jobPlay, world.surroundings) ? ["GP541"] : []),
    ...(occurrence.answered ? [placed("GP522", innermost(operates.from))] : []),
    ...(occurrence.prepare.length > 0 && leavesAnswer(occurrence.site.jobPlay, world.surroundings) === "run"
      ? ["GP527"]
      : []),
    ...(occurrence.usesRunToken ? ["GP613"] : []),
    ...(occurrence.repeatsFile ? ["GP691"] : []),
    ...(occurrence.identities.some(isByKey) ? ["GP603"] : []),
    ...occurrence.identities.filter(isDirect).map(({ from }) => placed("GP679", innermost(from))),
    ...(ownTokens ? ["GP624"] : []),
    ...(commentsOnPulls(occurrence) ? ["GP627"] : []),
    ...(occurrence.history ? ["GP629"] : []),
    ...(operates.modifiers.some(({ treatment }) => treatment === "drop") ? ["GP731"] : []),
    ...(occurrence.followsBranch && isOfCommit(event) ? ["GP730"] : []),
    ...(readsAnswered(occurrence, world) ? ["GP750"] : []),
    ...(occurrence.prepare.length > 0 && preparations(occurrence).length === 0 ? ["GP609"] : []),
  ];
}

/** What starts it is about a commit; the clock and a person start what the branch holds by then. */
export function isOfCommit({ kind }: Event): boolean {
  return kind === "push" || kind === "pull_request";
}

/** Somebody said that its state in Pulumi Cloud is the live one, and not that in another backend. */
function isLiveState({ project, stack, backend }: Occurrence, { surroundings }: World): boolean {
  if (project === undefined || stack === undefined || backend.kind !== "pulumi-cloud") return false;
  return surroundings.get(stateQuestion(project, stack)) === "pulumi-cloud";
}

/** A file of its workflow, or of what that calls, speaks of a variable that somebody has told. */
function readsAnswered({ site }: Occurrence, { tree, surroundings }: World): boolean {
  if (site.jobPlay.environment) return false;
  const told = [...surroundings.keys()].filter((key) => key.startsWith("vars."));
  const texts = [site.workflow, ...site.step.trail.map(({ path }) => path)].map((path) => tree.get(path) ?? "");
  return told.some((key) => texts.some((text) => text.toLowerCase().includes(key.slice("vars.".length).toLowerCase())));
}

/** It shows its result in the pull request: `comment-on-pr` of `pulumi/actions`. */
function commentsOnPulls({ event, site }: Occurrence): boolean {
  if (event.kind !== "pull_request") return false;
  return [...site.step.step.with].some(
    ([name, { text }]) => name.toLowerCase() === "comment-on-pr" && !/^(false)?$/i.test(text.trim()),
  );
}
