import type { Splice } from "./change.ts";

/** Part of a text that came to be by splicing: kept from the original, or new. */
export type Piece =
  | { readonly kind: "kept"; readonly start: number; readonly end: number }
  | { readonly kind: "new"; readonly text: string };

/** A text nothing was done to yet. */
export function piecesOf(text: string): readonly Piece[] {
  return [{ kind: "kept", start: 0, end: text.length }];
}

/** The pieces after one more splice, whose range is one of the text *as it is now*. */
export function respliced(pieces: readonly Piece[], { start, end, text }: Splice): readonly Piece[] {
  const before: Piece[] = [];
  const after: Piece[] = [];
  let at = 0;
  for (const piece of pieces) {
    const length = lengthOf(piece);
    before.push(cut(piece, 0, Math.min(length, start - at)));
    after.push(cut(piece, Math.max(0, end - at), length));
    at += length;
  }
  return [...before, { kind: "new", text } as const, ...after].filter((piece) => lengthOf(piece) > 0);
}

/** The splices that make the pieces' text out of the original, which is `length` units long. */
export function splicesOf(pieces: readonly Piece[], length: number): readonly Splice[] {
  const splices: Splice[] = [];
  let at = 0;
  let text = "";
  for (const piece of [...pieces, { kind: "kept", start: length, end: length } as const]) {
    if (piece.kind === "new") {
      text += piece.text;
      continue;
    }
    if (piece.start > at || text !== "") splices.push({ start: at, end: piece.start, text });
    at = piece.end;
    text = "";
  }
  return splices;
}

function lengthOf(piece: Piece): number {
  return piece.kind === "new" ? piece.text.length : piece.end - piece.start;
}

function cut(piece: Piece, from: number, to: number): Piece {
  if (from >= to) return { kind: "new", text: "" };
  if (piece.kind === "new") return { kind: "new", text: piece.text.slice(from, to) };
  return { kind: "kept", start: piece.start + from, end: piece.start + to };
}
