import { literal, written } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { placeOf } from "./carried-line.ts";
import { folderPath } from "./folder.ts";
import { installOf, pythonPlace, readsRequirements, runnerPython } from "./installs.ts";
import type { Reason } from "./intent.ts";
import type { Entry } from "./entry.ts";
import type { Project } from "./projects.ts";
import type { VirtualEnvironment } from "./scope.ts";

type Run = Command & { readonly kind: "run" };

/**
 * The virtual environment that is active behind a command: `source venv/bin/activate` puts its programs first until the
 * shell ends. https://docs.python.org/3/library/venv.html#how-venvs-work
 */
export function activeBehind(command: Command, before: VirtualEnvironment | undefined): VirtualEnvironment | undefined {
  if (command.kind !== "run") return before;
  const [program, file] = command.words.map((word) => written(word));
  if (program === "deactivate") return command.certainty === true ? undefined : before && { place: undefined };
  const folder = /^(?:source|\.)$/.test(program ?? "") ? /^(.+)\/bin\/activate$/.exec(file ?? "")?.[1] : undefined;
  if (folder === undefined) return before;
  const place = command.certainty === true ? placeOf(command, [folder.replace(/^\.\//, "")]) : undefined;
  return { place: place?.startsWith("~") === true ? undefined : place };
}

/** Programs that a virtual environment has, or that look for the active one. */
const python = /^(?:python|pip)(?:3(?:\.\d+)?)?$/;
const follows = /^(?:poetry|pipenv|pytest|ruff|black|mypy|flake8|pylint|tox|nox|make|just|task)$|^uv pip\b/;

/**
 * A command before an operation as it is in a shell without its virtual environment, which a pre-run command of a
 * deployment is: `pip` becomes `venv/bin/pip`. One whose program runs in the same environment, and names none itself,
 * is left as it is: a deployment has one Python for both.
 */
export function withoutActivation(entry: Entry, operation: Entry, project: Project | undefined): Entry {
  const { virtualEnvironment: active } = entry.before;
  const { command } = entry;
  if (entry.duty !== "prepares" || command.kind !== "run") return entry;
  if (project?.runtime === "python" && isMisplaced(command, active, project))
    return held(entry, command, "puts packages where the program of a deployment does not look for them");
  if (active === undefined || isShared(entry, operation, project)) return entry;
  const [program = "", second = ""] = command.words.map((word) => written(word));
  if (!python.test(program)) {
    return follows.test(program) || follows.test(`${program} ${second}`) ? held(entry, command, isActive) : entry;
  }
  const directory = folderPath(command.directory);
  const isPlain = command.words.every((word) => literal(word) !== undefined) && !command.piped && !command.writes;
  if (active.place === undefined || directory === undefined || !isPlain) return held(entry, command, isActive);
  const words = [[`${pathFrom(directory, active.place)}/bin/${program}`], ...command.words.slice(1)];
  return { ...entry, command: { ...command, words, line: undefined } };
}

/** Why an operation in an active virtual environment cannot do without it: what fills that is not what it would use. */
export function activationObstacles(
  operation: Entry,
  earlier: readonly Entry[],
  project: Project | undefined,
): readonly Reason[] {
  const { virtualEnvironment: active } = operation.before;
  if (active === undefined || project?.runtime !== "python" || project.python !== runnerPython) return [];
  const isElsewhere = earlier.some(
    (one) => one.duty === "prepares" && fillsPython(one) && !isShared(one, operation, project),
  );
  if (active.place !== undefined && !isElsewhere) return [];
  const name = active.place === undefined ? "" : ` \`${active.place}\``;
  return [
    {
      code: "GP227",
      message: `its script activates the virtual environment${name}, and a deployment would run it with another Python`,
      from: operation.command.from,
    },
  ];
}

/** The program finds its Python by the activation alone, and the command works in that very environment. */
function isShared(entry: Entry, operation: Entry, project: Project | undefined): boolean {
  const place = entry.before.virtualEnvironment?.place;
  return (
    place !== undefined &&
    place === operation.before.virtualEnvironment?.place &&
    (project?.python ?? runnerPython) === runnerPython
  );
}

function fillsPython({ command }: Entry): boolean {
  if (command.kind !== "run") return false;
  const text = command.words.map((word) => written(word)).join(" ");
  const kind = /^(?:\S*\/)?(?:python|pip)[\d.]* /.test(text) ? installOf(text)?.kind : undefined;
  return kind !== undefined && kind !== "apart";
}

const isActive =
  "works in a virtual environment that its script activates, and a deployment's commands have a shell each";

function held(entry: Entry, { words, from }: Run, what: string): Entry {
  const text = words.map((word) => written(word)).join(" ");
  const reason: Reason = { code: "GP221", message: `\`${text}\` ${what}`, from };
  return { ...entry, duty: "gates", installs: false, reasons: [...entry.reasons, reason] };
}

/** An install that Deployments does not do by itself, into another Python than the program's. */
function isMisplaced(command: Run, active: VirtualEnvironment | undefined, { python: own }: Project): boolean {
  const text = command.words.map((word) => written(word)).join(" ");
  const kind = installOf(text)?.kind;
  if ((kind !== "whole" && kind !== "adds") || installOf(text)?.runtime !== "python" || readsRequirements(text))
    return false;
  // What is active decides for pip alone.
  if (active !== undefined && /\bpip[\d.]* (?:install|sync)\b/.test(text)) return false;
  const place = pythonPlace(text, (name) => valueOf(command, name));
  return place !== undefined && place !== own.replace(/^\.\/|\/$/g, "");
}

/** A place as a command in a folder writes it. */
function pathFrom(directory: string, place: string): string {
  if (place.startsWith("/") || directory === ".") return place;
  if (place.startsWith(`${directory}/`)) return place.slice(directory.length + 1);
  return `${"../".repeat(directory.split("/").length)}${place}`;
}

function valueOf({ environment }: Run, name: string): string | undefined {
  const bound = environment.get(name);
  return bound && literal(bound.text);
}
