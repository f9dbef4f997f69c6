import { settingsFolder, type SettingsPlace } from "../settings-place.ts";
import { stackCells, stackHead } from "./markdown-parts.ts";
import { code, markdownTable, tableRow } from "./markdown-text.ts";
import { changingOf } from "./risk.ts";
import type { PlanDocument } from "./plan-document.ts";
import type { Section } from "./pull-request-body.ts";

/** The settings program's own pull request, in the repository that keeps those of all. */
export interface SettingsPull extends SettingsPlace {
  /** `null` where the program is there and no pull request of ours brought it. */
  readonly pull: { readonly number: number; readonly url: string } | null;
  /** Whether the program is on the default branch over there. */
  readonly isThere: boolean;
}

/** A plan without the files of its settings program, which another pull request brings. */
export function withoutProgram(document: PlanDocument): PlanDocument {
  return { ...document, changes: document.changes.filter(({ path }) => !isOfProgram(path)) };
}

/** Whether a file of a plan is one of its settings program. */
export function isOfProgram(path: string): boolean {
  return path.startsWith(`${settingsFolder}/`);
}

/** Where a path of the program lies in the repository that keeps those of all. */
export function pathElsewhere(path: string, { of }: SettingsPlace): string {
  return `${of}/${path.slice(settingsFolder.length + 1)}`;
}

/** What has to be merged before this, said on the first screen. */
export function mergeFirst({ repository, of, pull, isThere }: SettingsPull): readonly string[] {
  const link = pull === null ? "" : `[pull request ${pull.number}](${pull.url})`;
  return isThere
    ? [
        `The settings program is in ${code(repository)}, in the folder ${code(of)}${link === "" ? "" : `, since ${link} was merged there`}. This pull request is the other half, and takes out of the workflows what it does.`,
      ]
    : [
        `**Merge ${link} of ${code(repository)} first.** It brings the settings program, into the folder ${code(of)}; this pull request is the other half, and takes out of the workflows what that does.`,
      ];
}

/** What still holds the other half back. */
export function waitsFor({ repository, isThere }: SettingsPull): readonly string[] {
  return isThere ? [] : [`the settings program is not merged in ${code(repository)} yet`];
}

/** The order of the steps, where two repositories take part. */
export function stepsOfBoth({ repository, of, isThere }: SettingsPull): readonly string[] {
  const program = `the settings program in ${code(of)} of ${code(repository)}`;
  return [
    `1. ${isThere ? "Now: run" : `First: merge its pull request there, run`} ${program} with \`live\` off, and compare a preview.`,
    "2. Then: switch `live` on, run it again, and merge this.",
    "3. Later, by hand: take away the trust and the secrets that nothing needs any more.",
  ];
}

/** What the pull request that brings a settings program to the repository of all begins with. */
export function programCard({ of }: SettingsPlace): string {
  return `The folder ${code(of)} is new: a Pulumi program that declares how Pulumi Deployments runs the stacks of ${code(of)}. Its README says what to run, what to answer, and how to go back. Nothing else here changes, and to merge this starts nothing.`;
}

export function programSections(document: PlanDocument, place: SettingsPlace): readonly Section[] {
  const of = code(place.of);
  const paths = document.changes.filter(({ path }) => isOfProgram(path)).map(({ path }) => path);
  const said = (title: string, outro: readonly string[]): Section => ({
    title,
    intro: [],
    items: [],
    noun: "",
    outro,
    rank: 20,
  });
  return [
    {
      title: "Stacks",
      intro: markdownTable(stackHead, [stackHead]).slice(0, 2),
      items: changingOf(document).map((one) => tableRow(stackCells(one))),
      noun: "operations",
      outro: [
        `Places are those of files in ${of}. The pull request over there has the whole plan: what each event did and does, gates, secrets, roles, and questions.`,
      ],
      rank: 2,
    },
    said("In this order", [
      "1. Merge this.",
      `2. In ${of}, answer what the README asks, run the program with \`live\` off, and compare a preview.`,
      `3. Switch \`live\` on, run it again, and at the same time merge the pull request of the repository ${of}, which takes these operations out of its workflows. Two deployers must not both be on.`,
    ]),
    {
      title: "Files",
      intro: [],
      items: paths.map((path) => `- ${code(pathElsewhere(path, place))}`),
      noun: "files",
      rank: 1,
    },
    said("If you do not want this", [
      `Close this pull request: neither half is proposed again unless the workflows or the answers change what there is to propose. Commits of yours on this branch are never overwritten. The owners of ${of} can say no over there.`,
    ]),
  ];
}
