/** One place of a glob: the code of a character that must stand there, or one of the two wildcards. */
export type Piece = number;
/** IAM's `?`: exactly one character, also `:` and `/`. */
export const anyOne: Piece = -1;
/** IAM's `*`: any run of characters, also an empty one, also across `:` and `/`. */
export const anyMany: Piece = -2;

/** A pattern over a whole claim. With `anyCase`, letters match in both cases. */
export interface Glob {
  readonly pieces: readonly Piece[];
  readonly anyCase: boolean;
}

/** The pieces of a text in which `*` and `?` are ordinary characters. */
export function literalPieces(text: string): readonly Piece[] {
  return Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
}

/** The pieces of a text in which `*` and `?` are wildcards. */
export function wildPieces(text: string): readonly Piece[] {
  return literalPieces(text).map((code) => (code === 42 ? anyMany : code === 63 ? anyOne : code));
}

/** A glob of these pieces, in the one form that means the same: folded where case does not count. */
export function glob(pieces: readonly Piece[], anyCase = false): Glob {
  const folded = anyCase ? pieces.map((piece) => (piece < 0 ? piece : fold(piece))) : pieces;
  return { pieces: folded.filter((piece, i) => piece !== anyMany || folded[i - 1] !== anyMany), anyCase };
}

/** The glob of one text and no other. */
export function exactly(text: string): Glob {
  return glob(literalPieces(text));
}

/** The glob of a pattern as `StringLike` has it. */
export function like(pattern: string): Glob {
  return glob(wildPieces(pattern));
}

/** A glob as text, for messages. */
export function printGlob({ pieces }: Glob): string {
  return pieces.map((p) => (p === anyMany ? "*" : p === anyOne ? "?" : String.fromCharCode(p))).join("");
}

/** The code of a character without its case. */
export function fold(code: number): number {
  return String.fromCharCode(code).toLowerCase().charCodeAt(0);
}

/** Where a glob stands after some of a text: the places it may go on from, ascending. None: it can no longer match. */
export type Places = readonly number[];

export function start(of: Glob): Places {
  return settled(of, [0]);
}

/** Where the glob stands after one more character. */
export function step(of: Glob, places: Places, code: number): Places {
  const seen = of.anyCase ? fold(code) : code;
  const next = places.flatMap((place) => {
    const piece = of.pieces[place];
    if (piece === anyMany) return [place];
    return piece === anyOne || piece === seen ? [place + 1] : [];
  });
  return settled(of, next);
}

/** Whether a text may end here. */
export function accepts(of: Glob, places: Places): boolean {
  return places.at(-1) === of.pieces.length;
}

/**
 * Adds the places behind a `*`, and drops those before the last `*`: what they could still match, it matches too.
 * So there are never more places than pieces between two `*`, and few different sets of them.
 */
function settled(of: Glob, places: readonly number[]): Places {
  const all = new Set(places.flatMap((place) => (of.pieces[place] === anyMany ? [place, place + 1] : [place])));
  const last = [...all].reduce((most, place) => (of.pieces[place] === anyMany ? Math.max(most, place) : most), -1);
  return [...all].filter((place) => place >= last).sort((a, b) => a - b);
}

/** Whether a glob matches a whole text. */
export function matches(of: Glob, text: string): boolean {
  let places = start(of);
  for (let i = 0; i < text.length; i += 1) places = step(of, places, text.charCodeAt(i));
  return accepts(of, places);
}
