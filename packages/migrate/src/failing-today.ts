import { literal } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import { input } from "./scope.ts";
import type { World } from "./world.ts";

/** Jobs and steps in front of an operation that cannot work any more: moved, it would run for the first time since then. */
export function failingToday(one: Occurrence, world: World): readonly Blocker[] {
  return [...retiredRunners(one), ...missingVersions(one, world)];
}

/** Labels of runners that GitHub has taken away, and since when. https://github.com/actions/runner-images/issues?q=label%3ADeprecation */
const retired: ReadonlyMap<string, string> = new Map([
  ["ubuntu-16.04", "September 2021"],
  ["ubuntu-18.04", "April 2023"],
  ["ubuntu-20.04", "April 2025"],
  ["macos-10.15", "December 2022"],
  ["macos-11", "June 2024"],
  ["macos-12", "December 2024"],
  ["macos-13", "December 2025"],
  ["windows-2016", "April 2022"],
  ["windows-2019", "June 2025"],
]);

/** A job waits for a machine that nobody has, and is given up after a day. A runner of the owner's may have the label too. */
function retiredRunners({ site: { jobPlay } }: Occurrence): readonly Blocker[] {
  const { runsOn } = jobPlay.job;
  if (runsOn.some(({ text }) => text === "self-hosted")) return [];
  return runsOn.flatMap(({ text, span }) => {
    const since = retired.get(text.toLowerCase());
    if (since === undefined) return [];
    const message = `it runs on \`${text}\`, which GitHub took away in ${since}: it has not run since then, and a deployment would; write \`ubuntu-latest\`, see that it works, and plan again`;
    return [blocker("GP521", message, [span])];
  });
}

/**
 * Versions that YAML makes of a number without quotes, `3.1` of `3.10`, and that no set-up action finds:
 * https://github.com/actions/setup-python/blob/main/docs/advanced-usage.md#using-the-python-version-input
 * For Go there is such a version, which is older than modules: no program of Pulumi is built with it.
 */
const versions: readonly (readonly [action: string, name: string, version: RegExp, runtime: string | undefined])[] = [
  ["actions/setup-python", "python-version", /^3\.[1-4]$/, undefined],
  ["actions/setup-go", "go-version", /^1\.[1-4]$/, "go"],
];

function missingVersions(one: Occurrence, world: World): readonly Blocker[] {
  const { step, jobPlay } = one.site;
  const runtime = world.projects.get(one.directory ?? "")?.runtime;
  const earlier = jobPlay.steps
    .slice(0, jobPlay.steps.indexOf(step))
    .filter((other) => other.runs.value === true && other.step.continueOnError === undefined);
  return earlier
    .flatMap(({ commands }) => commands)
    .flatMap((command) => {
      if (command.kind !== "uses") return [];
      const known = versions.find(([action]) => action === command.action.toLowerCase());
      const bound = known && input(command, known[1]);
      const version = bound && literal(bound.text);
      if (known === undefined || version === undefined || !known[2].test(version)) return [];
      if (known[3] !== undefined && known[3] !== runtime) return [];
      const message = `\`${known[1]}\` is \`${version}\` for \`${command.action}\`, which YAML also makes of \`${version}0\` without quotes: there is no such version to work with, so what stands behind it does not run today; write the version in quotes, see that it works, and plan again`;
      return [blocker("GP524", message, bound?.from ?? command.from)];
    });
}
