import type { AuditedRepository } from "@gha2pulumi/migrate";
import type { Json } from "../engine/engine.ts";

/** What a campaign knows of one repository; kept under its name, and what every report is made of. */
export interface Row {
  readonly name: string;
  /** Where it stands: left out, not to be read, failed, nothing to do, waiting for its wave, or with a pull request. */
  readonly state: "skipped" | "hidden" | "failed" | "nothing" | "held" | "waiting" | "pull" | "left";
  /** Why, in words; "" where the state says it all. */
  readonly reason: string;
  readonly plan: PlanSummary | null;
  /** Counted from 1; null for what no wave takes. */
  readonly wave: number | null;
  readonly pull: RowPull | null;
}

/** The reason of a repository whose questions are asked. */
export const askedInIssue = "its questions are asked in an issue";

export interface RowPull {
  readonly number: number;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly isDraft: boolean;
}

/** A plan in numbers and names. */
export interface PlanSummary {
  readonly head: string;
  /** SHA-256 in hex: of what the plan decides, and of what it was made of. */
  readonly digest: string;
  readonly sources: string;
  readonly files: number;
  readonly openQuestions: number;
  readonly differences: number;
  readonly risk: "none" | "low" | "medium" | "high";
  readonly riskReasons: readonly string[];
  readonly shape: string;
  readonly leftAlone: string | null;
  readonly audited: AuditedRepository;
}

/** As the store keeps it: rows are made of nothing but JSON. */
export function jsonOf(value: Row | PlanSummary | object): Json {
  return value as Json;
}

export function rowTable(campaign: string): string {
  return `rows/${campaign}`;
}
