import { markdownCode, markdownProse, markdownTable } from "@gha2pulumi/migrate";
import { printable } from "@gha2pulumi/repo";
import type { CampaignDocument, CampaignRepository } from "./campaign-document.ts";

/** What each state means, in the order a person reads them. */
const states: readonly (readonly [state: CampaignRepository["state"], words: string])[] = [
  ["failed", "failed"],
  ["pull", "has a pull request"],
  ["left", "is left as it is"],
  ["waiting", "waits for its wave"],
  ["held", "is held back"],
  ["nothing", "runs no Pulumi"],
  ["skipped", "is skipped"],
  ["hidden", "cannot be seen"],
];

function wordsOf(state: string): string {
  return states.find(([one]) => one === state)?.[1] ?? state;
}

/** How the campaign stands, in lines for a terminal. */
export function campaignText(document: CampaignDocument): string {
  const { campaign, run, repositories, totals, central } = document;
  const rows = ordered(repositories).map((one) => [
    one.name,
    wordsOf(one.state),
    waveOf(one),
    one.risk ?? "",
    words(one.pull?.url, standing(one.pull), why(one)),
  ]);
  const widths = [0, 1, 2, 3].map((i) => Math.max(...rows.map((row) => (row[i] ?? "").length), 0));
  const lines = rows.map((row) =>
    row
      .map((cell, i) => printable(cell).padEnd(widths[i] ?? 0))
      .join("  ")
      .trimEnd(),
  );
  return [
    `campaign ${campaign}, run ${run}: ${repositories.length} repositories`,
    ...states.flatMap(([state, words]) =>
      totals[state] === undefined ? [] : [`  ${String(totals[state]).padStart(5)}  ${words}`],
    ),
    "",
    ...lines,
    ...(central.length === 0 ? [] : ["", "Reusable workflows that run Pulumi are migrated where they are:"]),
    ...central.map((one) => `  ${printable(one.workflow)}@${printable(one.ref)}  called by ${one.callers.length}`),
    ...closing(document).map((line) => `\n${line}`),
    "",
  ].join("\n");
}

/** Those with the most callers come first. */
const mostCentral = 50;

/** The same as Markdown, safe against names that mean something there. */
export function campaignMarkdown(document: CampaignDocument): string {
  const { campaign, run, repositories } = document;
  return [
    `# Campaign ${campaign}`,
    "",
    `Run ${run}, ${repositories.length} repositories.`,
    ...campaignSections(document),
  ].join("\n");
}

/** What a person has to know, the totals and the tables, in lines of Markdown. With `most`, no more repositories than that. */
export function campaignSections(document: CampaignDocument, most?: number): readonly string[] {
  const { repositories, totals, central } = document;
  const left = repositories.length - (most ?? repositories.length);
  const counts = states.flatMap(([state, words]) =>
    totals[state] === undefined ? [] : [[words, String(totals[state])] as const],
  );
  const rows = ordered(repositories)
    .slice(0, most)
    .map((one) => [
      markdownCode(one.name),
      wordsOf(one.state),
      waveOf(one),
      one.risk ?? "",
      one.pull === null
        ? markdownProse(why(one))
        : words(`[#${one.pull.number}](${one.pull.url})`, standing(one.pull), markdownProse(why(one))),
    ]);
  return [
    ...closing(document).flatMap((line) => ["", line]),
    "",
    ...markdownTable(["Repositories that", "Count"], counts),
    "",
    ...markdownTable(["Repository", "State", "Wave", "Risk", "More"], rows),
    ...(left === 0 ? [] : ["", `${left} more are left out here; \`bot report\` shows all.`]),
    ...(central.length === 0
      ? []
      : ["", "## Reusable workflows", "", "They run Pulumi for others, and are migrated where they are.", ""]),
    ...central.slice(0, most === undefined ? undefined : mostCentral).map(({ workflow, ref, callers }) => {
      const by = most === undefined ? callers.map(markdownCode).join(", ") : `${callers.length}`;
      return `- ${markdownCode(`${workflow}@${ref}`)}, called by ${by}`;
    }),
    "",
  ];
}

/** What a person has to know about the whole. */
function closing({ held, paused }: CampaignDocument): readonly string[] {
  return [
    ...(paused ? ["The campaign is paused: nothing is written to GitHub until `bot resume`."] : []),
    ...(held === null ? [] : [`No further wave was opened: ${held}.`]),
  ];
}

function ordered(repositories: readonly CampaignRepository[]): readonly CampaignRepository[] {
  const rank = ({ state }: CampaignRepository): number => states.findIndex(([one]) => one === state);
  return [...repositories].sort(
    (a, b) => rank(a) - rank(b) || (a.wave ?? 0) - (b.wave ?? 0) || (a.name < b.name ? -1 : 1),
  );
}

function waveOf({ wave }: CampaignRepository): string {
  return wave === null ? "" : `wave ${wave}`;
}

/** Why a repository is left as it is, by the word the pull request's rules have for it. */
const reasons: Readonly<Record<string, string>> = {
  "opted-out": "it wants none",
  "opened-by-a-person": "a person opened a pull request from our branch",
  "edited-by-a-person": "a person has put commits on the branch",
  "text-without-marker": "its text has lost its marker",
  "closed-means-no": "it was closed, which means no",
  merged: "merged",
  "same-already": "up to date",
  "nothing-to-do": "nothing to do",
  "nothing-left": "nothing was left to do: closed",
  "only-questions-left": "only questions are left: closed",
};

function why({ reason }: CampaignRepository): string {
  return reason === null ? "" : (reasons[reason] ?? reason);
}

function standing(pull: CampaignRepository["pull"]): string {
  if (pull === null) return "";
  return pull.state !== "open" ? `(${pull.state})` : pull.isDraft ? "(draft)" : "";
}

function words(...all: readonly (string | undefined)[]): string {
  return all.filter((one) => one !== undefined && one !== "").join(" ");
}
