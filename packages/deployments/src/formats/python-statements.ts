import type { Tree } from "@gha2pulumi/repo";
import type { SettingPiece, StackSettings } from "../settings.ts";
import type { KeyOf } from "./config-key.ts";
import type { NameGiver } from "./names.ts";
import { pythonCall } from "./python-layout.ts";
import { formattedString, pythonString, pythonVariable } from "./python-text.ts";
import { scheduleFields, scheduleNameOf, settingsFields, stackComment, stackFields } from "./stack-fields.ts";
import type { Spelling, StackNamer } from "./stack-fields.ts";

/** What the statements of a program in Python refer to, by the names it uses. */
export interface PythonProgram {
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

/** The statements of every stack, parted by empty lines: its settings, and its schedules once everything is live. */
export function pythonStatements(settings: readonly StackSettings[], program: PythonProgram): string {
  return settings.map((one) => stackText(one, program)).join("\n");
}

function stackText(settings: StackSettings, program: PythonProgram): string {
  const spelling = spellingOf(program);
  const { pulumi, service } = program;
  const name = program.nameOf(settings);
  // Destroying the resource would erase the stack's settings; with this it only lets go of them.
  const options = `opts=${pulumi}.ResourceOptions(retain_on_delete=True)`;
  const fields = settingsFields(settings, spelling);
  const created = pythonCall(`${service}.DeploymentSettings`, [pythonString(name), options], fields, 0);
  const comment = `# ${stackComment(settings, program.tree)}\n`;
  if (settings.schedules.length === 0) return `${comment}${created}\n`;
  const variable = program.variable(pythonVariable(name));
  const schedules = settings.schedules.map((schedule) => {
    const resource = `${service}.${schedule.kind === "drift" ? "DriftSchedule" : "DeploymentSchedule"}`;
    const own = pythonString(program.resourceName(scheduleNameOf(schedule, name)));
    const inputs = [...stackFields(settings, spelling), ...scheduleFields(schedule, settings, spelling)];
    return `    ${pythonCall(resource, [own, `opts=${pulumi}.ResourceOptions(depends_on=[${variable}])`], inputs, 4)}\n`;
  });
  return `${comment}${variable} = ${created}\n\nif ${program.live}:\n${schedules.join("")}`;
}

function spellingOf(program: PythonProgram): Spelling {
  return {
    tree: program.tree,
    literal: pythonString,
    value: (pieces) => valueCode(pieces, program),
    flag: (value) => (value ? "True" : "False"),
    variable: pythonString,
    operation: (operation) => `${program.service}.PulumiOperation.${operation.toUpperCase()}`,
    organization: `${program.pulumi}.get_organization()`,
    live: program.live,
  };
}

/** A value as an expression. A secret is an output, which only `Output.concat` joins with text. */
function valueCode(value: readonly SettingPiece[], program: PythonProgram): string {
  const expression = (piece: SettingPiece, quote = '"'): string => {
    if (typeof piece === "string") return pythonString(piece);
    return `${program.config}.${piece.secret ? "require_secret" : "require"}(${quote}${program.keyOf(piece)}${quote})`;
  };
  const [only] = value;
  if (only === undefined) return '""';
  if (value.length === 1) return expression(only);
  if (value.some((piece) => typeof piece !== "string" && piece.secret))
    return `${program.pulumi}.Output.concat(\n${value.map((piece) => `    ${expression(piece)},\n`).join("")})`;
  // Inside a text in quotes, Python before 3.12 takes only the other quotes.
  return formattedString(value, (piece) => expression(piece, "'"));
}
