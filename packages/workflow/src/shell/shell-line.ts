import { literal, type Hole, type Text } from "@gha2pulumi/repo";
import type { DoubleQuotedChild, Redirection, Word, WordPart } from "unbash";
import type { Command, Node } from "./syntax.ts";
import { masksIn } from "./mask.ts";

/**
 * A command, or a pipeline of commands, as a bash elsewhere can run it: its own text on one line, and the values it
 * reads by name. Its quoting is the script's, so a value goes through it as it goes through the script.
 */
export interface ShellLine {
  readonly text: string;
  /** Each program of the line with its words, as written: `base64 -d`. */
  readonly programs: readonly string[];
  /** Variables the line reads, as the script has them; of those in `text` that GitHub fills in, see `filledIn`. */
  readonly variables: ReadonlyMap<string, Text>;
}

/** What a line is read with: the script with its expressions masked, and what they and the variables hold. */
export interface LineScope {
  readonly source: string;
  readonly unmask: (piece: string) => Text;
  readonly variables: ReadonlyMap<string, Text>;
}

/**
 * GitHub writes the value of `${{ secrets.KEY }}` into the script before bash sees it. The line has a variable in its
 * place, whose name begins like this, and refuses values that bash would have read as more than text.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-what-workflows-do/use-secrets
 */
export const filledIn = "SETUP_";

type Quoting = "none" | "single" | "double" | "document" | "verbatim";

/** Values that mean themselves in such a place, as what they must not match. */
const special: Readonly<Record<Quoting, string | undefined>> = {
  none: "*[!A-Za-z0-9_./:@%+=,-]*",
  single: "*\\'*",
  double: '*[\\"\\$\\`\\\\]*',
  document: "*[\\$\\`\\\\]*",
  // A line like the delimiter would have ended the document early, and the script with "command not found".
  verbatim: undefined,
};

interface Found {
  readonly scope: LineScope;
  readonly edits: { readonly start: number; readonly end: number; readonly text: string }[];
  readonly variables: Map<string, Text>;
  readonly guards: Set<string>;
}

/** A command as a line of its own; `undefined` where that would not surely do the same. */
export function shellLine(node: Node, scope: LineScope): ShellLine | undefined {
  if (node.type === "Pipeline" && (node.prefixes.length > 0 || node.operators.some((one) => one !== "|")))
    return undefined;
  const commands = node.type === "Pipeline" ? node.commands : [node];
  const found: Found = { scope, edits: [], variables: new Map(), guards: new Set() };
  const programs: string[] = [];
  for (const command of commands) {
    if (command.type !== "Command" || !command.name || command.prefix.length > 0) return undefined;
    const words = [command.name, ...command.args];
    if (!words.every((word) => word.type === "Word" && readWord(word, found))) return undefined;
    const isDocument = commands.length === 1 && words.length === 1 && command.name.value === "cat";
    if (!command.redirects.every((one) => readRedirect(one, isDocument, found))) return undefined;
    programs.push(words.map((word) => word.text).join(" "));
  }
  const [only] = commands;
  const document = only?.type === "Command" ? documentLine(only, found) : undefined;
  if (document === null) return undefined;
  const text = document ?? edited(node.pos, node.end, found);
  if (text === undefined) return undefined;
  const guards = [...found.guards].map((guard) => `${guard} && `).join("");
  return { text: guards + text, programs, variables: found.variables };
}

function readRedirect(redirect: Redirection, isDocument: boolean, found: Found): boolean {
  if (redirect.descriptor !== undefined) return false;
  if (redirect.type === "HereDoc") return isDocument && redirect.operator === "<<";
  if (redirect.type === "Redirect" && redirect.operator !== ">") return false;
  return redirect.target !== undefined && readWord(redirect.target, found);
}

function readWord(word: Word, found: Found): boolean {
  if (!word.parts) return readText(word.pos, word.end, "none", found);
  return word.parts.every((part) => readPart(part, "none", found));
}

function readPart(part: WordPart | DoubleQuotedChild, quoting: Quoting, found: Found): boolean {
  const isOnOneLine = !found.scope.source.slice(part.pos, part.end).includes("\n");
  switch (part.type) {
    case "Literal":
      return readText(part.pos, part.end, quoting, found);
    case "SingleQuoted":
      return isOnOneLine && readSingle(part.pos, part.end, found);
    case "DoubleQuoted":
      return isOnOneLine && part.parts.every((inner) => readPart(inner, "double", found));
    case "SimpleExpansion":
      return readVariable(part.text.slice(1), found);
    case "ParameterExpansion":
      return (
        part.operation === undefined &&
        part.prefix === undefined &&
        part.index === undefined &&
        readVariable(part.parameter, found)
      );
    default:
      return false;
  }
}

/** `HOME` is there wherever a shell is, and every reader of the line means the same place by it. */
function readVariable(name: string, { scope, variables }: Found): boolean {
  if (name === "HOME" && !scope.variables.has(name)) return true;
  const value = scope.variables.get(name);
  if (!/^[A-Za-z_]\w*$/.test(name) || value === undefined || !isCarried(value)) return false;
  variables.set(name, value);
  return true;
}

/** A literal, or one secret or variable of the owner; places of the runner are neither. */
function isCarried(value: Text): boolean {
  const text = literal(value);
  return text === undefined ? owned(value) !== undefined : !/‹|^\/github\//.test(text);
}

function owned(value: Text): Hole | undefined {
  const [only] = value;
  return value.length === 1 && typeof only === "object" && /^(secrets|vars)\.[A-Za-z_]\w*$/.test(only.expression)
    ? only
    : undefined;
}

function readText(start: number, end: number, quoting: Quoting, found: Found): boolean {
  return masksIn(found.scope.source.slice(start, end)).every((mask) => {
    const at = start + mask.start;
    const text = filled(found.scope.unmask(mask.text), quoting, found);
    if (text === undefined) return false;
    found.edits.push({ start: at, end: at + mask.text.length, text });
    return true;
  });
}

/** In single quotes a variable would not be read: the value takes double ones, when it is all that stands there. */
function readSingle(start: number, end: number, found: Found): boolean {
  const inner = found.scope.source.slice(start + 1, end - 1);
  const masks = masksIn(inner);
  const [only] = masks;
  if (only === undefined) return true;
  const text = masks.length === 1 && only.text === inner && filled(found.scope.unmask(inner), "single", found);
  if (typeof text !== "string") return false;
  found.edits.push({ start, end, text: text.startsWith("$") ? `"${text}"` : `'${text}'` });
  return true;
}

/** What takes the place of an expression. */
function filled(value: Text, quoting: Quoting, found: Found): string | undefined {
  const text = literal(value);
  if (text !== undefined) return /^[\w@%+=:,./-]*$/.test(text) && isCarried(value) ? text : undefined;
  const hole = owned(value);
  if (hole === undefined) return undefined;
  const name = `${filledIn}${hole.expression.replace(/^\w+\./, "")}`;
  const known = found.variables.get(name) ?? found.scope.variables.get(name);
  if (known !== undefined && owned(known)?.expression !== hole.expression) return undefined;
  found.variables.set(name, value);
  const pattern = special[quoting];
  if (pattern !== undefined) found.guards.add(`[[ $${name} != ${pattern} ]]`);
  return `\${${name}}`;
}

/** The text of a line without the breaks that `\` takes away; `undefined` where another one is left. */
function edited(start: number, end: number, { scope, edits }: Found): string | undefined {
  let text = "";
  let at = start;
  for (const edit of [...edits].sort((a, b) => a.start - b.start)) {
    text += scope.source.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  text = (text + scope.source.slice(at, end)).replace(/[ \t]*\\\r?\n[ \t]*/g, " ");
  return /[\r\n]/.test(text) ? undefined : text;
}

/** `cat > file <<END` as the `printf` that writes the same lines; `null` where it is not sure what they are. */
function documentLine(command: Command, found: Found): string | null | undefined {
  const document = command.redirects.find((one) => one.type === "HereDoc");
  if (document === undefined) return undefined;
  const target = command.redirects.find((one) => one.type === "Redirect")?.target;
  const { delimiter, body } = document;
  if (target === undefined || delimiter === undefined || command.redirects.length > 2) return null;
  const quoting: Quoting = delimiter.quoted ? "verbatim" : "document";
  let text = "";
  let at = body.pos;
  const parts = delimiter.quoted || body.parts === undefined ? [] : body.parts;
  const take = (end: number): boolean => {
    const piece = documentText(found.scope.source.slice(at, end), quoting, found);
    text += piece ?? "";
    at = end;
    return piece !== undefined;
  };
  for (const part of parts) {
    if (part.type === "Literal") continue;
    if (!take(part.pos) || !readPart(part, "document", found)) return null;
    text += found.scope.source.slice(part.pos, part.end);
    at = part.end;
  }
  if (!take(body.end)) return null;
  const name = edited(target.pos, target.end, found);
  if (name === undefined || /\r/.test(text)) return null;
  const lines = text.replace(/\n$/, "").split("\n");
  return `printf '%s\\n' ${lines.map((line) => `"${line}"`).join(" ")} > ${name}`;
}

/** Text of a document as it stands between double quotes. */
function documentText(text: string, quoting: Quoting, found: Found): string | undefined {
  if (quoting === "document" && /[\\`]/.test(text)) return undefined;
  let result = "";
  let at = 0;
  for (const mask of masksIn(text)) {
    const value = filled(found.scope.unmask(mask.text), quoting, found);
    if (value === undefined) return undefined;
    result += escaped(text.slice(at, mask.start)) + value;
    at = mask.start + mask.text.length;
  }
  return result + escaped(text.slice(at));
}

function escaped(text: string): string {
  return text.replace(/[\\"$`]/g, (mark) => `\\${mark}`);
}
