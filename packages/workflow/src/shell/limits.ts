import type { Frame, Run, Status } from "./frame.ts";
import { changed } from "./state.ts";

/** Loops and functions of a hostile script may nest without end; nothing real nests deeper than this. */
const deepest = 40;
const mostCalls = 2000;
/** Two calls of itself in a function are more than can be followed. */
const mostNodes = 20_000;

/** What stands for everything beyond these limits: a program that nobody knows, so nothing there is passed over. */
const theRest = "the rest of this script, which may run pulumi";

/** Whether a play has reached one of its limits. */
export function isBeyond({ depth, calls, nodes }: Run): boolean {
  return depth > deepest || calls.length > mostCalls || nodes > mostNodes;
}

/** Leaves a script off: once it is said what stands for the rest. */
export function cutOff({ pos, end }: { readonly pos: number; readonly end: number }, frame: Frame, run: Run): Status {
  run.opaque = true;
  if (run.cut) return undefined;
  run.cut = true;
  run.calls.push({
    words: [[theRest]],
    environment: changed(frame.state, run.initial),
    directory: frame.state.directory,
    writes: undefined,
    certainty: undefined,
    fallback: false,
    excused: false,
    piped: false,
    unset: [],
    line: undefined,
    start: pos,
    end,
    loop: undefined,
    arms: [],
  });
  return undefined;
}
