import { byText, escaped, type Path, type Span, type Trail } from "@gha2pulumi/repo";
import { mayBeCheck, type Step, type Workflow, type Written } from "@gha2pulumi/workflow";
import { awaitsAnyCheck } from "./checks/waiting-steps.ts";
import type { Intent } from "./intents.ts";
import { isScriptFile } from "./script-file.ts";
import type { World } from "./world.ts";

/** What starts after a workflow, calls it or starts it by its name, and would miss what goes out of it. */
export interface Dependant {
  readonly message: string;
  readonly from: Trail;
}

/** The first thing in the repository that relies on a workflow out of which these operations go. */
export function dependantOf(workflow: Workflow, moving: readonly Intent[], world: World): Dependant | undefined {
  return afterIt(workflow, world) ?? afterItsDeployment(moving, world) ?? startedByName(workflow, world);
}

function afterIt(workflow: Workflow, { repository }: World): Dependant | undefined {
  const links = known.get(repository) ?? [...repository.workflows.values()].flatMap(linksOf);
  known.set(repository, links);
  return links.find(({ other, isTo }) => other !== workflow && isTo(workflow))?.dependant;
}

/** A workflow that starts after some other, or calls it. */
interface Link {
  readonly other: Workflow;
  readonly isTo: (workflow: Workflow) => boolean;
  readonly dependant: Dependant;
}

const known = new WeakMap<World["repository"], readonly Link[]>();

function linksOf(other: Workflow): readonly Link[] {
  const triggers = other.triggers.flatMap(({ workflows }) => workflows ?? []);
  const after = triggers.map(({ text, span }): Link => ({
    other,
    isTo: ({ name, path }) => isStartedAfter(text, name) || text === path,
    dependant: { message: `\`${other.path}\` starts when this workflow is done`, from: [span] },
  }));
  const calls = [...other.jobs.values()].flatMap(({ uses }): readonly Link[] =>
    uses === undefined
      ? []
      : [
          {
            other,
            isTo: ({ path }) => uses.text.endsWith(path),
            dependant: { message: `\`${other.path}\` calls this workflow`, from: [uses.span] },
          },
        ],
  );
  const awaits = [...other.jobs.values()].flatMap(({ steps }) =>
    steps.flatMap((step): readonly Link[] => {
      const names = namesAwaited(step);
      const message = `\`${other.path}\` waits for the runs of this workflow`;
      if (waitsForAll(step)) return [{ other, isTo: isPushed(other), dependant: { message, from: [step.span] } }];
      if (names === undefined) return [];
      return [{ other, isTo: ({ name }) => isAwaited(names.text, name), dependant: { message, from: [names.span] } }];
    }),
  );
  return [...after, ...calls, ...awaits];
}

/** Names may be patterns, which the documentation leaves out and `workflows: ["*"]` in many repositories relies on. */
function isStartedAfter(text: string, workflow: string): boolean {
  const isPattern = /[*?[\]+]/.test(text) && !text.startsWith("!");
  return text === workflow || (isPattern && mayBeCheck({ text: starred(text), exact: false }, workflow));
}

/** Patterns of names, one a line, of workflows whose runs a step waits for. https://github.com/int128/wait-for-workflows-action */
function namesAwaited(step: Step): Written | undefined {
  return awaitsRuns(step) ? step.with.get("filter-workflow-names") : undefined;
}

function awaitsRuns({ uses }: Step): boolean {
  return /^int128\/wait-for-workflows-action@/i.test(uses?.text ?? "");
}

/** Checks of one push; those of a pull request have the previews of Deployments among them. */
function isPushed(other: Workflow): Link["isTo"] {
  const onPush = ({ triggers }: Workflow): boolean => triggers.some(({ event }) => event === "push");
  return (workflow) => onPush(other) && onPush(workflow);
}

/** A step that waits for every check or run there is: `gh pr checks --watch`, or an action that is told no name. */
function waitsForAll(step: Step): boolean {
  if (step.run) return /\bgh\s+(?:pr\s+checks|run\s+watch)\b/.test(step.run.text);
  return awaitsAnyCheck(step) || (awaitsRuns(step) && (namesAwaited(step)?.text ?? "").trim() === "");
}

function isAwaited(names: string, workflow: string): boolean {
  const lines = names.split("\n").map((line) => line.trim());
  return lines.some((line) => line !== "" && mayBeCheck({ text: starred(line), exact: false }, workflow));
}

/** What a run fills in may be anything, as may what a pattern leaves open: `release-?`, `[ab]`, `{a,b}`. */
function starred(pattern: string): string {
  return pattern.length > 200 ? "*" : pattern.replace(/\$\{\{[^}]*\}\}|\[[^\]]*\]|\{[^}]*\}|[?+]/g, "*");
}

/**
 * A job with an environment makes a deployment of GitHub's, and that starts workflows.
 * https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#deployment_status
 */
function afterItsDeployment(moving: readonly Intent[], world: World): Dependant | undefined {
  const deploys = moving.some(({ occurrences }) => occurrences.some(({ site }) => site.jobPlay.environment));
  if (!deploys) return undefined;
  for (const other of world.repository.workflows.values()) {
    const trigger = other.triggers.find(({ event }) => event === "deployment" || event === "deployment_status");
    if (trigger)
      return { message: `\`${other.path}\` starts with the deployment to its environment`, from: [trigger.span] };
  }
  return undefined;
}

/** Files out of which a workflow may be started: what GitHub reads, scripts, and programs that may talk to its API. */
function mayStart(path: Path): boolean {
  if (path.startsWith("@")) return false;
  return (
    isScriptFile(path) ||
    /^\.github\/.*\.(?:ya?ml|json|[cm]?[jt]s|py|rb)$/.test(path) ||
    /\.(?:bash|zsh|ps1|py|rb|[cm]?[jt]s|go|ya?ml)$/.test(path)
  );
}

/** Whoever starts a workflow says so on the same line, where it is not said by the bare name of the file. */
const starting =
  /\bgh (?:workflow|run)\b|actions\/workflows\/|workflow[-_ ]?(?:id|file|filename|name|ref)?["']?\s*[:=]|dispatch/i;
const workflowFile = /\.ya?ml/i;

function startedByName(workflow: Workflow, world: World): Dependant | undefined {
  const file = workflow.path.slice(workflow.path.lastIndexOf("/") + 1);
  const names = [...new Set([file, workflow.name])].filter((name) => name !== "" && name !== workflow.path);
  const [alone, ofFile, ofName] = [whole(file, "\\w./-"), whole(file, "\\w.-"), whole(workflow.name, "\\w./-")];
  const isNamed = ({ code, lower, isStart, isNear }: Line): boolean => {
    // `deploy.yml` alone; a path is that of a filter, unless something is started there.
    if (isNear && alone(lower) && !/^\s*(?:-\s+)?uses:/.test(code)) return true;
    return isStart && (ofFile(lower) || ofName(lower));
  };
  const line = linesOf(world).find(
    (one) =>
      one.span.path !== workflow.path &&
      isNamed(one) &&
      names.some((name) => world.tree.get(one.span.path)?.includes(name)),
  );
  if (line === undefined) return undefined;
  const message = `\`${line.span.path}\` names this workflow, and may start it or wait for it`;
  return { message, from: [line.span] };
}

/** A line that may name a workflow for more than its path: `gh workflow run deploy.yml`, `workflow: Deploy`. */
interface Line {
  readonly span: Span;
  /** What stands there, without a comment: that names it and starts nothing. */
  readonly code: string;
  readonly lower: string;
  readonly isStart: boolean;
  /** A file of `.github` or a script, where the bare name of a file is enough. */
  readonly isNear: boolean;
}

const read = new WeakMap<World, readonly Line[]>();

/** Every workflow of a repository asks for them. */
function linesOf(world: World): readonly Line[] {
  const lines = read.get(world) ?? readLines(world);
  read.set(world, lines);
  return lines;
}

function readLines({ tree }: World): readonly Line[] {
  const paths = [...tree.keys()].filter(mayStart).sort(byText);
  return paths.flatMap((path) => linesIn(path, tree.get(path) ?? ""));
}

function linesIn(path: Path, text: string): readonly Line[] {
  const isNear = path.startsWith(".github/") || isScriptFile(path);
  if (!starting.test(text) && !(isNear && workflowFile.test(text))) return [];
  const lines: Line[] = [];
  let at = 0;
  let joined = "";
  for (const line of text.split("\n")) {
    // A command goes on behind a backslash.
    joined += line;
    const isOpen = /\\\s*$/.test(line);
    const code = joined.replace(/(?:^|\s)(?:#|\/\/)\s.*$/, "");
    const isStart = starting.test(code);
    if (isStart || (isNear && workflowFile.test(code)))
      lines.push({
        span: { path, start: at, end: at + line.length },
        code,
        lower: code.toLowerCase(),
        isStart,
        isNear,
      });
    if (!isOpen) joined = "";
    at += line.length + 1;
  }
  return lines;
}

/** Whether a line in lower case has a text that stands for itself, with none of these signs around it. */
function whole(text: string, signs: string): (line: string) => boolean {
  const wanted = text.toLowerCase();
  const pattern = new RegExp(`(?<![${signs}])${escaped(wanted)}(?![${signs}])`);
  return (line) => line.includes(wanted) && pattern.test(line);
}
