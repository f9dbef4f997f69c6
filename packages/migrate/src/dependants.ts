import { byText, type Path, type Span, type Trail } from "@gha2pulumi/repo";
import type { Workflow } from "@gha2pulumi/workflow";
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

function afterIt(workflow: Workflow, world: World): Dependant | undefined {
  for (const other of world.repository.workflows.values()) {
    if (other === workflow) continue;
    for (const trigger of other.triggers) {
      const named = trigger.workflows?.find((name) => name.text === workflow.name || name.text === workflow.path);
      if (named) return { message: `\`${other.path}\` starts when this workflow is done`, from: [named.span] };
    }
    for (const job of other.jobs.values()) {
      if (job.uses?.text.endsWith(workflow.path))
        return { message: `\`${other.path}\` calls this workflow`, from: [job.uses.span] };
    }
  }
  return undefined;
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

const known = new WeakMap<World, readonly (readonly [Path, string])[]>();

function starters(world: World): readonly (readonly [Path, string])[] {
  const found = known.get(world) ?? [...world.tree].filter(([path]) => mayStart(path)).sort(([a], [b]) => byText(a, b));
  known.set(world, found);
  return found;
}

/** Whoever starts a workflow says so on the same line, where it is not said by the bare name of the file. */
const starting = /\bgh (?:workflow|run)\b|workflow[-_ ]?(?:id|file|filename|name|ref)?["']?\s*[:=]|dispatch/i;

function startedByName(workflow: Workflow, world: World): Dependant | undefined {
  const file = workflow.path.slice(workflow.path.lastIndexOf("/") + 1);
  const names = [...new Set([file, workflow.name])].filter((name) => name !== "" && name !== workflow.path);
  for (const [path, text] of starters(world)) {
    if (path === workflow.path || !names.some((name) => text.includes(name))) continue;
    const span = mention(path, text, file, workflow.name);
    if (span) return { message: `\`${path}\` names this workflow, and may start it or wait for it`, from: [span] };
  }
  return undefined;
}

/** The place where a text names a workflow for more than its path: `gh workflow run deploy.yml`, `workflow: Deploy`. */
function mention(path: Path, text: string, file: string, name: string): Span | undefined {
  let at = 0;
  let joined = "";
  for (const line of text.split("\n")) {
    // A command goes on behind a backslash.
    joined += line;
    const isOpen = /\\\s*$/.test(line);
    // A comment names it and starts nothing.
    const code = joined.replace(/(?:^|\s)(?:#|\/\/)\s.*$/, "");
    if (names(code, file, name, path.startsWith(".github/") || isScriptFile(path)))
      return { path, start: at, end: at + line.length };
    if (!isOpen) joined = "";
    at += line.length + 1;
  }
  return undefined;
}

function names(line: string, file: string, name: string, isNear: boolean): boolean {
  const isStart = starting.test(line);
  // `deploy.yml` alone; a path is that of a filter, unless something is started there.
  if (isNear && whole(file, "\\w./-").test(line) && !/^\s*(?:-\s+)?uses:/.test(line)) return true;
  return isStart && (whole(file, "\\w.-").test(line) || whole(name, "\\w./-").test(line));
}

/** A text that stands for itself, with none of these signs around it. */
function whole(text: string, signs: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?<![${signs}])${escaped}(?![${signs}])`, "i");
}
