import { parts, partsOf, type Path, type Syntax, type SyntaxTree } from "@gha2pulumi/repo";
import { hclExpression, hclSource, hclSpan, type HclFile } from "./hcl-expression.ts";
import {
  madeOften,
  type Argument,
  type CallExpression,
  type Expression,
  type Making,
  type Program,
} from "./program.ts";

/** A Terraform file that was parsed. */
export interface ParsedHcl extends HclFile {
  readonly tree: SyntaxTree;
}

/**
 * The files of one folder, which Terraform reads as one. What resources and data sources are made of stands under
 * their addresses, `aws_iam_role.deploy` and `data.aws_iam_policy_document.trust`.
 */
export function readHcl(path: Path, files: readonly ParsedHcl[]): Program {
  const constants = new Map<string, Expression>();
  const makings: Making[] = [];
  for (const file of files) {
    for (const block of blocksIn(file.tree.root, file)) {
      if (block.type === "locals")
        for (const { name, value } of attributesOf(block, file)) constants.set(`local.${name}`, value);
      const address = addressOf(block);
      if (address === undefined) continue;
      const call = callOf(block, file);
      constants.set(address, call);
      if (block.type === "resource") makings.push({ call, obstacle: obstacleOf(block, file) });
    }
  }
  return { path, constants, imports: new Map(), makings, callers: new Map() };
}

/** A block with its labels: `data "aws_iam_policy_document" "trust"`. */
interface Block {
  readonly type: string;
  readonly labels: readonly string[];
  readonly node: Syntax;
  readonly body: Syntax | undefined;
}

function blocksIn(body: Syntax | undefined, file: HclFile): readonly Block[] {
  const own = partsOf(body, "block");
  const inner = body?.type === "config_file" ? partsOf(body, "body").flatMap((one) => blocksIn(one, file)) : [];
  return [
    ...inner,
    ...own.map((node): Block => {
      const words = parts(node).filter(({ type }) => type === "identifier" || type === "string_lit");
      const [type = "", ...labels] = words.map((word) => hclSource(word, file).replace(/^"|"$/g, ""));
      return { type, labels, node, body: partsOf(node, "body")[0] };
    }),
  ];
}

function addressOf({ type, labels }: Block): string | undefined {
  if (labels.length !== 2) return undefined;
  if (type === "resource") return labels.join(".");
  return type === "data" ? ["data", ...labels].join(".") : undefined;
}

function attributesOf(
  { body }: Block,
  file: HclFile,
): readonly { readonly name: string; readonly value: Expression }[] {
  return partsOf(body, "attribute").flatMap((node) => {
    const [name, value] = [partsOf(node, "identifier")[0], partsOf(node, "expression")[0]];
    return value === undefined ? [] : [{ name: hclSource(name, file), value: hclExpression(value, file) }];
  });
}

/** A resource or data source as a call of its type with its attributes; blocks of one kind are a list. */
function callOf(block: Block, file: HclFile): CallExpression {
  const span = hclSpan(block.node, file);
  const [type = ""] = block.labels;
  return { kind: "call", callee: { kind: "name", name: type, span }, args: argumentsOf(block, file), span };
}

/** Terraform's words for lists of blocks, and `getPolicyDocument`'s for the same. */
const plurals: ReadonlyMap<string, string> = new Map([
  ["statement", "statements"],
  ["condition", "conditions"],
]);

function argumentsOf(block: Block, file: HclFile): readonly Argument[] {
  const kinds = new Map<string, Expression[]>();
  for (const inner of blocksIn(block.body, file)) {
    const span = hclSpan(inner.node, file);
    const kind = inner.type === "dynamic" ? (inner.labels[0] ?? "") : inner.type;
    const value: Expression =
      inner.type === "dynamic"
        ? { kind: "other", because: "which stands for as many as there are values", span }
        : { kind: "map", entries: entriesOf(inner, file), span };
    kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
  }
  const lists = [...kinds].map(([kind, items]): Argument => {
    const [first] = items;
    const span = first?.span ?? hclSpan(block.node, file);
    return { name: plurals.get(kind) ?? kind, value: { kind: "list", items, span } };
  });
  return [...attributesOf(block, file), ...lists];
}

function entriesOf(block: Block, file: HclFile): Extract<Expression, { kind: "map" }>["entries"] {
  return argumentsOf(block, file).map(({ name = "", value }) => {
    const { span } = value;
    return { key: { kind: "text", parts: [name], span, body: span, verbatim: false, doubled: false }, value };
  });
}

function obstacleOf(block: Block, file: ParsedHcl): string | undefined {
  if (file.tree.broken) return "a part of the file is not understood";
  const names = attributesOf(block, file).map(({ name }) => name);
  const often = names.find((name) => name === "for_each" || name === "count");
  return often === undefined ? undefined : madeOften(`\`${often}\``);
}
