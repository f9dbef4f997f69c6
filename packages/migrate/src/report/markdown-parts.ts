import { code, codes, fenced, markdownTable, plain, prose } from "./markdown-text.ts";
import type {
  PlanDocument,
  PlannedCase,
  PlannedCheck,
  PlannedDefinition,
  PlannedDiagnostic,
  PlannedOperation,
  PlannedProof,
  PlannedQuestion,
  PlannedSecret,
  PlannedTrigger,
  PlannedTrust,
} from "./plan-document.ts";
import { stackNames } from "./stack-names.ts";

// What the report and the pull request say in the same words.

export function what(operation: PlannedOperation): string {
  return `${operation.operation} of ${codes(stackNames(operation))}`;
}

/** The part of the migration this is, and the times in which two deploy, or none. */
export function phaseLines({ phase }: PlanDocument): readonly string[] {
  if (phase === undefined) return [];
  return [
    `**${phase.name}**: ${prose(phase.does)}.`,
    ...(phase.windows.length === 0 ? [] : [""]),
    ...phase.windows.map(({ what, closes }) => `- ${prose(what)} It ends with ${code(closes)}.`),
    ...(phase.next === null ? [] : ["", `The phase after it: ${code(phase.next)}.`]),
  ];
}

/** What becomes of an operation when the change is merged. */
export function afterwards(one: PlannedOperation): string {
  if (one.disposition === "call" && one.reasons.length === 0)
    return `- ${what(one)}: Pulumi Deployments runs it already; nothing changes.`;
  if (one.disposition === "move" && one.on.length === 0) return `- ${what(one)}: it never runs, and goes with its job.`;
  return one.disposition === "call"
    ? `- ${what(one)}: the workflow still decides when, and asks Pulumi Deployments to run it.`
    : `- ${what(one)}: Pulumi Deployments runs it from now on.`;
}

/** What has to have happened before a change does anything. */
export function notBefore(document: PlanDocument): string {
  return startsByItself(document)
    ? "No setting takes effect before the settings program has been run with `live` switched on."
    : "What is called needs the settings: before the settings program has been run, a call may fail.";
}

/** Whether anything but a call or a person starts a deployment by these settings. */
export function startsByItself({ settings }: PlanDocument): boolean {
  const triggers = ["deployCommits", "previewPullRequests", "pullRequestTemplate"];
  return settings.some(({ fields }) =>
    fields.some(({ name, value }) => name === "schedule" || (triggers.includes(name) && value !== "false")),
  );
}

const becomes = { move: "moves", call: "is called", keep: "stays", ask: "is asked about" } as const;

export function stacks({ operations }: PlanDocument): readonly string[] {
  return markdownTable(stackHead, operations.map(stackCells));
}

export const stackHead = ["Stack", "Operation", "When", "As", "Becomes", "From"];

export function stackCells(one: PlannedOperation): readonly string[] {
  return [
    codes(stackNames(one)),
    one.operation,
    one.on.map(trigger).join("<br>"),
    one.identities.map(({ kind, role }) => (role === null ? plain(kind) : `${plain(kind)} ${code(role)}`)).join("<br>"),
    becomes[one.disposition],
    code(one.location),
  ];
}

export function trigger(one: PlannedTrigger): string {
  const { branches = [], tags = [], paths = [], types = [], inputs = [], cron, environment, condition } = one;
  return [
    code(one.event),
    branches.length > 0 && `branches ${codes(branches)}`,
    tags.length > 0 && `tags ${codes(tags)}`,
    paths.length > 0 && `paths ${codes(paths)}`,
    types.length > 0 && `types ${codes(types)}`,
    inputs.length > 0 && `inputs ${codes(inputs)}`,
    cron !== undefined && code(cron),
    environment !== undefined && `environment ${code(environment)}`,
    condition !== undefined && `if ${code(condition)}`,
  ]
    .filter((part) => part !== false)
    .join(" ");
}

const goesTo = { config: "into the settings program", retire: "no longer needed", stays: "stays in GitHub" } as const;

export function secrets(document: PlanDocument): readonly string[] {
  return markdownTable(secretHead, document.secrets.map(secretCells));
}

export const secretHead = ["Name", "Where it goes", "Used by", "Note"];

export function secretCells(one: PlannedSecret): readonly string[] {
  return [code(one.name), goesTo[one.goes], codes(one.usedBy), prose(one.note)];
}

const reaches = {
  "pull-requests": "pull requests",
  pushes: "a pull request only where its head is a commit this ran on",
  none: "no pull request",
} as const;

export function checks(document: PlanDocument): readonly string[] {
  return markdownTable(checkHead, document.checks.map(checkCells));
}

export const checkHead = ["Check", "Who has it", "Required", "From"];

export function checkCells({ name, exact, location, reach, required }: PlannedCheck): readonly string[] {
  return [
    exact ? code(name) : `${code(name)}, where only a run can tell \`*\``,
    reaches[reach],
    required === null ? "not told" : required ? "yes" : "no",
    code(location),
  ];
}

export function trust(document: PlanDocument): readonly string[] {
  const all = document.trust;
  const parts = [roleComparison, roleStatement, rolePlace].flatMap((part) => all.map(part));
  const blocks = parts.flatMap((lines) => (lines.length === 0 ? [] : ["", ...lines]));
  return [...markdownTable(roleHead, all.map(roleCells)), ...blocks];
}

export const roleHead = ["Role", "Stacks", "Subjects", "Note"];

export function roleCells(one: PlannedTrust): readonly string[] {
  return [code(one.role), codes(one.stacks), codes(one.subjects), prose(one.note)];
}

export function roleComparison({ table }: PlannedTrust): readonly string[] {
  return table === null ? [] : fenced("text", table);
}

export function roleStatement({ role, statement }: PlannedTrust): readonly string[] {
  return statement === null ? [] : [`What ${code(role)} needs in its trust policy:`, "", ...fenced("json", statement)];
}

export function rolePlace({ role, definition, hole }: PlannedTrust): readonly string[] {
  return [
    ...(definition === null ? [] : definitionLines(role, definition)),
    ...(definition === null || hole === null ? [] : [""]),
    ...(hole === null
      ? []
      : [`- **${code(hole.key)}** ${code(role)}: ${prose(hole.question)}`, `  - shown by ${code(hole.command)}`]),
  ];
}

/** Where the role is written, and the statement as a change there: shown, and made by nobody but its owner. */
function definitionLines(role: string, definition: PlannedDefinition): readonly string[] {
  const { location, certain, diff, because, variant } = definition;
  const where = `${code(role)} is ${certain ? "" : "perhaps "}defined in ${code(location)} (${plain(variant)})`;
  if (diff === null) return [`${where}. That file is not changed here: ${prose(because)}.`];
  return [`${where}. The statement there:`, "", ...fenced("diff", diff)];
}

/** What a workflow goes on deciding, with why it cannot move. */
export function called({ operations }: PlanDocument): string[] {
  return operations
    .filter(({ disposition, reasons }) => disposition === "call" && reasons.length > 0)
    .flatMap(withReasons);
}

/** Everything that does not move, with all of its reasons: to be kept is an outcome, not a failure. */
export function kept({ operations, files }: PlanDocument): string[] {
  const staying = operations.filter(({ disposition }) => disposition === "keep" || disposition === "ask");
  const whole = files.filter(({ change, reason }) => change === "keep" && reason !== "");
  return [...staying.flatMap(withReasons), ...whole.map(({ path, reason }) => `- ${code(path)}: ${prose(reason)}`)];
}

export function withReasons(operation: PlannedOperation): string[] {
  return [
    `- ${what(operation)}, ${code(operation.location)}, ${becomes[operation.disposition]}:`,
    ...operation.reasons.map((reason) => `  - ${plain(reason.code)}: ${prose(reason.message)}${at(reason.location)}`),
  ];
}

export function questions(document: PlanDocument): readonly string[] {
  return document.questions.flatMap(questionLines);
}

export function questionLines(one: PlannedQuestion): readonly string[] {
  return [
    `- **${code(one.key)}** ${prose(one.text)}`,
    ...(one.choices.length > 0 ? [`  - choices: ${codes(one.choices)}`] : []),
    ...(one.default === null ? [] : [`  - default: ${code(one.default)}`]),
    ...(one.effect === "" ? [] : [`  - what it changes: ${prose(one.effect)}`]),
    ...(one.locations.length > 0 ? [`  - at ${codes(one.locations)}`] : []),
  ];
}

/** Findings about roles are GP401 to GP428; what follows them is of logins, tokens and steps. */
export function isAboutTrust({ code: number }: PlannedDiagnostic): boolean {
  return /^GP4[0-2]/.test(number);
}

export function roleFindings(document: PlanDocument): readonly string[] {
  const lines = diagnostics(document.diagnostics.filter(isAboutTrust));
  return lines.length === 0 ? [] : ["", ...lines];
}

export function diagnostics(all: readonly PlannedDiagnostic[]): readonly string[] {
  return all.map(({ code: number, severity, message, location, help }) => {
    const advice = help === "" ? "" : ` To do: ${prose(help.replace(/\.$/, ""))}.`;
    return `- ${severity} ${plain(number)}: ${prose(message)}${at(location)}.${advice}`;
  });
}

/** What somebody has agreed to lose, said in words: whoever reviews the change agrees to it as well. */
export function accepted(document: PlanDocument): readonly string[] {
  return document.accepted.map(({ code: number, text, used }) => {
    const what = used.length === 0 ? "nothing here rests on it" : `for ${codes(used)}`;
    return `- ${plain(number)}: ${prose(text)}; ${what}.`;
  });
}

/** What somebody said that no file shows: whoever reviews the change relies on it too. */
export function answers(document: PlanDocument): readonly string[] {
  return (document.answers ?? []).map(({ key, value }) => `- ${code(key)}: ${code(value)}`);
}

/** A difference that is accepted is still one. */
export function verdictOf({ verdict, codes: kinds, accepted: isAccepted }: PlannedCase): string {
  const kind = kinds.length === 0 ? "" : ` (${kinds.map(plain).join(", ")}${isAccepted ? ", accepted" : ""})`;
  return `${verdict}${kind}`;
}

export function proof({ cases, assumptions, verdicts }: PlannedProof): readonly string[] {
  if (cases.length === 0) return ["No event to compare."];
  const under = assumptions.length > 0 ? ", under these assumptions" : "";
  return [
    ...assumptions.map(({ code: number, text }) => `- ${plain(number)}: ${prose(text)}`),
    ...(assumptions.length > 0 ? [""] : []),
    `${verdicts.same} of ${cases.length} the same${under}.`,
    "",
    ...markdownTable(caseHead, cases.map(caseCells)),
  ];
}

export const caseHead = ["Event", "Files", "Before", "After", "Verdict"];

export function caseCells(one: PlannedCase): readonly string[] {
  const effects = (all: readonly string[]): string => (all.length === 0 ? "—" : all.map(code).join("<br>"));
  return [
    plain(one.event),
    code(one.files),
    effects(one.before),
    effects(one.after),
    [verdictOf(one), ...one.notes.map(prose)].join("<br>"),
  ];
}

export function undo(document: PlanDocument): readonly string[] {
  const { changes, settings, phase } = document;
  if (changes.length === 0) return [];
  const files = "Revert the commit: every file is then as it was, byte for byte.";
  if (phase !== undefined) return [files, ...phase.back].map((text, at) => `${at + 1}. ${prose(text)}`);
  if (settings.length === 0 || !startsByItself(document)) return [files];
  return [
    `1. ${files}`,
    "2. If the settings program was run, run it once more with `live` off: no trigger is left then.",
  ];
}

export function at(location: string | null): string {
  return location === null || location === "" ? "" : ` (${code(location)})`;
}
