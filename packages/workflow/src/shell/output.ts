import { literal, textOf, written, type Text } from "@gha2pulumi/repo";
import { assignments } from "./command-file.ts";
import { leaves, type Frame, type Run, type Status } from "./frame.ts";
import { noteWrite } from "./endings.ts";
import { files, hole, namesRead } from "./state.ts";

/** A line of standard output, on its way to wherever the frame sends it. */
export function emit(line: Text, frame: Frame, run: Run): void {
  const first = typeof line[0] === "string" ? line[0] : "";
  // The old spellings, switched off for most but still in files: `::set-output name=x::v`, `##[set-output name=x;]v`.
  const old = /^(?:::set-output name=|##\[set-output name=)([^:,;\]]+)(?:::|;\])/.exec(first);
  if (old?.[1] !== undefined)
    put(old[1], textOf(first.slice(old[0].length), line.slice(1)), "steps", run, leaves(frame));
  else frame.sink?.lines.push(frame.sink.certainty && !leaves(frame) ? perhaps(line) : line);
}

/** A line that may be missing among others: of what it sets, the name is known. */
function perhaps(line: Text): Text {
  const [name = ""] = /^[^=\s]+=/.exec(typeof line[0] === "string" ? line[0] : "") ?? [];
  return textOf(name, hole(unnamed, "set under a condition that only the run can tell", namesRead([line])));
}

/** An output that only the run tells, in a step that is not named yet. */
export const unnamed = "output";

/** Sets a variable or an output; under an open condition it is that or what it was, and reads what both do. */
function put(name: string, value: Text, context: "env" | "steps", run: Run, certainty: Frame["certainty"]): void {
  const into = context === "env" ? run.exported : run.outputs;
  // A script does not know the `id` of its step.
  const path = context === "env" ? `env.${name}` : unnamed;
  const names = namesRead([into.get(name) ?? [], value]);
  into.set(name, certainty ? value : [hole(path, "set under a condition that only the run can tell", names)]);
}

/**
 * Whether a folder that programs are found in from then on may be one of the repository, with a `pulumi` of its own. Not
 * so those of the runner's system and home, where tools are installed, and those that a program names.
 */
function isOfRepository(line: Text): boolean {
  const text = written(line).trim();
  if (/(?:^|\/)(?:\.?venv\/(?:bin|Scripts)|node_modules\/\.bin)\/?$/.test(text)) return false;
  if (text.startsWith(files.workspace)) return true;
  return !/^(?:$|[/~]|\$\{\{ *(?:env\.)?(?:\w*HOME|GOPATH|GOBIN|RUNNER_TOOL_CACHE|runner\.tool_cache|\$\((?!pwd\b).*) *\}\})/.test(
    text,
  );
}

/** Plays something with its output going to a file; lines for GitHub's command files are read as what they set. */
export function withSink(
  to: Text | undefined,
  node: { readonly pos: number; readonly end: number },
  frame: Frame,
  run: Run,
  play: (inner: Frame) => Status,
): Status {
  if (to === undefined) return play(frame);
  const target = literal(to);
  const sink = { lines: [] as Text[], certainty: leaves(frame) };
  const status = play({ ...frame, sink });
  const found = target === files.path ? sink.lines.find(isOfRepository) : undefined;
  if (found) noteWrite(["$GITHUB_PATH"], [["echo"], found], node, frame, run);
  if (target !== files.output && target !== files.env) return status;
  const before = run.unfinished.get(target);
  const lines = [...(before?.lines ?? []), ...sink.lines];
  const certainty = before ? before.certainty && leaves(frame) : leaves(frame);
  const { values, opaque, open } = assignments(lines);
  if (open === undefined) run.unfinished.delete(target);
  else run.unfinished.set(target, { lines: lines.slice(open), certainty });
  for (const [name, value] of values) put(name, value, target === files.output ? "steps" : "env", run, certainty);
  if (opaque) run.opaque = true;
  // Any name may be set for the steps behind it.
  if (opaque && target === files.env) noteWrite(["$GITHUB_ENV"], [["echo"]], node, frame, run);
  return status;
}
