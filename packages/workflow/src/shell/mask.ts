import type { Text } from "@gha2pulumi/repo";
import { textOf } from "@gha2pulumi/repo";

/** A script in which every `${{ … }}` is a word of the same length, so that a shell parser's offsets are the script's. */
export interface Masked {
  readonly text: string;
  /** Puts the values back where their masks stand in a piece of the script. */
  readonly unmask: (piece: string) => Text;
  /** Puts back what is written there: a piece that is shown, and not run. */
  readonly asWritten: (piece: string) => string;
}

const mask = /__e(\d+)_*Z/;

/**
 * Masks the expressions of a script. GitHub puts their values in before the shell sees the text, so a value may hold
 * anything; here it only fills the word it stands in.
 */
export function maskExpressions(
  script: string,
  expressions: readonly { readonly start: number; readonly end: number; readonly value: Text }[],
): Masked {
  let text = "";
  let at = 0;
  expressions.forEach(({ start, end }, index) => {
    const head = `__e${index}`;
    text += script.slice(at, start) + head + "_".repeat(Math.max(0, end - start - head.length - 1)) + "Z";
    at = end;
  });
  text += script.slice(at);
  const unmask = (piece: string): Text => {
    const parts: (string | Text)[] = [];
    let rest = piece;
    for (let found = mask.exec(rest); found; found = mask.exec(rest)) {
      parts.push(rest.slice(0, found.index), expressions[Number(found[1])]?.value ?? found[0]);
      rest = rest.slice(found.index + found[0].length);
    }
    return textOf(...parts, rest);
  };
  const asWritten = (piece: string): string =>
    piece.replace(new RegExp(mask, "g"), (found, index: string) => {
      const { start, end } = expressions[Number(index)] ?? { start: 0, end: 0 };
      return script.slice(start, end) || found;
    });
  return { text, unmask, asWritten };
}

/** Where masks stand in a piece of a masked script. */
export function masksIn(piece: string): readonly { readonly start: number; readonly text: string }[] {
  return [...piece.matchAll(new RegExp(mask, "g"))].map((found) => ({ start: found.index, text: found[0] }));
}
