import type { SettingsFile, StackSettings } from "@gha2pulumi/deployments";
import type { Call } from "./call/plan-calls.ts";
import type { Disposition, Reason } from "./intent.ts";
import type { Intent } from "./intents.ts";
import type { Question } from "./questions.ts";
import type { Removal } from "./removable.ts";
import { stackName } from "./runtime.ts";

export interface Decision {
  readonly intent: Intent;
  readonly disposition: Disposition;
  readonly reasons: readonly Reason[];
}

/** A settings file that was read, and what becomes of it. */
export interface Fold {
  readonly file: SettingsFile;
  /** The stack whose settings take it in, by its full name; `undefined`: the file stays, and nothing is in its way. */
  readonly into: string | undefined;
  /** Why the file stays, and, where settings were to take it in, they too; "": it goes, or its stack stays as a whole. */
  readonly because: string;
}

export interface Plan {
  readonly decisions: readonly Decision[];
  readonly settings: readonly StackSettings[];
  /** What becomes of the settings files there are. */
  readonly folds: readonly Fold[];
  readonly questions: readonly Question[];
  /** What goes out of each workflow: whole jobs, or single steps. */
  readonly removals: readonly Removal[];
  /** Steps that become calls of Pulumi Deployments. */
  readonly calls: readonly Call[];
}

/** What is to stay whatever the planner thinks of it, and why: everything, or single stacks by their full name. */
export interface Held {
  readonly all: string | undefined;
  /** What the proof found a difference in, where no operation of the plan explains it. */
  readonly stacks: ReadonlyMap<string, string>;
  /** Operations, by their keys, that the proof found a difference in. */
  readonly operations: ReadonlyMap<string, string>;
  /** What the settings program cannot say. */
  readonly refused: ReadonlyMap<string, { readonly code: string; readonly note: string }>;
  /** Operations that may move, and not be called. */
  readonly calls: ReadonlyMap<string, string>;
}

/** The operations that one job runs on one stack, as one text. */
export function operationKey({ workflow, occurrences: [one] }: Intent): string {
  return `${stackName(one)} ${workflow.path} ${one.site.job}`;
}
