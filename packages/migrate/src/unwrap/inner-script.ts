import { further, literal, textOf, type Bound, type Span, type Text } from "@gha2pulumi/repo";
import {
  environmentFile,
  ownChoices,
  playScript,
  withGivenRead,
  type Command,
  type ProgramCall,
  type Steering,
} from "@gha2pulumi/workflow";

/** Where a part of a script stands in a file, as far as that is known. */
type Place = (start: number, end: number) => Span | undefined;

/**
 * The commands of a script that a command runs, each with its place in that script's file where that is known.
 * `added` are words a caller puts behind the script, as `npm run` does with those behind `--`.
 */
export function insideScript(
  command: Command,
  script: string | Text,
  directory: Text,
  place: Place,
  added: readonly Text[] = [],
): readonly Command[] {
  const environment = new Map<string, Text>([...command.environment].map(([name, bound]) => [name, bound.text]));
  const whole = withWords(script, added);
  const play = playScript(whole.text, { directory, environment, expressions: whole.expressions, told: new Set() });
  const own = ownChoices();
  const outer = withGivenRead<Bound>(command.environment, whole.text, { text: [], from: command.from });
  const calls = play.calls.map((call): Command => {
    const span = place(call.start, call.end);
    const from = span ? further(command.from, span) : command.from;
    const bounds = new Map<string, Bound>(outer);
    for (const [name, text] of call.environment) bounds.set(name, { text, from });
    for (const name of call.unset) bounds.delete(name);
    return {
      kind: "run",
      words: call.words,
      environment: bounds,
      directory: call.directory,
      certainty: command.certainty && call.certainty,
      writes: call.writes,
      line: undefined,
      arms: [...(command.kind === "run" ? command.arms : []), ...own(call.arms)],
      unconditional: call.certainty === true && (command.kind !== "run" || command.unconditional),
      steered: [...(command.kind === "run" ? command.steered : []), ...steeredBy(call, command, place)],
      excused: command.excused || call.excused,
      piped: call.piped || (command.kind === "run" && command.piped),
      fallback: call.fallback || (command.kind === "run" && command.fallback),
      from,
    };
  });
  return [...calls, ...[...play.environment].map(([name, value]) => writing(name, value, command, directory))];
}

/** What a script writes to `$GITHUB_ENV` itself, as a command. */
function writing(name: string, value: Text, { certainty, excused, from }: Command, directory: Text): Command {
  return {
    kind: "run",
    words: [["echo"], textOf(`${name}=`, value)],
    environment: new Map(),
    directory,
    certainty,
    writes: [environmentFile],
    line: undefined,
    arms: [],
    unconditional: false,
    steered: [],
    excused,
    piped: false,
    fallback: false,
    from,
  };
}

/** The variable such a command writes, and its value; `undefined` for any other command. */
export function variableWritten(command: Command): readonly [name: string, value: Text] | undefined {
  if (command.kind !== "run" || !writesVariables(command)) return undefined;
  const [head, ...rest] = command.words[1] ?? [];
  const at = typeof head === "string" ? head.indexOf("=") : -1;
  return typeof head === "string" && at > 0 ? [head.slice(0, at), textOf(head.slice(at + 1), rest)] : undefined;
}

/** Whether it is one that writes to `$GITHUB_ENV`, in a script that is followed. */
export function writesVariables(command: Command): boolean {
  return command.kind === "run" && command.writes !== undefined && literal(command.writes) === environmentFile;
}

function steeredBy({ loop }: ProgramCall, { from }: Command, place: Place): readonly Steering[] {
  const span = loop && place(loop.start, loop.end);
  return loop ? [{ kind: "again", from: span ? further(from, span) : from }] : [];
}

const standIn = "x".repeat(16);

/**
 * Holes stand in the script as stand-ins that its play fills with what they are. Added words are quoted, so that none
 * is split.
 */
function withWords(
  script: string | Text,
  words: readonly Text[],
): {
  readonly text: string;
  readonly expressions: readonly { readonly start: number; readonly end: number; readonly value: Text }[];
} {
  const expressions: { start: number; end: number; value: Text }[] = [];
  let text = "";
  const stand = (value: Text): void => {
    expressions.push({ start: text.length, end: text.length + standIn.length, value });
    text += standIn;
  };
  for (const piece of typeof script === "string" ? [script] : script) {
    if (typeof piece === "string") text += piece;
    else stand([piece]);
  }
  for (const word of words) {
    text += ' "';
    stand(word);
    text += '"';
  }
  return { text, expressions };
}
