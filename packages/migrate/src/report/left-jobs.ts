import type { Span } from "@gha2pulumi/repo";
import type { Job, Workflow } from "@gha2pulumi/workflow";
import type { Outcome } from "./outcome.ts";

/** A job that stays, and whose outputs only jobs that go have read: whether it does anything else, a person sees. */
export function leftJobs({ plan, world }: Outcome): readonly { readonly message: string; readonly at: Span }[] {
  return plan.removals.flatMap(({ path, whole, jobs }) => {
    const workflow = world.repository.workflows.get(path);
    if (workflow === undefined || whole) return [];
    const all = [...workflow.jobs.values()];
    const [gone, staying] = [all.filter(({ id }) => jobs.includes(id)), all.filter(({ id }) => !jobs.includes(id))];
    return staying.flatMap((job) => {
      const readers = gone.filter((one) => isNeeded(job, one));
      const isRead = staying.some((one) => isNeeded(job, one)) || isHandedOut(job, workflow);
      if (job.outputs.size === 0 || readers.length === 0 || isRead) return [];
      const names = readers.map(({ id }) => `\`${id}\``).join(", ");
      const message = `the job \`${job.id}\` stays, and its outputs were for ${names} alone, which ${readers.length === 1 ? "goes" : "go"}`;
      return [{ message, at: { path, start: job.span.start, end: job.span.end } }];
    });
  });
}

function isNeeded({ id }: Job, { needs }: Job): boolean {
  return needs.some(({ text }) => text === id);
}

/** Whoever calls the workflow may read them. */
function isHandedOut({ id }: Job, { outputs }: Workflow): boolean {
  return [...outputs.values()].some(({ text }) => text.includes(`jobs.${id}.`));
}
