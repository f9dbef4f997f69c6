import picomatch from "picomatch";
import type { Configuration } from "./configuration.ts";
import { fullName, type RepositoryFacts } from "./github/repositories.ts";

/** Why a repository is left out before anything of it is read; `undefined` when it is taken. */
export function leftOut(facts: RepositoryFacts, { include, optOut }: Configuration): string | undefined {
  const name = fullName(facts);
  if (!isIncluded(name, include)) return "the campaign's globs leave it out";
  if (facts.isArchived) return "it is archived";
  if (facts.isDisabled) return "GitHub has disabled it";
  if (facts.isFork) return "it is a fork";
  if (facts.isTemplate) return "it is a template";
  if (facts.topics.includes(optOut.topic)) return `it has the topic ${optOut.topic}`;
  if (facts.canPush === false) return "the bot may not push to it";
  return undefined;
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
