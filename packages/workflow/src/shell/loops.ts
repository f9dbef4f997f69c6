import type { Frame, Run } from "./frame.ts";

/**
 * Whether a loop has come to its end in a turn that others were to follow: with `break`, `return` or `exit`, behind programs that
 * are taken to succeed. `continue` has no part in it.
 */
export function isLeft({ state: { broken, returned, alive } }: Frame): boolean {
  return broken === true || returned === true || alive === false;
}

/** Notes of all programs that were called since then that this loop runs them again where they fail. */
export function noteLoop(node: { readonly pos: number; readonly end: number }, since: number, { calls }: Run): void {
  const loop = { start: node.pos, end: node.end };
  calls.splice(since, calls.length, ...calls.slice(since).map((call) => ({ ...call, loop: call.loop ?? loop })));
}
