import { expect, test } from "vitest";
import type { Intent } from "./intents.ts";
import { branchOf } from "./stack-conflicts.ts";

test.each([
  [["master", "main"], "main", "main"],
  [["master", "main"], undefined, "master"],
  [["master", "main"], "trunk", "master"],
  [["release/*", "main"], undefined, "main"],
])("of the branches %j, with %s as the default one, a stack has %s", (branches, standard, expected) => {
  const intents = [{ on: [{ event: "push", branches }] }] as unknown as readonly Intent[];
  expect(branchOf(intents, standard)).toBe(expected);
});
