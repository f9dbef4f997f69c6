import type { Span, YamlNode } from "@gha2pulumi/repo";
import { plainScalar } from "../plain-scalar.ts";
import { expressionsIn } from "../expression/template.ts";
import { childrenOf, parseExpression, type Expression } from "../expression/parse.ts";

/** What may stand at a place of a workflow. Anything else there, and GitHub refuses the whole file. */
export interface Shape {
  /** What a single value may be: `filled` is a text that is not empty, `condition` an expression without its braces; a list names them all. */
  readonly scalar:
    "text" | "filled" | "identifier" | "condition" | "number" | "boolean" | readonly string[] | undefined;
  /** There may be nothing behind the key. */
  readonly empty: boolean;
  readonly items: Shape | undefined;
  readonly keys: Readonly<Record<string, Shape>> | undefined;
  /** What stands under keys of any other name. */
  readonly others: Shape | undefined;
  readonly needed: readonly string[];
  /** Which of several mappings it is, by its keys. */
  readonly pick: ((keys: readonly string[]) => Shape) | undefined;
  /** What expressions there may read and call; what is inside may do the same. `undefined` at the top: there are none. */
  readonly reads: readonly string[] | undefined;
  /** What a message calls it; else the key it stands under. */
  readonly called: string | undefined;
  /** The mapping may be one expression as a whole, and is read then too. */
  readonly whole: boolean;
  readonly anything: boolean;
}

const nothing: Shape = {
  scalar: undefined,
  empty: false,
  items: undefined,
  keys: undefined,
  others: undefined,
  needed: [],
  pick: undefined,
  reads: undefined,
  called: undefined,
  whole: false,
  anything: false,
};

export function shape(parts: Partial<Shape>): Shape {
  return { ...nothing, ...parts };
}

export interface Fault {
  /** GitHub refuses it; else it is only not read here. */
  readonly refused: boolean;
  readonly message: string;
  readonly span: Span;
}

/** What GitHub has against a value at such a place, each with where it stands. */
export function faultsOf(node: YamlNode, wanted: Shape, name: string, outer?: Shape["reads"]): readonly Fault[] {
  const reads = wanted.reads ?? outer;
  const fault = (message: string): readonly Fault[] => [{ refused: true, message, span: node.span }];
  if (node.kind === "scalar") return scalarFaults(node, wanted, name, reads);
  if (wanted.anything) return insideAnything(node, name, reads);
  if (node.kind === "null") {
    const takes = wanted.empty || wanted.scalar === "text" || wanted.scalar === "condition";
    return takes ? [] : fault(`${name} is empty`);
  }
  if (node.kind === "list") {
    const { items } = wanted;
    return items
      ? node.items.flatMap((item) => faultsOf(item, items, items.called ?? name, reads))
      : fault(`${name} cannot be a list`);
  }
  const keys = node.entries.map((entry) => entry.key);
  const picked = wanted.pick?.(keys) ?? wanted;
  if (picked.keys === undefined && picked.others === undefined) return fault(`${name} cannot be a mapping`);
  const whole = picked.called ?? name;
  const lacking = picked.needed.filter((key) => !keys.includes(key) && !keys.includes("<<"));
  return [
    ...lacking.flatMap((key) => fault(`${whole} has no \`${key}\``)),
    ...node.entries.flatMap(({ key, keySpan, value }): readonly Fault[] => {
      // A merge key is a problem of its own.
      if (key === "<<") return [];
      const inner = picked.keys !== undefined && Object.hasOwn(picked.keys, key) ? picked.keys[key] : picked.others;
      if (inner === undefined) return [{ refused: true, message: `\`${key}\` is no key of ${whole}`, span: keySpan }];
      return faultsOf(value, inner, inner.called ?? `\`${key}\``, picked.reads ?? reads);
    }),
  ];
}

function insideAnything(node: YamlNode, name: string, reads: Shape["reads"]): readonly Fault[] {
  const any = shape({ anything: true, scalar: "text" });
  if (node.kind === "list") return node.items.flatMap((item) => faultsOf(item, any, name, reads));
  return node.kind === "map" ? node.entries.flatMap(({ value }) => faultsOf(value, any, name, reads)) : [];
}

function scalarFaults(
  { text, quoted, span }: YamlNode & { readonly kind: "scalar" },
  { scalar, keys, others, items, empty, whole, anything }: Shape,
  name: string,
  reads: Shape["reads"],
): readonly Fault[] {
  const fault = (message: string): readonly Fault[] => [{ refused: true, message, span }];
  if (scalar === "condition" && !text.includes("${{")) {
    if (text.trim() === "") return [];
    const broken =
      parseExpression(text.trim()).kind === "parsed" ? undefined : `the expression \`${text.trim()}\` does not parse`;
    return broken === undefined ? readFaults(text.trim(), name, reads, span) : fault(broken);
  }
  if (text.includes("${{")) {
    if (reads === undefined) return fault(`no expression can stand in ${name}`);
    const read = expressionsIn(text).flatMap(({ source }) => readFaults(source, name, reads, span));
    const isUnread = scalar === undefined && (keys ?? others) !== undefined && !whole && !anything;
    const message = `${name} is one expression as a whole, which is not read`;
    return isUnread ? [...read, { refused: false, message, span }] : read;
  }
  const value = quoted ? text : plainScalar(text);
  if (value === null && empty) return [];
  switch (scalar) {
    case undefined: {
      const kind = (keys ?? others) ? "a mapping" : items ? "a list" : "empty";
      return fault(`${name} must be ${kind}, and is \`${text}\``);
    }
    case "number":
      return typeof value === "number" ? [] : fault(`${name} is no number: \`${text}\``);
    case "boolean":
      return typeof value === "boolean" ? [] : fault(`${name} is neither \`true\` nor \`false\`: \`${text}\``);
    case "identifier":
      return /^(?!__)[A-Za-z_][\w-]{0,98}$/.test(text) ? [] : fault(`\`${text}\` is no value of ${name}`);
    case "filled":
      return value === "" || value === null ? fault(`${name} is empty`) : [];
    case "text":
    case "condition":
      return [];
    default:
      return scalar.includes(String(value)) ? [] : fault(`\`${text}\` is no value of ${name}`);
  }
}

/** https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability */
function readFaults(source: string, name: string, reads: Shape["reads"], span: Span): readonly Fault[] {
  const parsed = parseExpression(source);
  if (parsed.kind !== "parsed") return [];
  const strange = [...new Set(namesIn(parsed.node))].filter((one) => reads?.includes(one) === false);
  return strange.map((one) => ({ refused: true, message: `${name} cannot read \`${one}\``, span }));
}

const everywhere: readonly string[] = "contains startswith endswith format join tojson fromjson case".split(" ");

/** Contexts it reads, and functions that are not of the language itself. */
function namesIn(node: Expression): readonly string[] {
  const own = node.kind === "context" || (node.kind === "call" && !everywhere.includes(node.name)) ? [node.name] : [];
  return [...own, ...childrenOf(node).flatMap(namesIn)];
}
