import picomatch from "picomatch";
import { askedInIssue, type Row } from "./campaign/row.ts";
import type { Configuration } from "./configuration.ts";
import { fullName, type RepositoryFacts } from "./github/repositories.ts";

const day = 86_400_000;

/**
 * Why a repository is left out before anything of it is read; `undefined` when it is taken. `now` is in milliseconds,
 * `before` what the campaign last knew of it.
 */
export function leftOut(
  facts: RepositoryFacts,
  { include, optOut, inactiveAfter }: Configuration,
  { now, before }: { readonly now: number; readonly before: Row | undefined },
): string | undefined {
  const name = fullName(facts);
  if (!isIncluded(name, include)) return "the campaign's globs leave it out";
  if (facts.isArchived) return "it is archived";
  if (facts.isDisabled) return "GitHub has disabled it";
  if (facts.isFork) return "it is a fork";
  if (facts.isTemplate) return "it is a template";
  if (!isOpenThere(before) && hasTopic(facts, optOut)) return topicWords(optOut);
  if (facts.canPush === false) return "the bot may not push to it";
  // The bot's own branch is a push too: what it has opened is never inactive to it.
  if (
    inactiveAfter !== null &&
    (before?.pull ?? null) === null &&
    facts.pushedAt !== null &&
    now - Date.parse(facts.pushedAt) > inactiveAfter * day
  )
    return `nobody has pushed to it since ${facts.pushedAt.slice(0, 10)}`;
  return undefined;
}

/** Whether a pull request or an issue of ours is open there, which is closed before the repository is left out. */
function isOpenThere(before: Row | undefined): boolean {
  return before?.pull?.state === "open" || before?.reason === askedInIssue;
}

/** Whether a repository's topics say that it wants no pull request. */
export function hasTopic({ topics }: RepositoryFacts, { topic }: Configuration["optOut"]): boolean {
  return topics.includes(topic);
}

export function topicWords({ topic }: Configuration["optOut"]): string {
  return `it has the topic ${topic}`;
}

/** The last glob that matches decides; without one that takes, all are taken to begin with. Names have no case. */
function isIncluded(name: string, globs: readonly string[]): boolean {
  let included = globs.every((glob) => glob.startsWith("!"));
  for (const glob of globs) {
    const isNot = glob.startsWith("!");
    if (picomatch.isMatch(name, isNot ? glob.slice(1) : glob, { nocase: true, dot: true })) included = !isNot;
  }
  return included;
}
