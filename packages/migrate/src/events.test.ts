import { expect, test } from "vitest";
import { readProven } from "./effects.ts";
import { eventsFor, mostEvents } from "./events.ts";
import { prove } from "./prove.ts";

/** A workflow with so many branches and paths that nobody plays all of their combinations. */
function broad(branches: number, paths: number): string {
  const list = (name: string, count: number): string =>
    Array.from({ length: count }, (_, at) => `${name}-${at}`).join(", ");
  return `on: { push: { branches: [${list("release", branches)}], paths: [${list("folder", paths)}] } }\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - run: pulumi version\n`;
}

async function both(branches: number, paths: number): Promise<Parameters<typeof prove>> {
  const path = ".github/workflows/deploy.yml";
  const world = (tree: ReadonlyMap<string, string>): ReturnType<typeof readProven> =>
    readProven({ tree, surroundings: new Map() }, undefined);
  return [await world(new Map([[path, broad(branches, paths)]])), await world(new Map())];
}

test("an event too many is told, and leaves the proof undecided", async () => {
  const [before, after] = await both(70, 70);
  const { events, leftOut } = eventsFor(before, after, "changed");
  expect(events).toHaveLength(mostEvents);
  expect(leftOut).toBeDefined();
  expect(prove(before, after).filter(({ verdict }) => verdict === "undecided")).toHaveLength(1);
});

test("as long as all are played, none is left out", async () => {
  const [before, after] = await both(3, 3);
  expect(eventsFor(before, after, "changed").leftOut).toBeUndefined();
  expect(prove(before, after).every(({ verdict }) => verdict === "same")).toBe(true);
});
