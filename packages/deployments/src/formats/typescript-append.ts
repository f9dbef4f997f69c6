import type { Change, Path, Splice, Tree } from "@gha2pulumi/repo";
import { stackKey, type StackSettings } from "../settings.ts";
import { inexpressible } from "../capabilities.ts";
import { configKeys, configName, LIVE, type ConfigPiece } from "./config-key.ts";
import { maybeDeclared, refusal, type SettingsWritten } from "./format.ts";
import { nameGiver } from "./names.ts";
import { providerAsked } from "./provider-asked.ts";
import { nameOf, qualified, readModule, type Module } from "./typescript-module.ts";
import { configPieces, readmeChange } from "./project.ts";
import { declaredStacks, readTypescript } from "./typescript-read.ts";
import { stackNamer } from "./stack-fields.ts";
import { stackStatements, type Program, type Statement } from "./typescript-statements.ts";
import { configNamespace } from "./typescript-value.ts";

type Print = (statements: readonly Statement[], imports: readonly never[]) => Promise<string>;

/** Continues an existing program with the stacks it does not declare, in its own names. */
export async function appendTypescript(
  settings: readonly StackSettings[],
  tree: Tree,
  path: Path,
  preamble: Preamble,
  print: Print,
): Promise<SettingsWritten> {
  const text = tree.get(path) ?? "";
  const module = await readModule(path, text);
  if (module === undefined) return cannotContinue(path, "it does not parse as TypeScript");
  const here = declaredStacks(module);
  if (here === undefined) return cannotContinue(path, "it declares settings for a stack that cannot be told");
  const { settings: anywhere } = await readTypescript(tree);
  const declared = new Set([...here, ...anywhere.map(stackKey)]);
  const missing = settings.filter((one) => !declared.has(stackKey(one)));
  const unclear = missing.flatMap((one) => maybeDeclared(one, declared, anywhere, tree));
  if (unclear.length > 0) return { changes: [], refused: unclear };
  if (missing.length === 0) return { changes: [], refused: [] };
  const lacking = inexpressible(missing, providerAsked(path, tree)?.version);
  if (lacking.length > 0) return { changes: [], refused: lacking };
  const names = existingNames(module, text, preamble);
  if (typeof names === "string") return cannotContinue(path, names);
  const resourceName = nameGiver(resourceNames(module), "-");
  const program: Program = {
    ...names.names,
    tree,
    keyOf: configKeys(configPieces(missing), usedKeys(text)),
    nameOf: stackNamer(resourceName),
    resourceName,
  };
  const statements = [...names.added, ...missing.flatMap((one) => stackStatements(one, program))];
  const appended = await print(statements, []);
  const splices = [...importSplices(names.imports, module, text), atEnd(text, appended)];
  const edit: Change = { kind: "edit", path, splices };
  return { changes: [edit, ...readmeChange(missing, program, path, tree)], refused: [] };
}

function cannotContinue(path: Path, note: string): SettingsWritten {
  return refusal(`${path} cannot be continued: ${note}`);
}

/** The first statements of a program of ours, which one that is continued may lack. */
export interface Preamble {
  readonly config: Statement;
  readonly live: Statement;
}

interface Names {
  readonly names: Pick<Program, "pulumi" | "service" | "config" | "live" | "variable">;
  readonly imports: readonly { readonly name: string; readonly from: string }[];
  readonly added: readonly Statement[];
}

/** The names that new statements build on, with what declares those that are missing; or why there can be none. */
function existingNames(module: Module, text: string, preamble: Preamble): Names | string {
  const variable = nameGiver(
    module.nodes.flatMap((node) => (node.type === "Identifier" ? (nameOf(node) ?? []) : [])),
    "",
  );
  const packages = [...module.imports].map(([name, from]) => [from, name] as const);
  const packageName = (from: string): string | undefined => packages.find(([one]) => one === from)?.[1];
  const config = [...module.constants].find(([, value]) => configNamespace(value, module) === "")?.[0];
  const live = [...module.constants.keys()].find((name) => isLive(name, module));
  if (live === undefined && usedKeys(text).has(LIVE)) return `it uses the key \`${LIVE}\` for something else`;
  const imports: { name: string; from: string }[] = [];
  const imported = (wish: string, from: string): string => {
    const name = packageName(from) ?? variable(wish);
    if (packageName(from) === undefined) imports.push({ name, from });
    return name;
  };
  const pulumi = imported("pulumi", "@pulumi/pulumi");
  const service = imported("service", "@pulumi/pulumiservice");
  const names = { pulumi, service, config: config ?? variable("config"), live: live ?? variable("live"), variable };
  const renamed = (statement: Statement, name: string): Statement => ({
    ...statement,
    name,
    code: statement.code.replace(/^new pulumi\b/, `new ${pulumi}`).replace(/^config\b/, names.config),
  });
  return {
    names,
    imports,
    added: [
      ...(config === undefined ? [renamed(preamble.config, names.config)] : []),
      ...(live === undefined ? [renamed(preamble.live, names.live)] : []),
    ],
  };
}

/** Below the last import, at the end of its line unless something else goes on there. */
function importSplices(imports: Names["imports"], module: Module, text: string): readonly Splice[] {
  if (imports.length === 0) return [];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  const lines = imports.map(({ name, from }) => `import * as ${name} from "${from}";`);
  const last = module.body.filter(({ type }) => type === "ImportDeclaration").at(-1)?.end;
  if (last === undefined || last === null) {
    // Ahead of it stands a `#!` line at most.
    const start = /^#![^\r\n]*(?:\r?\n)?/.exec(text)?.[0].length ?? 0;
    return [{ start, end: start, text: lines.map((line) => `${line}${newline}`).join("") }];
  }
  const rest = /^[^\r\n]*/.exec(text.slice(last))?.[0] ?? "";
  const at = /^\s*(?:\/\/.*)?$/.test(rest) ? last + rest.length : last;
  return [{ start: at, end: at, text: lines.map((line) => `${newline}${line}`).join("") }];
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

function atEnd(text: string, appended: string): Splice {
  const added = `${text === "" || text.endsWith("\n") ? "" : "\n"}${appended}`;
  return { start: text.length, end: text.length, text: text.includes("\r\n") ? added.replaceAll("\n", "\r\n") : added };
}
