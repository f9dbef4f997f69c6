import type { PlanDocument, PlannedDefinition, PlannedQuestion } from "@gha2pulumi/migrate";
import { labelled, table, wrap } from "./layout.ts";
import type { Style } from "./paint.ts";
import { settingsName } from "./terminal-wording.ts";

/** What the settings program declares for each stack, with where each value comes from. */
export function settingsLines(document: PlanDocument, { paint, width }: Style): readonly string[] {
  return document.settings.flatMap((settings, i) => {
    const rows = settings.fields.map(({ name, value, location }) => [name, value, location]);
    const lines = table(rows, width - 4).map((cells) => `    ${cells.join("  ")}`);
    return [...(i === 0 ? [] : [""]), `  ${paint.bold(settingsName(settings))}`, ...lines];
  });
}

export function trustLines(document: PlanDocument, { paint, width }: Style): readonly string[] {
  return document.trust.flatMap(({ cloud, role, stacks, subjects, note, table: rows, statement, definition, hole }) => [
    `  ${paint.bold(`${cloud} ${role}`)}`,
    ...labelled("stacks", stacks, { indent: 4, width }),
    ...labelled("admits", subjects, { indent: 4, width }),
    ...(note === "" ? [] : labelled("note", [note], { indent: 4, width })),
    ...indented(rows),
    ...indented(statement),
    ...(definition === null ? [] : definitionLines(definition, width)),
    ...(hole === null
      ? []
      : ["", ...labelled("ask", [`${hole.key}: ${hole.question}`, `shown by: ${hole.command}`], { indent: 4, width })]),
  ]);
}

/** Where the role is written, and the statement as a change there, which no command makes. */
function definitionLines(definition: PlannedDefinition, width: number): readonly string[] {
  const { location, variant, certain, diff, because } = definition;
  const where = `${certain ? "" : "perhaps "}${location} (${variant})`;
  const left = diff === null ? [`that file is not changed here: ${because}`] : [];
  return ["", ...labelled("defined", [where, ...left], { indent: 4, width }), ...indented(diff)];
}

/** Text that is laid out already, as it is; a blank line in front of it. */
function indented(text: string | null): readonly string[] {
  return text === null
    ? []
    : [
        "",
        ...text
          .trimEnd()
          .split("\n")
          .map((line) => (line === "" ? "" : `    ${line}`)),
      ];
}

const places = { config: "into the settings program", retire: "no longer needed", stays: "stays in GitHub" } as const;

/** Names only: no report ever holds a value. */
export function secretLines(document: PlanDocument, { width }: Style): readonly string[] {
  const rows = document.secrets.map(({ name, goes, usedBy, note }) => [name, places[goes], usedBy.join(", "), note]);
  return table(rows, width - 2).map((cells) => `  ${cells.join("  ")}`);
}

const reaches = {
  "pull-requests": "on pull requests",
  pushes: "on pull requests only where their head is a commit it ran on",
  none: "on no pull request",
} as const;

/** Checks that no run gives any more: a required one would block every pull request. */
export function checkLines(document: PlanDocument, { width }: Style): readonly string[] {
  const rows = document.checks.map(({ name, exact, reach, required, location }) => [
    exact ? name : `${name} (only a run can tell *)`,
    reaches[reach],
    required === null ? "required?" : required ? "required" : "not required",
    location,
  ]);
  return table(rows, width - 2).map((cells) => `  ${cells.join("  ")}`);
}

/** What was answered or observed, and stands in no file. */
export function answerLines({ answers = [] }: PlanDocument, { width }: Style): readonly string[] {
  return table(
    answers.map(({ key, value }) => [key, value]),
    width - 2,
  ).map((cells) => `  ${cells.join("  ")}`);
}

/** What a person has agreed to lose, and what of the plan rests on that. */
export function consentLines(document: PlanDocument, { width }: Style): readonly string[] {
  return document.accepted.flatMap(({ code, text, used }) => {
    const what = used.length === 0 ? "nothing here rests on it" : `for ${used.join(", ")}`;
    return labelled(code, [`${text}; ${what}`], { indent: 2, width });
  });
}

export function taskLines(document: PlanDocument, { paint, width }: Style): readonly string[] {
  return document.tasks.flatMap(({ text, location }) => [
    ...wrap(text, width - 6).map((line, i) => (i === 0 ? `  [ ] ${line}` : `      ${line}`)),
    ...(location === null ? [] : [`      ${paint.dim(location)}`]),
  ]);
}

/** Every question with what each answer changes and how to give it. */
export function questionLines(document: PlanDocument, style: Style): readonly string[] {
  return document.questions.flatMap((question, i) => [...(i === 0 ? [] : [""]), ...questionBlock(question, style)]);
}

function questionBlock(question: PlannedQuestion, { paint, width }: Style): readonly string[] {
  const { key, text, choices, default: usual, locations, effect } = question;
  const at = { indent: 4, width };
  return [
    `  ${paint.yellow(key)}`,
    ...wrap(text, width - 4).map((line) => `    ${line}`),
    ...labelled("choices", choices, at),
    ...labelled("default", usual === null ? [] : [usual], at),
    ...labelled("at", locations, at),
    ...labelled("changes", effect === "" ? [] : [effect], at),
    ...labelled("answer", [`--answer ${quoted(`${key}=${usual ?? choices[0] ?? "…"}`)}`], at),
  ];
}

/** An argument as it can be pasted into a shell. */
function quoted(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : `'${argument.replaceAll("'", `'\\''`)}'`;
}
