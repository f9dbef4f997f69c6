import {
  entry,
  mapEntries,
  readYaml,
  scalarText,
  type Path,
  type Span,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { childrenOf, expressionsIn, parseExpression, type Expression } from "@gha2pulumi/workflow";

/** A place where a workflow reads a secret, or hands all of them on. */
export interface SecretUse {
  /** As it is written; GitHub compares names without case. `undefined` where any may be meant, as `toJSON(secrets)`. */
  readonly name: string | undefined;
  readonly at: Span;
  /** The GitHub environment of the job, as written: a secret of it goes before one of the repository. */
  readonly environment: string | undefined;
}

/** What every workflow file of a tree reads of the `secrets` context. Composite actions cannot read it. */
export function secretUses(tree: Tree): ReadonlyMap<Path, readonly SecretUse[]> {
  const files = [...tree].filter(([path]) => /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path) && !isRelay(tree, path));
  return new Map(files.map(([path, text]) => [path, usesIn(path, text, tree)]));
}

/** How a relay of ours begins. It reads what it carries, and goes when that is done. */
export const relayMark = "# gha2pulumi: one-use relay of secrets.";

function isRelay(tree: Tree, path: Path): boolean {
  return tree.get(path)?.startsWith(relayMark) === true;
}

function usesIn(path: Path, text: string, tree: Tree): readonly SecretUse[] {
  if (!/secrets/i.test(text)) return [];
  const { root } = readYaml(path, text);
  // What is no YAML is run by nobody; should it be repaired, it may read whatever it names.
  if (root === undefined) return [{ name: undefined, at: { path, start: 0, end: 0 }, environment: undefined }];
  const jobs = mapEntries(entry(root, "jobs"));
  const handed = new Set(parametersOf(root).map((name) => name.toUpperCase()));
  const outside = mapEntries(root).filter(({ key }) => key !== "jobs");
  const found = [
    ...outside.flatMap(({ value }) => usesUnder(value, undefined, false)),
    ...jobs.flatMap(({ value }) => [
      ...usesUnder(value, environmentOf(value), false),
      ...inherited(value, tree, environmentOf(value)),
    ]),
  ];
  return found.filter(({ name }) => name === undefined || !handed.has(name.toUpperCase()));
}

/**
 * Names that the callers of a reusable workflow give values to. They are no secrets of the repository where it runs
 * only when it is called. https://docs.github.com/actions/how-tos/reuse-automations/reuse-workflows
 */
function parametersOf(root: YamlNode): readonly string[] {
  const on = entry(root, "on");
  const triggers = mapEntries(on);
  if (triggers.length !== 1 || triggers[0]?.key !== "workflow_call") return [];
  return mapEntries(entry(triggers[0].value, "secrets")).map(({ key }) => key);
}

/** The GitHub environment of a job, as it is written. */
export function environmentOf(job: YamlNode): string | undefined {
  const environment = entry(job, "environment");
  return scalarText(environment) ?? scalarText(entry(environment, "name"));
}

/**
 * `secrets: inherit` hands every secret on. Of a workflow of this repository it hands those that it declares; whatever
 * else it reads stands in its own file.
 */
function inherited(job: YamlNode, tree: Tree, environment: string | undefined): readonly SecretUse[] {
  const secrets = entry(job, "secrets");
  if (scalarText(secrets) !== "inherit" || secrets === undefined) return [];
  const at = secrets.span;
  const called = /^\.\/(.+)$/.exec(scalarText(entry(job, "uses")) ?? "")?.[1] ?? "";
  const { root } = readYaml(called, tree.get(called) ?? "");
  if (!tree.has(called) || root === undefined) return [{ name: undefined, at, environment }];
  return parametersOf(root).map((name) => ({ name, at, environment }));
}

function usesUnder(node: YamlNode, environment: string | undefined, isCondition: boolean): readonly SecretUse[] {
  switch (node.kind) {
    case "null":
      return [];
    case "list":
      return node.items.flatMap((item) => usesUnder(item, environment, false));
    case "map":
      return node.entries.flatMap(({ key, value }) => usesUnder(value, environment, key === "if"));
    case "scalar": {
      if (!/secrets/i.test(node.text)) return [];
      const sources = expressionsIn(node.text).map(({ source }) => source);
      const all = isCondition && sources.length === 0 ? [node.text] : sources;
      return all.flatMap(namesIn).map((name) => ({ name, at: node.span, environment }));
    }
  }
}

function namesIn(source: string): readonly (string | undefined)[] {
  const parsed = parseExpression(source);
  if (parsed.kind === "invalid") return /\bsecrets\b/i.test(source) ? [undefined] : [];
  return namesUnder(parsed.node);
}

function namesUnder(node: Expression): readonly (string | undefined)[] {
  if (node.kind === "index" && isSecrets(node.of)) {
    const { index } = node;
    const name = index.kind === "literal" && typeof index.value === "string" ? index.value : undefined;
    return [name, ...(name === undefined ? namesUnder(index) : [])];
  }
  if (isSecrets(node)) return [undefined];
  return childrenOf(node).flatMap(namesUnder);
}

function isSecrets(node: Expression): boolean {
  return node.kind === "context" && node.name === "secrets";
}
