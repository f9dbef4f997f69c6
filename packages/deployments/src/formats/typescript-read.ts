import { unknown, type Path, type Trail, type Tree, type Unknown } from "@gha2pulumi/repo";
import { stackKey, type StackSettings } from "../settings.ts";
import type { SettingsRead } from "./format.ts";
import { switchOf } from "./live.ts";
import { nameOf, qualified, readModule, trailOf } from "./typescript-module.ts";
import type { Expression, Module, Statement, SyntaxNode } from "./typescript-module.ts";
import { programs } from "./typescript-programs.ts";
import { combined, withSchedules, type LooseSchedule } from "./together.ts";
import { readDeploymentSettings, readSchedule, readStack } from "./resources.ts";
import { valueReader, type ReadValue } from "./typescript-value.ts";
import { unread } from "./value.ts";

/** Reads every Pulumi program in TypeScript that declares deployment settings, with `live` as its files have it. */
export async function readTypescript(tree: Tree): Promise<SettingsRead> {
  const { entries, others } = programs(tree);
  const reads: SettingsRead[] = [];
  for (const path of entries) reads.push(await readProgram(path, tree));
  const unreadFiles = others.map((path) =>
    unknown("unsupported", "deployment settings outside the program's entry file are not read", wholeFile(path, tree)),
  );
  return combined(reads, unreadFiles);
}

const wholeFile = (path: Path, tree: Tree): Trail => [{ path, start: 0, end: tree.get(path)?.length ?? 0 }];

async function readProgram(path: Path, tree: Tree): Promise<SettingsRead> {
  const text = tree.get(path) ?? "";
  const module = await readModule(path, text);
  if (module === undefined) {
    return {
      settings: [],
      gaps: [unknown("unsupported", "does not parse as TypeScript", [{ path, start: 0, end: text.length }])],
    };
  }
  return readResources(module, switchOf(path, tree) === "on");
}

/** What one `new` expression declares. */
interface Declared {
  readonly settings?: StackSettings | undefined;
  readonly schedule?: LooseSchedule | undefined;
  readonly gaps: readonly Unknown[];
}

/** The resources that are declared for certain, and gaps for the rest. */
function readResources(module: Module, live: boolean): SettingsRead {
  const createdWith = (read: ReadValue): ReadonlySet<SyntaxNode> =>
    new Set(module.body.flatMap((statement) => created(statement, read)));
  const read = valueReader(module, live);
  const certain = createdWith(read);
  // While `live` is false, what waits for it is surely not there.
  const waiting = live ? certain : createdWith(valueReader(module));
  const declared = declarations(module)
    .filter((node) => certain.has(node) || live || !waiting.has(node))
    .map((node) => readDeclaration(node, module, read, certain.has(node)));
  return withSchedules(
    declared.flatMap((one) => one.settings ?? []),
    declared.flatMap((one) => one.schedule ?? []),
    declared.flatMap((one) => one.gaps),
  );
}

function readDeclaration(node: New, module: Module, read: ReadValue, certain: boolean): Declared {
  const from = trailOf(node, module);
  const [first, second] = node.arguments;
  const kind = resourceKind(node, module);
  const resource = `${kind} ${first === undefined ? "" : (nameOf(first) ?? "")}`.trim();
  if (!certain) return { gaps: [unknown("unsupported", `${resource}: created under a condition or in a loop`, from)] };
  const inputs = second === undefined ? unread("there are none", from) : read(second);
  switch (kind) {
    case "DeploymentSettings": {
      const { value, gaps } = readDeploymentSettings(resource, inputs, from);
      return { settings: value, gaps };
    }
    case "DeploymentSchedule":
    case "DriftSchedule": {
      const { value, gaps } = readSchedule(kind === "DriftSchedule" ? "drift" : "operation", resource, inputs, from);
      return { schedule: value, gaps };
    }
    default:
      return { gaps: [unknown("unsupported", `${resource}: this resource is not read`, from)] };
  }
}

/** The stacks a program declares settings for, whether or not the rest can be read; `undefined`: one cannot be told. */
export function declaredStacks(module: Module): ReadonlySet<string> | undefined {
  const read = valueReader(module);
  const keys = declarations(module)
    .filter((node) => resourceKind(node, module).startsWith("DeploymentSettings"))
    .map((node) => {
      const inputs = node.arguments[1] === undefined ? undefined : read(node.arguments[1]);
      const stack = inputs === undefined ? undefined : readStack(inputs, trailOf(node, module));
      return stack === undefined ? undefined : stackKey(stack);
    });
  return keys.includes(undefined) ? undefined : new Set(keys.filter((key) => key !== undefined));
}

type New = Extract<Expression, { type: "NewExpression" }>;

const RESOURCE = /\.(DeploymentSettings|DeploymentSchedule|DriftSchedule|TtlSchedule|api\.deployments\.\w+)$/;

/** Every resource of Pulumi Deployments in the file, in its order. */
function declarations(module: Module): readonly New[] {
  const found = module.nodes.filter(
    (node): node is New => node.type === "NewExpression" && resourceKind(node as New, module) !== "",
  );
  return found.sort((a, b) => (a.start ?? 0) - (b.start ?? 0));
}

/** The class a resource is made of; "" when it has nothing to do with deployments. */
function resourceKind(node: SyntaxNode, module: Module): string {
  const { callee } = node as New;
  const name = qualified(callee, module);
  if (name !== undefined && !name.startsWith("@pulumi/")) return lastName(callee, " (not from @pulumi/pulumiservice)");
  const kind = name?.match(RESOURCE)?.[1];
  if (name === undefined) return lastName(callee, " (not imported)");
  return kind ?? "";
}

/** A class of the same name from elsewhere is not read, and not passed over either. */
function lastName(callee: SyntaxNode, remark: string): string {
  const property =
    callee.type === "MemberExpression" ? (callee as unknown as { property: SyntaxNode }).property : callee;
  const name = nameOf(property) ?? "";
  return RESOURCE.test(`.${name}`) ? `${name}${remark}` : "";
}

/** The `new` expressions a statement surely evaluates once. */
function created(statement: Statement, read: ReadValue): readonly SyntaxNode[] {
  switch (statement.type) {
    case "ExpressionStatement":
      return [statement.expression];
    case "VariableDeclaration":
      return statement.declarations.flatMap(({ init }) => init ?? []);
    case "ExportNamedDeclaration":
      return statement.declaration ? created(statement.declaration, read) : [];
    case "ExportDefaultDeclaration":
      return [statement.declaration];
    case "BlockStatement":
      return statement.body.flatMap((inner) => created(inner, read));
    case "IfStatement": {
      const test = read(statement.test);
      if (test.kind !== "boolean") return [];
      // The branch not taken stays a gap, but for what waits for `live`.
      return test.value
        ? created(statement.consequent, read)
        : statement.alternate
          ? created(statement.alternate, read)
          : [];
    }
    default:
      return [];
  }
}
