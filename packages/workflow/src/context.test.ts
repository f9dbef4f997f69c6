import { expect, test } from "vitest";
import type { Event } from "@gha2pulumi/repo";
import { githubContext } from "./context.ts";
import { isUnknown, type ObjectValue, type Value } from "./expression/value.ts";

const push: Event = { kind: "push", branch: "main", files: undefined };
const byHand: Event = { kind: "dispatch", workflow: "deploy.yml", inputs: new Map(), branch: "main" };
const byClock: Event = { kind: "schedule", cron: "0 3 * * 1", zone: "UTC", branch: "main" };

/** A field of the payload: what it is, `open` where only the run tells. */
function field(event: Event, name: string): Value {
  const payload = (githubContext(event, new Map()) as ObjectValue).entries.get("event")?.value as ObjectValue;
  const found = payload.entries.get(name)?.value;
  return found === undefined || isUnknown(found) ? "open" : found;
}

test.each<readonly [Event, string, Value]>([
  [byHand, "ref_type", null],
  [byHand, "release", null],
  [byHand, "ref", "open"],
  [byHand, "sender", "open"],
  [push, "number", null],
  [push, "ref", "refs/heads/main"],
  [push, "head_commit", "open"],
  [push, "deleted", false],
  [byClock, "ref_type", "open"],
])("%o has in its payload `%s`: %s", (event, name, expected) => {
  expect(field(event, name)).toEqual(expected);
});
