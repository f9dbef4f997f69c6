import type { Tree } from "@gha2pulumi/repo";
import type { SettingPiece, StackSettings } from "../settings.ts";
import type { KeyOf } from "./config-key.ts";
import { layout, object, type Field } from "./layout.ts";
import { variableName, type NameGiver } from "./names.ts";
import { propertyKey, stringLiteral, templateLiteral } from "./source-text.ts";
import { scheduleNameOf, settingsFields, scheduleFields, stackComment, stackFields } from "./stack-fields.ts";
import type { Spelling, StackNamer } from "./stack-fields.ts";

/** What the statements of a program refer to, by the names it uses. */
export interface Program {
  readonly tree: Tree;
  readonly pulumi: string;
  readonly service: string;
  readonly config: string;
  readonly live: string;
  readonly keyOf: KeyOf;
  readonly nameOf: StackNamer;
  readonly resourceName: NameGiver;
  readonly variable: NameGiver;
}

/** A statement of a program, told apart only as far as printing it needs. `name`: it declares a constant. */
export interface Statement {
  readonly comment: string;
  readonly name: string | undefined;
  readonly code: string;
}

/** The statements that declare one stack: its settings, and its schedules once everything is live. */
export function stackStatements(settings: StackSettings, program: Program): readonly Statement[] {
  const name = program.nameOf(settings);
  const created = newResource(program, "DeploymentSettings", name, settingsFields(settings, spellingOf(program)), 0, {
    // Destroying the resource would erase the stack's settings; with this it only lets go of them.
    options: "{ retainOnDelete: true }",
  });
  const comment = stackComment(settings, program.tree);
  if (settings.schedules.length === 0) return [{ comment, name: undefined, code: `${created};` }];
  const variable = program.variable(variableName(name));
  const schedules = schedulesBlock(settings, name, variable, program);
  return [
    { comment, name: variable, code: created },
    { comment: "", name: undefined, code: schedules },
  ];
}

function schedulesBlock(settings: StackSettings, name: string, variable: string, program: Program): string {
  const spelling = spellingOf(program);
  const created = settings.schedules.map((schedule) => {
    const resource = schedule.kind === "drift" ? "DriftSchedule" : "DeploymentSchedule";
    const scheduleName = program.resourceName(scheduleNameOf(schedule, name));
    const fields = [...stackFields(settings, spelling), ...scheduleFields(schedule, settings, spelling)];
    return `  ${newResource(program, resource, scheduleName, fields, 2, { options: `{ dependsOn: ${variable} }` })};\n`;
  });
  return `if (${program.live}) {\n${created.join("")}}`;
}

function newResource(
  program: Program,
  resource: string,
  name: string,
  fields: readonly Field[],
  indent: number,
  { options }: { readonly options: string },
): string {
  const pad = " ".repeat(indent);
  const inputs = layout(object(fields), indent + 2, indent + 2);
  const lines = [stringLiteral(name), inputs, options].map((argument) => `${pad}  ${argument},\n`);
  return `new ${program.service}.${resource}(\n${lines.join("")}${pad})`;
}

function spellingOf(program: Program): Spelling {
  const { tree, live } = program;
  return {
    tree,
    literal: stringLiteral,
    value: (pieces) => valueCode(pieces, program),
    flag: String,
    variable: propertyKey,
    operation: (operation) =>
      `${program.service}.PulumiOperation.${operation[0]?.toUpperCase() ?? ""}${operation.slice(1)}`,
    organization: `${program.pulumi}.getOrganization()`,
    live,
  };
}

/** A value as an expression: a literal, a configuration value, or a template of both. */
function valueCode(value: readonly SettingPiece[], program: Program): string {
  const expression = (piece: SettingPiece): string => {
    if (typeof piece === "string") return stringLiteral(piece);
    return `${program.config}.${piece.secret ? "requireSecret" : "require"}(${stringLiteral(program.keyOf(piece))})`;
  };
  const [only] = value;
  if (only === undefined) return '""';
  if (value.length === 1) return expression(only);
  // A secret is an output: only `interpolate` waits for it and keeps the whole text secret.
  const secret = value.some((piece) => typeof piece !== "string" && piece.secret);
  return `${secret ? `${program.pulumi}.interpolate` : ""}${templateLiteral(value, expression)}`;
}
