import type { Bound, Path, Trail } from "@gha2pulumi/repo";
import { programIn } from "./program-files.ts";
import type { Entry } from "./entry.ts";
import type { Once, Reason } from "./intent.ts";
import { injectedToken } from "./package-tokens.ts";
import { isAutomaticToken } from "./tokens.ts";
import { forCli } from "./preparation.ts";
import { readsVariable } from "./program-variables.ts";
import { isOfStep } from "./state.ts";
import type { World } from "./world.ts";

/**
 * Variables that GitHub sets for every step and whose value a context gives too, by the context's name.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
const ofContexts: ReadonlySet<string> = new Set([
  "actor",
  "actor_id",
  "api_url",
  "base_ref",
  "event_name",
  "graphql_url",
  "head_ref",
  "job",
  "ref",
  "ref_name",
  "ref_protected",
  "ref_type",
  "repository",
  "repository_id",
  "repository_owner",
  "repository_owner_id",
  "retention_days",
  "run_attempt",
  "run_id",
  "run_number",
  "server_url",
  "sha",
  "triggering_actor",
  "workflow",
  "workflow_ref",
  "workflow_sha",
]);

/**
 * What else it sets: files and folders of the runner, marks by which programs know where they run, and where a job asks
 * for a token; with what `rlespinasse/github-slug-action` makes of the others.
 */
const ofRunner =
  /^(ACTIONS_(ID_TOKEN_REQUEST|RUNTIME)_(TOKEN|URL)|GITHUB_\w+_(SLUG(_URL)?(_CS)?|SHORT|PART|POINT)|GITHUB_(ACTIONS?|ACTION_PATH|ACTION_REPOSITORY|ENV|EVENT_PATH|OUTPUT|PATH|STEP_SUMMARY|WORKSPACE)|RUNNER_(ARCH|DEBUG|ENVIRONMENT|NAME|OS|TEMP|TOOL_CACHE))$/;

/** A program that asks whether it runs in CI: `process.env.CI`, `os.environ["CI"]`, `os.Getenv("CI")`. */
const readsCi =
  /\benv\.CI\b|\b(?:env|environ|environ\.get|getenv|Getenv|LookupEnv|GetEnvironmentVariable)\s*[[(]\s*["'`]CI["'`]/;

const givenNote = "GitHub gives it to every step";

/** The context that gives what GitHub puts under a name, such as `github.sha` for `GITHUB_SHA`. */
export function contextOf(name: string): string | undefined {
  const key = /^GITHUB_([A-Z_]+)$/.exec(name)?.[1]?.toLowerCase();
  return key !== undefined && ofContexts.has(key) ? `github.${key}` : undefined;
}

/** What an expression for such a name is worth while no run has given it a value. */
export function runnerValue(name: string, from: Bound["from"]): Bound {
  const context = contextOf(name);
  return {
    text: [{ expression: context ?? name, names: context === undefined ? [] : [context], note: givenNote }],
    from,
  };
}

/** Whether a value is one that GitHub gives to every step, rather than one of the workflow. */
export function isOfRunner(bound: Bound | undefined): boolean {
  const [only] = bound?.text ?? [];
  return only !== undefined && typeof only !== "string" && only.note === givenNote;
}

/** Variables of the runner that the program of a project reads, as far as it is in the tree. A deployment has none of them. */
export function runnerNames(directory: Path | undefined, world: World): ReadonlyMap<string, Bound> {
  if (directory === undefined || !world.projects.has(directory)) return new Map();
  const known = read.get(world) ?? new Map<Path, ReadonlyMap<string, Bound>>();
  read.set(world, known);
  const names = known.get(directory) ?? readNames(directory, world);
  known.set(directory, names);
  return names;
}

/** Every operation of a project asks for them, and its files do not change. */
const read = new WeakMap<World, Map<Path, ReadonlyMap<string, Bound>>>();

function readNames(directory: Path, world: World): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  for (const [path, text] of programIn(directory, world))
    for (const [name, bound] of namesIn(text, (start, end) => [{ path, start, end }]))
      if (!found.has(name)) found.set(name, bound);
  return found;
}

/** Variables of the runner that a text reads, each with its place. */
export function namesIn(
  text: string,
  place: (start: number, end: number) => Bound["from"],
): ReadonlyMap<string, Bound> {
  const found = new Map<string, Bound>();
  for (const { 0: name, index } of text.matchAll(/\b(?:GITHUB|RUNNER|ACTIONS)_[A-Z_]+\b/g))
    if (!found.has(name) && (contextOf(name) !== undefined || ofRunner.test(name)))
      found.set(name, runnerValue(name, place(index, index + name.length)));
  const ci = readsCi.exec(text);
  if (ci) found.set("CI", givenValue("CI", place(ci.index, ci.index + ci[0].length)));
  return found;
}

/** `CI` is the one of them that is the same in every run, which a deployment can be given. */
export function givenValue(name: string, from: Bound["from"]): Bound {
  return name === "CI" ? { text: ["true"], from } : runnerValue(name, from);
}

/**
 * Names that a step itself gives the token of the run, besides the one that Deployments sets, and that its program reads
 * nowhere: a provider or a package may all the same.
 */
export function tokensLeft(
  entry: Entry,
  directory: Path | undefined,
  world: World,
): readonly (readonly [string, Trail])[] {
  return [...entry.command.environment].flatMap(([name, bound]) => {
    if (name === injectedToken || !isAutomaticToken(bound) || !isOfStep(bound, entry)) return [];
    return readsVariable(name, directory, world) === false ? [[name, bound.from] as const] : [];
  });
}

/** What its program reads and a deployment is not given: what the workflow tells the CLI, and the token of the run. */
export function withheld(entry: Entry, directory: Path | undefined, world: World): readonly Reason[] {
  if (directory === undefined || !world.projects.has(directory)) return [];
  const given = new Map([...entry.before.exports, ...entry.command.environment]);
  return [...given].flatMap(([name, bound]) => {
    const isOfRun = name !== injectedToken && isAutomaticToken(bound);
    if (!(forCli.has(name) || isOfRun)) return [];
    const reads = readsVariable(name, directory, world);
    const mayRead = reads === undefined && isOfRun && isOfStep(bound, entry);
    if (reads !== true && !mayRead) return [];
    const why = isOfRun
      ? `the run's own token under another name than \`${injectedToken}\`; a deployment has none under it`
      : "which a deployment is not given";
    const what = mayRead ? "its program, which is not read whole, may read" : "its program reads";
    return [{ code: "GP224", message: `${what} \`${name}\`, ${why}`, from: bound.from }];
  });
}

const usesCloud = /\bPULUMI_ACCESS_TOKEN\b|\bpulumi[_-]?service\b/i;

/** Where a program works with Pulumi Cloud itself, by the token of whoever runs it. */
export function cloudUses(directory: Path | undefined, world: World): readonly Once[] {
  if (directory === undefined || !world.projects.has(directory)) return [];
  return programIn(directory, world).flatMap(([path, text]): readonly Once[] => {
    const found = usesCloud.exec(text);
    if (!found) return [];
    const place = { path, start: found.index, end: found.index + found[0].length };
    return [{ kind: "cloud", from: [place], isOfCommand: true }];
  });
}
