import {
  holes,
  literal,
  mapEntries,
  readYaml,
  type Bound,
  type Event,
  type Path,
  type PossibleItem,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { isLiteralPattern, matchesPattern } from "./filter.ts";
import { unmarked } from "./stand-in.ts";

/** What is known of the files of a change. `some` and `none` leave all other files open. */
export type KnownChange =
  | { readonly kind: "files"; readonly files: readonly Path[] }
  | { readonly kind: "some"; readonly pattern: string }
  | { readonly kind: "none"; readonly patterns: readonly string[] };

/** A named list of patterns of such an action; `undefined` patterns use signs whose meaning is not known for sure. */
export interface FileGroup {
  readonly name: string;
  readonly patterns: readonly string[] | undefined;
}

/** What an action that looks at changed files finds when it runs. */
export interface Looked {
  readonly event: Event;
  readonly change: KnownChange | undefined;
  readonly defaultBranch: string | undefined;
  readonly tree: Tree;
}

type Texts = ReadonlyMap<string, string>;

interface Row {
  readonly name: string;
  /** Inputs that do not change which files match; with any other one set, nothing is known. */
  readonly inputs: readonly string[];
  /** The input that names the commit it compares with. */
  readonly base: string;
  /** The commit before a push is what it compares with when `base` is not given. */
  readonly before: (event: Event & { readonly kind: "push" }, defaultBranch: string | undefined) => boolean;
  readonly pulls: (event: Event & { readonly kind: "pull_request" }, hasBase: boolean) => boolean;
  readonly groups: (inputs: Texts, tree: Tree) => readonly FileGroup[] | undefined;
  readonly outputs: (groups: readonly FileGroup[], change: KnownChange) => FileOutputs;
}

/** Outputs by name: a text, or what may be in a JSON list that is not decided. */
export type FileOutputs = Readonly<Record<string, string | readonly PossibleItem[]>>;

const rows: readonly Row[] = [
  // https://github.com/dorny/paths-filter (v2 to v4): pull requests by the list of their files, pushes to the base
  // branch by the commit before them, pushes to other branches by all that is not in the base branch.
  {
    name: "dorny/paths-filter",
    inputs: ["filters", "list-files", "initial-fetch-depth"],
    base: "base",
    before: (event, defaultBranch) => event.branch === defaultBranch,
    pulls: () => true,
    groups: (inputs, tree) => groupsInYaml(fileOrText(inputs.get("filters") ?? "", tree)),
    outputs: dornyOutputs,
  },
  // https://github.com/tj-actions/changed-files (v40 and later): pushes by the commit before them.
  {
    name: "tj-actions/changed-files",
    inputs: ["files", "files_yaml", "json", "matrix", "separator", "escape_json", "fetch_depth", "quotepath"],
    base: "base_sha",
    before: () => true,
    pulls: (event, hasBase) => !event.target && event.action !== "closed" && !hasBase,
    groups: (inputs) => changedFilesGroups(inputs.get("files"), inputs.get("files_yaml")),
    outputs: changedFilesOutputs,
  },
];

function rowOf(action: string): Row | undefined {
  return rows.find((row) => row.name === action.toLowerCase());
}

/** Whether an action only tells which files a change touches. */
export function looksAtFiles(action: string): boolean {
  return rowOf(action) !== undefined;
}

/** The groups of patterns that the literal inputs of an action name; none when it is no such action. */
export function fileGroups(action: string, inputs: ReadonlyMap<string, string>, tree: Tree): readonly FileGroup[] {
  return rowOf(action)?.groups(lowerKeys(inputs), tree) ?? [];
}

/**
 * The outputs of an action that looks at changed files, as far as they are decided. What is left out is unknown: what
 * it compares with may not be what the event is about, or its patterns may use signs that are not read.
 */
export function fileOutputs(
  action: string,
  inputs: ReadonlyMap<string, Bound>,
  { event, change = nothing, defaultBranch, tree }: Looked,
): FileOutputs {
  const row = rowOf(action);
  if (row === undefined) return {};
  const given = lowerKeys(inputs);
  const base = given.get(row.base);
  const texts = new Map<string, string>();
  for (const [name, { text }] of given) {
    const value = literal(text);
    if (name === row.base || (name === "token" && value !== "")) continue;
    if (value === undefined || !row.inputs.includes(name)) return {};
    texts.set(name, value);
  }
  if (!isOfTheEvent(row, base, event, defaultBranch)) return {};
  const groups = row.groups(texts, tree);
  return groups ? row.outputs(groups, change) : {};
}

/** Nothing is known of the files. */
const nothing: KnownChange = { kind: "none", patterns: [] };

/** What has to be told before the outputs of such an action can be known: the branch it compares a push with. */
export function missingFact(
  action: string,
  inputs: ReadonlyMap<string, Bound>,
  { event, defaultBranch }: Looked,
): string | undefined {
  const row = rowOf(action);
  if (row === undefined || event.kind !== "push" || defaultBranch !== undefined) return undefined;
  const base = lowerKeys(inputs).get(row.base);
  const isKnown = (branch: string | undefined): boolean => isOfTheEvent(row, base, event, branch);
  if (isKnown(undefined) || !isKnown(event.branch)) return undefined;
  return `\`${row.name}\` compares with the default branch, whose name is not known (\`default-branch\`)`;
}

/** Whether the files an action sees are those the event is about. */
function isOfTheEvent(row: Row, base: Bound | undefined, event: Event, defaultBranch: string | undefined): boolean {
  const name = base && literal(base.text);
  const hasBase = base !== undefined && name !== "";
  if (event.kind === "pull_request") return row.pulls(event, hasBase);
  if (event.kind !== "push") return false;
  if (!hasBase) return row.before(event, defaultBranch);
  // `github.event.before` is the commit before the push, which is what path filters compare with too.
  const [only] = holes(base.text);
  if (base.text.length === 1 && /^github\.event\.before(?: \|\| |$)/.test(only?.expression ?? "")) return true;
  const branch = name?.replace(/^refs\/heads\//, "");
  return row.base === "base" && branch !== undefined && unmarked(branch) === unmarked(event.branch);
}

function lowerKeys<T>(entries: ReadonlyMap<string, T>): ReadonlyMap<string, T> {
  return new Map([...entries].map(([key, value]) => [key.toLowerCase(), value]));
}

/** A text with neither a line break nor a colon is the path of a file with the filters. */
function fileOrText(text: string, tree: Tree): string {
  return /[\n:]/.test(text) ? text : (tree.get(text.trim()) ?? "");
}

function groupsInYaml(text: string): readonly FileGroup[] | undefined {
  const { root, problems } = readYaml("filters", text);
  if (root?.kind !== "map" || problems.length > 0) return undefined;
  return mapEntries(root).map(({ key, value }) => ({ name: key, patterns: patternsIn(value) }));
}

/** Lists may stand in lists, by way of anchors. `added: …` and the like ask for more than a path. */
function patternsIn(node: YamlNode): readonly string[] | undefined {
  if (node.kind === "scalar") return isKnownGlob(node.text) ? [node.text] : undefined;
  if (node.kind !== "list" || node.items.length === 0) return undefined;
  const patterns = node.items.map(patternsIn);
  return patterns.every((one) => one !== undefined) ? patterns.flat() : undefined;
}

/**
 * Whether a glob means to picomatch what it means to GitHub's path filters: plain names, `*` within a component and
 * `**` as a component. https://github.com/micromatch/picomatch#globbing-features
 */
function isKnownGlob(glob: string): boolean {
  return (
    !/[?[\]{}()!\\|+#]|^\s|\s$/.test(glob) &&
    glob.split("/").every((part) => !/^\.{0,2}$/.test(part) && (part === "**" || !part.includes("**")))
  );
}

/** A plain last component without a dot is a folder to this action: `infra` is `infra/**`. Such ones are left alone. */
function changedFilesGroups(files: string | undefined, yaml: string | undefined): readonly FileGroup[] | undefined {
  const lines = (files ?? "").split("\n").map((line) => line.trim());
  const named = yaml === undefined ? [] : groupsInYaml(yaml);
  const listed = lines.filter((line) => line !== "");
  const own = listed.length > 0 ? [{ name: "", patterns: listed.every(isKnownGlob) ? listed : undefined }] : [];
  const isFile = (pattern: string): boolean => /[.*][^/]*$/.test(pattern);
  return (
    named &&
    [...own, ...named].map((group) => (group.patterns?.every(isFile) ? group : { ...group, patterns: undefined }))
  );
}

/** Whether some file of a change matches a group of patterns. */
function touches({ patterns }: FileGroup, change: KnownChange): boolean | undefined {
  if (patterns === undefined) return undefined;
  switch (change.kind) {
    case "files":
      return change.files.some((file) => matchesAny(patterns, file));
    case "some":
      return patterns.includes(change.pattern) ? true : undefined;
    case "none":
      return patterns.every((pattern) => change.patterns.includes(pattern)) ? false : undefined;
  }
}

function matchesAny(patterns: readonly string[], file: Path): boolean {
  return patterns.some((pattern) => (isLiteralPattern(pattern) ? pattern === file : matchesPattern(pattern, file)));
}

function dornyOutputs(groups: readonly FileGroup[], change: KnownChange): FileOutputs {
  const found: Record<string, string | readonly PossibleItem[]> = {};
  for (const group of groups) {
    const touched = touches(group, change);
    if (touched !== undefined) found[group.name] = String(touched);
    if (touched === false) found[`${group.name}_count`] = "0";
    if (change.kind === "files" && group.patterns !== undefined)
      found[`${group.name}_count`] = String(
        change.files.filter((file) => matchesAny(group.patterns ?? [], file)).length,
      );
  }
  const names = groups.map((group) => group.name);
  // Names that are numbers come first, in their order; a filter of that name takes the place of the list.
  const isRead = groups.every((group) => group.patterns !== undefined);
  if (!isRead || names.includes("changes") || names.some((name) => /^\d+$/.test(name))) return found;
  const items = groups.flatMap((group) => {
    const touched = touches(group, change);
    return touched === false ? [] : [{ text: group.name, sure: touched === true }];
  });
  const isDecided = items.every((item) => item.sure);
  found["changes"] = isDecided ? JSON.stringify(items.map(({ text }) => text)) : items;
  return found;
}

/** `any_changed` leaves deleted files out, which no path filter does, so only its `false` is known. */
function changedFilesOutputs(groups: readonly FileGroup[], change: KnownChange): FileOutputs {
  const found: Record<string, string> = {};
  for (const group of groups) {
    const prefix = group.name === "" ? "" : `${group.name}_`;
    const touched = touches(group, change);
    if (touched !== undefined) found[`${prefix}any_modified`] = String(touched);
    if (touched === false)
      for (const name of ["any_changed", "only_changed", "only_modified", "any_deleted"])
        found[`${prefix}${name}`] = "false";
  }
  return found;
}
