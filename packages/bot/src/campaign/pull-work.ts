import type { Context, Json, Work } from "../engine/engine.ts";
import { fullName } from "../github/repositories.ts";
import { decidePull } from "../pull/decide-pull.ts";
import { alone } from "./alone.ts";
import { isPausedError } from "./kill-switch.ts";
import { occasionOf, stateOf, type Occasion, type PullInput } from "./occasion.ts";
import type { Services } from "./outside.ts";
import { endedThere, withProgram } from "./program-half.ts";
import { answered, done, ended, pullOf, type PullOutcome } from "./pull-actions.ts";

/** Opens a repository's pull request or brings it up to date: found before created, and nothing of a person overwritten. */
export function pullWork(services: Services): Work<Json, Json> {
  return {
    name: "pull",
    run: async (input, context) => {
      return (await inTurn(services, input as unknown as PullInput, context, proposed)) as unknown as Json;
    },
  };
}

/** Closes a repository's pull request and deletes its branch, unless a person has put something there. */
export function closeWork(services: Services): Work<Json, Json> {
  return {
    name: "close",
    run: async (input, context) => {
      return (await inTurn(services, input as unknown as PullInput, context, closed)) as unknown as Json;
    },
  };
}

async function inTurn(
  services: Services,
  input: PullInput,
  context: Context,
  work: (occasion: Occasion) => Promise<PullOutcome>,
): Promise<PullOutcome> {
  const turn = { campaign: input.configuration.campaign, name: fullName(input.facts) };
  return await alone(services.engine(), context, turn, async () => work(await occasionOf(services, input, context)));
}

/** What a repository's pull request comes to: answers what was asked, and does what is to be done. */
export async function proposed(occasion: Occasion): Promise<PullOutcome> {
  return await unlessPaused(occasion, async () => {
    await answered(occasion);
    const told = await withProgram(occasion);
    return "state" in told ? told : await done(told, decidePull(stateOf(told)));
  });
}

async function closed(occasion: Occasion): Promise<PullOutcome> {
  return await unlessPaused(occasion, async () => {
    await endedThere(occasion);
    return await ended(occasion);
  });
}

/** Work that the kill switch stops waits: it has not failed. */
async function unlessPaused(occasion: Occasion, work: () => Promise<PullOutcome>): Promise<PullOutcome> {
  try {
    return await work();
  } catch (error) {
    if (!isPausedError(error)) throw error;
    const [pull] = occasion.seen.pulls;
    return { state: "waiting", reason: error.message, pull: pullOf(occasion.seen, pull?.number) };
  }
}
