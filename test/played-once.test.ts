import { expect, test } from "vitest";
import { playWorkflow, readRepository, scenarios, type WorkflowPlay } from "@gha2pulumi/workflow";
import { fixtures } from "./support/fixture.ts";

function shown(played: WorkflowPlay | undefined): string {
  const jobs = played?.jobs.map(({ workflow, caller, job, needs, steps, ...own }) => ({
    ...own,
    names: [workflow.path, caller.id, job.id, ...needs.map((need) => need.job.id)],
    steps: steps.map(({ step, ...rest }) => ({ at: step.span, ...rest })),
  }));
  return JSON.stringify(jobs, (_, value: unknown) =>
    value instanceof Map ? [...(value as ReadonlyMap<string, unknown>)] : value,
  );
}

/** Enough to have events of every kind twice; a repository read for each event costs too much for all of hundreds. */
const most = 24;

// A job is played once for all events that answer alike what it asks. Here each event has a repository of its own, of
// which nothing is known from other events, and what is played has to be the same.
test.each(fixtures())("$name: an event plays the same, whatever was played before it", ({ before, surroundings }) => {
  const shared = readRepository(before, surroundings);
  for (const workflow of shared.workflows.values()) {
    const all = scenarios(workflow, shared);
    const step = Math.ceil(all.length / most);
    for (const event of all.filter((_, at) => at % step === 0)) {
      for (const withUnreached of [false, true]) {
        const afresh = readRepository(before, surroundings);
        const own = afresh.workflows.get(workflow.path);
        const played = own && playWorkflow(own, event, afresh, withUnreached);
        expect(shown(playWorkflow(workflow, event, shared, withUnreached))).toBe(shown(played));
      }
    }
  }
});
