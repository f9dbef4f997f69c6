import { literal, type Text } from "@gha2pulumi/repo";
import type { DoubleQuotedChild, ParameterExpansionPart, WordPart } from "unbash";
import { positional, type ShellState } from "./state.ts";

/**
 * Arrays stand among the variables under names that no variable can have: `args[0]`, `args[1]`, …, and `args[#]` for how
 * many there are. So two branches that differ leave what they differ in unknown, as with any variable.
 * https://www.gnu.org/software/bash/manual/bash.html#Arrays
 */
export function setList(state: ShellState, name: string, added: readonly Text[], append: boolean | undefined): void {
  const before = append ? listOf(state, name) : [];
  // Keys of its own make it a table, or leave gaps.
  const isPlain = added.every(([head]) => typeof head !== "string" || !/^\[[^\]]*\]\+?=/.test(head));
  if (before === undefined || !isPlain) return void state.variables.delete(`${name}[#]`);
  const words = [...before, ...added];
  state.variables.set(`${name}[#]`, [String(words.length)]);
  words.forEach((word, i) => state.variables.set(`${name}[${i}]`, word));
}

/** What is said of an array no longer holds: it is unknown from here on. */
export function forgetList({ variables }: ShellState, name: string): void {
  variables.delete(`${name}[#]`);
}

/**
 * Forgets the arrays that a command is given by name (`mapfile -t stacks`, `read -ra words`, `unset args`, a function that
 * fills one), and all of them behind a file that is read in.
 */
export function forgetGiven(words: readonly Text[], state: ShellState): void {
  const given = words.map((word) => literal(word));
  const isAll = given[0] === "source" || given[0] === ".";
  for (const key of state.variables.keys()) {
    const name = /^(\w+)\[#\]$/.exec(key)?.[1];
    if (name !== undefined && (isAll || given.includes(name))) forgetList(state, name);
  }
}

function listOf({ variables }: ShellState, name: string): readonly Text[] | undefined {
  const length = literal(variables.get(`${name}[#]`) ?? []);
  if (length === undefined || !/^\d+$/.test(length)) return undefined;
  return Array.from({ length: Number(length) }, (_, i) => variables.get(`${name}[${i}]`) ?? []);
}

/**
 * The words that `"$@"`, `"${@:2}"` or `"${args[@]}"` stands for, each as it is; `undefined` for any other word, and where
 * they are not known. Without quotes they would be split once more, which matters to words with blanks alone.
 */
export function listed(parts: readonly WordPart[], state: ShellState): readonly Text[] | undefined {
  const [only, ...others] = parts;
  if (only === undefined || others.length > 0) return undefined;
  if (only.type !== "DoubleQuoted") return only.type === "ParameterExpansion" ? wordsOf(only, state) : undefined;
  const [inner, ...more] = only.parts;
  return inner === undefined || more.length > 0 ? undefined : wordsOf(inner, state);
}

function wordsOf(part: DoubleQuotedChild | WordPart, state: ShellState): readonly Text[] | undefined {
  if (part.type === "SimpleExpansion") return part.text === "$@" ? called(state) : undefined;
  if (part.type !== "ParameterExpansion" || part.prefix !== undefined) return undefined;
  // `$0` is the first of them, where a slice counts.
  if (part.parameter === "@") return sliced(called(state), part, 1);
  return part.index?.value === "@" ? sliced(listOf(state, part.parameter), part, 0) : undefined;
}

/** Outside of a function nobody can tell what a script is called with. */
function called(state: ShellState): readonly Text[] | undefined {
  const words = positional(state);
  return words.length > 0 ? words : undefined;
}

function sliced(
  words: readonly Text[] | undefined,
  { operation }: ParameterExpansionPart,
  first: number,
): readonly Text[] | undefined {
  if (operation === undefined || words === undefined) return words;
  if (operation.type !== "Slice") return undefined;
  const [from, length] = [operation.offset.value.trim(), operation.length?.value.trim() ?? String(words.length)];
  if (!/^\d+$/.test(from) || !/^\d+$/.test(length) || Number(from) < first) return undefined;
  return words.slice(Number(from) - first, Number(from) - first + Number(length));
}
