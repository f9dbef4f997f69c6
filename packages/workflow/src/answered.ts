import { textOf, type Bound, type Text } from "@gha2pulumi/repo";
import type { Surroundings } from "./context.ts";
import type { Command, StepPlay } from "./play-model.ts";

/**
 * What may be told of a variable: a name, in letters that mean themselves in every shell. An operation, a flag or a word
 * such as `true` is what somebody switches.
 */
export const tellable =
  /^(?!(?:true|false|yes|no|on|off|[01]|(?:en|dis)abled?|none|null|up|update|preview|refresh|destroy)$)[\w@%+=:,./-]+$/i;

/**
 * Steps with the values that somebody told of variables (`vars.STACK`), where a command is given one as it is. What
 * decides whether a command runs was decided before this, without them: a variable that is a switch stays one, and what
 * is told of it counts as a name and no more. `${{ vars.A == 'x' }}` and the like stay what they were.
 */
export function withAnswers(steps: readonly StepPlay[], surroundings: Surroundings): readonly StepPlay[] {
  const told = new Map(
    [...surroundings].flatMap(([key, value]) =>
      key.startsWith("vars.") && tellable.test(value) ? [[key.toLowerCase(), value] as const] : [],
    ),
  );
  if (told.size === 0) return steps;
  // The contexts of expressions know no case.
  const filled = (text: Text): Text =>
    textOf(
      ...text.map((piece) =>
        typeof piece === "string"
          ? piece
          : (told.get(variableOf(piece.expression)) ?? lookedUp(piece.expression, told) ?? piece),
      ),
    );
  return steps.map((step) => ({ ...step, commands: step.commands.map((command) => commandWith(command, filled)) }));
}

/** What a table that is written out has for a name that was told; of one it has not, nothing. */
function lookedUp(expression: string, told: ReadonlyMap<string, string>): string | undefined {
  const [, table, key] = /^fromJSON\('((?:[^']|'')*)'\)\[(vars\.[\w-]+)\]$/i.exec(expression) ?? [];
  const name = key === undefined ? undefined : told.get(key.toLowerCase());
  const entries = name === undefined ? undefined : entriesOf(table ?? "");
  return name === undefined || entries === undefined ? undefined : (entries.get(name) ?? "");
}

function entriesOf(table: string): ReadonlyMap<string, string> | undefined {
  try {
    const read: unknown = JSON.parse(table.replaceAll("''", "'"));
    const isTable = typeof read === "object" && read !== null && !Array.isArray(read);
    const entries = isTable ? Object.entries(read as Record<string, unknown>) : [];
    return isTable && entries.every(([, value]) => typeof value === "string")
      ? new Map(entries as [string, string][])
      : undefined;
  } catch {
    return undefined;
  }
}

/** The variable that is a value by itself, or unless there is none: `vars.STACK || 'main'`. */
function variableOf(expression: string): string {
  return (/^(vars\.\w+) \|\| '[^']*'$/.exec(expression)?.[1] ?? expression).toLowerCase();
}

function commandWith(command: Command, filled: (text: Text) => Text): Command {
  const bound = ({ text, from }: Bound): Bound => ({ text: filled(text), from });
  const all = <T, U>(map: ReadonlyMap<string, T>, one: (value: T) => U): ReadonlyMap<string, U> =>
    new Map([...map].map(([name, value]) => [name, one(value)]));
  const called = { environment: all(command.environment, bound), directory: filled(command.directory) };
  switch (command.kind) {
    case "uses":
      return { ...command, ...called, inputs: all(command.inputs, bound) };
    case "run": {
      const { line, writes } = command;
      return {
        ...command,
        ...called,
        words: command.words.map(filled),
        writes: writes && filled(writes),
        line: line && { ...line, variables: all(line.variables, filled) },
      };
    }
    case "script":
      return { ...command, ...called, filled: filled(command.filled) };
  }
}
