import { written, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { programKind } from "./duty-programs.ts";
import type { Entry } from "./entry.ts";
import { isNoWrapper } from "./hidden-operation.ts";
import { hidesProgram } from "./hidden-programs.ts";
import { commandWords } from "./operation-words.ts";

/** Programs of which nothing is known, in jobs that are there for Pulumi as far as their steps tell. */

/** Whether a command runs something that may be anything: a runner of tasks, or a program of no list. */
export function isUnknownProgram(command: Command, tree: Tree): boolean {
  if (command.kind !== "run") return false;
  if (hidesProgram(command, tree)) return true;
  return !isNoWrapper(command) && programKind(textOf(command)) === undefined;
}

/** Whether a command puts the CLI of Pulumi on the path and runs nothing with it. */
export function installsPulumi({ command, operates }: Entry): boolean {
  if (command.kind === "uses")
    return operates.length === 0 && /^pulumi\/(?!auth-actions|esc-action)/i.test(command.action);
  return command.kind === "run" && programKind(textOf(command)) === "pulumi-install";
}

/** Whether the words of a command say that it deploys: `vtr preview`, `sst deploy`, `nx run infra:up`. */
export function speaksOfOperation(command: Command): boolean {
  const words = command.kind === "run" ? textOf(command).split(/[\s:]+/) : [];
  return words.slice(1).some((word) => commandWords.has(word) || word === "deploy");
}

function textOf({ words }: Command & { readonly kind: "run" }): string {
  return words.map((word) => written(word)).join(" ");
}
