import type { Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";

/**
 * A wrapper around commands: `npm run deploy` is only a spelling of what it runs. `undefined` means "not mine"; an
 * empty list, that it is a wrapper whose inside runs nothing we can see.
 */
export interface Unwrapper {
  readonly name: string;
  readonly unwrap: (command: Command, tree: Tree) => readonly Command[] | undefined;
}

/** Wrappers nest (`uv run make deploy`), and a script may call itself. */
const deepest = 8;

/** A command and everything it stands for, outermost first; what no unwrapper knows is the command itself. */
export function unwrapAll(
  command: Command,
  tree: Tree,
  unwrappers: readonly Unwrapper[],
  depth = 0,
): readonly Command[] {
  if (depth >= deepest) return [command];
  for (const { unwrap } of unwrappers) {
    const inner = unwrap(command, tree);
    if (inner) return inner.flatMap((one) => unwrapAll(one, tree, unwrappers, depth + 1));
  }
  return [command];
}
