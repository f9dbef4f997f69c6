import { literal, remembered, written, type Path, type Tree } from "@gha2pulumi/repo";
import { matchesPattern, type Command } from "@gha2pulumi/workflow";
import { blocksOf, type Block } from "./recipe-blocks.ts";
import { recipeCall, type RecipeCall } from "./recipe-runners.ts";
import { isPulumiProgram } from "./recognisers/pulumi-cli.ts";
import { packageCall } from "./unwrap/package-call.ts";
import { unwrappers } from "./unwrap/index.ts";
import { unwrapOnce } from "./unwrapper.ts";

type Run = Command & { readonly kind: "run" };

const deepest = 8;

/** Calls of wrappers that are opened for one command. */
const most = 200;

const known = new WeakMap<Command, { readonly found: string | undefined }>();

/**
 * The operation that stands in what a command runs and that nobody reads: in the words behind a program that is not
 * known, or in the recipe of a runner that was not read whole. Whether it runs cannot be told.
 */
export function unreadOperation(command: Command, tree: Tree): string | undefined {
  const answer = known.get(command) ?? { found: operationOf(command, tree, 0, { left: most }) };
  known.set(command, answer);
  return answer.found;
}

function operationOf(command: Command, tree: Tree, depth: number, budget: { left: number }): string | undefined {
  if (command.kind !== "run" || budget.left-- <= 0) return undefined;
  const unwrapped = depth < deepest ? unwrapOnce(command, tree, unwrappers) : undefined;
  const inner = unwrapped?.commands ?? [];
  const found = inner.map((one) => operationOf(one, tree, depth + 1, budget)).find((one) => one !== undefined);
  if (found !== undefined) return found;
  const isRead = unwrapped !== undefined && inner.every((one) => one.kind === "run" && !isOpen(one));
  const call = recipeCall(command, tree);
  if (isRead && !/^(?:pdm|hatch|rye|pipenv)$/.test(literal(command.words[0] ?? []) ?? "")) return undefined;
  if (call) return inRecipes(call, tree) ?? ofProgram(command, call, tree, depth, budget);
  return unwrapped ? undefined : inWords(command);
}

/** Its program is only known when it runs: a function of make, a template. */
function isOpen({ words }: Run): boolean {
  return words[0] !== undefined && literal(words[0]) === undefined;
}

/** `pnpm turbo run deploy` where no script is called `turbo`. */
function ofProgram(
  command: Run,
  { names, near }: RecipeCall,
  tree: Tree,
  depth: number,
  budget: { left: number },
): string | undefined {
  const call = packageCall(command.words);
  const named = wordsOf(names);
  const isScript = blocksIn(near, tree).some((block) => isCalled(block, named));
  if (call?.kind !== "either" || isScript || depth >= deepest) return undefined;
  return operationOf({ ...command, words: call.words }, tree, depth + 1, budget);
}

/** Programs that print or look for their words, or send them elsewhere. */
const speakers = /^(?:echo|printf|git|gh|curl|grep|cat|test|\[|\[\[|export|set|exit|which|type|man|trap|jq|sed|awk)$/;

/** Programs that take whole scripts as words. */
const scripted =
  /^(?:concurrently|ssh|su|watchexec|nodemon|start-server-and-test|cross-env-shell|dagger|expect|script)$/;

function inWords(command: Run): string | undefined {
  const [program = "", ...words] = command.words.map((word) => written(word));
  if (isPulumiProgram(command.words[0] ?? []) || speakers.test(program)) return undefined;
  if (isOpen(command)) return operationIn(program);
  const at = words.findIndex((word) => /^(?:\S*\/)?pulumi$/.test(word));
  const behind = at < 0 ? undefined : operationIn(["pulumi", ...words.slice(at + 1)].join(" "), true);
  return behind ?? (scripted.test(program) ? words.map((word) => operationIn(word)).find((one) => one) : undefined);
}

const words = "(?:up|update|preview|pre|refresh|destroy|down|dn)(?![\\w-])";
const pulumi = "(?:(?<![\\w./-])pulumi|\\$[({]\\w*pulumi\\w*[)}])";
const flags = "(?:\\s+-\\S+(?:\\s+(?!-)\\S+)??)*";
const operation = new RegExp(`${pulumi}${flags}\\s+${words}`, "i");
const operationFirst = new RegExp(`^pulumi${flags}\\s+${words}`);

/** Lines that are comments, that print, or that tell a reader what a recipe is for. */
const spoken =
  /^[\s@+-]*(?:cmd:\s*)?["']?(?:#|\/\/|@?echo\b|printf\b|(?:desc|summary|description|help|prompt|msg)["']?\s*[:=])/;

function operationIn(text: string, first = false): string | undefined {
  const lines = text.split("\n").filter((line) => !spoken.test(line));
  for (const line of lines) {
    const plain = line.replace(/\s#.*$/, "").replaceAll(/["'],\s*["']/g, " ");
    const found = (first ? operationFirst : operation).exec(plain)?.[0];
    if (found !== undefined) return `pulumi ${found.split(/\s+/).at(-1) ?? ""}`;
  }
  return undefined;
}

/** A file that brings in others, or a recipe that goes elsewhere. */
const bringsIn =
  /^\s*-?(?:s?include|includes|import\??|mod\??)\b|\s-C\s|--directory|\bcd\s|working-directory|^\s*dir:/m;

const isOpenEnded = remembered(400, (text) => bringsIn.test(text));

function inRecipes({ names, near, all }: RecipeCall, tree: Tree): string | undefined {
  const isWide = near.some((path) => isOpenEnded(tree.get(path) ?? ""));
  const blocks = blocksIn(isWide ? [...near, ...all] : near, tree);
  if (!blocks.some((block) => readBlock(block).operation !== undefined)) return undefined;
  const named = wordsOf(names);
  const taken = new Set<Block>(names.length === 0 ? blocks : blocks.filter((block) => isCalled(block, named)));
  for (const block of taken) {
    const { operation, called } = readBlock(block);
    if (operation !== undefined) return operation;
    for (const other of blocks) if (isCalled(other, called)) taken.add(other);
  }
  return undefined;
}

function blocksIn(paths: readonly Path[], tree: Tree): readonly Block[] {
  return [...new Set(paths)].flatMap((path) => blocksOf([path, tree.get(path) ?? ""]));
}

/** What a block has in it: an operation, and words that may call other blocks. */
interface BlockRead {
  readonly operation: string | undefined;
  readonly called: Called;
}

const blocksRead = new WeakMap<Block, BlockRead>();

function readBlock(block: Block): BlockRead {
  const read = blocksRead.get(block) ?? { operation: operationIn(block.text), called: wordsOf(calledIn(block.text)) };
  blocksRead.set(block, read);
  return read;
}

/** Words that may name a block. */
interface Called {
  readonly words: readonly string[];
  /** The words, and what stands behind the last `:` of each. */
  readonly names: ReadonlySet<string>;
  readonly patterns: readonly string[];
}

function wordsOf(words: readonly string[]): Called {
  const names = new Set(words.flatMap((word) => [word, word.split(/::?/).at(-1) ?? ""]));
  return { words, names, patterns: words.filter((word) => word.includes("*")) };
}

/** `*` and `%` in a block's name stand for anything, as does `*` in the name that is called. */
function isCalled({ names }: Block, called: Called): boolean {
  return names.some(
    (name) =>
      called.names.has(name) ||
      (/[*%]/.test(name) && called.words.some((word) => fits(name.replaceAll("%", "*"), word))) ||
      called.patterns.some((word) => fits(word, name)),
  );
}

function fits(pattern: string, name: string): boolean {
  return pattern.includes("*") && pattern.length > 1 && matchesPattern(pattern.replaceAll("*", "**"), name);
}

const caller =
  /\b(?:make|MAKE|just|task|deps|cmds|needs|mise|poe|depends\w*|call|invoke|inv|npm|pnpm|yarn|bun|run-[sp]|npm-run-all|turbo|nx|lerna|concurrently|wsrun|sequence|rake)\b/;

/** What a recipe may call: in its first line and in those that call a runner each word, elsewhere its variables. */
function calledIn(text: string): readonly string[] {
  const [first = "", ...lines] = text.split("\n");
  const isHead = /^[^\s"'{[].*:/.test(first);
  return [...(isHead || caller.test(first) ? [first] : []), ...lines.filter((line) => caller.test(line))]
    .flatMap((line) => line.split(/[^\w.:@/*%-]+/).map((word) => word.replace(/^npm:/, "").replace(/:$/, "")))
    .concat([...text.matchAll(/(?:\$[({]|\{\{\s*\.?)([\w-]+)|\bcall\s+([\w-]+)/g)].map(([, a, b]) => a ?? b ?? ""))
    .filter((word) => word !== "");
}
