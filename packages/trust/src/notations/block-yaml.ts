import { editYaml, type Edited, type Path, type Splice, type YamlPath, type YamlProblem } from "@gha2pulumi/repo";
import { statementJson } from "../policy/aws.ts";
import type { AwsReadStatement, AwsRule, Json } from "../rule.ts";
import { eolOf } from "./braced.ts";
import { unwritable } from "./statement-code.ts";
import { statementEdits, type StatementEdit } from "./statement-edits.ts";
import { field, type Value } from "./values.ts";

/** Whether a problem leaves it open what another parser makes of the file. */
export function isDoubtful({ fatal, code }: YamlProblem): boolean {
  return fatal || code === "duplicate-key" || code === "merge-key" || code === "unread";
}

/** A policy whose statements are items of a YAML block list. */
export interface BlockPolicy {
  readonly path: Path;
  readonly text: string;
  readonly before: AwsRule;
  readonly statements: readonly Value[];
  /** The way to the list of statements. */
  readonly at: YamlPath;
  /** An ARN that holds pseudo parameters, as the value of a key. */
  readonly arn: (value: string, quote: string) => Plain;
  /** The statement in other words than IAM's. */
  readonly json?: ((statement: AwsReadStatement) => Json) | undefined;
}

/** YAML that is written as it is: a tag with its text behind the key, or a function below it. */
export interface Plain {
  readonly plain: string;
  readonly below: boolean;
}

/** The splices that turn the list into the statements of `after`. */
export function editBlock(policy: BlockPolicy, after: AwsRule): Edited {
  const found = statementEdits(policy.before, after);
  if (found.kind === "refused") return found;
  const gone = found.edits.filter((edit) => edit.kind === "remove").map(({ at }) => at);
  const removal = editYaml(
    policy.path,
    policy.text,
    gone.map((at) => ({ kind: "remove", at: [...policy.at, at] })),
  );
  if (removal.kind === "refused") return removal;
  const inserts = found.edits.filter((edit) => edit.kind === "insert");
  const splices: Splice[] = [];
  for (const edit of found.edits) {
    const done = edit.kind === "replace" ? replaced(policy, edit.at, edit.statement) : undefined;
    if (typeof done === "string") return { kind: "refused", reason: done };
    if (done !== undefined) splices.push(done);
  }
  for (const place of new Set(inserts.map(({ after: at }) => at))) {
    const done = inserted(
      policy,
      place,
      inserts.filter((one) => one.after === place),
    );
    if (typeof done === "string") return { kind: "refused", reason: done };
    splices.push(done);
  }
  return { kind: "edited", splices: [...splices, ...removal.splices] };
}

type Insert = Extract<StatementEdit, { kind: "insert" }>;

/** The item anew, from its first key to its end: one without comments, which would go with it. */
function replaced(policy: BlockPolicy, place: number, statement: AwsReadStatement): Splice | string {
  const { text, statements } = policy;
  const old = statements[place];
  const layout = old === undefined ? undefined : layoutOf(policy, old);
  if (old === undefined || layout === undefined) return "it does not begin its line";
  const odd = unwritable(statement);
  if (odd !== undefined) return odd;
  const { start, end } = old.span;
  if (/(?:^|\s)#/.test(text.slice(start, end))) return "a statement with comments would be written anew";
  const lines = itemLines(statement, layout.indent, layout.mark, layout.style);
  const body = lines.join(eolOf(text)).slice(layout.indent.length + layout.mark.length);
  return { start, end: text[end - 1] === "\n" ? end - eolOf(text).length : end, text: body };
}

interface BlockLayout {
  readonly indent: string;
  readonly mark: string;
  readonly style: BlockStyle;
}

/** How an item is laid out that begins its line; `undefined` for one that does not. */
function layoutOf({ text, arn, json = statementJson }: BlockPolicy, item: Value): BlockLayout | undefined {
  const { start } = item.span;
  const line = text.lastIndexOf("\n", start - 1) + 1;
  const dash = /^([ ]*)(-[ ]+)$/.exec(text.slice(line, start).replace(/^\uFEFF/, ""));
  if (dash === null) return undefined;
  const [, indent = "", mark = ""] = dash;
  const unit = unitOf(text, item, indent.length + mark.length);
  return { indent, mark, style: { unit, quote: quoteOf(text, item), arn, json } };
}

/** Whole lines behind the neighbour's last one. */
function inserted(policy: BlockPolicy, place: number, inserts: readonly Insert[]): Splice | string {
  const { text, statements } = policy;
  const neighbour = statements[place];
  if (neighbour?.kind !== "map") return "there is no statement to put it behind";
  const layout = layoutOf(policy, neighbour);
  if (layout === undefined) return "the statement before it does not begin its line";
  const odd = inserts.map(({ statement }) => unwritable(statement)).find((one) => one !== undefined);
  if (odd !== undefined) return odd;
  const { end } = neighbour.span;
  const eol = eolOf(text);
  const lines = inserts.flatMap(({ statement }) => itemLines(statement, layout.indent, layout.mark, layout.style));
  // A block scalar ends behind its last line break already.
  const stop = text[end - 1] === "\n" ? end : lineEnd(text, end);
  const body = lines.map((one) => one + eol).join("");
  if (stop === text.length && text[stop - 1] !== "\n") {
    return { start: stop, end: stop, text: eol + body.slice(0, -eol.length) };
  }
  return { start: stop, end: stop, text: body };
}

interface BlockStyle {
  readonly unit: string;
  readonly quote: string;
  readonly arn: BlockPolicy["arn"];
  readonly json: (statement: AwsReadStatement) => Json;
}

function itemLines(statement: AwsReadStatement, indent: string, mark: string, style: BlockStyle): readonly string[] {
  const inner = blockLines(style.json(statement), style);
  return inner.map((line, i) => indent + (i === 0 ? mark : " ".repeat(mark.length)) + line);
}

/** A value in block style, not indented. */
function blockLines(json: Json, style: BlockStyle): readonly string[] {
  return Object.entries(json as Readonly<Record<string, Json>>).flatMap(([key, value]) => {
    if (typeof value === "string" && value.includes("${")) {
      const { plain, below } = style.arn(value, style.quote || "'");
      return below ? [`${key}:`, style.unit + plain] : [`${key}: ${plain}`];
    }
    if (Array.isArray(value)) {
      return [`${key}:`, ...(value as readonly Json[]).flatMap((one) => listLines(one, style))];
    }
    if (typeof value === "object" && value !== null) {
      return [`${key}:`, ...blockLines(value, style).map((line) => style.unit + line)];
    }
    return [`${key}: ${scalar(value, key, style)}`];
  });
}

/** An item of an inner list. */
function listLines(item: Json, style: BlockStyle): readonly string[] {
  if (typeof item === "string" && item.includes("${")) {
    const { plain, below } = style.arn(item, style.quote || "'");
    return [`${style.unit}- ${below ? `{ ${plain} }` : plain}`];
  }
  if (typeof item !== "object" || item === null) return [`${style.unit}- ${scalar(item, "", style)}`];
  return blockLines(item, style).map((line, i) => `${style.unit}${i === 0 ? "- " : "  "}${line}`);
}

/** Names stand plain; other texts are quoted as the file quotes them. */
function scalar(json: Json, key: string, { quote }: BlockStyle): string {
  const text = typeof json === "string" ? json : JSON.stringify(json);
  if (quote === '"') return key === "Sid" || key === "Effect" ? text : JSON.stringify(text);
  const isSafe =
    /^[A-Za-z][\w:*./-]*$/.test(text) && !text.endsWith(":") && !/^(?:true|false|yes|no|on|off|null)$/i.test(text);
  return isSafe && quote === "" ? text : key === "Sid" || key === "Effect" ? text : `'${text.replaceAll("'", "''")}'`;
}

/** Whether the file quotes its actions, and how. */
function quoteOf(text: string, statement: Value): string {
  const action = field(statement, "Action");
  const one = action?.kind === "list" ? action.items[0] : action;
  const first = one === undefined ? "" : text.charAt(one.span.start);
  return first === '"' || first === "'" ? first : "";
}

/** How much deeper an inner map stands than its key. */
function unitOf(text: string, statement: Value, column: number): string {
  const inner = statement.kind === "map" ? statement.entries.map(({ value }) => value) : [];
  for (const { kind, span } of inner) {
    const own = span.start - (text.lastIndexOf("\n", span.start - 1) + 1);
    if (kind === "map" && text.slice(span.start - own, span.start).trim() === "" && own > column)
      return " ".repeat(own - column);
  }
  return "  ";
}

function lineEnd(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  return newline < 0 ? text.length : newline + 1;
}
