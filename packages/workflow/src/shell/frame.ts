import type { Text } from "@gha2pulumi/repo";
import type { ShellLine } from "./shell-line.ts";
import { copyState, type Certainty, type ShellState } from "./state.ts";
import type { Node, Statement } from "./syntax.ts";

/** One program a script calls. */
export interface ProgramCall {
  readonly words: readonly Text[];
  /** The variables written in front of it (`A=1 program`) and those the script has exported, on top of the step's. */
  readonly environment: ReadonlyMap<string, Text>;
  readonly directory: Text;
  /** The file its output goes to: not GitHub's own command files, and not `/dev/null`. */
  readonly writes: Text | undefined;
  readonly certainty: true | undefined;
  /** It stands behind `||`, so it runs only when the command before it fails. */
  readonly fallback: boolean;
  /** Its failure does not end the script: something asks for it, or stands in for it. */
  readonly excused: boolean;
  /** It reads what the program in front of `|` prints. */
  readonly piped: boolean;
  /** Variables of the step that the script has taken away. */
  readonly unset: readonly string[];
  /** The command, with the pipeline it is in, as another bash can run it; only where it writes a file or has values. */
  readonly line: ShellLine | undefined;
  readonly start: number;
  readonly end: number;
  /** The loop around it that ends with its success, and runs it again where it fails. */
  readonly loop: Place | undefined;
  /** Where it stands among the arms of each `if` and `case` around it that only the run decides. */
  readonly arms: readonly Arm[];
}

/** An arm of a choice. A choice is known by itself: whatever plays an `if` twice makes two, which may go two ways. */
export interface Arm {
  readonly choice: Choice;
  readonly arm: number;
}

/** One time that a script comes to an `if` or `case`. */
export interface Choice {
  readonly start: number;
}

/** A part of a script, by its offsets. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Choices of one run of a script that is played once for all its runs: the same in each of them, and none of another's. */
export function ownChoices(): (arms: readonly Arm[]) => readonly Arm[] {
  const own = new Map<Choice, Choice>();
  return (arms) =>
    arms.map(({ choice, arm }) => {
      const mine = own.get(choice) ?? { ...choice };
      own.set(choice, mine);
      return { choice: mine, arm };
    });
}

/** What a script does, as far as it can be read without running anything. */
export interface ScriptPlay {
  readonly calls: readonly ProgramCall[];
  readonly outputs: ReadonlyMap<string, Text>;
  readonly environment: ReadonlyMap<string, Text>;
  /** It writes to `$GITHUB_OUTPUT` or `$GITHUB_ENV` in a way that cannot be read, so any name may be set. */
  readonly opaque: boolean;
  /** It ends with `exit` and a code other than 0, whatever its programs do. Where it may, `exit 1` is among the calls. */
  readonly fails: boolean;
  readonly errors: readonly string[];
}

export interface ScriptScope {
  readonly directory: Text;
  readonly environment: ReadonlyMap<string, Text>;
  readonly expressions: readonly { readonly start: number; readonly end: number; readonly value: Text }[];
  /** The names and patterns that have events of their own, so that no other name that is stood for is one of them. */
  readonly told: ReadonlySet<string>;
}

/** `ran`: an ordinary program, taken to succeed, because a step that fails ends its job. */
export type Status = Certainty | "ran";

/** A play of one script, with what it has found so far. Owned and changed by that play. */
export interface Run {
  readonly calls: ProgramCall[];
  readonly outputs: Map<string, Text>;
  readonly exported: Map<string, Text>;
  readonly initial: ReadonlyMap<string, Text>;
  readonly told: ReadonlySet<string>;
  readonly unmask: (piece: string) => Text;
  readonly asWritten: (piece: string) => string;
  /** The script with its expressions masked. */
  readonly source: string;
  /** Lines of a `name<<DELIMITER` whose end has not been written yet, by command file. */
  readonly unfinished: Map<string, { readonly lines: readonly Text[]; readonly certainty: true | undefined }>;
  opaque: boolean;
  fails: boolean;
  depth: number;
  nodes: number;
  /** It was left off at a limit. */
  cut: boolean;
}

/** Where in a script a play stands. */
export interface Frame {
  readonly state: ShellState;
  readonly certainty: true | undefined;
  readonly fallback: boolean;
  /** Something asks for the result (`if`, `&&`, `||`, `!`), so that a failure does not end the script. */
  readonly tested: boolean;
  /** A failure has no consequence: it is asked for by `if`, something behind `||` makes up for it, or it runs in the background. */
  readonly excused: boolean;
  /** Nothing of its script stands behind it, so that the script ends as it does. */
  readonly last: boolean;
  /** It is missed where a program in front of `&&` fails, and the script goes on: then it has left nothing. */
  readonly missed: boolean;
  readonly piped: boolean;
  readonly arms: readonly Arm[];
  /** The pipeline around it; `null` within `$(…)`, where nothing stands for itself. */
  readonly whole: Node | undefined | null;
  /** Where standard output goes: the lines of a `$(…)` or of a command file, and whether they are sure to be asked for. */
  readonly sink: { readonly lines: Text[]; readonly certainty: true | undefined } | undefined;
}

/** Whether what it leaves for what follows, in a variable or a file, is there whenever the step succeeds. */
export function leaves({ certainty, missed }: Frame): true | undefined {
  return missed ? undefined : certainty;
}

/** A statement of a list. Nobody asks how one ends that runs in the background (`tunnel &`), nor does a bare `wait`. */
export function inTurn(frame: Frame, statement: Statement, runs: true | undefined, isLast: boolean): Frame {
  const excused = frame.excused || statement.background === true;
  return { ...frame, certainty: runs && frame.certainty, excused, last: frame.last && isLast };
}

/** A branch that may run, in a shell state of its own. */
export function inBranch(frame: Frame, arm?: Arm): Frame {
  const arms = arm ? [...frame.arms, arm] : frame.arms;
  return { ...frame, certainty: undefined, state: copyState(frame.state), arms };
}
