import { childAt, parts, unknown, type Grammars, type Syntax, type Tree, type Unknown } from "@gha2pulumi/repo";
import type { StackSettings } from "../settings.ts";
import { camelProperty } from "./fields.ts";
import type { SettingsRead } from "./format.ts";
import { qualifiedName, readPythonModule, sourceOf, trailOf, type PythonModule } from "./python-module.ts";
import { pythonPrograms } from "./python-programs.ts";
import { pythonReader, type PythonReader } from "./python-value.ts";
import { readDeploymentSettings, readSchedule } from "./resources.ts";
import { combined, withSchedules, type LooseSchedule } from "./together.ts";
import { unread, type Value } from "./value.ts";

/**
 * Reads every Pulumi program in Python that declares deployment settings. Triggers are read as if `live` is true.
 * Without a grammar each of them is a gap.
 */
export async function readPythonPrograms(tree: Tree, grammars: Grammars | undefined): Promise<SettingsRead> {
  const reads: SettingsRead[] = [];
  for (const path of pythonPrograms(tree)) {
    const text = tree.get(path) ?? "";
    if (!WORD.test(text)) continue;
    const module = grammars === undefined ? undefined : await readPythonModule(path, text, grammars);
    const note = grammars === undefined ? "Python is not read here" : "does not parse as Python";
    const whole = [{ path, start: 0, end: text.length }] as const;
    reads.push(
      module === undefined ? { settings: [], gaps: [unknown("unsupported", note, whole)] } : readModule(module),
    );
  }
  return combined(reads);
}

const RESOURCE = "DeploymentSettings|DeploymentSchedule|DriftSchedule|TtlSchedule";
const WORD = new RegExp(`\\b(?:${RESOURCE})\\b|\\bapi\\.deployments\\b`);

function readModule(module: PythonModule): SettingsRead {
  const reader = pythonReader(module);
  const certain = new Set(module.body.flatMap((statement) => created(statement, reader)));
  const settings: StackSettings[] = [];
  const schedules: LooseSchedule[] = [];
  const gaps: Unknown[] = [];
  for (const { node } of module.nodes) {
    const kind = node.type === "call" ? resourceKind(node, module) : "";
    if (kind === "") continue;
    const from = trailOf(node, module);
    const [first] = parts(childAt(node, "arguments"));
    const resource = `${kind} ${first?.type === "string" ? sourceOf(first, module).slice(1, -1) : ""}`.trim();
    if (!certain.has(node)) {
      gaps.push(unknown("unsupported", `${resource}: created under a condition or in a loop`, from));
      continue;
    }
    const inputs = inputsOf(node, module, reader);
    if (kind === "DeploymentSettings") {
      const one = readDeploymentSettings(resource, inputs, from);
      if (one.value !== undefined) settings.push(one.value);
      gaps.push(...one.gaps);
    } else if (kind === "DeploymentSchedule" || kind === "DriftSchedule") {
      const one = readSchedule(kind === "DriftSchedule" ? "drift" : "operation", resource, inputs, from);
      if (one.value !== undefined) schedules.push(one.value);
      gaps.push(...one.gaps);
    } else gaps.push(unknown("unsupported", `${resource}: this resource is not read`, from));
  }
  return withSchedules(settings, schedules, gaps);
}

/** The class a resource is made of; "" when it has nothing to do with deployments. */
function resourceKind(call: Syntax, module: PythonModule): string {
  const callee = childAt(call, "function");
  const name = qualifiedName(callee, module);
  const last = sourceOf(callee?.type === "attribute" ? childAt(callee, "attribute") : callee, module);
  if (name?.startsWith("pulumi_pulumiservice.api.deployments.") === true) return `api.deployments.${last}`;
  if (!new RegExp(`^(?:${RESOURCE})$`).test(last)) return "";
  return name === `pulumi_pulumiservice.${last}` ? last : `${last} (not from pulumi_pulumiservice)`;
}

/** The calls a statement surely makes once, with `live` true. */
function created(statement: Syntax, reader: PythonReader): readonly Syntax[] {
  switch (statement.type) {
    case "expression_statement": {
      const [expression] = parts(statement);
      const value = expression?.type === "assignment" ? childAt(expression, "right") : expression;
      return value === undefined ? [] : [value];
    }
    case "if_statement": {
      const test = childAt(statement, "condition");
      const value = test === undefined ? undefined : reader.value(test);
      // The branch not taken stays a gap: what is only there while `live` is false is not described by settings.
      if (value?.kind !== "boolean" || !value.value) return [];
      return parts(childAt(statement, "consequence")).flatMap((inner) => created(inner, reader));
    }
    default:
      return [];
  }
}

/** Keyword arguments as the inputs of a resource, in the names that every notation has. */
function inputsOf(call: Syntax, module: PythonModule, reader: PythonReader): Value {
  const from = trailOf(call, module);
  const args = reader.args(call);
  if (args === undefined) return unread("arguments that are not read", from);
  const [, second, third] = args.placed;
  const given = [...args.named].filter(([name]) => name !== "opts" && name !== "resource_name");
  if (second === undefined) return camelCased({ kind: "record", fields: new Map(given), from });
  return second.kind === "record" && third === undefined && given.length === 0
    ? camelCased(second)
    : unread("arguments by place", from);
}

/** Values of an environment keep their names; anything else is a property, whose name in Python has underscores. */
function camelCased(value: Value): Value {
  if (value.kind === "list") return { ...value, items: value.items.map(camelCased) };
  if (value.kind !== "record") return value;
  const fields = [...value.fields].map(
    ([name, one]) => [camelProperty(name) ?? name, name === "environment_variables" ? one : camelCased(one)] as const,
  );
  const known = new Map(fields);
  // Left out, a trigger is on where a class of the SDK is called, and off where a dictionary is given.
  if (known.has("repository"))
    for (const trigger of ["deployCommits", "previewPullRequests"])
      if (!known.has(trigger)) known.set(trigger, unread("it is left out", value.from));
  return { ...value, fields: known };
}
