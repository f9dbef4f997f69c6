import type {
  PlannedChange,
  PlannedOperation,
  PlannedProof,
  PlannedQuestion,
  PlannedReason,
  PlannedTrigger,
} from "./plan-document.ts";

export type Disposition = PlannedOperation["disposition"];
type Counts = Readonly<Record<Disposition, number>>;

/** What an audit keeps of one repository: what its report says of it in short, no file and no diff. */
export interface AuditedRepository {
  readonly name: string;
  /** Why there is no plan; null when there is one. */
  readonly failure: string | null;
  readonly operations: readonly AuditedOperation[];
  /** How many questions are open; `asked` has them. */
  readonly questions: number;
  readonly asked: readonly PlannedQuestion[];
  readonly tasks: readonly string[];
  readonly changes: readonly Pick<PlannedChange, "path" | "kind">[];
  readonly verdicts: PlannedProof["verdicts"];
  /** What Pulumi Deployments would run by itself, stack by stack, as the settings say it. */
  readonly settings: readonly AuditedSettings[];
  readonly forecast: RepositoryForecast;
  /** How far a campaign has come with it; null outside of one. */
  readonly campaign: AuditedCampaign | null;
}

/** One repository in a campaign. `outcome` is a word of the campaign's own, `reason` why it is that one. */
export interface AuditedCampaign {
  readonly outcome: string;
  readonly reason: string | null;
  readonly risk: string | null;
  /** From 1 on. */
  readonly wave: number | null;
  readonly pullRequest: { readonly number: number; readonly url: string } | null;
}

export interface AuditedSettings {
  /** The full name, as in the operations. */
  readonly stack: string;
  readonly starts: readonly { readonly when: string; readonly operation: string }[];
}

/**
 * What would run in Pulumi Deployments, as far as files tell: schedules in runs per month of average length, and for
 * every other event how many deployments one of it starts at most. How often those happen is in no file.
 */
export interface RepositoryForecast {
  readonly scheduledRuns: number;
  /** Schedules of which the number of runs is not known: a notation not every cron knows, or a condition. */
  readonly unknownSchedules: readonly string[];
  readonly events: readonly { readonly event: string; readonly deployments: number }[];
}

/** The same for all repositories. `runs` and `minutes` are null as long as one of their terms is not told. */
export interface Forecast extends Omit<RepositoryForecast, "unknownSchedules"> {
  readonly unknownSchedules: number;
  readonly given: Given;
  /** Events that the forecast hangs on and nobody has told the number of. */
  readonly missing: readonly string[];
  readonly runs: number | null;
  readonly minutes: number | null;
}

/** What a person assumes: events of a kind in one repository in a month, and minutes one deployment takes. */
export interface Given {
  readonly runsPerMonth: readonly { readonly event: string; readonly runs: number }[];
  readonly minutesPerRun: number | null;
}

export interface AuditedOperation {
  readonly workflow: string;
  readonly job: string;
  readonly location: string;
  readonly operation: PlannedOperation["operation"];
  readonly stack: string;
  /** The full names in `stack`, one by one. */
  readonly stacks: readonly string[];
  readonly disposition: Disposition;
  readonly codes: readonly string[];
  readonly events: readonly string[];
  readonly identities: readonly string[];
  readonly gates: readonly string[];
  /** The same in full: reasons with their places, triggers with their filters, gates and identities by name. */
  readonly reasons: readonly PlannedReason[];
  readonly on: readonly PlannedTrigger[];
  readonly waitsFor: PlannedOperation["gates"];
  readonly as: PlannedOperation["identities"];
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
  readonly forecast: Forecast;
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
