import { further, type Bound, type Span, type Text } from "@gha2pulumi/repo";
import { playScript, type Command } from "@gha2pulumi/workflow";

type Run = Command & { readonly kind: "run" };

/** The same call with its first words taken off: what stands behind a wrapper. */
export function behind(command: Run, words: readonly Text[]): readonly Command[] {
  return words.length === 0 ? [] : [{ ...command, words }];
}

/** The commands of a script that a command runs, each with its place in that script's file where that is known. */
export function insideScript(
  command: Command,
  script: string,
  directory: Text,
  place: (start: number, end: number) => Span | undefined,
): readonly Command[] {
  const environment = new Map<string, Text>([...command.environment].map(([name, bound]) => [name, bound.text]));
  const play = playScript(script, { directory, environment, expressions: [] });
  return play.calls.map((call) => {
    const span = place(call.start, call.end);
    const from = span ? further(command.from, span) : command.from;
    const bounds = new Map<string, Bound>(command.environment);
    for (const [name, text] of call.environment) bounds.set(name, { text, from });
    return {
      kind: "run",
      words: call.words,
      environment: bounds,
      directory: call.directory,
      certainty: command.certainty && call.certainty,
      fallback: call.fallback || (command.kind === "run" && command.fallback),
      from,
    };
  });
}
