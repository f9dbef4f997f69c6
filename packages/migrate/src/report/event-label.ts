import type { Event } from "@gha2pulumi/repo";
import { defaultBranchStandIn, defaultTypes, unmarked } from "@gha2pulumi/workflow";
import type { PlannedCase } from "./plan-document.ts";

/** An event as a line of the proof begins: `push main`, `PR to main (opened)`, `cron 0 3 * * *`. */
export function eventLabel(event: Event): string {
  return unmarked(markedLabel(event));
}

function markedLabel(event: Event): string {
  switch (event.kind) {
    case "push":
      return `push ${event.branch}`;
    case "tag":
      return `push tag ${event.tag}`;
    case "pull_request": {
      const traits = [
        event.action,
        ...(event.merged ? ["merged"] : []),
        ...(event.fork ? ["from a fork"] : []),
        ...(event.draft ? ["draft"] : []),
        ...event.labels.map((label) => `label ${label}`),
        ...(event.actor === "someone" ? [] : [`by ${event.actor}`]),
      ];
      return `${event.target ? "PR (target) to" : "PR to"} ${event.base} (${traits.join(", ")})`;
    }
    case "schedule":
      return `cron ${event.cron}${event.zone === "UTC" ? "" : ` (${event.zone})`}`;
    case "dispatch": {
      const inputs = [...event.inputs].map(([name, value]) => `${name}=${value}`).join(" ");
      const ref = event.tag === undefined ? event.branch : `tag ${event.tag}`;
      const on = ref === defaultBranchStandIn ? "" : ` on ${ref}`;
      return `by hand ${event.workflow.split("/").at(-1) ?? event.workflow}${on}${inputs === "" ? "" : ` (${inputs})`}`;
    }
    case "call":
      return `call of ${event.workflow.split("/").at(-1) ?? event.workflow}`;
    case "workflow_run": {
      const head = event.head === defaultBranchStandIn ? [] : [event.head];
      return `workflow_run ${event.type} (${[event.conclusion, ...head].filter((one) => one !== "").join(", ")})`;
    }
    case "other":
      return event.type === undefined ? event.name : `${event.name} ${event.type}`;
  }
}

export function filesLabel(event: Event): string {
  if (event.kind !== "push" && event.kind !== "pull_request") return "";
  return event.files === undefined ? "" : event.files.join(" ");
}

/** Joins lines that differ only in the action of a pull request; the three usual actions need no mention. */
export function mergeActions(cases: readonly PlannedCase[]): readonly PlannedCase[] {
  const merged = new Map<string, { one: PlannedCase; actions: string[]; base: string }>();
  for (const one of cases) {
    const found = /^(PR (?:\(target\) )?to .*) \((\w+(?:, merged)?)\)$/.exec(one.event);
    const base = found?.[1] ?? one.event;
    const key = JSON.stringify([
      base,
      found ? "PR" : "",
      one.files,
      one.before,
      one.after,
      one.verdict,
      one.assuming,
      one.notes,
      one.codes,
    ]);
    const group = merged.get(key);
    if (group && found?.[2]) group.actions.push(found[2]);
    else if (!group) merged.set(key, { one, actions: found?.[2] ? [found[2]] : [], base });
  }
  return [...merged.values()].map(({ one, actions, base }) => {
    if (actions.length === 0) return one;
    // Closed with or without a merge: one word, where both do the same.
    const isBoth = actions.includes("closed") && actions.includes("closed, merged");
    const others = actions.filter(
      (action) => !defaultTypes.includes(action) && !(isBoth && action === "closed, merged"),
    );
    const all = defaultTypes.every((type) => actions.includes(type));
    const shown = all
      ? others.length === 0
        ? ""
        : ` (also ${others.join(", ")})`
      : ` (${[...actions.filter((action) => defaultTypes.includes(action)), ...others].join(", ")})`;
    return { ...one, event: `${base}${shown}` };
  });
}
