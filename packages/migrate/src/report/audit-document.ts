import type { PlannedOperation } from "./plan-document.ts";

export type Disposition = PlannedOperation["disposition"];
type Counts = Readonly<Record<Disposition, number>>;

/** What an audit keeps of one repository: names, counts and codes, none of its text. */
export interface AuditedRepository {
  readonly name: string;
  /** Why there is no plan; null when there is one. */
  readonly failure: string | null;
  readonly operations: readonly AuditedOperation[];
  readonly questions: number;
  readonly tasks: readonly string[];
}

export interface AuditedOperation {
  readonly workflow: string;
  readonly job: string;
  readonly location: string;
  readonly operation: PlannedOperation["operation"];
  readonly stack: string;
  readonly disposition: Disposition;
  readonly codes: readonly string[];
  readonly events: readonly string[];
  readonly identities: readonly string[];
  readonly gates: readonly string[];
}

/** Many repositories in one table; every list has its most common entry first. */
export interface Audit {
  readonly schemaVersion: 1;
  readonly repositories: readonly AuditedRepository[];
  readonly dispositions: Counts;
  readonly reasons: readonly AuditedReason[];
  /** Workflows that run Pulumi. */
  readonly workflows: number;
  readonly shapes: readonly Shape[];
  readonly tasks: readonly AuditedTask[];
}

export interface AuditedReason {
  readonly disposition: Disposition;
  readonly code: string;
  readonly operations: number;
  readonly repositories: number;
}

/** Workflows that do the same and of which the same becomes, in one line without any name. */
export interface Shape {
  readonly shape: string;
  readonly workflows: readonly { readonly repository: string; readonly path: string }[];
}

export interface AuditedTask {
  readonly task: string;
  readonly times: number;
  readonly repositories: number;
}
