import type { Path } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import type { World } from "./world.ts";

/**
 * Actions on the way of an operation's job that GitHub refuses once a step uses them, and inputs that nothing declares: with
 * them the job has never done what is written there, and moved it would, with values that are empty in place of those meant.
 */
export function refusedParts({ site }: Occurrence, { repository }: World): readonly Blocker[] {
  const { job, calls = [], steps } = site.jobPlay;
  const spans = [...calls, job.span];
  const paths = new Set<Path>(steps.flatMap(({ trail }) => trail.map(({ path }) => path)));
  const ofActions = [...paths].flatMap((path) =>
    (repository.actions.get(path)?.problems ?? []).map(({ code, fatal, message, span }) => {
      if (code === "input") return blocker("GP294", `\`${path}\`: ${message}`, [span]);
      const text = `its job uses \`${path}\`, and there ${message}`;
      return fatal ? blocker("GP292", `${text}, which GitHub refuses`, [span]) : blocker("GP293", text, [span]);
    }),
  );
  const files = new Set(spans.map(({ path }) => path));
  const ofWorkflows = [...files].flatMap((path) => {
    const workflow = repository.workflows.get(path);
    const jobs = [...(workflow?.jobs.values() ?? [])].map(({ span }) => span);
    const isElsewhere = (at: number): boolean =>
      jobs.some(
        ({ start, end }) => start <= at && at < end && !spans.some((one) => one.path === path && one.start === start),
      );
    return (workflow?.problems ?? [])
      .filter(({ code, span }) => code === "input" && !isElsewhere(span.start))
      .map(({ message, span }) => blocker("GP294", message, [span]));
  });
  return [...ofActions, ...ofWorkflows];
}
