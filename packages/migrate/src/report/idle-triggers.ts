import { eventName, type Trail } from "@gha2pulumi/repo";
import type { PlayedJob } from "../among-jobs.ts";
import type { Removal } from "../removable.ts";
import type { Outcome } from "./outcome.ts";

/**
 * Triggers that reached jobs which go, and reach none that stays: GitHub goes on starting runs for them, and skips every
 * job. They are not taken out: a check that a rule requires passes by being skipped, and waits for ever without a run.
 * https://docs.github.com/pull-requests/collaborating-with-pull-requests/collaborating-on-repositories-with-code-quality-features/troubleshooting-required-status-checks
 */
export function idleTriggers({
  plan,
  findings,
  world,
}: Outcome): readonly { readonly message: string; readonly from: Trail }[] {
  return plan.removals.flatMap((removal) => {
    const workflow = world.repository.workflows.get(removal.path);
    if (workflow === undefined || removal.whole || removal.jobs.length === 0) return [];
    const told = findings.stories.filter((story) => story.workflow === workflow);
    return workflow.triggers
      .filter(({ event }) => {
        const jobs = told.filter((story) => eventName(story.event) === event).flatMap((story) => story.jobs);
        return (
          jobs.some((one) => goes(one, removal) && mayRun(one)) &&
          !jobs.some((one) => !goes(one, removal) && mayRun(one))
        );
      })
      .map(({ event, span }) => ({
        message: `every job that \`${event}\` reaches has moved: its runs skip what is left of the workflow`,
        from: [span] as const,
      }));
  });
}

function goes({ job }: PlayedJob, { jobs }: Removal): boolean {
  return jobs.includes(job.caller.id);
}

function mayRun({ job }: PlayedJob): boolean {
  return job.runs.value !== false || job.afterFailure;
}
