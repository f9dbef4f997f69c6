import {
  entry,
  listItems,
  mapEntries,
  readYaml,
  remembered,
  scalarText,
  type Span,
  type Text,
  type YamlNode,
} from "@gha2pulumi/repo";
import { filled, unreadable } from "./template.ts";

/** Variables of a Taskfile: a template each, or `undefined` for one that only a run can tell (`sh:`). */
export type Variables = ReadonlyMap<string, string | undefined>;

/** One of a task's `cmds`. */
export type Step =
  | { readonly kind: "run"; readonly text: string; readonly lenient: boolean; readonly span: Span }
  | {
      readonly kind: "call";
      readonly task: string;
      readonly variables: Variables;
      readonly lenient: boolean;
      readonly span: Span;
    }
  | { readonly kind: "unread"; readonly span: Span };

export interface Task {
  readonly steps: readonly Step[];
  readonly needs: readonly Step[];
  readonly folder: string | undefined;
  readonly variables: Variables;
  readonly environment: Variables;
  /** `status`, `sources`, `preconditions`, `if`, `platforms`: it may not run. */
  readonly conditional: boolean;
  /** Where it is told to go on when a command of it fails. */
  readonly lenient: Span | undefined;
  /** Where it names files with variables. */
  readonly dotenv: Span | undefined;
}

export interface Taskfile {
  readonly tasks: ReadonlyMap<string, Task>;
  readonly variables: Variables;
  readonly environment: Variables;
  readonly dotenv: Span | undefined;
  readonly includes: ReadonlyMap<string, { readonly file: string; readonly folder: string | undefined }>;
}

/** A Taskfile of version 3: https://taskfile.dev/docs/reference/schema */
export const readTaskfile: (text: string) => Taskfile = remembered(50, (text) => {
  const { root } = readYaml("Taskfile.yml", text);
  const tasks = mapEntries(entry(root, "tasks")).flatMap(({ key, value }) => {
    const aliases = listItems(entry(value, "aliases")).flatMap((alias) => scalarText(alias) ?? []);
    const task = taskOf(value);
    return [key, ...aliases].map((name) => [name, task] as const);
  });
  return {
    tasks: new Map(tasks),
    variables: variablesIn(entry(root, "vars")),
    environment: variablesIn(entry(root, "env")),
    dotenv: entry(root, "dotenv")?.span,
    includes: new Map(mapEntries(entry(root, "includes")).flatMap(({ key, value }) => included(key, value))),
  };
});

function included(
  name: string,
  node: YamlNode,
): readonly (readonly [string, { file: string; folder: string | undefined }])[] {
  const file = scalarText(node) ?? scalarText(entry(node, "taskfile"));
  // Variables of an inclusion are not read, so its tasks are not either.
  if (file === undefined || entry(node, "vars") || /[{:]/.test(file)) return [];
  return [[name, { file, folder: scalarText(entry(node, "dir")) }]];
}

function taskOf(node: YamlNode): Task {
  const short = node.kind === "map" ? undefined : node;
  const list = entry(node, "cmds") ?? entry(node, "cmd") ?? short;
  const conditions = ["status", "sources", "preconditions", "if", "platforms"];
  return {
    steps: stepsOf(list),
    needs: stepsOf(entry(node, "deps")).map((step) =>
      step.kind === "run"
        ? { kind: "call", task: step.text, variables: new Map(), lenient: false, span: step.span }
        : step,
    ),
    folder: scalarText(entry(node, "dir")),
    variables: variablesIn(entry(node, "vars")),
    environment: variablesIn(entry(node, "env")),
    conditional: conditions.some((key) => entry(node, key) !== undefined),
    lenient: isLenient(node) ? entry(node, "ignore_error")?.span : undefined,
    dotenv: entry(node, "dotenv")?.span,
  };
}

function stepsOf(node: YamlNode | undefined): readonly Step[] {
  if (node === undefined || node.kind === "null") return [];
  return node.kind === "list" ? listItems(node).map(stepOf) : [stepOf(node)];
}

function stepOf(node: YamlNode): Step {
  const { span } = node;
  const text = scalarText(node) ?? scalarText(entry(node, "cmd"));
  const task = scalarText(entry(node, "task"));
  if (["for", "defer", "if", "platforms"].some((key) => entry(node, key))) return { kind: "unread", span };
  if (task !== undefined)
    return { kind: "call", task, variables: variablesIn(entry(node, "vars")), lenient: isLenient(node), span };
  if (text === undefined) return { kind: "unread", span };
  return { kind: "run", text, lenient: isLenient(node), span };
}

function isLenient(node: YamlNode): boolean {
  return scalarText(entry(node, "ignore_error")) === "true";
}

function variablesIn(node: YamlNode | undefined): Variables {
  return new Map(mapEntries(node).map(({ key, value }) => [key, scalarText(value)]));
}

/** A template with `{{.NAME}}` and `{{.NAME | default "text"}}` filled in; anything else in braces is unknown. */
export function templated(text: string, lookUp: (name: string) => Text | undefined): Text {
  return filled(text, /\{\{(.*?)\}\}/g, ([whole, written = ""]) => {
    const inner = written.replace(/^-|-$/g, "").trim();
    const found =
      /^\.(\w+)(?:\s*\|\s*default\s+(?:"([^"\\]*)"|'([^'\\]*)'))?$/.exec(inner) ??
      /^default\s+(?:"([^"\\]*)"|'([^'\\]*)')\s+\.(\w+)$/.exec(inner);
    if (!found) return [unreadable(whole)];
    const swapped = inner.startsWith("default");
    const name = (swapped ? found[3] : found[1]) ?? "";
    const fallback = swapped ? (found[1] ?? found[2]) : (found[2] ?? found[3]);
    const value = lookUp(name);
    if (value === undefined || value.length === 0)
      return fallback === undefined ? (value ?? [unreadable(whole)]) : [fallback];
    return value;
  });
}
