import { written, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { placeOf } from "./carried-line.ts";
import type { Entry } from "./entry.ts";
import { isOutOfReach } from "./files-left.ts";
import { folderPath } from "./folder.ts";
import type { Reason } from "./intent.ts";

/**
 * The commands before an operation of whose unknown steps a person said that they leave nothing it needs. Such a step
 * stays whole, so a deployment runs no line of it: the next line would look for what the unknown one makes. What
 * installs packages from files of the repository is done all the same. Of the operation's own step each line counts by
 * itself: the others stay in the script around the call.
 */
export function withoutLeftSteps(
  earlier: readonly Entry[],
  operation: Entry,
  project: Path | undefined,
  tree: Tree,
): readonly Entry[] {
  const isLeft = ({ left, reasons }: Entry): boolean =>
    reasons.some(({ code }) => code === "GP221") &&
    (left === undefined || project === undefined || !isOutOfReach(left, project));
  const steps = new Set(earlier.filter((one) => isLeft(one) && one.step !== operation.step).map(({ step }) => step));
  const places: Path[] = [];
  let isMore = false;
  const kept = earlier.map((one): Entry => {
    const isSent = one.duty === "prepares" && (!steps.has(one.step) || one.installs);
    const missing = isSent
      ? places.find((place) => placesRead(one.command).some((read) => isIn(read, place)))
      : undefined;
    if (isSent && missing === undefined) return one;
    if (isSent || isLeft(one) || one.duty === "prepares")
      places.push(...placesOf(one.command).filter((place) => !isThere(place, tree)));
    if (missing === undefined) return one.duty === "prepares" ? { ...one, duty: "stands", checks: false } : one;
    isMore ||= !steps.has(one.step) && one.step !== operation.step;
    return { ...one, duty: "gates", installs: false, reasons: [...one.reasons, reads(one.command, missing, project)] };
  });
  // A step that a line of is not sent for another one's sake stays whole as well.
  return isMore ? withoutLeftSteps(kept, operation, project, tree) : kept;
}

/** That it is not sent either; what it puts into the program's folder makes the answer a wrong one. */
function reads(command: Command, place: Path, project: Path | undefined): Reason {
  const text = command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
  const from = command.from;
  const what = `\`${text}\` needs \`${place}\`, which the repository does not have and a step before it may leave`;
  const isOwn = project !== undefined && placesRead(command).some((one) => isIn(one, project) && !isIn(one, place));
  return isOwn && isFileProgram(command)
    ? { code: "GP520", message: `${what}, and works in the program's folder: Pulumi may need it`, from }
    : { code: "GP221", message: what, from };
}

/** Whether the files of a plan have something at a place. They are not all there are: programs have other files too. */
function isThere(place: Path, tree: Tree): boolean {
  return place === "." || tree.has(place) || [...tree.keys()].some((path) => path.startsWith(`${place}/`));
}

/** Everything that the words or inputs of a command may name as a file or a folder. */
function placesOf(command: Command): readonly Path[] {
  const texts =
    command.kind === "run"
      ? [...command.words.slice(1), ...(command.writes === undefined ? [] : [command.writes])]
      : command.kind === "uses"
        ? [...command.inputs.values()].map(({ text }) => text)
        : [];
  // An action finds its places from the root of the checkout.
  const at = command.kind === "uses" ? { ...command, directory: ["."] } : command;
  return texts.flatMap((text) => placeNamed(at, text) ?? []);
}

function placeNamed(command: Command, text: Text): Path | undefined {
  const word = written(text).replace(/^(?:\.\/)+|\/+$/g, "");
  return word.startsWith("-") ? undefined : placeOf(command, [word]);
}

/** Programs of which every word is a file or a folder. */
function isFileProgram(command: Command): boolean {
  return command.kind === "run" && /^(?:cp|mv|ln|rm|chmod|touch|tar|unzip|zip)$/.test(written(command.words[0] ?? []));
}

/** The places that a command works in, starts a program of or names as a path. */
function placesRead(command: Command): readonly Path[] {
  if (command.kind !== "run") return [];
  const named = command.words.filter((word) => isFileProgram(command) || written(word).includes("/"));
  return [folderPath(command.directory) ?? ".", ...named.flatMap((word) => placeNamed(command, word) ?? [])];
}

function isIn(place: Path, folder: Path): boolean {
  return folder === "." || place === folder || place.startsWith(`${folder}/`);
}
