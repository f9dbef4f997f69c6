import type { Command } from "unbash";
import type { Frame, Run } from "./frame.ts";
import { forgetList } from "./lists.ts";
import { hole, positional, type ShellState } from "./state.ts";

/**
 * Whether a loop has come to its end in a turn that others were to follow: with `break`, `return` or `exit`, behind programs that
 * are taken to succeed. `continue` has no part in it.
 */
export function isLeft({ state: { broken, returned, alive } }: Frame): boolean {
  return broken === true || returned === true || alive === false;
}

/**
 * Notes of all programs that were called since then that this loop runs them again where they fail. One of so many turns
 * passes the last failure over where something that succeeds stands behind: `for i in 1 2 3; do up && break; sleep 5; done`.
 */
export function noteLoop(
  node: { readonly type: string; readonly pos: number; readonly end: number },
  since: number,
  { calls, source }: Run,
): void {
  const loop = { start: node.pos, end: node.end };
  const noted = calls.slice(since).map((call) => ({
    ...call,
    loop: call.loop ?? loop,
    excused: call.excused || (node.type === "For" && call.loop === undefined && goesOn(source.slice(call.end))),
  }));
  calls.splice(since, calls.length, ...noted);
}

/** Whether a script goes on behind a program that failed, `&& break` beside it, and nothing there ends it as failed. */
function goesOn(rest: string): boolean {
  const isLast = /^\s*&&\s*(?:break|(?:exit|return)(?: 0)?)[\s;]*done[\s;}]*$/.test(rest);
  return /^\s*&&/.test(rest) && !isLast && !/\b(?:exit|return)\s+(?!0\b)\S|\b(?:false|test)\b|\[/.test(rest);
}

/**
 * Forgets what the turns of a loop may change, in front of the one turn that stands for all and behind it: options are
 * often read so, `while [ $# -gt 0 ]; do case "$1" in --stack) STACK=$2 …`, and the first turn alone would leave a default.
 */
export function forgetChanged(loop: object, state: ShellState): void {
  for (const name of changedIn(loop, state, new Set())) {
    forgetList(state, name);
    if (name !== "shift") state.variables.set(name, [hole(`$${name}`, "a loop changes it")]);
    else
      positional(state).forEach((_, i) => state.variables.set(String(i + 1), [hole(`$${i + 1}`, "a loop shifts it")]));
  }
}

const setters = /^(?:export|local|declare|readonly|typeset|read|mapfile|readarray|getopts|printf)$/;

/** Names of the variables that commands set, those of functions that are called with them; `shift` for the words. */
function changedIn(node: unknown, state: ShellState, seen: Set<unknown>): readonly string[] {
  if (typeof node !== "object" || node === null || seen.has(node)) return [];
  seen.add(node);
  const own = "type" in node && node.type === "Command" ? changedBy(node as Command, state, seen) : [];
  return [...own, ...Object.values(node).flatMap((inner) => changedIn(inner, state, seen))];
}

function changedBy({ name, prefix, args }: Command, state: ShellState, seen: Set<unknown>): readonly string[] {
  if (name === undefined) return prefix.flatMap((part) => (part.type === "Assignment" ? [part.name] : []));
  if (name.value === "shift") return ["shift"];
  if (!setters.test(name.value)) return changedIn(state.functions.get(name.value), state, seen);
  return args.flatMap((arg) =>
    arg.type === "Assignment" ? [arg.name] : (/^[A-Za-z_]\w*$/.exec(arg.value.split("=", 1)[0] ?? "") ?? []),
  );
}
