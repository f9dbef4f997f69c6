import type { StackSettings } from "@gha2pulumi/deployments";
import type { Disposition, Reason } from "./intent.ts";
import type { Intent } from "./intents.ts";
import type { Question } from "./questions.ts";
import type { Removal } from "./removable.ts";

export interface Decision {
  readonly intent: Intent;
  readonly disposition: Disposition;
  readonly reasons: readonly Reason[];
}

export interface Plan {
  readonly decisions: readonly Decision[];
  readonly settings: readonly StackSettings[];
  readonly questions: readonly Question[];
  /** What goes out of each workflow: whole jobs, or single steps. */
  readonly removals: readonly Removal[];
}

/** What is to stay whatever the planner thinks of it, and why: everything, or single stacks by their full name. */
export interface Held {
  readonly all: string | undefined;
  readonly stacks: ReadonlyMap<string, string>;
}
