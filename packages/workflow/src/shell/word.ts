import { literal, textOf, type Text } from "@gha2pulumi/repo";
import type { DoubleQuotedChild, ParameterExpansionPart, ParsedScript, Word, WordPart } from "unbash";
import { isMarked, matchesName } from "../stand-in.ts";
import { matchesGlob } from "./glob.ts";
import { listed } from "./lists.ts";
import { hole, namesRead, type Certainty, type ShellState } from "./state.ts";

/** What expanding a word needs besides the word. */
export interface Expansion {
  readonly state: ShellState;
  readonly unmask: (piece: string) => Text;
  readonly asWritten: (piece: string) => string;
  readonly told: ReadonlySet<string>;
  /** Runs a `$(…)` and gives its output. */
  readonly substitute: (script: ParsedScript | undefined, source: string) => Text;
}

/** The fields a word expands to. Only an unquoted expansion is split at white space, as in bash. */
export function expandWord(word: Word, expansion: Expansion): readonly Text[] {
  const parts = word.parts;
  if (!parts) return splitUnquoted(expansion.unmask(word.value));
  const all = listed(parts, expansion.state);
  if (all !== undefined) return all;
  const fields: Text[] = [[]];
  for (const part of parts) {
    const value = expandPart(part, expansion);
    const pieces = isQuoted(part) ? [value] : splitUnquoted(value);
    pieces.forEach((piece, i) => {
      if (i === 0) fields[fields.length - 1] = textOf(fields.at(-1) ?? [], piece);
      else fields.push(piece);
    });
  }
  return fields;
}

/** The word as one text: what an assignment, a redirection or a test sees. */
export function expandToText(word: Word, expansion: Expansion): Text {
  return word.parts ? textOf(...word.parts.map((part) => expandPart(part, expansion))) : expansion.unmask(word.value);
}

export function expandParts(parts: readonly WordPart[], expansion: Expansion): Text {
  return textOf(...parts.map((part) => expandPart(part, expansion)));
}

function isQuoted(part: WordPart): boolean {
  return part.type === "SingleQuoted" || part.type === "DoubleQuoted" || part.type === "AnsiCQuoted";
}

/** A literal that came out of an expansion is split; a hole never is, nobody knows what it holds. */
function splitUnquoted(text: Text): readonly Text[] {
  const whole = literal(text);
  if (whole === undefined) return [text];
  const words = whole.split(/[ \t\n]+/).filter((part) => part !== "");
  return words.length > 1 ? words.map((part) => [part]) : [words.length === 1 ? [words[0] as string] : []];
}

function expandPart(part: WordPart | DoubleQuotedChild, expansion: Expansion): Text {
  switch (part.type) {
    case "Literal":
    case "SingleQuoted":
    case "AnsiCQuoted":
    case "Glob":
      return expansion.unmask(part.value);
    case "DoubleQuoted":
    case "LocaleString":
      return textOf(...part.parts.map((inner) => expandPart(inner, expansion)));
    case "SimpleExpansion":
      return variable(part.text === "$BASH_SOURCE" ? "0" : part.text.slice(1), expansion.state);
    case "ParameterExpansion":
      return expandParameter(part, expansion);
    case "CommandExpansion":
      return expansion.substitute(part.script, part.text);
    case "ArithmeticExpansion":
    case "ProcessSubstitution":
    case "ExtendedGlob":
    case "BraceExpansion":
      return [hole(expansion.asWritten(part.text), "computed by the shell while it runs")];
  }
}

export function variable(name: string, state: ShellState): Text {
  return (
    state.variables.get(name) ?? [
      hole(`env.${name}`, `the variable ${name} is not set in the workflow`, [`env.${name}`]),
    ]
  );
}

function expandParameter(part: ParameterExpansionPart, expansion: Expansion): Text {
  // Of a script that another one runs; in one that is read in, it is not set.
  if (part.parameter === "BASH_SOURCE" && part.operation === undefined && ["0", undefined].includes(part.index?.value))
    return variable("0", expansion.state);
  const value = variable(part.parameter, expansion.state);
  const isSet = expansion.state.variables.has(part.parameter);
  const { operation } = part;
  if (part.prefix !== undefined || part.index !== undefined)
    return [hole(expansion.asWritten(part.text), "computed by the shell")];
  if (operation === undefined) return value;
  const known = literal(value);
  if (operation.type === "Default") {
    const operand = (): Text => expandToText(operation.operand, expansion);
    const isEmpty = operation.operator.startsWith(":") ? known === "" : false;
    switch (operation.operator.replace(":", "")) {
      case "-":
      case "=":
        return !isSet
          ? textOf(hole(expansion.asWritten(part.text), "the variable may be set elsewhere"))
          : isEmpty
            ? operand()
            : value;
      case "+":
        return isSet && known !== undefined && !isEmpty
          ? operand()
          : isSet && isEmpty
            ? []
            : [hole(expansion.asWritten(part.text), "depends on a variable", namesRead([value]))];
      default:
        return value;
    }
  }
  if (known === undefined) return [hole(expansion.asWritten(part.text), "computed by the shell", namesRead([value]))];
  if (isMarked(known) && operation.type === "Remove") {
    const pattern = literal(expandToText(operation.operand, expansion));
    // Where the cut falls depends on the name, unless what is written in front of it is cut off.
    if (pattern === undefined || !cutsWritten(known, pattern, operation.operator))
      return [
        hole(expansion.asWritten(part.text), "differs from one branch, tag or person to the next", namesRead([value])),
      ];
  }
  const changed = transform(known, operation, (word) => literal(expandToText(word, expansion)));
  return changed === undefined ? [hole(expansion.asWritten(part.text), "computed by the shell")] : textOf(changed);
}

/** `${X#p}`, `${X%p}`, `${X/a/b}`, `${X,,}` on a known value; `undefined` for what is not read. */
function transform(
  value: string,
  operation: NonNullable<ParameterExpansionPart["operation"]>,
  read: (word: Word) => string | undefined,
): string | undefined {
  switch (operation.type) {
    case "Remove": {
      const pattern = read(operation.operand);
      return pattern === undefined ? undefined : removeAffix(value, pattern, operation.operator);
    }
    case "Replace": {
      const [pattern, replacement] = [read(operation.pattern), read(operation.replacement)];
      if (pattern === undefined || replacement === undefined || /[*?[]/.test(pattern) || pattern === "")
        return undefined;
      if (operation.operator === "//") return value.split(pattern).join(replacement);
      return operation.operator === "/" ? value.replace(pattern, () => replacement) : undefined;
    }
    case "CaseModification":
      if (operation.operand !== undefined && operation.operand.value !== "") return undefined;
      if (operation.operator === ",,") return value.toLowerCase();
      return operation.operator === "^^" ? value.toUpperCase() : undefined;
    default:
      return undefined;
  }
}

/** Whether a cut takes off, or leaves alone, only what is written of a text that stands for others. */
function cutsWritten(text: string, pattern: string, operator: "#" | "##" | "%" | "%%"): boolean {
  if (/[*?[]/.test(pattern)) return false;
  const written = operator.startsWith("#") ? text.slice(0, text.indexOf("‹")) : text.slice(text.lastIndexOf("›") + 1);
  return operator.startsWith("#")
    ? written.startsWith(pattern) || !pattern.startsWith(written)
    : written.endsWith(pattern) || !pattern.endsWith(written);
}

/** Removes the shortest (`#`, `%`) or longest (`##`, `%%`) start or end that matches a pattern with `*` and `?`. */
function removeAffix(value: string, pattern: string, operator: "#" | "##" | "%" | "%%"): string {
  const front = operator.startsWith("#");
  const lengths = Array.from({ length: value.length + 1 }, (_, i) => (operator.length === 1 ? i : value.length - i));
  for (const length of lengths) {
    const piece = front ? value.slice(0, length) : value.slice(value.length - length);
    if (matchesGlob(piece, pattern)) return front ? value.slice(length) : value.slice(0, value.length - length);
  }
  return value;
}

/** Whether a `case` arm takes a text; `undefined` where one of its patterns is not known, or only some names match. */
export function matchesAny(
  subject: string,
  patterns: readonly (string | undefined)[],
  told: ReadonlySet<string>,
): Certainty {
  const matches = patterns.map((pattern) => (pattern === undefined ? undefined : matchesName(subject, pattern, told)));
  if (matches.includes(true)) return true;
  return matches.includes(undefined) ? undefined : false;
}

/** What an assignment gives a variable; `A+=x` puts it behind what was there. */
export function assignedText(
  value: Word | { readonly type: "ArrayValue" },
  expansion: Expansion,
  before: Text | undefined,
): Text {
  const text = value.type === "Word" ? expandToText(value, expansion) : [hole("array", "an array")];
  return before ? textOf(before, text) : text;
}
