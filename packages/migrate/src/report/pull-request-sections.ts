import {
  accepted,
  answers,
  afterwards,
  at,
  caseCells,
  caseHead,
  checkCells,
  checkHead,
  diagnostics,
  isAboutTrust,
  notBefore,
  phaseLines,
  questionLines,
  roleCells,
  roleComparison,
  roleHead,
  rolePlace,
  roleStatement,
  startsByItself,
  secretCells,
  secretHead,
  stackCells,
  stackHead,
  undo,
  what,
  withReasons,
} from "./markdown-parts.ts";
import { code, codes, fenced, isEffective, markdownTable, plain, prose, tableRow } from "./markdown-text.ts";
import { flowcharts } from "./mermaid.ts";
import type { PlanDocument, PlannedOperation, PlannedQuestion } from "./plan-document.ts";
import { mergeFirst, stepsOfBoth, waitsFor, type SettingsPull } from "./pull-request-elsewhere.ts";
import type { Section } from "./pull-request-body.ts";
import type { Marker } from "./pull-request-marker.ts";
import { accessWidened, changingOf, gatesLost, riskOf } from "./risk.ts";

/** The first screen: what this is, four figures, and how much can go wrong. */
export function scorecard(
  document: PlanDocument,
  { draft }: Pick<Marker, "draft">,
  elsewhere: SettingsPull | undefined,
): readonly string[] {
  const { operations, proof, secrets } = document;
  const { verdicts, cases } = proof;
  const changing = changingOf(document);
  const called = changing.filter(({ disposition }) => disposition === "call").length;
  const staying = operations.length - changing.length;
  const { widened, unknown } = accessWidened(document);
  const { level, reasons } = riskOf(document);
  const blocks = [...blockers(document), ...(elsewhere === undefined ? [] : waitsFor(elsewhere))];
  return [
    ...(elsewhere === undefined ? [] : [...mergeFirst(elsewhere), ""]),
    `With this change Pulumi Deployments runs ${staying === 0 ? "" : `${changing.length} of `}the ${operations.length === 1 ? "one Pulumi operation" : `${operations.length} Pulumi operations`} in this repository's GitHub Actions workflows${called === 0 ? "" : `, ${changing.length === 1 ? "" : `${called} of them `}when a workflow asks for it`}.${staying === 0 ? "" : ` ${staying} ${staying === 1 ? "stays" : "stay"} as before; why is told below.`}`,
    "",
    ...markdownTable(
      ["Operations unchanged", "Gates lost", "Secrets to move", "Access widened"],
      [
        [
          `${verdicts.same} of ${plural(cases.length, "event")} ${cases.length === 1 ? "does" : "do"} the same${verdicts.undecided > 0 ? `, ${verdicts.undecided} undecided` : ""}`,
          String(gatesLost(document)),
          String(secrets.filter(({ goes }) => goes === "config").length),
          unknown.length === 0
            ? String(widened.length)
            : `${widened.length}, not known for ${plural(unknown.length, "role")}`,
        ],
      ],
    ),
    "",
    `Risk: **${level}**${reasons.length === 0 ? "." : `: ${reasons.join("; ")}.`}`,
    ...(draft
      ? ["", `This is a draft${blocks.length === 0 ? "" : ` until this is settled: ${blocks.join("; ")}`}.`]
      : []),
  ];
}

/** What holds a merge back: with any of it, a pull request is a draft. */
export function blockers(document: PlanDocument): readonly string[] {
  const { verdicts, cases } = document.proof;
  const differing = verdicts.missing + verdicts.extra + verdicts.changed - cases.filter((one) => one.accepted).length;
  const open = document.questions.filter((one) => one.default === null).length;
  return [
    ...(differing > 0 ? [`the proof found a difference in ${plural(differing, "event")}`] : []),
    ...(open > 0 ? [`${plural(open, "question")} ${open === 1 ? "is" : "are"} open`] : []),
  ];
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

/** Everything below the first screen, in the order it is read. */
export function sectionsOf(document: PlanDocument, elsewhere?: SettingsPull): readonly Section[] {
  return [
    merging(document, elsewhere),
    diagram(document),
    table("Stacks", stackHead, document.operations.map(stackCells), "operations", 5),
    {
      title: "What you must do",
      intro: [],
      items: document.tasks.map(({ text, location }) => `- [ ] ${prose(text)}${at(location)}`),
      noun: "tasks",
      rank: 14,
    },
    questions(document),
    table("Secrets", secretHead, document.secrets.map(secretCells), "secrets", 8),
    roles(document),
    folded("How each role changes", document.trust.flatMap(roleBlocks), "parts about roles", 3),
    gates(document),
    table("Checks that go away", checkHead, document.checks.map(checkCells), "checks", 9),
    stays(document),
    notes(document),
    ...proof(document),
    { title: "How to undo", intro: [], items: [], noun: "", outro: undo(document), rank: 20 },
  ];
}

function table(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  noun: string,
  rank: number,
): Section {
  return { title, intro: tableHead(head), items: rows.map(tableRow), noun, rank };
}

function tableHead(head: readonly string[]): readonly string[] {
  return markdownTable(head, [head]).slice(0, 2);
}

function folded(summary: string, blocks: readonly string[], noun: string, rank: number): Section {
  return {
    title: "",
    intro: [],
    items: blocks.map((block, i) => (i === 0 ? block : `\n${block}`)),
    noun,
    folded: summary,
    rank,
  };
}

const mergeWords = { delete: "Deleted", edit: "Changed", create: "New" } as const;

function merging(document: PlanDocument, elsewhere: SettingsPull | undefined): Section {
  const { changes, settings, phase } = document;
  const isQuiet = phase !== undefined && phase.name !== "switch";
  const kinds = (["delete", "edit", "create"] as const).flatMap((kind) => {
    const paths = changes.filter((one) => one.kind === kind).map(({ path }) => path);
    return paths.length === 0 ? [] : [`- ${mergeWords[kind]}: ${codes(paths)}.`];
  });
  return {
    title: "What happens when you merge",
    intro: [],
    items: [...(isQuiet ? ["- Nothing runs differently."] : changingOf(document).map(afterwards)), ...kinds],
    noun: "lines",
    outro:
      phase !== undefined
        ? phaseLines(document)
        : settings.length === 0
          ? []
          : [notBefore(document), "", ...(elsewhere === undefined ? stepsOfOne(document) : stepsOfBoth(elsewhere))],
    rank: 12,
  };
}

function stepsOfOne(document: PlanDocument): readonly string[] {
  return [
    "1. Now: run the settings program from this branch with `live` off, and compare a preview.",
    startsByItself(document) ? "2. Then: switch `live` on, run it again, and merge." : "2. Then: merge.",
    "3. Later, by hand: take away the trust and the secrets that nothing needs any more.",
  ];
}

function diagram(document: PlanDocument): Section {
  const drawn = flowcharts(document);
  const title = "Before and after";
  if (!("arrows" in drawn)) {
    const items = [drawn.before, drawn.after].map((text) => fenced("mermaid", text).join("\n"));
    return { title, intro: [], items: [items.join("\n\nbecomes\n\n")], noun: "drawings", rank: 2 };
  }
  const outro = [`_A drawing would have ${drawn.arrows} arrows, and is left out; the table of stacks says the same._`];
  return { title, intro: [], items: [], noun: "", outro, rank: 2 };
}

function questions(document: PlanDocument): Section {
  return {
    title: "Questions",
    intro: [
      "Answer in `gha2pulumi.yaml` at the root of the default branch, under `answers:`, one `key: value` on a line; the next run takes it up. A question with a default has an answer already.",
      "",
    ],
    items: document.questions.map((one) => [...questionLines(one), answerLine(one)].join("\n")),
    noun: "questions",
    rank: 13,
  };
}

export function answerLine({ key, choices, default: usual }: PlannedQuestion): string {
  return `  - to answer: ${code(`${yaml(key)}: ${yaml(usual ?? choices[0] ?? "…")}`)}`;
}

/** A text as YAML, in quotes where it would be read as anything else. */
function yaml(text: string): string {
  return /^[A-Za-z][\w./-]*$/.test(text) && !/^(?:true|false|yes|no|on|off|null|y|n)$/i.test(text)
    ? text
    : JSON.stringify(text);
}

function roles(document: PlanDocument): Section {
  const findings = diagnostics(document.diagnostics.filter(isAboutTrust));
  const changing = changingOf(document);
  const previews = changing.filter(
    ({ operation, on }) => operation === "preview" && on.some(({ event }) => event.startsWith("pull_request")),
  );
  const reach =
    previews.length === 0
      ? "No pull request starts anything in Pulumi Deployments by this change."
      : "Pull requests are previewed, as they were: what somebody pushes to a branch here runs in that preview, and reaches the role it has in the table of stacks and the stack's values.";
  return {
    title: "Who may assume which role",
    intro: document.trust.length === 0 ? [] : tableHead(roleHead),
    items: [...document.trust.map((one) => tableRow(roleCells(one))), ...spaced(findings)],
    noun: "roles and findings",
    outro:
      changing.length === 0
        ? []
        : [
            `${reach} A deployment has no \`GITHUB_TOKEN\` of a run; where it has one, that is the Pulumi GitHub App's, which may do what the App was allowed.`,
          ],
    rank: 10,
  };
}

/** A list behind a table needs a blank line in front. */
function spaced(lines: readonly string[]): readonly string[] {
  return lines.map((line, i) => (i === 0 ? `\n${line}` : line));
}

function roleBlocks(one: PlanDocument["trust"][number]): readonly string[] {
  return [roleComparison(one), roleStatement(one), rolePlace(one)]
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .map((block) =>
      isEffective(block) ? "_Left out: it has a text that would do something in a commit's message._" : block,
    );
}

function gates(document: PlanDocument): Section {
  const rows = document.operations.flatMap((one) =>
    one.gates.map((gate) => [
      what(one),
      `${gate.kind} ${code(gate.name)}`,
      becomesOf(one, gate.kind, document),
      code(gate.location),
    ]),
  );
  const told = answers(document);
  const agreed = [
    ...(told.length === 0 ? [] : ["Answered or observed, and in no file:", ...told]),
    ...accepted(document),
  ];
  const section = table("Gates and required checks", ["Operation", "Waits for", "Becomes", "From"], rows, "gates", 9);
  return {
    ...section,
    items: [...section.items, ...spaced(agreed)],
    outro: rows.length === 0 ? ["Nothing here waits for a job, an environment or another run."] : [],
  };
}

function becomesOf({ disposition }: PlannedOperation, kind: string, { accepted: all }: PlanDocument): string {
  if (disposition !== "move") return "kept: the workflow still waits";
  if (kind === "concurrency") return "replaced: Pulumi Deployments runs one at a time for a stack";
  return all.some(({ code: number, used }) => number === "GP274" && used.length > 0)
    ? "lost where the proof says so, as accepted (GP274)"
    : "not lost, by the proof";
}

function stays({ operations, files }: PlanDocument): Section {
  const staying = operations.filter(({ disposition }) => disposition !== "move");
  const whole = files.filter(({ change, reason }) => change === "keep" && reason !== "");
  return {
    title: "What the workflows keep, and why",
    intro: [],
    items: [
      ...staying.map((one) => withReasons(one).join("\n")),
      ...whole.map(({ path, reason }) => `- ${code(path)}: ${prose(reason)}`),
    ],
    noun: "reasons",
    rank: 6,
  };
}

/** Messages that no operation has said already. */
function notes({ diagnostics: all, operations }: PlanDocument): Section {
  const said = new Set(operations.flatMap(({ reasons }) => reasons.map((one) => `${one.code} ${one.location}`)));
  const rest = all.filter((one) => !isAboutTrust(one) && !said.has(`${one.code} ${one.location}`));
  return { title: "Worth knowing", intro: [], items: diagnostics(rest), noun: "messages", rank: 4 };
}

function proof({ proof: { cases, assumptions, verdicts } }: PlanDocument): readonly Section[] {
  const differing = cases.filter(({ verdict }) => verdict !== "same");
  const same = cases.filter(({ verdict }) => verdict === "same");
  const said =
    cases.length === 0
      ? "No event could be compared."
      : `The events that could tell a difference were played on the files before and after: ${verdicts.same} of ${cases.length} do the same${assumptions.length > 0 ? ", as long as this holds" : ""}.`;
  return [
    {
      title: "Proof",
      intro: [said, ""],
      items: assumptions.map(({ code: number, text }) => `- ${plain(number)}: ${prose(text)}`),
      noun: "assumptions",
      ...(assumptions.length === 0 ? { outro: [said] } : {}),
      rank: 7,
    },
    table("Events that do not do the same", caseHead, differing.map(caseCells), "events", 11),
    { ...table("", caseHead, same.map(caseCells), "events", 1), folded: `The ${same.length} that do the same` },
  ];
}

/** What an issue with questions begins with. */
export function asking({ operations }: PlanDocument, open: number): readonly string[] {
  const asked = operations.filter(({ disposition }) => disposition === "ask").length;
  return [
    `This repository's GitHub Actions workflows run Pulumi (${plural(operations.length, "operation")}), and ${asked === 0 ? "something" : plural(asked, "operation")} of it could be run by Pulumi Deployments. No file tells enough to say how: ${open === 1 ? "the question below has" : `the ${open} questions below have`} to be answered first. Until then nothing is changed, and everything runs as it does.`,
  ];
}

/** What is asked, and what is asked about. */
export function questionSections(document: PlanDocument): readonly Section[] {
  return [
    questions(document),
    table("Stacks", stackHead, document.operations.map(stackCells), "operations", 5),
    stays(document),
    notes(document),
  ];
}

export const sayNoToQuestions: readonly string[] = [
  "## If you do not want this",
  "",
  "Close this issue: it is not asked again unless the workflows or the answers change what there is to ask. A file `.github/gha2pulumi-ignore` keeps this repository out for good. Whoever may write here can comment `/gha2pulumi explain CODE` for what a code such as `GP204` means, or `/gha2pulumi stop` to be left alone.",
];

/** How to stop us, and what else we listen to. */
export const sayNo: readonly string[] = [
  "## If you do not want this",
  "",
  "Close this pull request: it is not opened again unless the workflows or the answers change what there is to propose. A file `.github/gha2pulumi-ignore` keeps this repository out for good. Commits of yours on this branch are never overwritten.",
  "",
  "Whoever may write here can ask in a comment: `/gha2pulumi rebase` builds it on the newest commit, `/gha2pulumi recreate` builds it anew and drops what others have put on the branch, `/gha2pulumi explain CODE` says what a code such as `GP601` means, `/gha2pulumi stop` closes it and keeps away.",
];

/** By what this was written; names are a person's, and may be anything. */
export function signature({ campaign, version }: Marker): readonly string[] {
  return [`<sub>gha2pulumi ${code(version.slice(0, 50))}, campaign ${code(campaign.slice(0, 100))}</sub>`];
}
