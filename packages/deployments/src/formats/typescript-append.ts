import type { Change, Path, Tree } from "@gha2pulumi/repo";
import { stackKey, type StackSettings } from "../settings.ts";
import { configKeys, configName, LIVE, type ConfigPiece } from "./config-key.ts";
import { nameGiver } from "./names.ts";
import { nameOf, qualified, readModule, type Module } from "./typescript-module.ts";
import { configLines, configPieces, FOLDER } from "./typescript-project.ts";
import { declaredStacks, readTypescript } from "./typescript-read.ts";
import { stackStatements, type Program, type Statement } from "./typescript-statements.ts";
import { configNamespace } from "./typescript-value.ts";

/** The changes that declare settings, or why they cannot be made. */
export interface SettingsWritten {
  readonly changes: readonly Change[];
  /** `undefined`: nothing stands in the way. */
  readonly refused: string | undefined;
}

type Print = (statements: readonly Statement[], imports: readonly never[]) => Promise<string>;

/** Continues an existing program with the stacks it does not declare, in its own names. */
export async function appendTypescript(
  settings: readonly StackSettings[],
  tree: Tree,
  path: Path,
  print: Print,
): Promise<SettingsWritten> {
  const text = tree.get(path) ?? "";
  const module = await readModule(path, text);
  if (module === undefined) return refused(path, "it does not parse as TypeScript");
  const here = declaredStacks(module);
  if (here === undefined) return refused(path, "it declares settings for a stack that cannot be told");
  const { settings: anywhere } = await readTypescript(tree);
  const declared = new Set([...here, ...anywhere.map(stackKey)]);
  const missing = settings.filter((one) => !declared.has(stackKey(one)));
  if (missing.length === 0) return { changes: [], refused: undefined };
  const program = existingProgram(module, text, missing, tree);
  if (typeof program === "string") return refused(path, program);
  const statements = missing.flatMap((one) => stackStatements(one, program));
  const appended = await print(statements, []);
  const edit: Change = { kind: "edit", path, splices: [atEnd(text, appended)] };
  return { changes: [edit, ...readmeChange(missing, program, tree)], refused: undefined };
}

function refused(path: Path, note: string): SettingsWritten {
  return { changes: [], refused: `${path} cannot be continued: ${note}` };
}

/** What new statements build on, or what is missing for that. */
function existingProgram(
  module: Module,
  text: string,
  missing: readonly StackSettings[],
  tree: Tree,
): Program | string {
  const packages = [...module.imports].map(([name, from]) => [from, name] as const);
  const pulumi = packages.find(([from]) => from === "@pulumi/pulumi")?.[1];
  const service = packages.find(([from]) => from === "@pulumi/pulumiservice")?.[1];
  const config = [...module.constants].find(([, value]) => configNamespace(value, module) === "")?.[0];
  const live = [...module.constants.keys()].find((name) => isLive(name, module));
  if (pulumi === undefined || service === undefined) return "it does not import both packages under one name each";
  if (config === undefined) return "it has no `const config = new pulumi.Config();`";
  if (live === undefined) return `it has no \`const live = config.requireBoolean("${LIVE}");\``;
  return {
    tree,
    pulumi,
    service,
    config,
    live,
    keyOf: configKeys(configPieces(missing), usedKeys(text)),
    resourceName: nameGiver(resourceNames(module), "-"),
    variable: nameGiver(text.match(/[A-Za-z_$][A-Za-z0-9_$]*/g) ?? [], ""),
  };
}

function isLive(name: string, module: Module): boolean {
  const value = module.constants.get(name);
  if (value?.type !== "CallExpression" || value.callee.type !== "MemberExpression") return false;
  const method = nameOf(value.callee.property) ?? "";
  const key = value.arguments[0] === undefined ? undefined : nameOf(value.arguments[0]);
  return /^(?:require|get)Boolean$/.test(method) && key === LIVE && configNamespace(value.callee.object, module) === "";
}

/** The keys the program reads already: a value it asks for is not asked for a second time. */
function usedKeys(text: string): ReadonlyMap<string, ConfigPiece> {
  const calls = text.matchAll(/\.(?:require|get)(Secret)?\(\s*["'`]([A-Za-z0-9_.-]+)["'`]/g);
  return new Map(
    [...calls].map(([, secret, key = ""]) => [key, { config: configName(key), secret: secret !== undefined }]),
  );
}

function resourceNames(module: Module): readonly string[] {
  return module.nodes.flatMap((node) => {
    if (node.type !== "NewExpression" || qualified((node as never as { callee: never }).callee, module) === undefined)
      return [];
    const [first] = (node as unknown as { readonly arguments: readonly { readonly type: string }[] }).arguments;
    return first === undefined ? [] : (nameOf(first) ?? []);
  });
}

function atEnd(
  text: string,
  appended: string,
): { readonly start: number; readonly end: number; readonly text: string } {
  const added = `${text === "" || text.endsWith("\n") ? "" : "\n"}${appended}`;
  return { start: text.length, end: text.length, text: text.includes("\r\n") ? added.replaceAll("\n", "\r\n") : added };
}

/** New questions join the list of the README, where that still has one. */
function readmeChange(missing: readonly StackSettings[], program: Program, tree: Tree): readonly Change[] {
  const path = `${FOLDER}/README.md`;
  const text = tree.get(path) ?? "";
  const asked = [...text.matchAll(/^pulumi config set [^\r\n]*/gm)];
  const last = asked.at(-1);
  const known = new Set(asked.map(([line]) => command(line)));
  const lines = configLines(missing, program.keyOf, tree).filter((line) => !known.has(command(line)));
  if (last === undefined || lines.length === 0) return [];
  const end = last.index + last[0].length;
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  return [
    { kind: "edit", path, splices: [{ start: end, end, text: lines.map((line) => `${newline}${line}`).join("") }] },
  ];
}

/** A line without the place that asked: `pulumi config set --secret TOKEN`. */
const command = (line: string): string => line.replace(/ #.*$/, "");
