import { literal, textOf, type Text } from "@gha2pulumi/repo";

/** The words behind `pulumi`, taken apart as its CLI does. */
export interface Arguments {
  readonly positional: readonly Text[];
  readonly stack: Text | undefined;
  readonly cwd: Text | undefined;
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, Text>;
}

/** Flags that take the next word as their value. The rest are switches, or stand in one word: `--color=always`. */
const takesValue = new Set([
  "s",
  "stack",
  "C",
  "cwd",
  "m",
  "message",
  "t",
  "target",
  "target-replace",
  "replace",
  "exclude",
  "c",
  "config",
  "config-file",
  "plan",
  "save-plan",
  "policy-pack",
  "policy-pack-config",
  "secrets-provider",
  "color",
  "p",
  "parallel",
  "profiling",
  "tracing",
  "v",
  "verbose",
  "memprofilerate",
  "exec-kind",
  "exec-agent",
  "cloud-url",
  "default-org",
  "oidc-token",
  "oidc-org",
  "copy-config-from",
  "server",
  "file",
  "f",
  "import-file",
  "attach-debugger",
  "output",
  "teams",
]);

/** Reads `--flag value`, `--flag=value`, `-s value`, `-s=value`, `-y`; everything behind `--` is positional. */
export function parseArguments(words: readonly Text[]): Arguments {
  const positional: Text[] = [];
  const flags = new Set<string>();
  const values = new Map<string, Text>();
  for (let i = 0; i < words.length; i++) {
    const word = words[i] ?? [];
    const head = typeof word[0] === "string" ? word[0] : "";
    const found = /^--?([A-Za-z][\w-]*)(=?)/.exec(head);
    if (literal(word) === "--") {
      positional.push(...words.slice(i + 1));
      break;
    }
    const name = found?.[1];
    if (name === undefined) {
      if (word.length > 0) positional.push(word);
    } else if (found?.[2] === "=") values.set(name, textOf(head.slice(found[0].length), word.slice(1)));
    else if (takesValue.has(name)) values.set(name, words[++i] ?? []);
    else if (/^-[A-Za-z]{2,}$/.test(head) && !head.startsWith("--")) spread(name, flags, values, words[i + 1]);
    else flags.add(name);
  }
  return {
    positional,
    stack: values.get("s") ?? values.get("stack"),
    cwd: values.get("C") ?? values.get("cwd"),
    flags,
    values,
  };
}

/** `-yf` is `-y -f`; `-sdev` is `-s dev`. */
function spread(letters: string, flags: Set<string>, values: Map<string, Text>, _next: Text | undefined): void {
  const [first, ...rest] = letters;
  if (first !== undefined && takesValue.has(first)) values.set(first, [rest.join("")]);
  else for (const letter of letters) flags.add(letter);
}
