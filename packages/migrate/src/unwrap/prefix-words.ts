import { literal, textOf, type Bound, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { joinFolder } from "../folder.ts";
import { insideScript } from "./inner-script.ts";

type Run = Command & { readonly kind: "run" };

/** A program that runs the command behind its own words, as one row of a table. */
export interface Prefix {
  /** The program and its subcommands; flags may stand between them. */
  readonly words: readonly string[];
  /** Flags that take the next word. */
  readonly values: readonly string[];
  /** Flags whose value is the folder the command runs in. */
  readonly folders: readonly string[];
  /** Flags whose value is a script. */
  readonly scripts: readonly string[];
  /** Flags that everything behind them is the command of. */
  readonly rest: readonly string[];
  /** How many words of its own stand before the command; `dashes`: as many as there are, up to `--`. */
  readonly operands: number | "dashes";
  /** `NAME=value` before the command goes into its environment. */
  readonly assigns: boolean;
}

/** A row of such a table; what is left out is as in most programs: no such flags, and the command comes first. */
export function prefix(words: string, row: Partial<Omit<Prefix, "words">> = {}): Prefix {
  const usual = { values: [], folders: [], scripts: [], rest: [], operands: 0, assigns: false };
  return { ...usual, ...row, words: words.split(" ") };
}

/** A call of a prefix taken apart. */
export interface PrefixCall {
  /** Its flags, each with the value it takes, if any. */
  readonly flags: ReadonlyMap<string, Text>;
  readonly operands: readonly Text[];
  readonly commands: readonly Command[];
}

/** Reads a call of one of these programs; `undefined` for another program, or where no command can be told. */
export function prefixCall(command: Run, row: Prefix): PrefixCall | undefined {
  if (startOf(command.words[0] ?? []) !== row.words[0]) return undefined;
  const flags = new Map<string, Text>();
  const operands: Text[] = [];
  const assigned = new Map<string, Bound>();
  const words = command.words.map((word) => literal(word));
  let subcommand = 0;
  let at = 0;
  let ended = false;
  for (; at < words.length && !ended; at++) {
    const word = command.words[at] ?? [];
    const text = words[at];
    const flag = flagOf(word);
    if (subcommand < row.words.length && !(subcommand > 0 && flag)) {
      if (text !== row.words[subcommand]) return undefined;
      subcommand++;
    } else if (text === "--") ended = true;
    else if (flag) {
      const takesNext = [...row.values, ...row.folders, ...row.scripts].includes(flag.name) && !flag.value;
      flags.set(flag.name, flag.value ?? (takesNext ? (command.words[++at] ?? []) : []));
      ended = row.rest.includes(flag.name);
      if (ended && words[at + 1] === "--") at++;
    } else if (row.assigns && /^[A-Za-z_]\w*=/.test(startOf(word))) {
      const [name = ""] = startOf(word).split("=", 1);
      assigned.set(name, { text: textOf(startOf(word).slice(name.length + 1), word.slice(1)), from: command.from });
    } else if (row.operands === "dashes" || operands.length < row.operands) operands.push(word);
    else break;
  }
  if (subcommand < row.words.length || (row.operands === "dashes" && !ended && row.scripts.length === 0))
    return undefined;
  const environment = assigned.size === 0 ? command.environment : new Map([...command.environment, ...assigned]);
  const commands = commandsOf({ ...command, environment, words: command.words.slice(at) }, row, flags);
  return commands && { flags, operands, commands };
}

function commandsOf(command: Run, row: Prefix, flags: ReadonlyMap<string, Text>): readonly Command[] | undefined {
  const valueOf = (names: readonly string[]): Text | undefined =>
    names.map((name) => flags.get(name)).find((value) => value !== undefined);
  const directory = joinFolder(command.directory, valueOf(row.folders));
  const script = valueOf(row.scripts);
  if (script === undefined) return command.words.length === 0 ? undefined : [{ ...command, directory }];
  const text = literal(script);
  return text === undefined ? undefined : insideScript({ ...command, directory }, text, directory, () => undefined);
}

function startOf(word: Text): string {
  return typeof word[0] === "string" ? word[0] : "";
}

/** `-f`, `--flag` or `--flag=value`. */
function flagOf(word: Text): { readonly name: string; readonly value: Text | undefined } | undefined {
  const found = /^(--?[A-Za-z][\w-]*)(=)?/.exec(startOf(word));
  if (!found?.[1]) return undefined;
  return { name: found[1], value: found[2] ? textOf(startOf(word).slice(found[0].length), word.slice(1)) : undefined };
}
