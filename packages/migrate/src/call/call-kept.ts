import { positionIn } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Group } from "./call-group.ts";
import type { CallRequest } from "./call-request.ts";
import { callFile } from "./call-script.ts";
import { callEnvironment } from "./call-step.ts";
import { piecesWithout, type Stretch } from "./text-without.ts";

/** The lines of a script that run an operation and nothing else, as offsets in the file of the workflow. */
export interface KeptLine {
  readonly start: number;
  readonly end: number;
}

/** What may put a line under a condition, repeat it, or make it a text. */
const structure =
  /(^|[\n;&|])\s*(if|then|else|for|while|until|case|select|function|do|[({])(\s|$)|<<|\(\)|(^|\n)\s*[({]/;

/** The lines of a `run: |` that are the operation alone, at the top of the script; `undefined` where there are none. */
export function keptLine(group: Group, step: Step, source: string): KeptLine | undefined {
  const { run } = step;
  const place = group[0].occurrences[0].operates.from.at(-1);
  if (!run || !place || place.path !== run.span.path || structure.test(run.text.replaceAll(/^[^\S\n]*#.*$/gm, "")))
    return undefined;
  const first = run.offsets.at(0);
  if (!/^\|[-+]?[ \t]*\r?\n/.test(source.slice(run.span.start)) || first === undefined) return undefined;
  if (place.start <= run.span.start || place.end > run.span.end) return undefined;
  const start = source.lastIndexOf("\n", place.start) + 1;
  const next = source.indexOf("\n", place.end - 1);
  const end = next < 0 ? source.length : next;
  const isAlone = source.slice(start, end).trim() === source.slice(place.start, place.end).trim();
  const isTop = positionIn(source, place.start).column === positionIn(source, first).column;
  // A line that goes on is part of another command.
  const before = source.slice(first, Math.max(first, start)).trimEnd();
  return isAlone && isTop && !/(\\|&&|\|\|?)$/.test(before) ? { start, end } : undefined;
}

/**
 * A step that keeps its script and all of its keys, with the operation in it as a call, and without these lines before
 * it: the text of the step behind its dash; `undefined` where its `env:` is not written line by line.
 */
export function keptStep(
  request: CallRequest,
  step: Step,
  line: KeptLine,
  gone: readonly KeptLine[],
  source: string,
): string | undefined {
  const column = positionIn(source, step.span.start).column - 1;
  const indent = " ".repeat(column);
  const margin = /^[ \t]*/.exec(source.slice(line.start, line.end))?.[0] ?? "";
  const text = [
    ...piecesWithout(source, { start: step.span.start, end: line.start }, gone.map(withEnd)),
    `${margin}bash "$GITHUB_WORKSPACE/${callFile}"`,
    source.slice(line.end, step.span.end),
  ]
    .join("")
    .trimEnd();
  const added = callEnvironment(request).filter(
    (one) => !(step.env.has("PULUMI_ACCESS_TOKEN") && one.startsWith("PULUMI_ACCESS_TOKEN:")),
  );
  const note =
    "# One line of the script asks Pulumi Deployments to do the work, with the settings of the stack, and waits for its end.";
  const inside = (own: string): string => [note, ...added].map((one) => (one === "" ? "" : own + one)).join("\n");
  if (step.env.size === 0) return `${text}\n${indent}env:\n${inside(`${indent}  `)}`;
  const key = new RegExp(`(^|\\n${indent})env:[ \\t]*(#.*)?\\n([ \\t]+)(?=\\S)`).exec(text);
  if (!key || (key[3] ?? "").length <= column) return undefined;
  const at = key.index + key[0].length - (key[3] ?? "").length;
  return `${text.slice(0, at)}${inside(key[3] ?? "")}\n${text.slice(at)}`;
}

/** A line with the break behind it. */
function withEnd({ start, end }: KeptLine): Stretch {
  return { start, end: end + 1 };
}
