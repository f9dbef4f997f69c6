/** An expression of the part of CEL that attribute conditions use. */
export type Cel =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "name"; readonly path: readonly string[] }
  | { readonly kind: "list"; readonly of: readonly Cel[] }
  | { readonly kind: "not"; readonly of: Cel }
  | {
      readonly kind: "binary";
      readonly operator: "&&" | "||" | "==" | "!=" | "in" | "+";
      readonly sides: readonly [Cel, Cel];
    }
  | { readonly kind: "call"; readonly name: string; readonly on: Cel | undefined; readonly of: readonly Cel[] }
  | { readonly kind: "unread"; readonly because: string };

interface Word {
  readonly kind: "text" | "name" | "sign" | "end" | "odd";
  readonly text: string;
}
interface Cursor {
  readonly words: readonly Word[];
  at: number;
}

/**
 * Reads an expression; what lies outside the subset (numbers, conditionals, macros, maps) makes the whole unread.
 * https://cloud.google.com/iam/docs/workload-identity-federation#conditions
 */
export function readCel(text: string): Cel {
  const words = lex(text);
  const odd = words.find(({ kind }) => kind === "odd");
  if (odd) return { kind: "unread", because: `the expression has \`${odd.text}\`, which is not read` };
  const cursor: Cursor = { words, at: 0 };
  const read = binary(cursor, 0);
  const rest = peek(cursor);
  if (read.kind === "unread" || rest.kind === "end") return read;
  return { kind: "unread", because: `the expression has \`${rest.text}\` where it is not read` };
}

const word =
  /\s+|(?<text>"(?:[^"\\\n]|\\["'\\])*"|'(?:[^'\\\n]|\\["'\\])*')|(?<name>[A-Za-z_]\w*)|(?<sign>&&|\|\||==|!=|[!()[\],.+])|(?<odd>[^])/y;

function lex(text: string): readonly Word[] {
  const words = [...text.matchAll(new RegExp(word, "gy"))].flatMap(({ groups = {} }): Word[] => {
    const { text: quoted, name, sign, odd } = groups;
    if (quoted !== undefined) return [{ kind: "text", text: quoted.slice(1, -1).replace(/\\(.)/g, "$1") }];
    if (name !== undefined) return [{ kind: "name", text: name }];
    if (sign !== undefined) return [{ kind: "sign", text: sign }];
    return odd === undefined ? [] : [{ kind: "odd", text: odd }];
  });
  // `r'…'` and `b'…'` are names in front of a text, which no sign joins.
  return [...words, { kind: "end", text: "the end" }];
}

const levels: readonly (readonly ("&&" | "||" | "==" | "!=" | "in" | "+")[])[] = [
  ["||"],
  ["&&"],
  ["==", "!=", "in"],
  ["+"],
];

function binary(cursor: Cursor, level: number): Cel {
  const operators = levels[level];
  if (operators === undefined) return unary(cursor);
  let left = binary(cursor, level + 1);
  for (;;) {
    const next = peek(cursor);
    const operator = next.kind === "text" ? undefined : operators.find((one) => one === next.text);
    if (operator === undefined || left.kind === "unread") return left;
    cursor.at += 1;
    const right = binary(cursor, level + 1);
    left = right.kind === "unread" ? right : { kind: "binary", operator, sides: [left, right] };
  }
}

function unary(cursor: Cursor): Cel {
  if (!take(cursor, "!")) return member(cursor);
  const of = unary(cursor);
  return of.kind === "unread" ? of : { kind: "not", of };
}

/** `assertion.sub`, `assertion['sub']`, `x.startsWith('y')`, `has(x.y)`, `(x)`, a text, a list. */
function member(cursor: Cursor): Cel {
  let of = primary(cursor);
  for (;;) {
    if (of.kind === "unread") return of;
    if (take(cursor, ".")) of = field(cursor, of);
    else if (take(cursor, "[")) of = index(cursor, of);
    else return of;
  }
}

function field(cursor: Cursor, of: Cel): Cel {
  const name = peek(cursor);
  if (name.kind !== "name") return stray(name);
  cursor.at += 1;
  if (take(cursor, "(")) return call(cursor, name.text, of);
  return of.kind === "name" ? { kind: "name", path: [...of.path, name.text] } : stray(name);
}

function index(cursor: Cursor, of: Cel): Cel {
  const name = peek(cursor);
  cursor.at += 1;
  if (name.kind !== "text" || of.kind !== "name" || !take(cursor, "]")) return stray(name);
  return { kind: "name", path: [...of.path, name.text] };
}

function primary(cursor: Cursor): Cel {
  const first = peek(cursor);
  cursor.at += 1;
  if (first.kind === "text") return { kind: "text", text: first.text };
  if (first.kind === "name") {
    if (first.text === "true" || first.text === "false") return { kind: "bool", value: first.text === "true" };
    return take(cursor, "(") ? call(cursor, first.text, undefined) : { kind: "name", path: [first.text] };
  }
  if (first.text === "(") {
    const inner = binary(cursor, 0);
    return inner.kind === "unread" || take(cursor, ")") ? inner : stray(peek(cursor));
  }
  if (first.text !== "[") return stray(first);
  const of = items(cursor, "]");
  return Array.isArray(of) ? { kind: "list", of: of as readonly Cel[] } : (of as Cel);
}

function call(cursor: Cursor, name: string, on: Cel | undefined): Cel {
  const of = items(cursor, ")");
  return Array.isArray(of) ? { kind: "call", name, on, of: of as readonly Cel[] } : (of as Cel);
}

function items(cursor: Cursor, closing: string): readonly Cel[] | Cel {
  const of: Cel[] = [];
  if (take(cursor, closing)) return of;
  for (;;) {
    const one = binary(cursor, 0);
    if (one.kind === "unread") return one;
    of.push(one);
    if (take(cursor, closing)) return of;
    if (!take(cursor, ",")) return stray(peek(cursor));
  }
}

function peek({ words, at }: Cursor): Word {
  return words[at] ?? { kind: "end", text: "the end" };
}

function take(cursor: Cursor, sign: string): boolean {
  const next = peek(cursor);
  if (next.kind !== "sign" || next.text !== sign) return false;
  cursor.at += 1;
  return true;
}

function stray({ text }: Word): Cel {
  return { kind: "unread", because: `the expression has \`${text}\` where it is not read` };
}
