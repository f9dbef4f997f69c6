import { code, codes, markdownTable, plain, prose } from "./markdown-text.ts";
import type {
  PlanDocument,
  PlannedCase,
  PlannedDefinition,
  PlannedDiagnostic,
  PlannedOperation,
  PlannedProof,
  PlannedTrigger,
} from "./plan-document.ts";

/** The plan as its owner reads it in a pull request or a file. */
export function renderMarkdown(document: PlanDocument): string {
  const sections: readonly (readonly [title: string, lines: readonly string[]])[] = [
    ["", scorecard(document)],
    ["What happens when you merge", merging(document)],
    ["Phase", phaseLines(document)],
    ["Stacks", stacks(document)],
    ["What you must do", document.tasks.map(({ text, location }) => `- [ ] ${prose(text)}${at(location)}`)],
    ["Secrets", secrets(document)],
    ["Who may assume which role", [...trust(document), ...roleFindings(document)]],
    ["Checks that go away", checks(document)],
    ["Called, and why", called(document)],
    ["Kept, and why", kept(document)],
    ["Questions", questions(document)],
    ["What could not be read", diagnostics(document.diagnostics.filter((one) => !isAboutTrust(one)))],
    ["Accepted", accepted(document)],
    ["Proof", proof(document.proof)],
    ["How to undo", undo(document)],
  ];
  const filled = sections.filter(([, lines]) => lines.length > 0);
  const texts = filled.map(([title, lines]) => [...(title === "" ? [] : [`## ${title}`, ""]), ...lines].join("\n"));
  return `${texts.join("\n\n")}\n`;
}

function scorecard({ operations, proof: { cases, verdicts }, secrets: all, questions: open }: PlanDocument): string[] {
  const moved = operations.filter(({ disposition }) => disposition === "move" || disposition === "call").length;
  const changed = verdicts.missing + verdicts.extra + verdicts.changed;
  const agreed = cases.filter((one) => one.accepted).length;
  const same = `${verdicts.same} of ${cases.length}`;
  return [
    "# Pulumi from GitHub Actions to Pulumi Deployments",
    "",
    ...markdownTable(
      [
        "Operations that move or are called",
        "Events that do the same",
        "Differences",
        "Secrets to set",
        "Open questions",
      ],
      [
        [
          `${moved} of ${operations.length}`,
          verdicts.undecided > 0 ? `${same}, ${verdicts.undecided} undecided` : same,
          agreed === 0 ? String(changed) : `${changed}, ${agreed} accepted`,
          String(all.filter(({ goes }) => goes === "config").length),
          String(open.filter((one) => one.default === null).length),
        ],
      ],
    ),
  ];
}

const mergeWords = { create: "is new", edit: "is changed", delete: "is deleted" } as const;

/** The part of the migration this is, and the times in which two deploy, or none. */
function phaseLines({ phase }: PlanDocument): readonly string[] {
  if (phase === undefined) return [];
  return [
    `**${phase.name}**: ${prose(phase.does)}.`,
    ...(phase.windows.length === 0 ? [] : [""]),
    ...phase.windows.map(({ what, closes }) => `- ${prose(what)} It ends with ${code(closes)}.`),
    ...(phase.next === null ? [] : ["", `The phase after it: ${code(phase.next)}.`]),
  ];
}

function merging({ operations, changes, settings, phase }: PlanDocument): readonly string[] {
  if (changes.length === 0) return ["Nothing: no file changes."];
  if (phase !== undefined && phase.name !== "switch")
    return [
      "Nothing runs differently.",
      "",
      ...changes.map(({ path, kind }) => `- ${code(path)} ${mergeWords[kind]}.`),
    ];
  const of = (wanted: PlannedOperation["disposition"]) => operations.filter((one) => one.disposition === wanted);
  const lines = [
    ...of("move").map((one) => `- ${what(one)}: Pulumi Deployments runs it from now on.`),
    ...of("call").map(
      (one) => `- ${what(one)}: the workflow still decides when, and asks Pulumi Deployments to run it.`,
    ),
    ...changes.map(({ path, kind }) => `- ${code(path)} ${mergeWords[kind]}.`),
  ];
  const live = "No setting takes effect before the settings program has been run with `live` switched on.";
  return settings.length > 0 ? [...lines, "", live] : lines;
}

function what(operation: PlannedOperation): string {
  return `${operation.operation} of ${codes(stackNames(operation))}`;
}

function stackNames({ organization, project, stacks: names, stackExpression }: PlannedOperation): readonly string[] {
  const prefix = [organization, project].filter((part) => part !== null);
  const last = names.length > 0 ? names : [stackExpression ?? "(stack not told)"];
  return last.map((name) => [...prefix, name].join("/"));
}

const becomes = { move: "moves", call: "is called", keep: "stays", ask: "is asked about" } as const;

function stacks({ operations }: PlanDocument): readonly string[] {
  const rows = operations.map((one) => [
    codes(stackNames(one)),
    one.operation,
    one.on.map(trigger).join("<br>"),
    one.identities.map(({ kind, role }) => (role === null ? plain(kind) : `${plain(kind)} ${code(role)}`)).join("<br>"),
    becomes[one.disposition],
    code(one.location),
  ]);
  return markdownTable(["Stack", "Operation", "When", "As", "Becomes", "From"], rows);
}

function trigger(one: PlannedTrigger): string {
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

function secrets(document: PlanDocument): readonly string[] {
  const rows = document.secrets.map((one) => [code(one.name), goesTo[one.goes], codes(one.usedBy), prose(one.note)]);
  return markdownTable(["Name", "Where it goes", "Used by", "Note"], rows);
}

const reaches = {
  "pull-requests": "pull requests",
  pushes: "a pull request only where its head is a commit this ran on",
  none: "no pull request",
} as const;

function checks(document: PlanDocument): readonly string[] {
  const rows = document.checks.map(({ name, exact, location, reach, required }) => [
    exact ? code(name) : `${code(name)}, where only a run can tell \`*\``,
    reaches[reach],
    required === null ? "not told" : required ? "yes" : "no",
    code(location),
  ]);
  return markdownTable(["Check", "Who has it", "Required", "From"], rows);
}

/** The part about roles by itself. */
export function renderTrust(document: PlanDocument): string {
  return `${[...trust(document), ...roleFindings(document)].join("\n")}\n`;
}

function trust(document: PlanDocument): readonly string[] {
  const rows = document.trust.map((one) => [code(one.role), codes(one.stacks), codes(one.subjects), prose(one.note)]);
  const tables = document.trust.flatMap(({ table }) => (table === null ? [] : ["", "```text", table.trimEnd(), "```"]));
  const added = document.trust.flatMap(({ role, statement }) =>
    statement === null
      ? []
      : ["", `What ${code(role)} needs in its trust policy:`, "", "```json", statement.trimEnd(), "```"],
  );
  const places = document.trust.flatMap(({ role, definition, hole }) => [
    ...(definition === null ? [] : ["", ...definitionLines(role, definition)]),
    ...(hole === null
      ? []
      : ["", `- **${code(hole.key)}** ${code(role)}: ${prose(hole.question)}`, `  - shown by ${code(hole.command)}`]),
  ]);
  return [...markdownTable(["Role", "Stacks", "Subjects", "Note"], rows), ...tables, ...added, ...places];
}

/** Where the role is written, and the statement as a change there: shown, and made by nobody but its owner. */
function definitionLines(role: string, definition: PlannedDefinition): readonly string[] {
  const { location, certain, diff, because, variant } = definition;
  const where = `${code(role)} is ${certain ? "" : "perhaps "}defined in ${code(location)} (${plain(variant)})`;
  if (diff === null) return [`${where}. That file is not changed here: ${prose(because)}.`];
  // A context line of the file may look like the end of the block.
  const fence = diff.includes("```") ? "````" : "```";
  return [`${where}. The statement there:`, "", `${fence}diff`, diff.trimEnd(), fence];
}

/** Everything that does not move, with all of its reasons: to be kept is an outcome, not a failure. */
function called({ operations }: PlanDocument): string[] {
  return operations.filter(({ disposition }) => disposition === "call").flatMap(withReasons);
}

function kept({ operations, files }: PlanDocument): string[] {
  const staying = operations.filter(({ disposition }) => disposition === "keep" || disposition === "ask");
  const whole = files.filter(({ change, reason }) => change === "keep" && reason !== "");
  return [...staying.flatMap(withReasons), ...whole.map(({ path, reason }) => `- ${code(path)}: ${prose(reason)}`)];
}

function withReasons(operation: PlannedOperation): string[] {
  return [
    `- ${what(operation)}, ${code(operation.location)}, ${becomes[operation.disposition]}:`,
    ...operation.reasons.map((reason) => `  - ${plain(reason.code)}: ${prose(reason.message)}${at(reason.location)}`),
  ];
}

function questions(document: PlanDocument): readonly string[] {
  return document.questions.flatMap((one) => [
    `- **${code(one.key)}** ${prose(one.text)}`,
    ...(one.choices.length > 0 ? [`  - choices: ${codes(one.choices)}`] : []),
    ...(one.default === null ? [] : [`  - default: ${code(one.default)}`]),
    ...(one.effect === "" ? [] : [`  - what it changes: ${prose(one.effect)}`]),
    ...(one.locations.length > 0 ? [`  - at ${codes(one.locations)}`] : []),
  ]);
}

function isAboutTrust({ code: number }: PlannedDiagnostic): boolean {
  return number.startsWith("GP4");
}

function roleFindings(document: PlanDocument): readonly string[] {
  const lines = diagnostics(document.diagnostics.filter(isAboutTrust));
  return lines.length === 0 ? [] : ["", ...lines];
}

function diagnostics(all: readonly PlannedDiagnostic[]): readonly string[] {
  return all.map(({ code: number, severity, message, location, help }) => {
    const advice = help === "" ? "" : ` To do: ${prose(help.replace(/\.$/, ""))}.`;
    return `- ${severity} ${plain(number)}: ${prose(message)}${at(location)}.${advice}`;
  });
}

/** What somebody has agreed to lose, said in words: whoever reviews the change agrees to it as well. */
function accepted(document: PlanDocument): readonly string[] {
  return document.accepted.map(({ code: number, text, used }) => {
    const what = used.length === 0 ? "nothing here rests on it" : `for ${codes(used)}`;
    return `- ${plain(number)}: ${prose(text)}; ${what}.`;
  });
}

/** A difference that is accepted is still one. */
function verdictOf({ verdict, codes: kinds, accepted: isAccepted }: PlannedCase): string {
  const kind = kinds.length === 0 ? "" : ` (${kinds.map(plain).join(", ")}${isAccepted ? ", accepted" : ""})`;
  return `${verdict}${kind}`;
}

/** The proof alone, as Markdown. */
export function renderProofMarkdown(all: PlannedProof): string {
  return ["## Proof", "", ...proof(all), ""].join("\n");
}

function proof({ cases, assumptions, verdicts }: PlannedProof): readonly string[] {
  if (cases.length === 0) return ["No event to compare."];
  const effects = (all: readonly string[]): string => (all.length === 0 ? "—" : all.map(code).join("<br>"));
  const rows = cases.map((one) => [
    plain(one.event),
    code(one.files),
    effects(one.before),
    effects(one.after),
    [verdictOf(one), ...one.notes.map(prose)].join("<br>"),
  ]);
  const under = assumptions.length > 0 ? ", under these assumptions" : "";
  return [
    ...assumptions.map(({ code: number, text }) => `- ${plain(number)}: ${prose(text)}`),
    ...(assumptions.length > 0 ? [""] : []),
    `${verdicts.same} of ${cases.length} the same${under}.`,
    "",
    ...markdownTable(["Event", "Files", "Before", "After", "Verdict"], rows),
  ];
}

function undo({ changes, settings, phase }: PlanDocument): readonly string[] {
  if (changes.length === 0) return [];
  const files = "Revert the commit: every file is then as it was, byte for byte.";
  if (phase !== undefined) return [files, ...phase.back].map((text, at) => `${at + 1}. ${prose(text)}`);
  if (settings.length === 0) return [files];
  return [
    `1. ${files}`,
    "2. If the settings program was run, run it once more with `live` off: no trigger is left then.",
  ];
}

function at(location: string | null): string {
  return location === null || location === "" ? "" : ` (${code(location)})`;
}
