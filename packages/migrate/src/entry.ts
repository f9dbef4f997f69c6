import type { Command, StepPlay } from "@gha2pulumi/workflow";
import type { ConfigPlace, ConfigWrite, Duty, Operates, Reason } from "./intent.ts";
import type { Scope } from "./scope.ts";

/** One command of a job, with what it is to the operations around it. */
export interface Entry {
  readonly step: StepPlay;
  readonly command: Command;
  readonly duty: Duty;
  readonly installs: boolean;
  readonly checks: boolean;
  readonly operates: readonly Operates[];
  readonly reasons: readonly Reason[];
  /** Where all that it leaves on the runner is, when that is known to be files. */
  readonly left: string | undefined;
  /** Configuration it sets for the run. */
  readonly config: ConfigWrite | undefined;
  /** The stack whose configuration it brings back to that of the last update. */
  readonly refreshes: ConfigPlace | undefined;
  /** What the job has established before this command, and after it. */
  readonly before: Scope;
  readonly after: Scope;
  /** It calls more programs, or deeper ones, than are followed: what it runs is not known. */
  readonly unfollowed: boolean;
}
