import { literal } from "@gha2pulumi/repo";
import type { Unwrapper } from "../unwrapper.ts";
import { behind } from "./inner-script.ts";

/**
 * Programs that run the words behind them and change nothing about which program that is: one line each.
 * `skip`: words to leave out after the name; `values`: flags that take the next word; `until`: the word the inner
 * command stands behind.
 */
const prefixes: readonly {
  readonly words: readonly string[];
  readonly values: readonly string[];
  readonly until: string | undefined;
}[] = [
  { words: ["npx"], values: ["-p", "--package", "-w", "--workspace"], until: undefined },
  { words: ["bunx"], values: [], until: undefined },
  { words: ["pnpm", "exec"], values: [], until: undefined },
  { words: ["pnpm", "dlx"], values: [], until: undefined },
  { words: ["yarn", "exec"], values: [], until: undefined },
  { words: ["npm", "exec"], values: [], until: undefined },
  {
    words: ["uv", "run"],
    values: ["--directory", "--project", "--with", "--python", "-p", "--group", "--extra", "--env-file", "--package"],
    until: undefined,
  },
  { words: ["poetry", "run"], values: [], until: undefined },
  { words: ["pipenv", "run"], values: [], until: undefined },
  { words: ["hatch", "run"], values: [], until: undefined },
  { words: ["bundle", "exec"], values: [], until: undefined },
  { words: ["sudo"], values: ["-u", "-g"], until: undefined },
  { words: ["time"], values: [], until: undefined },
  { words: ["command"], values: [], until: undefined },
  { words: ["exec"], values: [], until: undefined },
  { words: ["nohup"], values: [], until: undefined },
  { words: ["op", "run"], values: ["--env-file", "--account"], until: undefined },
  { words: ["doppler", "run"], values: ["-p", "--project", "-c", "--config", "--token"], until: "--" },
  { words: ["infisical", "run"], values: [], until: "--" },
  { words: ["aws-vault", "exec"], values: [], until: "--" },
  { words: ["esc", "run"], values: [], until: "--" },
  { words: ["esc", "env", "run"], values: [], until: "--" },
  { words: ["pulumi", "env", "run"], values: [], until: "--" },
  { words: ["mise", "exec"], values: [], until: "--" },
  { words: ["mise", "x"], values: [], until: "--" },
  { words: ["devbox", "run"], values: [], until: "--" },
  { words: ["flox", "activate"], values: ["-r", "-d"], until: "--" },
];

/** Wrappers that only stand in front of another program, from `npx` to `op run --`. */
export const execPrefix: Unwrapper = {
  name: "exec-prefix",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    const words = command.words.map((word) => literal(word));
    const prefix = prefixes.findLast((one) => one.words.every((word, i) => words[i] === word));
    if (!prefix) return timeout(words) ? behind(command, command.words.slice(timeout(words))) : undefined;
    if (prefix.until !== undefined) {
      const at = words.indexOf(prefix.until);
      return at < 0 ? undefined : behind(command, command.words.slice(at + 1));
    }
    let at = prefix.words.length;
    while (at < words.length && words[at]?.startsWith("-"))
      at += words[at] === "--" ? 1 : prefix.values.includes(words[at] ?? "") ? 2 : 1;
    return at >= words.length ? undefined : behind(command, command.words.slice(at));
  },
};

/** `timeout 30m program` and `nix develop … --command program`: where the inner command begins, or 0. */
function timeout(words: readonly (string | undefined)[]): number {
  if (words[0] === "timeout") {
    const duration = words.findIndex((word, i) => i > 0 && word !== undefined && /^\d/.test(word));
    return duration < 0 ? 0 : duration + 1;
  }
  if (words[0] === "nix" && (words[1] === "develop" || words[1] === "shell")) {
    const at = words.findIndex((word) => word === "--command" || word === "-c");
    return at < 0 ? 0 : at + 1;
  }
  if (words[0] === "env") {
    const at = words.findIndex(
      (word, i) => i > 0 && word !== undefined && !word.includes("=") && !word.startsWith("-"),
    );
    return at < 0 ? 0 : at;
  }
  return 0;
}
