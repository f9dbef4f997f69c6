import { literal, onlyName, sameText, written, type Bound, type Text } from "@gha2pulumi/repo";
import { filledIn, joinPath, type Command } from "@gha2pulumi/workflow";
import { shellWord } from "./shell-word.ts";
import { withoutStandIns } from "./stand-ins.ts";

/** A command that only puts text into a file, or takes it out of base64 on the way there: bash and coreutils do it all. */
const writers = /^(?:echo|printf|cat)\b|^base64 (?:-d|-D|--decode)$/;

type Run = Command & { readonly kind: "run" };

/** Whether a command writes a file that a deployment can write itself, with the owner's secrets in its environment. */
export function writesItself(command: Run): boolean {
  const { line } = command;
  // `cat other > file` copies something whose own origin is not asked here.
  const isText = line?.programs.every((program) => writers.test(program) && !/^cat ./.test(program)) === true;
  // What may be a script that runs Pulumi is shown.
  return isText && !/pulumi/i.test(line.text) && placeOf(command, command.writes) !== undefined;
}

/** Whether all that a command reads from the pipe is text that the line has itself. */
export function readsOnlyText(command: Run): boolean {
  return (
    command.line?.programs.slice(0, -1).every((program) => writers.test(program) && !/^cat ./.test(program)) === true
  );
}

/** A file by its place: below the repository's root, `~/…` or `/tmp/…`; `undefined` for any other and unknown ones. */
export function placeOf({ directory }: Command, path: Text | undefined): string | undefined {
  const text = path && written(path).replace("${{ env.HOME }}/", "~/");
  if (text === undefined || !/^(?:~\/|\/tmp\/)?[\w@%+=:,.-][\w@%+=:,./-]*$/.test(text)) return undefined;
  const place = literal(joinPath(directory, [text])) ?? "/";
  return /^(?:~\/|\/tmp\/|[^~/])/.test(place) && !/(?:^|\/)\.\.(?:\/|$)/.test(place) ? place : undefined;
}

/** A command of a deployment, and the values of the owner's that it finds in its environment. */
export interface CarriedLine {
  readonly command: string;
  readonly added: ReadonlyMap<string, Bound>;
}

/**
 * A line with values of the owner's as a deployment would run it; `undefined` where a name is taken. What only the line
 * reads is in the environment under a name of its own (`SETUP_KEY`), since Pulumi would read a `KUBECONFIG` itself; no
 * value ever stands in the command. `given` are variables that the program of the line has besides the operation's.
 */
export function carriedLine(
  command: Run,
  environment: ReadonlyMap<string, Bound>,
  given: ReadonlyMap<string, Bound>,
): CarriedLine | undefined {
  const { line, from } = command;
  if (line === undefined) return undefined;
  const added = new Map<string, Bound>();
  const assigned: string[] = [];
  for (const [name, text] of new Map([
    ...[...given].map(([key, bound]) => [key, bound.text] as const),
    ...[...line.variables].map(([key, text]) => [key, withoutStandIns(text)] as const),
  ])) {
    const value = literal(text);
    if (sameText(environment.get(name)?.text, text) || (value === undefined && given.has(name))) continue;
    if (value !== undefined) {
      assigned.push(`${name}=${shellWord(value)}`);
      continue;
    }
    const own = name.startsWith(filledIn)
      ? name
      : `${filledIn}${onlyName(text, "secrets") ?? onlyName(text, "vars") ?? name}`;
    const other = environment.get(own) ?? added.get(own);
    if (other && !sameText(other.text, text)) return undefined;
    added.set(own, { text, from });
    if (own !== name) assigned.push(`${name}="$${own}"`);
  }
  const isPlain = assigned.length === 0 && command.writes === undefined && !/^\[\[|\|/.test(line.text);
  return { command: isPlain ? line.text : [...assigned, "bash -c", shellWord(line.text)].join(" "), added };
}
