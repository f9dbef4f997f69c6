import type { Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { unwrappers } from "./unwrap/index.ts";
import { unwrapOnce } from "./unwrapper.ts";

/** Wrappers nest, and a script may call itself. */
const deepest = 8;

/** Commands that are opened at once: scripts that call one another several times are more than can be opened. */
const mostCommands = 500;

interface Inside {
  readonly commands: readonly Command[];
  /** Nothing was left closed. */
  readonly isWhole: boolean;
}

/** The commands of the scripts, targets and tasks that some commands run, at every depth, in their order. */
export function commandsInside(starts: readonly Command[], tree: Tree): Inside {
  const commands: Command[] = [];
  let left = mostCommands;
  let isWhole = true;
  const open = (command: Command, depth: number): void => {
    if (depth >= deepest || left <= 0) {
      isWhole &&= left > 0 && unwrapOnce(command, tree, unwrappers) === undefined;
      return;
    }
    left -= 1;
    for (const inner of unwrapOnce(command, tree, unwrappers)?.commands ?? []) {
      commands.push(inner);
      open(inner, depth + 1);
    }
  };
  for (const command of starts) open(command, 0);
  return { commands, isWhole };
}
