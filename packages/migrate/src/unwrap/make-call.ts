import { literal, textOf, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { joinFolder } from "../folder.ts";

/** A call of make taken apart: https://www.gnu.org/software/make/manual/make.html#Options-Summary */
export interface MakeCall {
  readonly directory: Text;
  readonly file: Text | undefined;
  readonly targets: readonly string[];
  readonly variables: ReadonlyMap<string, Text>;
  /** `-e`: the environment counts more than the Makefile. */
  readonly environmentOverrides: boolean;
  /** `-i`: it goes on when a line fails. */
  readonly lenient: boolean;
}

interface Reading {
  directory: Text;
  file: Text | undefined;
  readonly targets: string[];
  readonly variables: Map<string, Text>;
  environmentOverrides: boolean;
  lenient: boolean;
}

/** `undefined` for calls that only look (`-n`, `-q`), and where a flag or a target cannot be told. */
export function makeCall({ words, directory, environment }: Command & { readonly kind: "run" }): MakeCall | undefined {
  const flags = environmentFlags(["MAKEFLAGS", "GNUMAKEFLAGS"].map((name) => environment.get(name)?.text ?? []));
  if (!flags || (environment.get("MAKEFILES")?.text ?? []).length > 0) return undefined;
  const reading: Reading = {
    directory,
    file: undefined,
    targets: [],
    variables: new Map(),
    environmentOverrides: false,
    lenient: false,
  };
  const all = [...flags, ...words.slice(1)];
  for (let at = 0; at < all.length;) {
    const taken = readWord(all[at] ?? [], all[at + 1], reading);
    if (taken === undefined) return undefined;
    at += taken;
  }
  return reading;
}

/** In a variable of flags the first word may have no `-`: https://www.gnu.org/software/make/manual/make.html#Options_002fRecursion */
function environmentFlags(values: readonly Text[]): readonly Text[] | undefined {
  const flags: Text[] = [];
  for (const value of values) {
    const text = value.length === 0 ? "" : literal(value);
    if (text === undefined) return undefined;
    const [first = "", ...rest] = text.trim().split(/\s+/);
    if (first !== "") flags.push([/^[A-Za-z]+$/.test(first) ? `-${first}` : first]);
    for (const word of rest) flags.push([word]);
  }
  return flags;
}

/** How many words it takes. */
function readWord(word: Text, next: Text | undefined, reading: Reading): 1 | 2 | undefined {
  const head = typeof word[0] === "string" ? word[0] : "";
  const assigned = /^([A-Za-z_][\w.]*):{0,2}=/.exec(head);
  if (head.startsWith("--")) return readLong(word, head, next, reading);
  if (/^-./.test(head)) return readShort(word, head, next, reading);
  if (assigned?.[1]) reading.variables.set(assigned[1], textOf(head.slice(assigned[0].length), word.slice(1)));
  else if (literal(word) === undefined) return undefined;
  else if (head !== "") reading.targets.push(head);
  return 1;
}

const lookingFlags = /^--(?:dry-run|just-print|recon|question|touch|help|version|eval)(?:=|$)/;

function readLong(word: Text, head: string, next: Text | undefined, reading: Reading): 1 | 2 | undefined {
  if (lookingFlags.test(head)) return undefined;
  if (head === "--environment-overrides") reading.environmentOverrides = true;
  if (head === "--ignore-errors") reading.lenient = true;
  const valued = /^--(directory|file|makefile|include-dir|old-file|assume-old|what-if|new-file|assume-new)(=)?/.exec(
    head,
  );
  if (!valued) return 1;
  const value = valued[2] ? textOf(head.slice(valued[0].length), word.slice(1)) : next;
  if (valued[1] === "directory") reading.directory = joinFolder(reading.directory, value);
  if (valued[1] === "file" || valued[1] === "makefile") reading.file = value;
  return valued[2] ? 1 : 2;
}

/** Flags of one letter may stand together: `-ei`, `-sC dir`, `-j4`. */
function readShort(word: Text, head: string, next: Text | undefined, reading: Reading): 1 | 2 | undefined {
  for (let at = 1; at < head.length; at++) {
    const flag = head[at] ?? "";
    const rest = textOf(head.slice(at + 1), word.slice(1));
    const isLast = at + 1 === head.length && word.length === 1;
    if (/[nqtvhE]/.test(flag)) return undefined;
    if (flag === "e") reading.environmentOverrides = true;
    if (flag === "i") reading.lenient = true;
    if (/[jlO]/.test(flag)) return isLast && flag !== "O" && /^[\d.]+$/.test(literal(next ?? []) ?? "") ? 2 : 1;
    if (/[CfIoW]/.test(flag)) {
      const value = isLast ? next : rest;
      if (flag === "C") reading.directory = joinFolder(reading.directory, value);
      if (flag === "f") reading.file = value;
      return isLast ? 2 : 1;
    }
  }
  return 1;
}
