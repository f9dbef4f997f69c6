/**
 * The plan document: what `plan --format json` prints, and what everything a person reads is rendered from.
 * Its JSON Schema is `packages/cli/plan.schema.json`; `schemaVersion` changes only when a field changes meaning or
 * goes away. Locations are `path:line:column`, both numbers from 1.
 */
export interface PlanDocument {
  readonly schemaVersion: 1;
  /** The part of the migration this is, where it is only one; otherwise there is no such field. */
  readonly phase?: PlannedPhase;
  /** `note` says in a sentence what tells a `diy` one whose address is not known; others have no such field. */
  readonly backend: {
    readonly kind: "pulumi-cloud" | "diy" | "unknown";
    readonly url: string | null;
    readonly note?: string;
  };
  readonly operations: readonly PlannedOperation[];
  readonly files: readonly PlannedFile[];
  readonly changes: readonly PlannedChange[];
  readonly settings: readonly PlannedSettings[];
  readonly trust: readonly PlannedTrust[];
  readonly secrets: readonly PlannedSecret[];
  readonly checks: readonly PlannedCheck[];
  readonly tasks: readonly PlannedTask[];
  readonly questions: readonly PlannedQuestion[];
  readonly proof: PlannedProof;
  /** What a person has accepted for this plan, by `--accept` or in the file of answers. */
  readonly accepted: readonly PlannedConsent[];
  /** What was answered or observed, and stands in no file; where nothing was, there is no such field. */
  readonly answers?: readonly PlannedAnswer[];
  readonly diagnostics: readonly PlannedDiagnostic[];
}

/** A part of a migration that is written by itself, and proved by itself. */
export interface PlannedPhase {
  readonly name: "prepare" | "switch" | "clean-up";
  /** What happens when it is merged. */
  readonly does: string;
  /** Times in which two deploy, or none, each with the command that ends it. */
  readonly windows: readonly { readonly what: string; readonly closes: string }[];
  /** What going back asks for outside of the repository, in order; the files are `rollback`'s. */
  readonly back: readonly string[];
  /** The command of the phase after it; null after the last. */
  readonly next: string | null;
}

export interface PlannedOperation {
  readonly id: string;
  readonly workflow: string;
  readonly job: string;
  readonly step: string;
  readonly location: string;
  readonly trail: readonly string[];
  readonly operation: "update" | "preview" | "refresh" | "destroy" | "unknown";
  readonly projectDirectory: string | null;
  readonly project: string | null;
  readonly organization: string | null;
  readonly stacks: readonly string[];
  readonly stackExpression: string | null;
  readonly on: readonly PlannedTrigger[];
  readonly identities: readonly { readonly kind: string; readonly role: string | null }[];
  readonly secrets: readonly string[];
  readonly variables: readonly string[];
  readonly environment: readonly { readonly name: string; readonly value: string }[];
  readonly prepare: readonly string[];
  readonly gates: readonly { readonly kind: string; readonly name: string; readonly location: string }[];
  readonly disposition: "move" | "call" | "keep" | "ask";
  readonly reasons: readonly PlannedReason[];
}

export interface PlannedTrigger {
  readonly event: string;
  readonly branches?: readonly string[];
  readonly tags?: readonly string[];
  readonly paths?: readonly string[];
  readonly types?: readonly string[];
  readonly cron?: string;
  readonly inputs?: readonly string[];
  readonly environment?: string;
  /** What it still hangs on, when a condition cannot be decided: it may or may not run. */
  readonly condition?: string;
}

export interface PlannedReason {
  readonly code: string;
  readonly message: string;
  readonly location: string;
}

export interface PlannedFile {
  readonly path: string;
  readonly change: "delete" | "edit" | "keep";
  readonly reason: string;
}

export interface PlannedChange {
  readonly path: string;
  readonly kind: "create" | "edit" | "delete";
  /** SHA-256 of the file this change was made for, in hex; null for a file that does not exist yet. */
  readonly sha256: string | null;
  /** The whole new file, of a created one. */
  readonly text?: string;
  /** Of an edited file: UTF-16 ranges, end excluded, each with what it takes out, so that it can be put back. */
  readonly splices?: readonly {
    readonly start: number;
    readonly end: number;
    readonly text: string;
    readonly before: string;
  }[];
  /** The whole old file, of a deleted one. */
  readonly before?: string;
  readonly diff: string;
}

export interface PlannedSettings {
  readonly organization: string | null;
  readonly project: string;
  readonly stack: string;
  /** Every declared property as a person reads it, with the place it came from. */
  readonly fields: readonly { readonly name: string; readonly value: string; readonly location: string }[];
}

export interface PlannedTrust {
  readonly cloud: "aws" | "gcp" | "azure";
  readonly role: string;
  readonly stacks: readonly string[];
  readonly subjects: readonly string[];
  readonly note: string;
  /** What the role's trust policy needs for these stacks, as JSON; null where no file tells enough. */
  readonly statement: string | null;
  /** Who may assume it: before, in the transition, and in the end. */
  readonly table: string | null;
  /** What the table's proof says, as data; null where there is no table. */
  readonly reach: PlannedReach | null;
  /** Where a file defines the role; null where none does, or several may. */
  readonly definition: PlannedDefinition | null;
  /** What has to be told before its policy can be changed; null where that is known. */
  readonly hole: PlannedHole | null;
}

/** How far a role opens by its change. */
export interface PlannedReach {
  /** Whether the transition lets in anybody beyond those who are meant and those who were in before. */
  readonly beyond: "nobody" | "somebody" | "unknown";
  /** The transition cannot be written, for the reasons in the table. */
  readonly blocked: boolean;
  /** Restrictions of GitHub's that no token of Pulumi's carries. */
  readonly lost: readonly string[];
  /** What becomes of previews that no workflow starts, where they had a role of their own; null where they had none. */
  readonly previews: "refused" | "guarded" | "open" | null;
}

export interface PlannedDefinition {
  readonly location: string;
  readonly notation: string;
  readonly variant: string;
  /** The role's name or an answer says so; otherwise it is only the one role for GitHub that the files define. */
  readonly certain: boolean;
  /** The transition as a unified diff of that file, which no command applies; null where it cannot be made. */
  readonly diff: string | null;
  /** Why there is no diff; "" where there is one. */
  readonly because: string;
}

/** A policy that is in no file for certain: the answer's key, what to answer, and the command that shows it. */
export interface PlannedHole {
  readonly key: string;
  readonly question: string;
  readonly command: string;
}

export interface PlannedSecret {
  readonly name: string;
  /** The workflow files that read it, or that may read any secret. */
  readonly usedBy: readonly string[];
  /** Where they read it. */
  readonly places: readonly string[];
  /** The GitHub environments of jobs that read it: one of them may have a value of its own. */
  readonly environments: readonly string[];
  /** The configuration keys of the settings program that hold it, as `project:key`; `environment` is the GitHub environment it is of. */
  readonly config: readonly { readonly key: string; readonly environment: string | null }[];
  /** `config`: a secret of the settings program. `retire`: nothing needs it once the workflows are gone. `stays`: a workflow still reads it. */
  readonly goes: "config" | "retire" | "stays";
  readonly note: string;
}

/** A check that no run gives any more once the plan is carried out. */
export interface PlannedCheck {
  /** As a branch protection rule names it; `*` stands for what only a run can tell where `exact` is false. */
  readonly name: string;
  readonly exact: boolean;
  readonly workflow: string;
  readonly job: string;
  readonly location: string;
  /**
   * `pull-requests`: an event of a pull request starts its workflow. `pushes`: a pull request has it only where its head
   * is a commit that a push or a person ran it on. `none`: no pull request ever has it.
   */
  readonly reach: "pull-requests" | "pushes" | "none";
  /** Whether it is required, as answered under `checks.required`; null without an answer. */
  readonly required: boolean | null;
}

/** One line of the checklist: something only the owner can do. */
export interface PlannedTask {
  readonly text: string;
  readonly location: string | null;
}

export interface PlannedQuestion {
  readonly key: string;
  readonly text: string;
  readonly choices: readonly string[];
  readonly default: string | null;
  readonly locations: readonly string[];
  readonly effect: string;
}

export interface PlannedProof {
  readonly cases: readonly PlannedCase[];
  readonly assumptions: readonly { readonly code: string; readonly text: string }[];
  readonly verdicts: Readonly<Record<"same" | "missing" | "extra" | "changed" | "undecided", number>>;
}

export interface PlannedCase {
  readonly event: string;
  readonly files: string;
  readonly before: readonly string[];
  readonly after: readonly string[];
  readonly verdict: "same" | "missing" | "extra" | "changed" | "undecided";
  readonly assuming: readonly string[];
  readonly notes: readonly string[];
  /** The kind of each difference, GP271 to GP276; `gha2pulumi explain CODE` has what each means. */
  readonly codes: readonly string[];
  /** Each of these kinds has been accepted. The verdict stays what it is. */
  readonly accepted: boolean;
}

/** A loss that a person has accepted: its code, what that is in words, and what of this plan rests on it, often nothing. */
export interface PlannedConsent {
  readonly code: string;
  readonly text: string;
  readonly used: readonly string[];
}

/** A key of `gha2pulumi.yaml` or `--answer`, and what was said. */
export interface PlannedAnswer {
  readonly key: string;
  readonly value: string;
}

export interface PlannedDiagnostic {
  readonly code: string;
  readonly severity: "error" | "warning" | "note";
  readonly message: string;
  readonly location: string;
  /** The line of the file the location names, and how many columns of it are meant; null when there is no such file. */
  readonly excerpt: { readonly line: string; readonly length: number } | null;
  readonly help: string;
}
