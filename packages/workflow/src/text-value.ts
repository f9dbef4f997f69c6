import { literal, type Hole, type Text } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { literalText } from "./expression/print.ts";
import { evaluateText } from "./expression/template.ts";
import { isUnknown, unknownList, unknownValue, type Value } from "./expression/value.ts";

/**
 * A text with holes as a value of an expression. An expression can hold only a whole value, so a text such as
 * `arn:${{ secrets.A }}:x` goes in as `format('arn:{0}:x', secrets.A)`, and `toText` gives the text again.
 */
export function toValue(text: Text): Value {
  const whole = literal(text);
  if (whole !== undefined) return whole;
  const holes = text.filter((piece): piece is Hole => typeof piece !== "string");
  const [only] = holes;
  if (only && text.length === 1) {
    const { expression: source, names, note, items } = only;
    return items ? unknownList({ source, names, note }, { json: true, items }) : unknownValue(source, names, note);
  }
  let index = 0;
  const pattern = text
    .map((piece) => (typeof piece === "string" ? piece.replaceAll("{", "{{").replaceAll("}", "}}") : `{${index++}}`))
    .join("");
  const source = `format(${[literalText(pattern), ...holes.map((piece) => piece.expression)].join(", ")})`;
  const notes = [...new Set(holes.map((piece) => piece.note))].join("; ");
  const names = holes.flatMap((piece) => piece.names);
  // A text with a literal piece is never empty, so it counts as true.
  return { ...unknownValue(source, names, notes, true), text };
}

/** A value that only the run tells, by the path it has where it is read, in place of one that means nothing there. */
export function readAs(path: string, value: Value, elsewhere: RegExp): Value {
  return isUnknown(value) && value.text === undefined && elsewhere.test(value.source)
    ? { ...value, source: path }
    : value;
}

/** A text with `${{ … }}` as far as the contexts decide it, on a job in which nothing has failed. */
export function toText(source: string, contexts: Contexts): Text {
  return evaluateText(source, contexts, { success: true, failure: false, cancelled: false });
}
