import { literal, type Text } from "@gha2pulumi/repo";
import type { Frame, ProgramCall, Run, Status } from "./frame.ts";
import { isCommandFile } from "./state.ts";
import { shellLine, type ShellLine } from "./shell-line.ts";
import type { AndOr, Command, Node } from "./syntax.ts";

/** What a script does without calling a program: end early, or write a file. Both are shown as calls. */

const mostCalls = 2000;

interface Place {
  readonly pos: number;
  readonly end: number;
}

/** GitHub runs scripts with `bash -e`: a check that fails, and whose result nothing asks for, ends the job. */
export function isCheck(node: Node | AndOr): boolean {
  if (node.type === "Pipeline") {
    const last = node.commands.at(-1);
    return last !== undefined && isCheck(last) && !node.prefixes.some(({ type }) => type === "Negation");
  }
  return (
    node.type === "TestCommand" ||
    (node.type === "Command" && /^(\[|test|e?grep|diff|cmp|expr)$/.test(node.name?.value ?? ""))
  );
}

/** A place where the script may give up, as a call of `exit 1` that may happen. */
export function mayEnd(node: Place, frame: Frame, run: Run): void {
  if (run.calls.length > mostCalls) return;
  run.calls.push({ ...callAt(node, frame), words: [["exit"], ["1"]], certainty: undefined, fallback: false });
}

/** A call without words or environment. */
function callAt({ pos, end }: Place, frame: Frame): ProgramCall {
  const { certainty, fallback, excused, state } = frame;
  return {
    words: [],
    environment: new Map(),
    directory: state.directory,
    writes: undefined,
    certainty,
    fallback,
    excused: excused || state.lenient,
    piped: false,
    unset: [],
    line: undefined,
    start: pos,
    end,
    loop: undefined,
    arms: frame.arms,
  };
}

/** Output of the shell itself that goes to a file of the runner. */
export function noteWrite(
  target: Text | undefined,
  words: readonly Text[],
  node: Place,
  frame: Frame,
  run: Run,
  line?: ShellLine,
): void {
  if (target === undefined || run.calls.length > mostCalls) return;
  run.calls.push({ ...callAt(node, frame), words, writes: target, line });
}

/** A command that writes a file or has values in it, with the pipeline around it, as a line of its own. */
export function lineOf(
  node: Command,
  words: readonly Text[],
  writes: Text | undefined,
  { whole, state }: Frame,
  run: Run,
): ShellLine | undefined {
  const isPlain = writes === undefined && words.every((word) => literal(word) !== undefined);
  if (whole === null || isPlain) return undefined;
  return shellLine(whole ?? node, { source: run.source, unmask: run.unmask, variables: state.variables });
}

/** `exit 1`: the script fails, or may fail. Behind `program ||` it only says what a failure does anyway. */
export function failed(node: Place, frame: Frame, run: Run): void {
  if (frame.certainty && frame.sink === undefined) run.fails = true;
  else if (!frame.fallback) mayEnd(node, frame, run);
}

/**
 * `exit $code`: the script ends there, and how, only the run can tell; the job goes on where that is 0. In a branch it is
 * taken for a failure, since one that means 0 says so. What passes on how a program before it has ended is no check of
 * its own: that program is a call.
 */
export function exited(words: readonly Text[], node: Place, frame: Frame, run: Run): Status {
  if (!frame.state.failed) return true;
  const code = words[1] ?? [];
  if (!frame.certainty || literal(code) !== undefined) {
    failed(node, frame, run);
    return false;
  }
  frame.state.failed = false;
  const isResult = code.every((piece) => typeof piece !== "string" && results.test(piece.expression));
  if (!isResult) mayEnd(node, frame, run);
  return undefined;
}

const results = /^env\.(?:\?|LASTEXITCODE)$|^\$\{?PIPESTATUS\b/;

/** A known failure whose result nothing asks for ends a script that runs with `bash -e`, as `exit 1` would. */
export function endedBy(status: Status, node: Place, frame: Frame, run: Run): Status {
  const { state, tested, sink } = frame;
  // `exit` has ended it already, and `return` leaves that to the call of its function.
  const isOver = state.alive === false || state.returned === true;
  if (status !== false || tested || state.lenient || sink !== undefined || isOver) return status;
  state.alive = false;
  failed(node, frame, run);
  return status;
}

/** The file of the runner that a redirection writes, other than those GitHub reads itself. */
export function fileOf(target: Text | undefined): Text | undefined {
  const path = target && literal(target);
  return target === undefined || path === "/dev/null" || (path !== undefined && isCommandFile(path))
    ? undefined
    : target;
}
