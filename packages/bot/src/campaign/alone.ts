import type { Context, Engine } from "../engine/engine.ts";

/** Milliseconds between two looks whether it is our turn; each longer than the one before. */
const firstPause = 1_000;
const longestPause = 30_000;
/** Longer than a repository's work waits for GitHub's limits, an hour: whoever holds a turn this long will not end. */
const patience = 2 * 60 * 60_000;

/**
 * Does something about a repository while no other piece of work does: two at once would answer a comment twice. The
 * turn is remembered, so that work which goes on after a crash still has it.
 */
export async function alone<T>(
  engine: Engine,
  context: Context,
  { campaign, name }: { readonly campaign: string; readonly name: string },
  work: () => Promise<T>,
): Promise<T> {
  const table = `turns/${campaign}`;
  const { store } = engine;
  const me = await context.step("turn", async () => crypto.randomUUID() as string);
  let waited = 0;
  let pause = firstPause;
  while ((await context.step("take turn", () => store.claim(table, name, me))) !== me && waited < patience) {
    await context.sleep(pause);
    waited += pause;
    pause = Math.min(longestPause, 2 * pause);
  }
  try {
    return await work();
  } finally {
    await context.step("end turn", async () => {
      if ((await store.get(table, name)) === me) await store.delete(table, name);
      return null;
    });
  }
}
