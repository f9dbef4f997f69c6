import type { Bound, Event, Path, Text, Trail } from "@gha2pulumi/repo";
import type { Job, Step, Workflow } from "./model.ts";
import type { ShellLine } from "./shell/shell-line.ts";
import type { Arm } from "./shell/frame.ts";
import type { Certainty } from "./shell/state.ts";

/** A condition met on the way, as far as it is decided; `note` says what it hangs on when it is not `true`. */
export interface Condition {
  readonly value: Certainty;
  readonly note: string;
  /** Contexts an undecided condition reads: `vars.UP`, `steps.changes.outputs.infra`. */
  readonly names: readonly string[];
}

interface Called {
  readonly environment: ReadonlyMap<string, Bound>;
  readonly directory: Text;
  /** `undefined`: it may run, depending on something only the run can tell. It is never `false`. */
  readonly certainty: true | undefined;
  /** It may fail without consequence: `continue-on-error`, `|| true`, `set +e`. */
  readonly excused: boolean;
  readonly from: Trail;
}

/** What runs a program again where it fails, or stops it after a while: a loop of its script, `retry`, `timeout 30m`. */
export interface Steering {
  readonly kind: "again" | "time";
  readonly from: Trail;
}

/** One use of an action, or one program a script calls. */
export type Command =
  | (Called & {
      readonly kind: "uses";
      readonly action: string;
      readonly ref: string;
      readonly inputs: ReadonlyMap<string, Bound>;
    })
  | (Called & {
      readonly kind: "run";
      readonly words: readonly Text[];
      /** It stands behind `||`: it runs only when the command before it fails. */
      readonly fallback: boolean;
      /** Its script runs it whenever the step runs: no condition of the script is in the way. */
      readonly unconditional: boolean;
      /** What stands around it in its script, and what it is wrapped in. */
      readonly steered: readonly Steering[];
      /** It reads what the program in front of `|` prints. */
      readonly piped: boolean;
      /** The file of the runner its output goes to. */
      readonly writes: Text | undefined;
      /** As another bash can run it, with the values it reads by name; only where it writes a file or has values. */
      readonly line: ShellLine | undefined;
      /** The arms that it stands in, of choices that only the run makes: see `apart`. */
      readonly arms: readonly Arm[];
    })
  /** A script in a language that is not a shell, or one that cannot be read. */
  | (Called & {
      readonly kind: "script";
      readonly shell: string;
      readonly text: string;
      /** The text with what GitHub puts in place of its expressions. */
      readonly filled: Text;
    });

/** Whether two commands stand in two arms of one `if` or `case`, so that no run comes to both. */
export function apart(one: Command, other: Command): boolean {
  if (one.kind !== "run" || other.kind !== "run") return false;
  return one.arms.some(({ choice, arm }) => other.arms.some((own) => own.choice === choice && own.arm !== arm));
}

/** One step of a played job; steps of composite actions are played in its place. */
export interface StepPlay {
  readonly step: Step;
  /** The step's place, behind the places of the calls that led to it. */
  readonly trail: Trail;
  readonly runs: Condition;
  /** It runs after something failed: `failure()`, `always()`. */
  readonly afterFailure: boolean;
  /** Contexts the script of the step reads in its expressions: `secrets.KUBECONFIG`. */
  readonly reads: readonly string[];
  readonly commands: readonly Command[];
}

/** A concurrency group as it is named on an event, and the run, job or call that is in it as one. */
export interface Group extends Bound {
  readonly holder: string;
  /** What waits in it may be replaced by what comes later: not with `queue: max`. */
  readonly replaces: boolean;
  /** What comes later ends what runs: `cancel-in-progress`, unless only an expression tells. */
  readonly ends: boolean;
}

/** One job of one workflow on one event: one cell of its matrix, the calls of reusable workflows followed. */
export interface JobPlay {
  readonly workflow: Workflow;
  /** The job of the workflow the event started; the one whose `needs` and name count. */
  readonly caller: Job;
  /** The job whose steps are played: the same, or one of a called workflow. */
  readonly job: Job;
  readonly calls: Trail | undefined;
  /** `dev, eu-west-1` for a cell of a matrix, `""` without one; `undefined` when the matrix cannot be expanded. */
  readonly cell: string | undefined;
  readonly runs: Condition;
  /** It runs when a job it waits for fails, or the run is cancelled: `failure()`, `needs.deploy.result`. */
  readonly afterFailure: boolean;
  readonly environment: Bound | undefined;
  /** Concurrency groups it is in: its own, and those of its run and of the calls that led to it. */
  readonly groups: readonly Group[];
  /** Ids of the jobs it waits for, through all of `needs`, in the caller's and its own workflow. */
  readonly needs: readonly { readonly path: Path; readonly job: Job }[];
  readonly steps: readonly StepPlay[];
}

export interface WorkflowPlay {
  readonly workflow: Workflow;
  readonly event: Event;
  readonly jobs: readonly JobPlay[];
}
