import type { SettingsPlace } from "../settings-place.ts";
import { programCard, programSections, withoutProgram, type SettingsPull } from "./pull-request-elsewhere.ts";
import { fitted } from "./pull-request-body.ts";
import { writtenMarker, type Marker } from "./pull-request-marker.ts";
import { changingOf } from "./risk.ts";
import type { PlanDocument } from "./plan-document.ts";
import {
  asking,
  questionSections,
  sayNoToQuestions,
  scorecard,
  sectionsOf,
  sayNo,
  signature,
} from "./pull-request-sections.ts";
import { stackNames } from "./stack-names.ts";

/** What a pull request or an issue is told from besides the plan: all of its marker. */
export type PullContext = Marker;

/** A title and a body, both Markdown as GitHub reads it. */
export interface PullText {
  readonly title: string;
  readonly body: string;
}

// GitHub takes 65,536 characters; the rest is for what it or a person adds.
const mostCharacters = 60_000;
// GitHub takes 256.
const longestTitle = 120;

/**
 * The pull request that proposes a plan. Whatever the repository holds, the text links, mentions and closes nothing,
 * and holds names of secrets only.
 */
export function renderPullRequest(document: PlanDocument, context: PullContext, elsewhere?: SettingsPull): PullText {
  const own = elsewhere === undefined ? document : withoutProgram(document);
  const head = [writtenMarker(context), "", ...scorecard(own, context, elsewhere)].join("\n");
  const foot = [...sayNo, "", ...signature(context)].join("\n");
  const room = mostCharacters - head.length - foot.length - "\n\n\n\n\n".length;
  return {
    title: titleOf(document),
    body: `${head}\n\n${fitted(sectionsOf(own, elsewhere), room)}\n\n${foot}\n`,
  };
}

/** The pull request that brings a settings program to the repository that keeps those of all. */
export function renderSettingsPullRequest(
  document: PlanDocument,
  context: PullContext,
  place: SettingsPlace,
): PullText {
  const head = [writtenMarker(context), "", programCard(place)].join("\n");
  const foot = signature(context).join("\n");
  const room = mostCharacters - head.length - foot.length - "\n\n\n\n\n".length;
  return {
    title: `Settings of ${place.of} for Pulumi Deployments`,
    body: `${head}\n\n${fitted(programSections(document, place), room)}\n\n${foot}\n`,
  };
}

/**
 * The issue that asks, for a repository in which nothing moves before somebody answers. `undefined` where something
 * changes (the pull request asks then), or where no question is open.
 */
export function questionsIssue(document: PlanDocument, context: PullContext): PullText | undefined {
  const open = document.questions.filter((one) => one.default === null);
  if (document.changes.length > 0 || open.length === 0) return undefined;
  const head = [writtenMarker(context), "", ...asking(document, open.length)].join("\n");
  const foot = [...sayNoToQuestions, "", ...signature(context)].join("\n");
  const room = mostCharacters - head.length - foot.length - "\n\n\n\n\n".length;
  const which = open.length === 1 ? "A question" : `${open.length} questions`;
  return {
    title: `${which} before Pulumi can move from GitHub Actions to Pulumi Deployments`,
    body: `${head}\n\n${fitted(questionSections(document), room)}\n\n${foot}\n`,
  };
}

/** `Move acme/network/prod to Pulumi Deployments (phases 1 and 2 of 3)`. */
function titleOf(document: PlanDocument): string {
  const changing = changingOf(document);
  const isCall = changing.length > 0 && changing.every(({ disposition }) => disposition === "call");
  const phases = document.settings.length > 0 ? "phases 1 and 2 of 3" : "phase 2 of 3";
  const names = [...new Set(changing.flatMap(stackNames))];
  const title = (which: string): string =>
    isCall ? `Call Pulumi Deployments for ${which} (${phases})` : `Move ${which} to Pulumi Deployments (${phases})`;
  const full = title(names.join(", "));
  if (names.length > 0 && names.every(isPlainName) && full.length <= longestTitle) return full;
  const [first] = names;
  if (names.length > 1 && first !== undefined && isPlainName(first) && first.length < 60)
    return title(`${first} and ${names.length - 1} more`);
  return title(names.length === 1 ? "one stack" : `${names.length} stacks`);
}

/** A title is no Markdown, and the subject of a merge's commit: only a name that can mean nothing else stands in it. */
function isPlainName(name: string): boolean {
  return /^[A-Za-z0-9_.-]+(\/[A-Za-z0-9_.-]+){0,2}$/.test(name) && !/\bgh-\d|^www\./i.test(name);
}
