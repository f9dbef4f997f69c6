import {
  entry,
  literal,
  mapEntries,
  readToml,
  scalarText,
  type Bound,
  type Path,
  type Span,
  type Text,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { absolute, fileIn, filled, foldersUp, unreadable } from "../unwrap/template.ts";

/** A configuration file of mise, and the folder it is about: https://mise.jdx.dev/configuration.html */
export interface MiseConfig {
  readonly path: Path;
  readonly root: Path;
  readonly node: YamlNode;
}

/** Of two in one folder the first counts more; more than one is rare. */
const names = [
  "mise.toml",
  ".mise.toml",
  "mise/config.toml",
  ".mise/config.toml",
  ".config/mise.toml",
  ".config/mise/config.toml",
];

/** The configuration of a folder and of those above it, the nearest first. */
export function miseConfigs(tree: Tree, folder: Path): readonly MiseConfig[] {
  return foldersUp(folder).flatMap((root) => {
    const path = fileIn(tree, root, names);
    const node = path === undefined ? undefined : readToml(path, tree.get(path) ?? "");
    return path !== undefined && node ? [{ path, root, node }] : [];
  });
}

/** What templates may name: `env`, and what the place of the template says. */
interface Values {
  readonly config: MiseConfig;
  readonly environment: ReadonlyMap<string, Bound>;
  readonly current: Text;
  readonly usage: ReadonlyMap<string, Text>;
}

/** A template with the few names filled in that files tell; anything else in braces is unknown. */
export function rendered(text: string, { config, environment, current, usage }: Values): Text {
  if (text.includes("{%")) return [unreadable(text)];
  return filled(text, /\{\{-?\s*(.*?)\s*-?\}\}/g, ([whole, name = ""]) => {
    const [, space, key = ""] = /^(env|vars|usage)\.(\w+)$/.exec(name) ?? [];
    if (name === "config_root") return absolute(config.root);
    if (name === "cwd") return current;
    if (space === "env") return environment.get(key)?.text ?? [unreadable(whole)];
    if (space === "usage") return usage.get(key) ?? [unreadable(whole)];
    const variable = space === "vars" ? scalarText(entry(entry(config.node, "vars"), key)) : undefined;
    return variable === undefined || variable.includes("{{") ? [unreadable(whole)] : [variable];
  });
}

/** Variables that mise sets, `undefined` for one that it takes away, and where it takes others from a file or program. */
export interface MiseEnvironment {
  readonly variables: ReadonlyMap<string, Bound | undefined>;
  readonly open: readonly Span[];
}

/**
 * The variables of `[env]` of all files, those of the nearest counting most. They go before what is in the environment
 * already: https://mise.jdx.dev/environments/
 */
export function miseEnvironment(
  configs: readonly MiseConfig[],
  around: ReadonlyMap<string, Bound>,
  current: Text,
): MiseEnvironment {
  const variables = new Map<string, Bound | undefined>();
  const open: Span[] = [];
  for (const config of configs.toReversed()) {
    const environment = new Map([
      ...around,
      ...[...variables].flatMap(([name, value]) => (value ? [[name, value] as const] : [])),
    ]);
    for (const { key, keySpan, value } of mapEntries(entry(config.node, "env"))) {
      if (key === "_") open.push(...directivesOf(value));
      else if (scalarText(value) === "false" && value.kind === "scalar" && !value.quoted) variables.set(key, undefined);
      else if (isLeft(value, key, environment)) continue;
      else variables.set(key, valueOf(value, keySpan, { config, environment, current, usage: new Map() }));
    }
    // Secrets that are decrypted, and files of variables in the older place.
    for (const key of ["env_file", "dotenv"]) {
      const file = entry(config.node, key);
      if (file) open.push(file.span);
    }
  }
  return { variables, open };
}

/** `_.path` and virtual environments change where programs are found; the others bring variables that no file tells. */
function directivesOf(node: YamlNode): readonly Span[] {
  return mapEntries(node).flatMap(({ key, value }) => (key === "path" || key === "python" ? [] : [value.span]));
}

/** `required` says that somebody else sets it, `default` that it is set where nobody else does. */
function isLeft(node: YamlNode, name: string, environment: ReadonlyMap<string, Bound>): boolean {
  if (entry(node, "value")) return false;
  return entry(node, "required") !== undefined || (entry(node, "default") !== undefined && environment.has(name));
}

function valueOf(node: YamlNode, from: Span, values: Values): Bound {
  const text = scalarText(node) ?? scalarText(entry(node, "value")) ?? scalarText(entry(node, "default"));
  return { text: text === undefined ? [unreadable("a value of mise")] : rendered(text, values), from: [from] };
}

/** The environment with what mise sets and takes away. */
export function withMise(
  environment: ReadonlyMap<string, Bound>,
  { variables }: MiseEnvironment,
): ReadonlyMap<string, Bound> {
  const all = new Map(environment);
  for (const [name, bound] of variables) {
    if (bound) all.set(name, bound);
    else all.delete(name);
  }
  return all;
}

/** Whether it reads other files than those above, which `MISE_ENV` names. */
export function namesOtherFiles(environment: ReadonlyMap<string, Bound>): boolean {
  const named = environment.get("MISE_ENV") ?? environment.get("MISE_CONFIG_FILE");
  return named !== undefined && literal(named.text) !== "";
}
