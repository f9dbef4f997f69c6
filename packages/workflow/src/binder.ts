import { literal, textOf, type Hole, type Text } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { literalText } from "./expression/print.ts";
import { evaluateText } from "./expression/template.ts";
import { unknownValue, type Value } from "./expression/value.ts";

/**
 * Carries texts with holes through expressions and back: an expression can hold only a whole value, so a text such as
 * `arn:${{ secrets.A }}:x` goes in as `format('arn:{0}:x', secrets.A)` and comes out as the text again.
 */
export interface Binder {
  readonly toValue: (text: Text) => Value;
  readonly toText: (source: string, contexts: Contexts) => Text;
}

export function createBinder(): Binder {
  const texts = new Map<string, Text>();
  return {
    toValue(text) {
      const whole = literal(text);
      if (whole !== undefined) return whole;
      const holes = text.filter((piece): piece is Hole => typeof piece !== "string");
      const [only] = holes;
      if (only && text.length === 1) {
        return unknownValue(only.expression, only.names, only.note, undefined);
      }
      let index = 0;
      const pattern = text
        .map((piece) =>
          typeof piece === "string" ? piece.replaceAll("{", "{{").replaceAll("}", "}}") : `{${index++}}`,
        )
        .join("");
      const source = `format(${[literalText(pattern), ...holes.map((piece) => piece.expression)].join(", ")})`;
      texts.set(source, text);
      const notes = [...new Set(holes.map((piece) => piece.note))].join("; ");
      // A text with a literal piece is never empty, so it counts as true.
      return unknownValue(
        source,
        holes.flatMap((piece) => piece.names),
        notes,
        true,
      );
    },
    toText(source, contexts) {
      const text = evaluateText(source, contexts, { success: true, failure: false, cancelled: false });
      return textOf(
        ...text.map((piece) => (typeof piece === "string" ? piece : (texts.get(piece.expression) ?? piece))),
      );
    },
  };
}
