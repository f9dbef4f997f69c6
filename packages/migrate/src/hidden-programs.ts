import { literal, written, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { packageCall } from "./unwrap/package-call.ts";
import { unwrappers } from "./unwrap/index.ts";
import { unwrapOnce } from "./unwrapper.ts";

/** Programs that run a program of the repository, or whatever another file tells them to. */
const runners =
  /^(?:node|nodejs|ts-node\S*|tsx|zx|esno|bun|deno|python3?|go run|dotnet run|java|mvn|gradle|ruby|cargo run|turbo|nx|lerna|rush|moon|gulp|grunt|dagger|earthly|sst|make|gmake|just|task|go-task|mise run|poe|inv|invoke|nox|rake|\.{0,2}\/\S+)(?:\s|$)/;
const known =
  /^(?:\S+ (?:-v|-V|--version|version)$|python3? -m (?:venv|build|pytest|compileall|unittest|pip)\b|bun (?:install|i|add|test|build)\b|(?:\/usr)?\/bin\/)/;

const deepest = 8;

/**
 * Whether a command may lead to a program that nobody has read: one that uses Pulumi's Automation API
 * (https://www.pulumi.com/docs/iac/automation-api/) looks like any other. It matters where it is handed a Pulumi token.
 */
export function hidesProgram(command: Command, tree: Tree, depth = 0): boolean {
  if (command.kind !== "run") return false;
  const unwrapped = depth < deepest ? unwrapOnce(command, tree, unwrappers) : undefined;
  if (unwrapped) return unwrapped.commands.some((inner) => hidesProgram(inner, tree, depth + 1));
  const text = command.words.map((word) => written(word)).join(" ");
  const isScript = /^(?:source|\.) \S+\.sh\b/.test(text);
  const call = packageCall(command.words);
  const isCall = call !== undefined && !["tsc", "eslint", "prettier"].includes(literal(call.words[0] ?? []) ?? "");
  return isScript || isCall || (runners.test(text) && !known.test(text));
}
