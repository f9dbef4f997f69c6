import { expect, test } from "vitest";
import { auditOf } from "@gha2pulumi/migrate";
import { flowsOf, picture, type Way } from "../../packages/bot/page/src/flow-layout.ts";
import { anything, entriesOf, found, tally, withoutPlace, type Wish } from "../../packages/bot/page/src/search.ts";
import { count, share, triggerLabel, triggerText } from "../../packages/bot/page/src/words.ts";
import { auditedRepositories, inCampaign } from "../support/audited-repositories.ts";

const repositories = inCampaign(auditedRepositories(100));
const entries = entriesOf(auditOf(repositories));
const names = (wish: Partial<Wish>): readonly string[] =>
  found(entries, { ...anything, ...wish }).map(({ repository }) => repository.name);

test("every word of a search must be there, in any case and in any fact", () => {
  expect(names({})).toHaveLength(100);
  expect(names({ text: "  ACME/search-0019 staging.YML " })).toEqual(["acme/search-0019"]);
  expect(names({ text: "EACCES" })).toEqual(["acme/identity-0082"]);
  expect(names({ text: "which only a run can tell" }).length).toBe(names({ disposition: "ask" }).length);
  expect(names({ text: "no-such-word" })).toEqual([]);
});

test("a reason is looked for where the disposition is", () => {
  expect(names({ disposition: "call", reason: "GP207" }).length).toBeGreaterThan(0);
  expect(names({ disposition: "move", reason: "GP207" })).toEqual([]);
  expect(names({ disposition: "move", text: "GP207" }).length).toBeGreaterThan(0);
});

test("the order is by size where that is asked for, and by name among equals", () => {
  const ordered = found(entries, { ...anything, order: "most operations" }).map(({ repository }) => repository);
  const sizes = ordered.map(({ operations }) => operations.length);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  const largest = ordered.filter(({ operations }) => operations.length === sizes[0]).map(({ name }) => name);
  expect(largest).toEqual(names({ text: "a-production-stack" }));
});

test("failures that differ in their place are one, and the most common comes first", () => {
  expect(withoutPlace("gha2pulumi.yaml:1:10: a mapping was expected")).toBe("a mapping was expected");
  expect(withoutPlace("a:b is no place: it has no line")).toBe("a:b is no place: it has no line");
  expect(tally(["b", "a", null, "b", undefined, "c", ""])).toEqual([
    ["b", 2],
    ["a", 1],
    ["c", 1],
  ]);
});

test("after the change, what moves is what the settings start, and what stays is as it was", () => {
  const flows = repositories.flatMap(flowsOf);
  const by = (ways: readonly Way[]): string => ways.map((way) => way.by).join(" ");
  const kinds = new Map(flows.map(({ before, after }) => [`${by(before)}: ${by(after)}`, { before, after }]));
  expect([...kinds.keys()].sort()).toEqual([
    "workflow workflow: deployments call",
    "workflow workflow: deployments deployments",
    "workflow: call",
    "workflow: deployments",
    "workflow: workflow",
  ]);
  expect(kinds.get("workflow: workflow")?.after).toEqual(kinds.get("workflow: workflow")?.before);
  expect(kinds.get("workflow: call")?.after[0]?.gates).toEqual(["job unit-tests", "env production"]);
});

test.each([true, false])("boxes of a picture are inside of it and apart from one another, narrow: %s", (narrow) => {
  for (const { stack, before, after } of repositories.flatMap(flowsOf))
    for (const ways of [before, after]) {
      const { width, height, nodes, arrows } = picture(ways, stack, narrow);
      expect(arrows.length).toBe(nodes.length - 1);
      for (const [i, one] of nodes.entries()) {
        expect([one.x, one.y].every((at) => at >= 0)).toBe(true);
        expect(one.x + one.width).toBeLessThanOrEqual(width);
        expect(one.y + one.height).toBeLessThanOrEqual(height);
        for (const other of nodes.slice(i + 1))
          expect(
            one.x + one.width <= other.x ||
              other.x + other.width <= one.x ||
              one.y + one.height <= other.y ||
              other.y + other.height <= one.y,
          ).toBe(true);
      }
    }
});

test("words and shares: one is one, and what is there is never nothing", () => {
  expect([count(1, "task"), count(1234, "task"), count(0, "repository", "repositories")]).toEqual([
    "1 task",
    "1,234 tasks",
    "0 repositories",
  ]);
  expect([share(0, 0), share(0, 9), share(1, 1000), share(2, 3)]).toEqual(["0 %", "0 %", "< 1 %", "67 %"]);
});

test("a label has what there is room for, and says that there is more", () => {
  const trigger = { event: "pull_request", branches: ["main"], paths: ["infra/**"], condition: "typed in by hand" };
  expect(triggerLabel(trigger)).toBe("pull_request main …");
  expect(triggerText(trigger)).toBe("pull_request main paths infra/** if typed in by hand");
  expect(triggerLabel({ event: "schedule", cron: "0 3 * * *" })).toBe("schedule 0 3 * * *");
});
