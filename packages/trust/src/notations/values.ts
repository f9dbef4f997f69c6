import { literal, mapEntries, textOf, type Hole, type Span, type Text, type YamlNode } from "@gha2pulumi/repo";

/**
 * A value as a program or template writes it; texts hold what the file does not tell as holes. `span` is where it
 * stands, `origin` where it is written out: elsewhere, when it stands there by name.
 */
export type Value =
  | { readonly kind: "text"; readonly text: Text; readonly span: Span; readonly body: Body | undefined }
  | { readonly kind: "plain"; readonly json: number | boolean | null; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Value[]; readonly span: Span; readonly origin: Span }
  | { readonly kind: "map"; readonly entries: readonly ValueEntry[]; readonly span: Span; readonly origin: Span }
  | { readonly kind: "unknown"; readonly expression: string; readonly because: string; readonly span: Span };

/** A text's own characters in a program, and the parts of them that stand for something else. */
export interface Body {
  readonly at: Span;
  readonly holes: readonly { readonly start: number; readonly end: number; readonly text: Text }[];
  /** Braces are written twice, as in Python's f-strings. */
  readonly doubled: boolean;
}

export interface ValueEntry {
  readonly key: Text;
  readonly value: Value;
}

/** A part of a text that the file does not tell, and why. */
export function hole(expression: string, note: string): Hole {
  return { expression, names: [], note };
}

/** The value of a key that is written out; of the last one where it is written twice. */
export function field(value: Value | undefined, key: string): Value | undefined {
  if (value?.kind !== "map") return undefined;
  return value.entries.findLast((entry) => literal(entry.key) === key)?.value;
}

/** The whole text of a value, when it is a text without a hole. */
export function literalOf(value: Value | undefined): string | undefined {
  return value?.kind === "text" ? literal(value.text) : undefined;
}

/** A text as one string: holes as `${expression}`. */
export function rendered(text: Text): string {
  return text.map((piece) => (typeof piece === "string" ? piece : `\${${piece.expression}}`)).join("");
}

/** A value as a text; what is no text is a hole. */
export function asText(value: Value): Text {
  switch (value.kind) {
    case "text":
      return value.text;
    case "plain":
      return [String(value.json)];
    case "unknown":
      return [hole(value.expression, value.because)];
    default:
      return [hole("…", "it is no text")];
  }
}

/** A text made of the texts of several values. */
export function joined(values: readonly Value[], between: string): Text {
  return textOf(...values.flatMap((value, i) => (i === 0 ? [asText(value)] : [between, asText(value)])));
}

/** A YAML or JSON node as a value; `special` gives the meaning of what is not plain data, a tag or a function. */
export function valueOf(node: YamlNode, special: (node: YamlNode) => Value | undefined): Value {
  const own = special(node);
  if (own !== undefined) return own;
  const { span } = node;
  switch (node.kind) {
    case "map":
      return {
        kind: "map",
        entries: mapEntries(node).map(({ key, value }) => ({ key: textOf(key), value: valueOf(value, special) })),
        span,
        origin: span,
      };
    case "list":
      return { kind: "list", items: node.items.map((item) => valueOf(item, special)), span, origin: span };
    case "null":
      return { kind: "plain", json: null, span };
    case "scalar":
      return node.quoted ? textValue(textOf(node.text), span) : plainOf(node.text, span);
  }
}

/** A plain scalar: a number or boolean only where its text is written as JSON has it. */
function plainOf(text: string, span: Span): Value {
  if (text === "true" || text === "false") return { kind: "plain", json: text === "true", span };
  if (/^-?\d+$/.test(text) && text.length < 16) return { kind: "plain", json: Number(text), span };
  return textValue(textOf(text), span);
}

export function textValue(text: Text, span: Span): Value {
  return { kind: "text", text, span, body: undefined };
}
