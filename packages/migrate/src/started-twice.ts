import { eventKey, grouped } from "@gha2pulumi/repo";
import { isOfCommit } from "./assumed-by-effect.ts";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import type { Intent } from "./intents.ts";
import { eventLabel } from "./report/event-label.ts";

/**
 * Operations of one stack of which an event starts two alike, in two jobs: settings start one deployment for an event. A
 * call asks for each.
 */
export function startedTwice(group: readonly Intent[]): ReadonlyMap<Intent, readonly Blocker[]> {
  const found = new Map<Intent, readonly Blocker[]>();
  const all = group.flatMap((intent) => intent.occurrences.map((one) => ({ intent, one })));
  const alike = grouped(
    // What settings start by themselves; schedules are declared one by one.
    all.filter(({ one }) => !one.implied && isOfCommit(one.event)),
    ({ one }) => `${one.operates.operation ?? ""} ${eventKey(one.event)}`,
  );
  for (const same of alike.values()) {
    for (const { intent, one } of same) {
      const other = same.find((another) => another.intent !== intent)?.one;
      if (other !== undefined && !found.has(intent)) found.set(intent, [twice(one, other)]);
    }
  }
  return found;
}

function twice({ operates, event, site }: Occurrence, other: Occurrence): Blocker {
  const isOwn = other.site.workflow === site.workflow && other.site.job === site.job;
  const where = isOwn ? "another step of its job" : `the job \`${other.site.job}\` (${other.site.workflow})`;
  const message = `${where} asks for the same ${operates.operation ?? "operation"} of the stack on ${eventLabel(event)}; settings start one deployment for an event`;
  return blocker("GP526", message, operates.from);
}
