import {
  entry,
  further,
  listItems,
  mapEntries,
  readToml,
  readYaml,
  scalarText,
  type Bound,
  type Path,
  type Span,
  type Trail,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import type { Reason } from "../intent.ts";
import { parent, searchUp, unreadable } from "./template.ts";

/** What a manifest of Devbox or Flox says of its environment. */
export interface ShellManifest {
  readonly path: Path;
  /** The folder that the manifest is about. */
  readonly root: Path;
  readonly node: YamlNode | undefined;
  readonly variables: ReadonlyMap<string, Bound>;
  /** Parts that may set variables which nobody can name, as a message has them. */
  readonly open: readonly { readonly part: string; readonly span: Span }[];
}

/** `devbox.json` of a folder or the nearest above it: https://www.jetify.com/docs/devbox/configuration */
export function devboxManifest(tree: Tree, folder: Path): ShellManifest | undefined {
  const path = searchUp(tree, folder, ["devbox.json"]);
  if (path === undefined) return undefined;
  const { root: node, problems } = readYaml(path, tree.get(path) ?? "");
  const isRead = node?.kind === "map" && problems.length === 0;
  return manifestOf(path, parent(path) ?? ".", isRead ? node : undefined, "env", [
    ["`env_from`", ["env_from"]],
    ["`include`", ["include"]],
    ["`init_hook`", ["shell", "init_hook"]],
  ]);
}

/** `.flox/env/manifest.toml` of a folder or the nearest above it: https://flox.dev/docs/man/manifest.toml */
export function floxManifest(tree: Tree, folder: Path): ShellManifest | undefined {
  const path = searchUp(tree, folder, [".flox/env/manifest.toml"]);
  if (path === undefined) return undefined;
  const root = path.slice(0, -".flox/env/manifest.toml".length).replace(/\/$/, "") || ".";
  return manifestOf(path, root, readToml(path, tree.get(path) ?? ""), "vars", [
    ["`[include]`", ["include"]],
    ["`[hook]`", ["hook", "on-activate"]],
    ...["common", "bash"].map((shell) => ["`[profile]`", ["profile", shell]] as const),
  ]);
}

function manifestOf(
  path: Path,
  root: Path,
  node: YamlNode | undefined,
  variables: string,
  parts: readonly (readonly [string, readonly string[]])[],
): ShellManifest {
  if (node === undefined) {
    const open = [{ part: "what is written in it, which cannot be read,", span: { path, start: 0, end: 1 } }];
    return { path, root, node, variables: new Map(), open };
  }
  const open = parts.flatMap(([part, keys]) => {
    const found = keys.reduce<YamlNode | undefined>(entry, node);
    return found === undefined || isHarmless(found) ? [] : [{ part, span: found.span }];
  });
  return { path, root, node, variables: new Map(variablesIn(entry(node, variables))), open };
}

/** The variables of a map of them; a value in which the program that reads it fills something in is open. */
export function variablesIn(node: YamlNode | undefined): readonly (readonly [string, Bound])[] {
  return mapEntries(node).map(({ key, keySpan, value }) => {
    const text = scalarText(value);
    const isRead = text !== undefined && !/[$`{]/.test(text);
    return [key, { text: isRead ? [text] : [unreadable(text ?? key)], from: [keySpan] }] as const;
  });
}

/** Whether a hook says something to the reader at most: `devbox init` writes one that greets. */
function isHarmless(node: YamlNode): boolean {
  const items = node.kind === "list" ? listItems(node) : [node];
  return items.every((item) => {
    const text = scalarText(item);
    return text?.split("\n").every((line) => /^\s*(?:#.*|echo [^$`<>|;&]*(?:> ?\/dev\/null)?)?$/.test(line)) ?? false;
  });
}

/** Why an environment cannot be given to a deployment, with the part of its file that says so. */
export function openParts({ path, open }: ShellManifest, from: Trail): readonly Reason[] {
  return open.map(({ part, span }): Reason => ({
    code: "GP445",
    message: `${part} of \`${path}\` may set variables for what it runs, and is not read`,
    from: further(from, span),
  }));
}
