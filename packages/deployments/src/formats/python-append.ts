import { apply, childAt, parts, type Change, type Grammars, type Tree } from "@gha2pulumi/repo";
import { inexpressible } from "../capabilities.ts";
import { stackKey, type StackSettings } from "../settings.ts";
import { configKeys, configName, LIVE, type ConfigPiece } from "./config-key.ts";
import { maybeDeclared, refusal, type SettingsWritten } from "./format.ts";
import { nameGiver } from "./names.ts";
import { configPieces, readmeChange } from "./project.ts";
import { providerAsked } from "./provider-asked.ts";
import { readPythonModule, sourceOf, type PythonModule } from "./python-module.ts";
import { PYTHON_PROGRAM } from "./python-programs.ts";
import { readPythonPrograms } from "./python-read.ts";
import { pythonStatements } from "./python-statements.ts";
import { configNamespace } from "./python-value.ts";
import { stackNamer } from "./stack-fields.ts";

/** Continues a program of ours with the stacks it does not declare; what stands there stays, byte for byte. */
export async function appendPython(
  settings: readonly StackSettings[],
  tree: Tree,
  grammars: Grammars,
): Promise<SettingsWritten> {
  const path = PYTHON_PROGRAM;
  const cannot = (note: string): SettingsWritten => refusal(`${path} cannot be continued: ${note}`);
  const text = tree.get(path) ?? "";
  const module = await readPythonModule(path, text, grammars);
  if (module === undefined) return cannot("it does not parse as Python");
  const read = await readPythonPrograms(tree, grammars);
  const declared = new Set(read.settings.map(stackKey));
  const missing = settings.filter((one) => !declared.has(stackKey(one)));
  if (missing.length === 0) return { changes: [], refused: [] };
  if (read.gaps.some(({ from: [at] }) => at.path === path)) return cannot("a part of it is not read");
  const unclear = missing.flatMap((one) => maybeDeclared(one, declared, read.settings, tree));
  const refused = [...unclear, ...inexpressible(missing, providerAsked(path, tree)?.version)];
  if (refused.length > 0) return { changes: [], refused };
  const names = ownNames(module);
  if (typeof names === "string") return cannot(names);
  const known = usedKeys(module);
  const resourceName = nameGiver(textsOf(module), "-");
  const program = {
    ...names,
    tree,
    keyOf: configKeys(configPieces(missing), known),
    nameOf: stackNamer(resourceName),
    resourceName,
    variable: nameGiver(identifiers(module), "_"),
  };
  const start = text === "" || text.endsWith("\n") ? "\n" : "\n\n";
  const added = `${start}${pythonStatements(missing, program)}`;
  const own = text.includes("\r\n") ? added.replaceAll("\n", "\r\n") : added;
  const edit: Change = { kind: "edit", path, splices: [{ start: text.length, end: text.length, text: own }] };
  const after = await readPythonPrograms(apply(tree, [edit]), grammars);
  const keys = new Set(after.settings.map(stackKey));
  if (after.gaps.length > read.gaps.length || [...declared, ...missing.map(stackKey)].some((key) => !keys.has(key)))
    return cannot("what would be added is not read back");
  return { changes: [edit, ...readmeChange(missing, program, path, tree)], refused: [] };
}

/** The names that new statements build on; or which of them is missing. */
function ownNames(
  module: PythonModule,
): { readonly pulumi: string; readonly service: string; readonly config: string; readonly live: string } | string {
  const imported = (name: string): string | undefined => [...module.imports].find(([, from]) => from === name)?.[0];
  const constants = [...module.constants];
  const pulumi = imported("pulumi");
  const service = imported("pulumi_pulumiservice");
  const config = constants.find(([, value]) => configNamespace(value, module) === "")?.[0];
  const live = constants.find(([, value]) => {
    const callee = childAt(value, "function");
    const [key] = parts(childAt(value, "arguments"));
    return (
      value.type === "call" &&
      /^(?:require|get)_bool$/.test(sourceOf(childAt(callee, "attribute"), module)) &&
      sourceOf(key, module).slice(1, -1) === LIVE &&
      configNamespace(childAt(callee, "object"), module) === ""
    );
  })?.[0];
  if (pulumi === undefined || service === undefined) return "it does not import the packages whole";
  if (config === undefined || live === undefined) return `it has no \`${LIVE}\` of its configuration`;
  return { pulumi, service, config, live };
}

/** The keys the program reads already: a value it asks for is not asked for a second time. */
function usedKeys({ text }: PythonModule): ReadonlyMap<string, ConfigPiece> {
  const calls = text.matchAll(/\.(?:require|get)(_secret)?\(\s*["']([A-Za-z0-9_.-]+)["']/g);
  return new Map(
    [...calls].map(([, secret, key = ""]) => [key, { config: configName(key), secret: secret !== undefined }]),
  );
}

/** Names of resources are texts; any text of the file counts as one. */
function textsOf(module: PythonModule): readonly string[] {
  const strings = module.nodes.filter(({ node }) => node.type === "string");
  return strings.map(({ node }) => sourceOf(node, module).slice(1, -1));
}

function identifiers(module: PythonModule): readonly string[] {
  return module.nodes.flatMap(({ node }) => (node.type === "identifier" ? sourceOf(node, module) : []));
}
