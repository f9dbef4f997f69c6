/** What a part of a regular expression asks for. */
type Node =
  | { readonly kind: "char"; readonly has: (char: string) => boolean }
  | { readonly kind: "all" | "one-of"; readonly of: readonly Node[] }
  | { readonly kind: "repeat"; readonly of: Node; readonly least: 0 | 1; readonly isMany: boolean }
  | { readonly kind: "start" | "end" };

type State =
  | { readonly kind: "char"; readonly has: (char: string) => boolean; readonly next: number }
  | { readonly kind: "split"; readonly next: number[] }
  | { readonly kind: "start" | "end"; readonly next: number }
  | { readonly kind: "found" };

/** Names of checks end at 100 signs; an expression that is much longer is not one for them. */
const longestPattern = 300;

/**
 * Whether a regular expression is found in a text of these pieces, with anything between them; `undefined` for one that
 * is not read: with references, look-around, or counts. All states are followed at once, since an expression of somebody
 * else's file may take `RegExp` for ever.
 */
export function isFoundIn(pattern: string, pieces: readonly string[]): boolean | undefined {
  const node = parsed(pattern);
  if (node === undefined) return undefined;
  const states: State[] = [{ kind: "found" }];
  const first = compile(node, 0, states);
  const isAtEnd = (piece: number, at: number): boolean =>
    pieces.slice(piece + 1).every((one) => one === "") && at === (pieces[piece]?.length ?? 0);
  let now = new Set<number>();
  let isAtStart = true;
  for (const [piece, text] of pieces.entries()) {
    for (let at = 0; at <= text.length; at++) {
      now = reached([...now, first], { isAtStart, isAtEnd: isAtEnd(piece, at) }, states);
      if (now.has(0)) return true;
      const char = text[at];
      if (char === undefined) continue;
      now = new Set([...now].flatMap((one) => after(states[one], (has) => has(char))));
      isAtStart = false;
    }
    if (piece < pieces.length - 1) now = anyFurther(now, states);
  }
  return false;
}

/** The states behind any text at all, the empty one too. */
function anyFurther(from: ReadonlySet<number>, states: readonly State[]): Set<number> {
  let now = new Set(from);
  for (let before = -1; now.size > before;) {
    before = now.size;
    const next = [...now].flatMap((one) => after(states[one], () => true));
    now = new Set([...now, ...reached(next, { isAtStart: false, isAtEnd: false }, states)]);
  }
  return now;
}

function after(state: State | undefined, isIn: (has: (char: string) => boolean) => boolean): readonly number[] {
  return state?.kind === "char" && isIn(state.has) ? [state.next] : [];
}

interface Edges {
  readonly isAtStart: boolean;
  readonly isAtEnd: boolean;
}

function reached(from: readonly number[], edges: Edges, states: readonly State[]): Set<number> {
  const seen = new Set<number>();
  const left = [...from];
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (seen.has(one)) continue;
    seen.add(one);
    const state = states[one];
    if (state?.kind === "split") left.push(...state.next);
    if ((state?.kind === "start" && edges.isAtStart) || (state?.kind === "end" && edges.isAtEnd)) left.push(state.next);
  }
  return seen;
}

/** The state in which a part begins, when `next` follows it. */
function compile(node: Node, next: number, states: State[]): number {
  const add = (state: State): number => states.push(state) - 1;
  switch (node.kind) {
    case "char":
      return add({ kind: "char", has: node.has, next });
    case "start":
    case "end":
      return add({ kind: node.kind, next });
    case "all":
      return node.of.reduceRight((behind, one) => compile(one, behind, states), next);
    case "one-of":
      return add({ kind: "split", next: node.of.map((one) => compile(one, next, states)) });
    case "repeat": {
      const targets = [next];
      const again = add({ kind: "split", next: targets });
      const body = compile(node.of, node.isMany ? again : next, states);
      targets.push(body);
      return node.least === 0 ? again : body;
    }
  }
}

interface Reader {
  readonly text: string;
  readonly ignoresCase: boolean;
  at: number;
}

function parsed(pattern: string): Node | undefined {
  const ignoresCase = pattern.startsWith("(?i)");
  const reader: Reader = { text: ignoresCase ? pattern.slice(4) : pattern, ignoresCase, at: 0 };
  if (pattern.length > longestPattern) return undefined;
  const node = choices(reader);
  return reader.at === reader.text.length ? node : undefined;
}

function choices(reader: Reader): Node | undefined {
  const of: Node[] = [];
  do {
    if (of.length > 0) reader.at++;
    const one = sequence(reader);
    if (one === undefined) return undefined;
    of.push(one);
  } while (reader.text[reader.at] === "|");
  return { kind: "one-of", of };
}

function sequence(reader: Reader): Node | undefined {
  const of: Node[] = [];
  for (let char = reader.text[reader.at]; char !== undefined && char !== "|" && char !== ")";) {
    const one = piece(reader);
    if (one === undefined) return undefined;
    of.push(repeated(one, reader));
    char = reader.text[reader.at];
  }
  return { kind: "all", of };
}

/** A part with `*`, `+` or `?` behind it; a second `?` asks for as little as can be, which finds the same. */
function repeated(of: Node, reader: Reader): Node {
  const sign = reader.text[reader.at];
  if (sign !== "*" && sign !== "+" && sign !== "?") return of;
  reader.at += reader.text[reader.at + 1] === "?" ? 2 : 1;
  return { kind: "repeat", of, least: sign === "+" ? 1 : 0, isMany: sign !== "?" };
}

function piece(reader: Reader): Node | undefined {
  const char = reader.text[reader.at++] ?? "";
  switch (char) {
    case "(":
      return group(reader);
    case "[":
      return listed(reader);
    case "^":
      return { kind: "start" };
    case "$":
      return { kind: "end" };
    case ".":
      return { kind: "char", has: (one) => one !== "\n" };
    case "\\": {
      const has = escaped(reader);
      return has && { kind: "char", has };
    }
    case "*":
    case "+":
    case "?":
    case "{":
      return undefined;
    default:
      return { kind: "char", has: sameAs(char, reader) };
  }
}

function group(reader: Reader): Node | undefined {
  const opening = /^\?(?::|P?<[A-Za-z]\w{0,30}>)/.exec(reader.text.slice(reader.at, reader.at + 40))?.[0] ?? "";
  reader.at += opening.length;
  const inner = choices(reader);
  return reader.text[reader.at++] === ")" ? inner : undefined;
}

type Has = (char: string) => boolean;

function sameAs(wanted: string, { ignoresCase }: Reader): Has {
  return ignoresCase ? (char) => char.toLowerCase() === wanted.toLowerCase() : (char) => char === wanted;
}

const kinds: ReadonlyMap<string, Has> = new Map([
  ["d", (char: string) => /\d/.test(char)],
  ["D", (char: string) => /\D/.test(char)],
  ["w", (char: string) => /\w/.test(char)],
  ["W", (char: string) => /\W/.test(char)],
  ["s", (char: string) => /\s/.test(char)],
  ["S", (char: string) => /\S/.test(char)],
]);

function escaped(reader: Reader): Has | undefined {
  const char = reader.text[reader.at++] ?? "";
  const kind = kinds.get(char);
  // Other letters and digits are references, edges of words and the like.
  return kind ?? (/^[^A-Za-z0-9]$/.test(char) ? sameAs(char, reader) : undefined);
}

/** `[a-z_]` */
function listed(reader: Reader): Node | undefined {
  const isNot = reader.text[reader.at] === "^";
  if (isNot) reader.at++;
  const any: Has[] = [];
  for (let isFirst = true; reader.text[reader.at] !== "]" || isFirst; isFirst = false) {
    const char = reader.text[reader.at++];
    if (char === undefined) return undefined;
    const end = reader.text[reader.at + 1];
    if (char !== "\\" && reader.text[reader.at] === "-" && end !== undefined && end !== "]" && end !== "\\") {
      reader.at += 2;
      const isIn = (one: string): boolean => one >= char && one <= end;
      any.push(reader.ignoresCase ? (one) => isIn(one.toLowerCase()) || isIn(one.toUpperCase()) : isIn);
      continue;
    }
    const has = char === "\\" ? escaped(reader) : sameAs(char, reader);
    if (has === undefined) return undefined;
    any.push(has);
  }
  reader.at++;
  return { kind: "char", has: (char) => any.some((has) => has(char)) !== isNot };
}
