import { literal, textOf, type Text } from "@gha2pulumi/repo";
import {
  parse,
  type AndOr,
  type Command,
  type CompoundList,
  type Node,
  type ParsedScript,
  type Statement,
} from "./syntax.ts";
import { assignments } from "./assignments.ts";
import { builtin, isQuery } from "./builtin.ts";
import { changed, copyState, goesOn, hole, mergeStates, printed, stateAtStart, type Certainty } from "./state.ts";
import { both, evaluateTest, evaluateTestWords } from "./test-command.ts";
import { assignedText, expandToText, expandWord, matchesAny, type Expansion } from "./word.ts";
import { maskExpressions } from "./mask.ts";
import {
  inBranch,
  inTurn,
  leaves,
  type Frame,
  type Run,
  type ScriptPlay,
  type ScriptScope,
  type Status,
} from "./frame.ts";
import { isLeftOut, leavesNothing, passesOver } from "./and-or.ts";
import { endedBy, exited, fileOf, isCheck, lineOf, mayEnd, noteWrite } from "./endings.ts";
import { cutOff, isBeyond } from "./limits.ts";
import { forgetGiven } from "./lists.ts";
import { forgetChanged, isLeft, noteLoop } from "./loops.ts";
import { emit, withSink } from "./output.ts";
import { variablesAtStart, withoutGiven } from "./given.ts";
import { hereDocument, redirectTarget, teeTarget } from "./redirect.ts";

/** Plays a script from its beginning; `playScript` does so only for what it has not met before. */
export function runScript(script: string, scope: ScriptScope): ScriptPlay {
  const masked = maskExpressions(script, scope.expressions);
  const variables = variablesAtStart(scope.environment);
  const run: Run = {
    calls: [],
    outputs: new Map(),
    exported: new Map(),
    initial: new Map(variables),
    unmask: masked.unmask,
    asWritten: masked.asWritten,
    source: masked.text,
    told: scope.told,
    unfinished: new Map(),
    opaque: false,
    fails: false,
    depth: 0,
    nodes: 0,
    cut: false,
  };
  const state = stateAtStart(scope.directory, variables);
  const parsed = parse(masked.text);
  const plain = { fallback: false, tested: false, excused: false, last: true, missed: false, piped: false };
  const outermost = { ...plain, arms: [], whole: undefined, sink: undefined };
  playList(parsed.commands, { ...outermost, state, certainty: true }, run);
  return {
    calls: run.calls,
    outputs: run.outputs,
    environment: run.exported,
    opaque: run.opaque || run.unfinished.size > 0,
    fails: run.fails,
    errors: (parsed.errors ?? []).map((error) => error.message),
  };
}

function playList(statements: readonly Statement[], frame: Frame, run: Run): Status {
  let status: Status = true;
  for (const statement of statements) {
    const runs = goesOn(frame.state);
    if (runs === false) return status;
    status = playNode(statement.command, inTurn(frame, statement, runs, statement === statements.at(-1)), run);
    if (status === undefined && !frame.tested && isCheck(statement.command)) mayEnd(statement, frame, run);
  }
  return status;
}

function playNode(node: Node | AndOr, frame: Frame, run: Run): Status {
  if (isBeyond(run)) return cutOff(node, frame, run);
  run.depth++;
  run.nodes++;
  try {
    return playKind(node, frame, run);
  } finally {
    run.depth--;
  }
}

function playKind(node: Node | AndOr, frame: Frame, run: Run): Status {
  switch (node.type) {
    case "Command":
      return endedBy(playCommand(node, frame, run), node, frame, run);
    case "AndOr":
      return playAndOr(node, frame, run);
    case "Pipeline":
      return playPipeline(node, frame, run);
    case "Redirected": {
      const target = redirectTarget(node.redirects, expansionOf(frame, run));
      const before = run.calls.length;
      const status = withSink(target, node, frame, run, (inner) => playNode(node.command, inner, run));
      const written = fileOf(target);
      if (written && run.calls.length === before) noteWrite(written, [["echo"]], node, frame, run);
      return status;
    }
    case "If":
      return playIf([{ clause: node.clause, then: node.then }, ...node.elif], node.else, frame, run);
    case "Case":
      return playCase(node, frame, run);
    case "For":
      return playFor(node, frame, run);
    case "While":
      return playWhile(node, frame, run);
    case "Subshell":
      return endedBy(playList(node.body.commands, { ...frame, state: copyState(frame.state) }, run), node, frame, run);
    case "BraceGroup":
      return playList(node.body.commands, frame, run);
    case "Function":
      frame.state.functions.set(node.name.value, node);
      return true;
    case "TestCommand":
      return endedBy(evaluateTest(node.expression, expansionOf(frame, run)), node, frame, run);
    case "ArithmeticFor":
    case "Select":
      forgetChanged(node, frame.state);
      playMaybe(node.body, frame, run);
      forgetChanged(node, frame.state);
      frame.state.skipped = false;
      frame.state.broken = false;
      return "ran";
    case "Coproc":
    case "ArithmeticCommand":
      return undefined;
  }
}

function playAndOr(node: AndOr, frame: Frame, run: Run): Status {
  let status: Status = true;
  let mayRun: Certainty = true;
  let { fallback, missed } = frame;
  node.commands.forEach((command, i) => {
    const operator = i === 0 ? undefined : node.operators[i - 1];
    missed ||= operator === "&&" && status === "ran" && (frame.tested || !frame.last);
    if (operator === "&&")
      mayRun =
        status === "ran"
          ? both(mayRun, isLeftOut(node, i, frame) ? undefined : true)
          : both(mayRun === false && status === true ? false : true, status === undefined ? undefined : status);
    // After `||` the right side runs when the left one fails: never after a known success, perhaps after a program.
    else if (operator === "||")
      [mayRun, fallback] =
        status === false
          ? [true, fallback]
          : status === true
            ? [false, fallback]
            : [undefined, status === "ran" || fallback];
    if (mayRun === false) return;
    const isLast = i === node.commands.length - 1;
    const certainty = mayRun === undefined ? undefined : frame.certainty;
    const isExcused = passesOver(node, i);
    const inner: Frame = {
      ...frame,
      certainty,
      fallback,
      tested: frame.tested || !isLast,
      excused: frame.excused || isExcused,
      missed,
    };
    if (mayRun === true) {
      const before = missed ? copyState(frame.state) : undefined;
      status = playNode(command, inner, run);
      if (before) frame.state.variables = mergeStates(frame.state, before).variables;
    } else {
      const left = status;
      const branch = { ...inner, state: copyState(frame.state) };
      const right = playNode(command, branch, run);
      if (operator !== "||" || !leavesNothing(command, frame))
        Object.assign(frame.state, mergeStates(branch.state, frame.state));
      status = left === "ran" || right === "ran" ? "ran" : undefined;
      if (left === "ran") mayRun = true;
    }
  });
  return status;
}

function playPipeline(node: Extract<Node, { type: "Pipeline" }>, frame: Frame, run: Run): Status {
  const target = teeTarget(node.commands.at(-1), expansionOf(frame, run));
  const isNegated = node.prefixes.some(({ type }) => type === "Negation");
  let status: Status = true;
  const play = (inner: Frame): Status => {
    node.commands.forEach((command, i) => {
      const isLast = i === node.commands.length - 1;
      if (isLast && target) return;
      // Every part of a pipeline runs in a shell of its own.
      status = playNode(
        command,
        {
          ...inner,
          state: copyState(inner.state),
          tested: inner.tested || !isLast || isNegated,
          piped: inner.piped || i > 0,
          whole: inner.whole === undefined ? node : inner.whole,
          sink: isLast || (i === 0 && target) ? inner.sink : undefined,
        },
        run,
      );
      if (inner.sink && isLast && i > 0) inner.sink.lines.push([hole("pipeline", "the output of a pipeline")]);
    });
    return status;
  };
  const result = withSink(target === undefined ? undefined : [target], node, frame, run, play);
  if (!isNegated) return endedBy(result, node, frame, run);
  return typeof result === "boolean" ? !result : undefined;
}

function playIf(
  arms: readonly { readonly clause: CompoundList; readonly then: CompoundList }[],
  otherwise: CompoundList | undefined,
  frame: Frame,
  run: Run,
): Status {
  const [arm, ...rest] = arms;
  if (!arm) return otherwise ? playList(otherwise.commands, frame, run) : true;
  const status = playList(arm.clause.commands, { ...frame, tested: true, excused: true }, run);
  if (status === true) return playList(arm.then.commands, frame, run);
  if (status === false) return playIf(rest, otherwise, frame, run);
  const choice = { start: arm.then.pos };
  const [yes, no] = [inBranch(frame, { choice, arm: 0 }), inBranch(frame, { choice, arm: 1 })];
  playList(arm.then.commands, yes, run);
  playIf(rest, otherwise, no, run);
  Object.assign(frame.state, mergeStates(yes.state, no.state));
  return "ran";
}

function playCase(node: Extract<Node, { type: "Case" }>, frame: Frame, run: Run): Status {
  const expansion = expansionOf(frame, run);
  const subject = literal(expandToText(node.word, expansion));
  let merged: Frame["state"] | undefined;
  const choice = { start: node.pos };
  const isExclusive = node.items.every(({ terminator }) => terminator === undefined || terminator === ";;");
  for (const [at, item] of node.items.entries()) {
    const patterns = item.pattern.map((word) => literal(expandToText(word, expansion)));
    const matches = subject === undefined ? undefined : matchesAny(subject, patterns, run.told);
    if (matches === false) continue;
    if (matches === true && merged === undefined) return playList(item.body.commands, frame, run);
    const branch = inBranch(frame, isExclusive ? { choice, arm: at } : undefined);
    playList(item.body.commands, branch, run);
    merged = merged ? mergeStates(merged, branch.state) : branch.state;
  }
  if (merged) Object.assign(frame.state, mergeStates(merged, frame.state));
  return "ran";
}

function playFor(node: Extract<Node, { type: "For" }>, frame: Frame, run: Run): Status {
  const words = node.wordlist?.flatMap((word) => expandWord(word, expansionOf(frame, run)));
  const fixed =
    words !== undefined &&
    words.length <= 50 &&
    words.every((word) => literal(word) !== undefined && !/[*?[]/.test(literal(word) ?? ""));
  for (const value of fixed ? words : [[hole(`$${node.name.value}`, "the loop's values are computed while it runs")]]) {
    const { broken } = frame.state;
    if (broken === true) break;
    const since = run.calls.length;
    if (!fixed) forgetChanged(node.body, frame.state);
    frame.state.variables.set(node.name.value, value);
    const certainty = fixed && broken === false ? frame.certainty : undefined;
    playList(node.body.commands, { ...frame, last: false, certainty }, run);
    if (value !== words?.at(-1) && isLeft(frame)) noteLoop(node, since, run);
    if (!fixed) forgetChanged(node.body, frame.state);
    frame.state.skipped = false;
  }
  frame.state.broken = false;
  return "ran";
}

/** The turns of a loop that are known to come are the first ones, and they do what the others do. */
function playWhile(node: Extract<Node, { type: "While" }>, frame: Frame, run: Run): Status {
  const status = playList(node.clause.commands, { ...frame, tested: true, excused: true }, run);
  const since = run.calls.length;
  forgetChanged(node, frame.state);
  if (status === (node.kind === "while")) playList(node.body.commands, { ...frame, last: false }, run);
  else if (typeof status !== "boolean") playMaybe(node.body, frame, run);
  if (isLeft(frame)) noteLoop(node, since, run);
  else forgetChanged(node, frame.state);
  frame.state.skipped = false;
  frame.state.broken = false;
  return "ran";
}

function playMaybe(body: CompoundList, frame: Frame, run: Run): void {
  const branch = inBranch(frame);
  playList(body.commands, branch, run);
  Object.assign(frame.state, mergeStates(branch.state, frame.state));
}

function playCommand(node: Command, frame: Frame, run: Run): Status {
  const expansion = expansionOf(frame, run);
  const assigned = assignments(node.prefix, expansion);
  const target = redirectTarget(node.redirects, expansion);
  if (!node.name) {
    for (const [name, value] of assigned) frame.state.variables.set(name, value);
    noteWrite(fileOf(target), [["echo"]], node, frame, run);
    return true;
  }
  const words = [node.name, ...node.args].flatMap((arg) =>
    arg.type === "Word"
      ? expandWord(arg, expansion)
      : [textOf(`${arg.name}=`, assignedText(arg.value, expansion, undefined))],
  );
  return withSink(target, node, frame, run, (inner) => callProgram(node, words, assigned, fileOf(target), inner, run));
}

function callProgram(
  node: Command,
  words: readonly Text[],
  assigned: ReadonlyMap<string, Text>,
  writes: Text | undefined,
  frame: Frame,
  run: Run,
): Status {
  const name = literal(words[0] ?? []) ?? "";
  const { state } = frame;
  forgetGiven(words, state);
  const body = state.functions.get(name);
  if (body && body.body.type !== "CompoundList") return callFunction(body.body, words, frame, run);
  if (name === "[" || name === "test")
    return evaluateTestWords(words.slice(1, name === "[" ? -1 : undefined), run.told);
  const done = builtin(name, words, state, hereDocument(node, expansionOf(frame, run)));
  if (done) {
    for (const line of done.output) emit(line, frame, run);
    const ended = name === "exit" ? exited(words, node, frame, run) : done.status;
    noteWrite(writes, words, node, frame, run, lineOf(node, words, writes, frame, run));
    return ended;
  }
  const environment = new Map([...changed(state, run.initial), ...assigned]);
  const unset = [...run.initial.keys()].filter((one) => !state.variables.has(one));
  run.calls.push({
    words,
    environment: withoutGiven(environment, [], unset),
    directory: state.directory,
    writes,
    certainty: frame.certainty,
    fallback: frame.fallback,
    excused: frame.excused || state.lenient,
    piped: frame.piped,
    unset,
    line: lineOf(node, words, writes, frame, run),
    start: node.pos,
    end: node.end,
    loop: undefined,
    arms: frame.arms,
  });
  frame.sink?.lines.push([hole(`$(${name} …)`, `the output of \`${name}\` is only known when it runs`)]);
  return isQuery(words) ? undefined : "ran";
}

/** A function has words of its own, and `return` leaves only it. */
function callFunction(body: Node, words: readonly Text[], frame: Frame, run: Run): Status {
  const { state } = frame;
  const { returned } = state;
  const outer = new Map([...state.variables].filter(([name]) => /^\d+$/.test(name)));
  for (const name of outer.keys()) state.variables.delete(name);
  words.slice(1).forEach((word, i) => state.variables.set(String(i + 1), word));
  const status = playNode(body, frame, run);
  words.slice(1).forEach((_, i) => state.variables.delete(String(i + 1)));
  for (const [name, word] of outer) state.variables.set(name, word);
  state.returned = returned;
  return status;
}

function expansionOf(frame: Frame, run: Run): Expansion {
  const { unmask, asWritten, told } = run;
  return {
    state: frame.state,
    unmask,
    asWritten,
    told,
    substitute: (script, source) => substitute(script, source, frame, run),
  };
}

function substitute(script: ParsedScript | undefined, source: string, frame: Frame, run: Run): Text {
  const sink = { lines: [] as Text[], certainty: leaves(frame) };
  if (!script) return [hole(run.asWritten(source), "computed by the shell while it runs")];
  // Escaped backticks have offsets of their own (`script.source`); their calls keep the outer command's place.
  run.depth++;
  playList(
    script.commands,
    { ...frame, state: copyState(frame.state), last: false, piped: false, whole: null, sink },
    run,
  );
  run.depth--;
  const output = textOf(...sink.lines.flatMap((line, i) => (i === 0 ? [line] : ["\n", line])));
  return output.every((piece) => typeof piece === "string")
    ? output
    : printed(run.asWritten(source), source, frame.state);
}
