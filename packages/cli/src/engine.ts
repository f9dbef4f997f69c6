import type {
  Audit,
  AuditedRepository,
  BranchSeen,
  DeclaredStacks,
  EditionForecast,
  EnvironmentSeen,
  Explanation,
  Given,
  Grammars,
  HistoryForecast,
  LiveStack,
  Load,
  Migration,
  PlanDocument,
  PlannedDiagnostic,
  PlannedOperation,
  PlannedProof,
  PlannedSettings,
  PriceList,
  Relay,
  Restoring,
  Reversible,
  RunHistory,
  SettingsSnapshot,
  Snapshot,
  StackSnapshot,
} from "@gha2pulumi/migrate";
import type { FileProblem, Json, Path, Tree } from "@gha2pulumi/repo";

/** What `@gha2pulumi/migrate` offers the command line. */
export interface Engine {
  readonly migrate: (before: Snapshot, grammars: Grammars | undefined) => Promise<Migration>;
  readonly completed: (
    document: PlanDocument,
    hashes: ReadonlyMap<Path, string | null>,
    problems: readonly FileProblem[],
  ) => PlanDocument;
  readonly diagnosticOf: (problem: FileProblem) => PlannedDiagnostic;
  readonly renderMarkdown: (document: PlanDocument) => string;
  readonly renderTrust: (document: PlanDocument) => string;
  readonly renderProofMarkdown: (proof: PlannedProof) => string;
  readonly inverse: (changes: readonly Reversible[]) => readonly Reversible[];
  readonly answerProblem: (
    key: string,
    value: string,
    tree: ReadonlyMap<string, string>,
  ) => { readonly what: string; readonly help: string } | undefined;
  /** Answers out of what GitHub shows. */
  readonly environmentsAnswer: (environments: readonly EnvironmentSeen[]) => string;
  readonly requiredChecksAnswer: (branch: BranchSeen) => string | undefined;
  readonly relayOf: (document: PlanDocument) => Relay | undefined;
  /** The parts a migration can be written in, in their order, with what each does. */
  readonly phases: ReadonlyMap<string, string>;
  /** Codes of losses that a person may agree to, with what each is. */
  readonly acceptable: ReadonlyMap<string, string>;
  readonly verify: (before: Snapshot, after: Snapshot, grammars: Grammars | undefined) => Promise<PlannedProof>;
  readonly auditedRepository: (name: string, document: PlanDocument) => AuditedRepository;
  readonly failedRepository: (name: string, failure: string) => AuditedRepository;
  readonly auditOf: (repositories: readonly AuditedRepository[], given: Given) => Audit;
  readonly covering: (audit: Audit) => { readonly shapes: number; readonly percent: number };
  readonly forecastText: (forecast: Audit["forecast"]) => string;
  readonly workflowsThatMove: (operations: readonly PlannedOperation[]) => readonly Path[];
  readonly historyForecast: (
    operations: readonly PlannedOperation[],
    tree: Tree,
    surroundings: ReadonlyMap<string, string>,
    history: RunHistory,
  ) => HistoryForecast;
  readonly priced: (list: PriceList, load: Load) => readonly EditionForecast[];
  readonly auditTitle: string;
  readonly renderAuditMarkdown: (audit: Audit) => string;
  readonly renderReportPage: (template: string, audit: Audit, titles: ReadonlyMap<string, string>) => string;
  readonly declaredStacks: (snapshot: Snapshot, grammars: Grammars | undefined) => Promise<DeclaredStacks>;
  readonly isStackName: (text: string) => boolean;
  readonly checkSettings: (
    tree: Tree,
    declared: DeclaredStacks,
    live: ReadonlyMap<string, LiveStack>,
    recorded: readonly PlannedSettings[],
  ) => readonly PlannedDiagnostic[];
  readonly stackSnapshot: (
    stack: string,
    live: LiveStack,
    fingerprint: (ciphertext: string) => string,
  ) => StackSnapshot;
  readonly readSnapshot: (value: Json) => SettingsSnapshot | { readonly problem: string };
  readonly restoring: (
    snapshot: StackSnapshot,
    live: LiveStack,
    fingerprint: (ciphertext: string) => string,
    now: string,
  ) => Restoring;
  readonly loadExplanations: () => Promise<readonly Explanation[]>;
}

/** Loads the engine when it is first needed: it is most of the program. */
export async function loadEngine(): Promise<Engine> {
  return await import("@gha2pulumi/migrate");
}
