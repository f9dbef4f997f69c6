import { literal, textOf, type Text } from "@gha2pulumi/repo";
import { assignments } from "./command-file.ts";
import type { Frame, Run, Status } from "./frame.ts";
import { noteWrite } from "./endings.ts";
import { files, hole } from "./state.ts";

/** A line of standard output, on its way to wherever the frame sends it. */
export function emit(line: Text, frame: Frame, run: Run): void {
  const first = typeof line[0] === "string" ? line[0] : "";
  // The old spellings, switched off for most but still in files: `::set-output name=x::v`, `##[set-output name=x;]v`.
  const old = /^(?:::set-output name=|##\[set-output name=)([^:,;\]]+)(?:::|;\])/.exec(first);
  if (old?.[1] !== undefined)
    run.outputs.set(old[1], certain(textOf(first.slice(old[0].length), line.slice(1)), frame));
  else frame.sink?.push(line);
}

function certain(value: Text, frame: Frame): Text {
  return frame.certainty ? value : [hole("output", "set under a condition that only the run can tell")];
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
  const sink: Text[] = [];
  const status = play({ ...frame, sink });
  if (target !== files.output && target !== files.env) return status;
  const before = run.unfinished.get(target);
  const lines = [...(before?.lines ?? []), ...sink];
  const certainty = before ? before.certainty && frame.certainty : frame.certainty;
  const { values, opaque, open } = assignments(lines);
  if (open === undefined) run.unfinished.delete(target);
  else run.unfinished.set(target, { lines: lines.slice(open), certainty });
  for (const [name, value] of values)
    (target === files.output ? run.outputs : run.exported).set(name, certain(value, { ...frame, certainty }));
  if (opaque) run.opaque = true;
  // Any name may be set for the steps behind it.
  if (opaque && target === files.env) noteWrite(["$GITHUB_ENV"], [["echo"]], node, frame, run);
  return status;
}
