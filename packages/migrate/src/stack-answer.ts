import { byText, type Event } from "@gha2pulumi/repo";
import { isLiteralPattern, type Surroundings } from "@gha2pulumi/workflow";
import type { SeenTrigger } from "./triggers-seen.ts";

/** What a person answers about the stack of a job: one name, or one for each branch, `main=prod, dev=dev`. */
export interface StackAnswer {
  /** The stack on the branch of an event, `org/project/stack` as far as it was told. */
  readonly stack: string;
  readonly isByBranch: boolean;
}

/** Every branch that is not named. */
export const otherBranches = "*";

const name = "[\\w.-]+(?:/[\\w.-]+){0,2}";
const pair = `(?:\\*|[^\\s=,*~^:?[\\\\]+)=${name}`;

/** What such an answer looks like. */
export const stackAnswerForm = new RegExp(`^(?:${name}|${pair}(?:\\s*,\\s*${pair})*)$`);

/** The stack that an answer gives an event; by branch, a pull request has that of the branch it goes into. */
export function stackAnswer(answer: string | undefined, event: Event): StackAnswer | undefined {
  if (answer === undefined || !stackAnswerForm.test(answer.trim())) return undefined;
  if (!answer.includes("=")) return { stack: answer.trim(), isByBranch: false };
  const stacks = byBranch(answer);
  const branch = branchOf(event);
  const stack = (branch === undefined ? undefined : stacks.get(branch)) ?? stacks.get(otherBranches);
  return stack === undefined ? undefined : { stack, isByBranch: true };
}

function byBranch(answer: string): ReadonlyMap<string, string> {
  return new Map(
    answer.split(",").map((one): readonly [string, string] => {
      const at = one.indexOf("=");
      return [one.slice(0, at).trim(), one.slice(at + 1).trim()];
    }),
  );
}

function branchOf(event: Event): string | undefined {
  switch (event.kind) {
    case "pull_request":
      return event.base;
    case "dispatch":
      return event.tag === undefined ? event.branch : undefined;
    case "push":
    case "schedule":
    case "workflow_run":
    case "other":
      return event.branch;
    case "tag":
    case "call":
      return undefined;
  }
}

/** The branches that answers tell apart: each has events of its own. */
export function answeredBranches(surroundings: Surroundings): readonly string[] {
  return [...surroundings]
    .flatMap(([key, answer]) => (key.startsWith("stack/") ? branchesIn(answer) : []))
    .filter((branch) => branch !== otherBranches);
}

/** The branches that an answer names. */
export function branchesIn(answer: string | undefined): readonly string[] {
  return answer?.includes("=") && stackAnswerForm.test(answer.trim()) ? [...byBranch(answer).keys()] : [];
}

/**
 * The branches that reach an operation by a push or a pull request: where they are several, no one name is that of its
 * stack on all of them until somebody says so. Pull requests into any branch are previewed for the stack of the push.
 */
export function branchesReached(on: readonly SeenTrigger[]): readonly string[] {
  const found = on.flatMap(({ event, branches, tags }) => {
    if (branches.length === 0) return event === "push" && tags.length === 0 ? [otherBranches] : [];
    return branches.map((branch) => (isLiteralPattern(branch) ? branch : otherBranches));
  });
  return [...new Set(found)].sort(byText);
}
