import type { OffsetMap, Path, Span, YamlNode, YamlProblem } from "@gha2pulumi/repo";

/** A text as it stands in a file, expressions and all. */
export interface Written {
  readonly text: string;
  readonly span: Span;
  readonly offsets: OffsetMap;
}

export interface Input {
  readonly name: string;
  readonly type: "string" | "choice" | "boolean" | "number" | "environment";
  readonly options: readonly string[];
  readonly default: Written | undefined;
  readonly span: Span;
}

/** One time of `on: schedule`, in its time zone: `UTC` where none is written. */
export interface Cron extends Written {
  readonly zone: string;
}

/** One event of `on:` with its filters. `undefined` means the key is not written, which is not the same as empty. */
export interface Trigger {
  readonly event: string;
  readonly branches: readonly Written[] | undefined;
  readonly branchesIgnore: readonly Written[] | undefined;
  readonly tags: readonly Written[] | undefined;
  readonly tagsIgnore: readonly Written[] | undefined;
  readonly paths: readonly Written[] | undefined;
  readonly pathsIgnore: readonly Written[] | undefined;
  readonly types: readonly Written[] | undefined;
  readonly workflows: readonly Written[] | undefined;
  readonly crons: readonly Cron[];
  readonly inputs: ReadonlyMap<string, Input>;
  readonly span: Span;
}

export interface Defaults {
  readonly workingDirectory: Written | undefined;
  readonly shell: Written | undefined;
}

export interface Concurrency {
  readonly group: Written;
  readonly cancelInProgress: Written | undefined;
  /** `max`: every run waits for its turn, where otherwise the latest takes the place of one that waits. */
  readonly queue: Written | undefined;
}

export type Entries = ReadonlyMap<string, Written>;

export interface Step {
  readonly index: number;
  readonly id: string | undefined;
  readonly name: Written | undefined;
  readonly if: Written | undefined;
  readonly uses: Written | undefined;
  readonly run: Written | undefined;
  readonly with: Entries;
  readonly env: Entries;
  readonly workingDirectory: Written | undefined;
  readonly shell: Written | undefined;
  readonly continueOnError: Written | undefined;
  readonly timeoutMinutes: Written | undefined;
  readonly span: Span;
}

export interface Job {
  readonly id: string;
  readonly name: Written | undefined;
  readonly needs: readonly Written[];
  readonly if: Written | undefined;
  /** `strategy.matrix` as written: a mapping, or a scalar that holds an expression. */
  readonly matrix: YamlNode | undefined;
  readonly maxParallel: Written | undefined;
  readonly environment: Written | undefined;
  /** `environment.url`, which GitHub evaluates once the steps are done. */
  readonly environmentUrl: Written | undefined;
  readonly container: Written | undefined;
  readonly services: readonly string[];
  readonly runsOn: readonly Written[];
  readonly timeoutMinutes: Written | undefined;
  readonly continueOnError: Written | undefined;
  readonly concurrency: Concurrency | undefined;
  readonly permissions: Entries | undefined;
  readonly outputs: Entries;
  readonly env: Entries;
  readonly defaults: Defaults;
  readonly steps: readonly Step[];
  /** A call of a reusable workflow: `jobs.<id>.uses`, with its inputs and secrets. */
  readonly uses: Written | undefined;
  readonly with: Entries;
  readonly secrets: "inherit" | Entries;
  readonly span: Span;
}

/** One workflow file. `runnable` is false when GitHub would refuse it; what could be read of it is still there. */
export interface Workflow {
  readonly path: Path;
  readonly name: string;
  readonly triggers: readonly Trigger[];
  readonly env: Entries;
  readonly defaults: Defaults;
  readonly concurrency: Concurrency | undefined;
  readonly permissions: Entries | undefined;
  readonly jobs: ReadonlyMap<string, Job>;
  readonly outputs: Entries;
  readonly problems: readonly YamlProblem[];
  readonly runnable: boolean;
}

/** A composite action of the repository (`action.yml`); other kinds of action are not played. */
export interface CompositeAction {
  readonly path: Path;
  readonly inputs: ReadonlyMap<string, Input>;
  readonly outputs: Entries;
  readonly steps: readonly Step[];
  /** A fatal one makes a step that uses it fail. */
  readonly problems: readonly YamlProblem[];
}
