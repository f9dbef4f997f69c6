import type { Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Identity, Reason } from "./intent.ts";

/** What a wrapper stands for: the commands it runs, in order, and what it gives them that they would not have alone. */
export interface Unwrapped {
  readonly commands: readonly Command[];
  /** Whose secrets it puts into their environment. */
  readonly identities: readonly Identity[];
  /** Why Deployments could not do the same around them. */
  readonly reasons: readonly Reason[];
}

/**
 * A wrapper around commands: `npm run deploy` is only a spelling of what it runs. `undefined` means "not mine"; no
 * commands, that it is a wrapper whose inside runs nothing we can see.
 */
export interface Unwrapper {
  readonly name: string;
  readonly unwrap: (command: Command, tree: Tree) => Unwrapped | undefined;
}

/** A wrapper that gives its commands nothing of its own. */
export function plain(commands: readonly Command[]): Unwrapped {
  return { commands, identities: [], reasons: [] };
}

/** One layer taken off; `undefined` for what no unwrapper knows. */
export function unwrapOnce(command: Command, tree: Tree, unwrappers: readonly Unwrapper[]): Unwrapped | undefined {
  for (const { unwrap } of unwrappers) {
    const unwrapped = unwrap(command, tree);
    if (unwrapped) return unwrapped;
  }
  return undefined;
}
