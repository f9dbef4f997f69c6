import type { Bound, Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { folderKey, fromEnvironment, type Scope } from "../scope.ts";
import type { Arguments } from "./pulumi-arguments.ts";

/** The stack a command works on: the one it names, the selected one of its folder, or that of the environment. */
export function stackOf(command: Command, scope: Scope, args: Arguments, directory: Text): Bound | undefined {
  if (args.stack) return { text: args.stack, from: command.from };
  return scope.selected.get(folderKey(directory)) ?? fromEnvironment(command, "PULUMI_STACK");
}
