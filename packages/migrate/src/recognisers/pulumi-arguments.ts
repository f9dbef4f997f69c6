import { literal, textOf, written, type Text, type Trail, tableOf } from "@gha2pulumi/repo";
import type { Modifier } from "../intent.ts";
import { commandWords } from "../operation-words.ts";

/** The words behind `pulumi`, taken apart as its CLI does. */
export interface Arguments {
  readonly positional: readonly Text[];
  readonly stack: Text | undefined;
  readonly cwd: Text | undefined;
  /** By their long names; a switch holds `true`. Of a flag given several times, the last one. */
  readonly flags: ReadonlyMap<string, Text>;
}

interface Flag {
  /** `switch`: no value, or one behind `=`; `text`: the rest of the word, or the next word. */
  readonly takes: "switch" | "text";
  readonly treatment: Modifier["treatment"];
}

/**
 * The flags of `up`, `preview`, `refresh` and `destroy`, and those of every command. `drop`: it concerns the terminal,
 * or is read elsewhere; `option`: Deployments takes it as an environment variable; `keep`: it changes what is done. One
 * that is not here may do anything. https://www.pulumi.com/docs/iac/cli/commands/pulumi_up/ and its neighbours.
 */
export const operationFlags: ReadonlyMap<string, Flag> = new Map([
  ...flags("switch", "drop", [
    "yes",
    "skip-preview",
    "non-interactive",
    "diff",
    "json",
    "debug",
    "emoji",
    "logflow",
    "logtostderr",
    "fully-qualify-stack-names",
    "suppress-outputs",
    "suppress-progress",
    "suppress-permalink",
    "show-config",
    "show-full-output",
    "show-policy-remediations",
    "show-reads",
    "show-replacement-steps",
    "show-sames",
    "show-secrets",
    "remove",
    "neo",
    "copilot",
  ]),
  ...flags("text", "drop", ["stack", "cwd", "message", "color", "verbose", "profiling", "tracing", "memprofilerate"]),
  ...flags("switch", "option", ["refresh"]),
  ...flags("text", "option", ["parallel"]),
  ...flags("switch", "keep", [
    "attach-debugger",
    "config-path",
    "continue-on-error",
    "exclude-dependents",
    "exclude-protected",
    "expect-no-changes",
    "preview-only",
    "run-program",
    "target-dependents",
  ]),
  ...flags("text", "keep", [
    "config",
    "config-file",
    "exclude",
    "import-file",
    "plan",
    "policy-pack",
    "policy-pack-config",
    "replace",
    "save-plan",
    "secrets-provider",
    "target",
    "target-replace",
    "exec-kind",
    "exec-agent",
    "override-env",
  ]),
]);

function flags(takes: Flag["takes"], treatment: Flag["treatment"], names: readonly string[]): [string, Flag][] {
  return names.map((name) => [name, { takes, treatment }]);
}

/** Flags of other commands that take a value. */
const otherTexts: ReadonlySet<string> = new Set([
  "cloud-url",
  "default-org",
  "oidc-token",
  "oidc-org",
  "oidc-team",
  "oidc-user",
  "oidc-expiration",
  "copy-config-from",
  "server",
  "file",
  "format",
  "output",
  "teams",
  "type",
]);

const shortNames: Readonly<Record<string, string>> = tableOf({
  s: "stack",
  C: "cwd",
  y: "yes",
  v: "verbose",
  d: "debug",
  e: "emoji",
  Q: "fully-qualify-stack-names",
  j: "json",
  m: "message",
  p: "parallel",
  r: "refresh",
  t: "target",
});

/** Letters that mean something else from one command to the next. */
function shortName(letter: string, verb: string): string {
  const isOperation = commandWords.has(verb);
  if (letter === "c")
    return isOperation ? "config" : verb === "login" ? "cloud-url" : verb === "stack" ? "create" : "c";
  if (letter === "f") return isOperation ? "skip-preview" : verb === "env" ? "format" : "file";
  return shortNames[letter] ?? letter;
}

/**
 * Reads `--flag value`, `--flag=value`, `-s value`, `-svalue`, `-ys value` and `-y`; everything behind `--` is
 * positional. A short flag with a value takes the rest of its word, as https://github.com/spf13/pflag does.
 */
export function parseArguments(words: readonly Text[]): Arguments {
  const positional: Text[] = [];
  const found = new Map<string, Text>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? [];
    const head = typeof word[0] === "string" ? word[0] : "";
    if (literal(word) === "--") {
      positional.push(...words.slice(i + 1));
      break;
    }
    const verb = literal(positional[0] ?? []) ?? "";
    const next = (): Text => words[++i] ?? [];
    if (head.startsWith("--")) readLong(word, head, found, next);
    else if (/^-[A-Za-z]/.test(head)) readShort(textOf(head.slice(1), word.slice(1)), verb, found, next);
    else if (word.length > 0) positional.push(word);
  }
  return { positional, stack: found.get("stack"), cwd: found.get("cwd"), flags: found };
}

function readLong(word: Text, head: string, found: Map<string, Text>, next: () => Text): void {
  const parts = /^--([\w-]+)(=?)/.exec(head);
  const name = parts?.[1] ?? "";
  if (parts?.[2] === "=") found.set(name, textOf(head.slice(parts[0].length), word.slice(1)));
  // `--stack${{ x }}`: what the name is cannot be told.
  else if (literal(word) === undefined || parts?.[0] !== head) found.set(head, ["true"]);
  else found.set(name, takesText(name) ? next() : ["true"]);
}

function readShort(letters: Text, verb: string, found: Map<string, Text>, next: () => Text): void {
  const head = typeof letters[0] === "string" ? letters[0] : "";
  const name = shortName(head.slice(0, 1), verb);
  const rest = textOf(head.slice(1), letters.slice(1));
  if (rest.length === 0) found.set(name, takesText(name) ? next() : ["true"]);
  else if (head[1] === "=") found.set(name, textOf(head.slice(2), letters.slice(1)));
  else if (takesText(name)) found.set(name, rest);
  else {
    found.set(name, ["true"]);
    // Behind a switch only further letters may stand.
    if (/^[A-Za-z]/.test(head.slice(1))) readShort(rest, verb, found, next);
    else found.set(`-${head}`, ["true"]);
  }
}

function takesText(name: string): boolean {
  return operationFlags.get(name)?.takes === "text" || otherTexts.has(name);
}

/** What Go's `strconv.ParseBool` takes for false; pflag reads switches with it. */
const noWords: ReadonlySet<string> = new Set(["0", "f", "F", "false", "False", "FALSE"]);

/** Whether a switch is on: `false` where it is not given or says so, `undefined` where only a run knows its value. */
export function isOn({ flags: given }: Arguments, name: string): boolean | undefined {
  const value = given.get(name);
  if (value === undefined) return false;
  const text = literal(value);
  return text === undefined ? undefined : !noWords.has(text);
}

/** What the flags and further words of an operation ask for, beyond what concerns the terminal. */
export function modifiersOf(args: Arguments, from: Trail): readonly Modifier[] {
  const named = [...args.flags].flatMap(([name, value]): readonly Modifier[] => {
    const treatment = operationFlags.get(name)?.treatment ?? "keep";
    const isOff = operationFlags.get(name)?.takes === "switch" && isOn(args, name) === false;
    return treatment === "drop" || isOff ? [] : [{ name, treatment, value, from }];
  });
  // A program given by its address, or a word that belongs to a flag nobody knows.
  const more = args.positional
    .slice(1)
    .filter((word) => literal(word) !== "")
    .map((value): Modifier => ({ name: written(value), treatment: "keep", value, from }));
  return [...named, ...more];
}
