import type { Trail } from "./span.ts";

/**
 * A part of a text that nothing in the tree decides: `${{ secrets.ROLE }}`, a shell `$(…)`.
 * `expression` is what was written, without its delimiters; `names` are the contexts it reads (`secrets.ROLE`,
 * `vars.STACK`, `github.sha`), sorted; `note` says why it has no value.
 */
export interface Hole {
  readonly expression: string;
  readonly names: readonly string[];
  readonly note: string;
  /** Where it stands for a JSON list of texts: everything that may be in it, in its order. */
  readonly items?: readonly PossibleItem[];
}

/** A text that is in a list, or may be. */
export interface PossibleItem {
  readonly text: string;
  readonly sure: boolean;
}

/** A text as far as it is known: literal pieces and holes. Never two strings in a row, never an empty string. */
export type Text = readonly (string | Hole)[];

/** A text and where it was written. */
export interface Bound {
  readonly text: Text;
  readonly from: Trail;
}

/** Joins texts and strings; neighbouring literals become one. */
export function textOf(...parts: readonly (string | Hole | Text)[]): Text {
  const pieces: (string | Hole)[] = [];
  for (const part of parts) {
    if (typeof part === "object" && "length" in part) for (const piece of part) join(pieces, piece);
    else join(pieces, part);
  }
  return pieces;
}

function join(pieces: (string | Hole)[], piece: string | Hole): void {
  const last = pieces[pieces.length - 1];
  if (typeof piece === "string" && typeof last === "string") pieces[pieces.length - 1] = last + piece;
  else if (piece !== "") pieces.push(piece);
}

/** The whole text when it has no hole, otherwise `undefined`. */
export function literal(text: Text): string | undefined {
  if (text.length === 0) return "";
  const [only] = text;
  return text.length === 1 && typeof only === "string" ? only : undefined;
}

/** The parts of a text that only a run fills in, in order. */
export function holes(text: Text): readonly Hole[] {
  return text.filter((piece): piece is Hole => typeof piece !== "string");
}

/** The text as it would be written in a workflow: holes as `${{ … }}`. */
export function written(text: Text): string {
  return text.map((piece) => (typeof piece === "string" ? piece : `\${{ ${piece.expression} }}`)).join("");
}

/** A written text for people: what a shell fills in, `$(…)`, `<(…)`, stands as it does in the script. */
export function asInShell(text: string): string {
  return text.replace(/\$\{\{ ([$`<>{?@*+](?:\$\{\{.*?\}\}|.)*?) \}\}/gs, "$1");
}

/** Names a text reads from one context: `namesIn(text, "secrets")` gives `["ROLE"]` for `${{ secrets.ROLE }}`. */
export function namesIn(text: Text, context: string): readonly string[] {
  const prefix = `${context}.`;
  const names = holes(text).flatMap((hole) => hole.names.filter((name) => name.startsWith(prefix)));
  return [...new Set(names.map((name) => name.slice(prefix.length)))];
}

/** The one name when the whole text is exactly `${{ context.NAME }}`, otherwise `undefined`. */
export function onlyName(text: Text, context: string): string | undefined {
  const [only] = text;
  if (text.length !== 1 || only === undefined || typeof only === "string") return undefined;
  const [name] = only.names;
  return only.names.length === 1 && name !== undefined && only.expression === name && name.startsWith(`${context}.`)
    ? name.slice(context.length + 1)
    : undefined;
}

/** Whether two texts are written alike: the same literals, and the same expressions in the holes. */
export function sameText(a: Text | undefined, b: Text | undefined): boolean {
  if (a === undefined || b === undefined || a.length !== b.length) return a === b;
  return a.every((piece, i) => {
    const other = b[i];
    if (typeof piece === "string" || typeof other === "string" || other === undefined) return piece === other;
    return piece.expression === other.expression;
  });
}
