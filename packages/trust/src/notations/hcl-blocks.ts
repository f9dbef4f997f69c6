import type { Edited, Splice } from "@gha2pulumi/repo";
import type { AwsReadStatement, AwsRule } from "../rule.ts";
import { eolOf, indentAt } from "./braced.ts";
import { dataParts } from "./program-write.ts";
import { unwritable, type Spelling } from "./statement-code.ts";
import { statementEdits } from "./statement-edits.ts";
import type { Value } from "./values.ts";

/** A policy whose statements are blocks of `aws_iam_policy_document`. */
export interface BlockDocument {
  readonly text: string;
  readonly before: AwsRule;
  readonly statements: readonly Value[];
  readonly arn: (value: string) => string | undefined;
  readonly quoted: Spelling["text"];
}

/** The splices that turn the blocks into the statements of `after`. */
export function editBlocks(document: BlockDocument, after: AwsRule): Edited {
  const found = statementEdits(document.before, after);
  if (found.kind === "refused") return found;
  const splices: Splice[] = [];
  for (const edit of found.edits) {
    const done =
      edit.kind === "insert"
        ? inserted(document, edit.after, edit.statement)
        : edit.kind === "remove"
          ? removed(document, edit.at)
          : replaced(document, edit.at, edit.statement);
    if (typeof done === "string") return { kind: "refused", reason: done };
    const before = splices.find(({ start, end }) => start === done.start && end === done.end);
    // Two behind one neighbour are one insertion.
    if (before === undefined) splices.push(done);
    else splices.splice(splices.indexOf(before), 1, { ...before, text: before.text + done.text });
  }
  return { kind: "edited", splices };
}

function inserted(document: BlockDocument, place: number, statement: AwsReadStatement): Splice | string {
  const { text, statements, arn } = document;
  const neighbour = statements[place];
  if (neighbour === undefined) return "there is no statement to put it behind";
  const odd = unwritable(statement, (value) => arn(value) !== undefined);
  if (odd !== undefined) return odd;
  const { end } = neighbour.span;
  const rest = /^[^\r\n]*/.exec(text.slice(end))?.[0] ?? "";
  if (!/^[ \t]*(?:#.*|\/\/.*)?$/.test(rest)) return "something else follows on its last line";
  const at = end + rest.length;
  const eol = eolOf(text);
  const lines = linesFor(document, neighbour, statement).map((line) => eol + line);
  return { start: at, end: at, text: eol + lines.join("") };
}

/** The block anew: one without comments, which would go with it. */
function replaced(document: BlockDocument, place: number, statement: AwsReadStatement): Splice | string {
  const { text, statements, arn } = document;
  const old = statements[place];
  const odd = unwritable(statement, (value) => arn(value) !== undefined);
  if (old === undefined || odd !== undefined) return odd ?? "it is not found";
  const { start, end } = old.span;
  if (/(?:^|\s)(?:#|\/\/|\/\*)/.test(text.slice(start, end))) return "a statement with comments would be written anew";
  return { start, end, text: linesFor(document, old, statement).join(eolOf(text)).trimStart() };
}

/** The block's lines, indented as the one that shows how. */
function linesFor(document: BlockDocument, like: Value, statement: AwsReadStatement): readonly string[] {
  const { text } = document;
  const { start, end } = like.span;
  const indent = indentAt(text, start);
  const step = /\n([ \t]*)\S/.exec(text.slice(start, end))?.[1] ?? "";
  const unit = step.startsWith(indent) && step.length > indent.length ? step.slice(indent.length) : "  ";
  return blockLines(statement, document).map(({ depth, line }) => `${indent}${unit.repeat(depth)}${line}`);
}

interface Line {
  readonly depth: number;
  readonly line: string;
}

/** As `terraform fmt` lays it out. */
function blockLines(statement: AwsReadStatement, { arn, quoted }: BlockDocument): readonly Line[] {
  const { sid, effect, actions, principals, conditions } = dataParts(statement);
  const value = (text: string): string => (text.includes("${") ? (arn(text) ?? quoted(text)) : quoted(text));
  const list = (values: readonly string[]): string => `[${values.map(value).join(", ")}]`;
  const attributes = (
    depth: number,
    ...fields: readonly (readonly [string, string | undefined])[]
  ): readonly Line[] => {
    const told = fields.filter((field) => field[1] !== undefined);
    const width = Math.max(...told.map(([name]) => name.length));
    return told.map(([name, own]) => ({ depth, line: `${name.padEnd(width)} = ${own}` }));
  };
  const block = (name: string, inner: readonly Line[]): readonly Line[] => [
    { depth: 1, line: `${name} {` },
    ...inner,
    { depth: 1, line: "}" },
  ];
  return [
    { depth: 0, line: "statement {" },
    ...attributes(
      1,
      ["sid", sid === undefined ? undefined : quoted(sid)],
      ["effect", effect === undefined ? undefined : quoted(effect)],
      ["actions", list(actions)],
    ),
    ...principals.flatMap((one) =>
      block("principals", attributes(2, ["type", quoted(one.type)], ["identifiers", list(one.identifiers)])),
    ),
    ...conditions.flatMap((one) =>
      block(
        "condition",
        attributes(2, ["test", quoted(one.test)], ["variable", quoted(one.variable)], ["values", list(one.values)]),
      ),
    ),
    { depth: 0, line: "}" },
  ];
}

/** Whole lines, with an empty one in front; not with a comment above, which may be the block's own. */
function removed({ text, statements }: BlockDocument, at: number): Splice | string {
  const here = statements[at];
  if (here === undefined) return "it is not found";
  const start = text.lastIndexOf("\n", here.span.start - 1) + 1;
  const rest = /^[ \t]*(?:\r?\n|$)/.exec(text.slice(here.span.end))?.[0];
  if (rest === undefined || text.slice(start, here.span.start).trim() !== "")
    return "something else stands on its lines";
  const before = text.slice(0, start).split("\n").at(-2) ?? "";
  if (/^\s*(?:#|\/\/)|\*\/\s*$/.test(before)) return "a comment stands above it";
  const blank = before.trim() === "" ? start - before.length - 1 : start;
  return { start: blank, end: here.span.end + rest.length, text: "" };
}
