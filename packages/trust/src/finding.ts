import type { Place } from "./admits.ts";
import type { Stays } from "./change.ts";
import type { Runs } from "./party.ts";
import type { Rule } from "./rule.ts";
import type { Repository } from "./subject.ts";

/** `error`: stop and ask; `warning`: a person should look; `note`: good to know. */
export type Severity = "error" | "warning" | "note";

/** Something that a reviewer should see in a rule, or in the move of one. */
export interface Finding {
  /** `GP401` to `GP427`, in the order of the warnings W01 to W27. */
  readonly code: string;
  readonly severity: Severity;
  /** What was seen, with the value that shows it. */
  readonly text: string;
  /** The statement, credential or provider it is in; `undefined` when it is about the whole. */
  readonly at: string | undefined;
}

/** A finding without its code, as the function of one kind gives it. */
export type Seen = Omit<Finding, "code">;

/** A kind of finding: what it means, what to do about it, and how it is seen. */
export interface FindingKind {
  readonly id: string;
  readonly code: string;
  readonly title: string;
  /** What is wrong with it, in sentences. */
  readonly why: string;
  readonly todo: string;
  readonly see: (rule: Rule, context: FindingContext) => readonly Seen[];
}

/** What is known besides the rule. What is `undefined` is not known, and gives no finding. */
export interface FindingContext {
  readonly place: Place;
  /** The rule as it was found, the one of the transition, or the last one. */
  readonly phase: "before" | "transition" | "final";
  /** The repository that moves. */
  readonly repository: Repository | undefined;
  /** Whether its tokens have the ids in their subjects. */
  readonly immutableSubjects: boolean | undefined;
  /** Whether the identity may change anything. */
  readonly mayWrite: boolean | undefined;
  readonly powers: { readonly administrator: boolean; readonly boundary: boolean } | undefined;
  readonly quota: number;
  readonly runs: readonly Runs[];
  /** Restrictions of GitHub's that nothing takes over: a branch, reviewers, a timer, an actor. */
  readonly lost: readonly string[];
  /** The role that previews had for themselves, and what this one does with a preview that no workflow starts. */
  readonly previews: { readonly role: string; readonly here: "refused" | "guarded" | "open" } | undefined;
  readonly duration: { readonly asked: number; readonly allowed: number } | undefined;
  readonly stays: Stays;
  /** Names of static keys that are not deactivated. */
  readonly activeKeys: readonly string[];
  readonly accounts: { readonly workflow: string; readonly code: string } | undefined;
  /** Workflows that keep `id-token: write` and no longer log in anywhere. */
  readonly idTokenLeft: readonly string[];
}

/** A context of which nothing is known: the start for one that says more. */
export const nothingKnown: FindingContext = {
  place: { account: undefined },
  phase: "before",
  repository: undefined,
  immutableSubjects: undefined,
  mayWrite: undefined,
  powers: undefined,
  quota: 2048,
  runs: [],
  lost: [],
  previews: undefined,
  duration: undefined,
  stays: { kind: "nobody" },
  activeKeys: [],
  accounts: undefined,
  idTokenLeft: [],
};
