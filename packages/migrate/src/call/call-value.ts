import { literal, type Text } from "@gha2pulumi/repo";
import { expressionsIn } from "@gha2pulumi/workflow";
import { lookUp } from "../look-up.ts";

/** What a value of the workflow is in one run of a step, and what the call has to say then. */
export interface Choice {
  readonly seen: string | undefined;
  readonly meant: string;
}

/**
 * A value of a call as the workflow can write it: as it is where all runs of the step mean the same, the workflow's
 * own text where that says what is meant, and otherwise an expression that looks it up. `undefined`: none of these.
 * An object of `fromJSON` gives nothing for a key it has not, and the script refuses what is empty:
 * https://docs.github.com/actions/reference/workflows-and-actions/expressions#fromjson
 */
export function callValue(source: string | undefined, choices: readonly Choice[]): string | undefined {
  const [first] = choices;
  if (first === undefined) return undefined;
  const fixed = choices.every(({ meant }) => meant === first.meant) ? first.meant : undefined;
  // What is given to an action or a called workflow goes on deciding: its next caller may give something else.
  if (fixed !== undefined && !readsInputs(source)) return fixed;
  return variedValue(source, choices) ?? fixed;
}

/** Whether a value is put together from what a caller gives. */
export function readsInputs(source: string | undefined): boolean {
  return /\$\{\{[^}]*\binputs\./.test(source ?? "");
}

function variedValue(source: string | undefined, choices: readonly Choice[]): string | undefined {
  const text = source?.trim() ?? "";
  const key = keyOf(text);
  const table = new Map<string, string>();
  for (const { seen, meant } of choices) {
    if (seen === undefined || key === undefined || (table.get(seen) ?? meant) !== meant) return undefined;
    table.set(seen, meant);
  }
  return [...table].every(([seen, meant]) => seen === meant) ? text : lookUp(key ?? "", table);
}

/** A text with expressions as one expression. */
export function keyOf(text: string): string | undefined {
  const found = expressionsIn(text);
  const [only] = found;
  if (only === undefined) return undefined;
  if (found.length === 1 && text.startsWith("${{") && text.endsWith("}}")) return only.source;
  let [pattern, at] = ["", 0];
  found.forEach(({ start, end }, index) => {
    pattern += `${escaped(text.slice(at, text.lastIndexOf("${{", start)))}{${index}}`;
    at = text.indexOf("}}", end) + 2;
  });
  pattern += escaped(text.slice(at));
  return `format('${pattern}', ${found.map(({ source }) => source).join(", ")})`;
}

function escaped(text: string): string {
  return text.replaceAll("'", "''").replaceAll("{", "{{").replaceAll("}", "}}");
}

/** A text that holds no expression any more, as GitHub would have put it in. */
export function seenText(text: Text | undefined): string | undefined {
  return text === undefined ? undefined : literal(text)?.trim();
}
