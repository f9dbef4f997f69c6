import type { Trail } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { isObject } from "./expression/value.ts";
import type { Concurrency } from "./model.ts";
import type { Group } from "./play-model.ts";
import { bind } from "./play-step.ts";

/** Where a job stands: the run, job or call that holds a group, and the groups of the runs and calls around it. */
export interface Held {
  readonly holder: string;
  readonly groups: readonly Group[];
}

/** What is held inside a run, job or call, with the group of its own on the event that is played. */
export function holding(
  concurrency: Concurrency | undefined,
  holder: string,
  contexts: Contexts,
  outer: Held,
  trail: Trail | undefined,
): Held {
  const own = concurrency ? [{ holder, ...bind(concurrency.group, contexts, trail) }] : [];
  return { holder, groups: [...outer.groups, ...own] };
}

/** The contexts with the name of the workflow that the event has started, which callees see too. */
export function withWorkflowName(contexts: Contexts, name: string): Contexts {
  const github = contexts["github"];
  if (github === undefined || !isObject(github)) return contexts;
  const entries = new Map([...github.entries, ["workflow", { key: "workflow", value: name }] as const]);
  return { ...contexts, github: { ...github, entries } };
}
