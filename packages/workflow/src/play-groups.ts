import type { Trail } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { isObject, withEntry } from "./expression/value.ts";
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
  name: string,
  outer: Held,
  trail: Trail | undefined,
): Held {
  const own = concurrency
    ? [
        {
          holder,
          replaces: (concurrency.queue?.text ?? "single") === "single",
          ends: concurrency.cancelInProgress?.text === "true",
          ...bind(concurrency.group, withWorkflowName(contexts, name), trail),
        },
      ]
    : [];
  return { holder, groups: [...outer.groups, ...own] };
}

/** The contexts with the name of the workflow that the event has started, which callees see too. */
function withWorkflowName(contexts: Contexts, name: string): Contexts {
  const github = contexts["github"];
  return github !== undefined && isObject(github)
    ? { ...contexts, github: withEntry(github, "workflow", name) }
    : contexts;
}
