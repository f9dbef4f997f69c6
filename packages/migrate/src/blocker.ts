import type { Trail } from "@gha2pulumi/repo";
import type { Reason } from "./intent.ts";
import { shown } from "./stand-ins.ts";

/** Something that stands against moving an intent; with a question, an answer may take it away. */
export interface Blocker {
  readonly reason: Reason;
  readonly question: QuestionKey | undefined;
}

/** Which question a blocker asks, and with what choices; `questions.ts` has the words. */
export interface QuestionKey {
  readonly kind:
    | "stack"
    | "stacks"
    | "state"
    | "organization"
    | "environments"
    | "environment-secrets"
    | "any-base"
    | "leaves"
    | "agent-pool"
    | "schedule"
    | "login-key"
    | "pull-request-head"
    | "review-stacks";
  readonly key: string;
  readonly choices: readonly string[];
  readonly names: readonly string[];
  readonly from: Trail;
}

export function blocker(code: string, message: string, from: Trail, question?: QuestionKey): Blocker {
  return { reason: { code, message: shown(message), from }, question };
}

/** Whether previews of pull requests into other branches than the stack's are given up. */
export function anyBase(from: Trail): QuestionKey {
  return { kind: "any-base", key: "previews.other-bases", choices: ["keep", "drop"], names: [], from };
}
