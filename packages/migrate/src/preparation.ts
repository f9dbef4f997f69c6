import { literal, sameText, written, type Bound } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { folderPath } from "./folder.ts";
import type { Preparation, Reason } from "./intent.ts";
import type { Entry } from "./job-entries.ts";
import { npmCommand, npmRegistry } from "./npm-registry.ts";
import type { Scope } from "./scope.ts";
import { withoutStandIns } from "./stand-ins.ts";
import { isAutomaticToken } from "./tokens.ts";

/** Names that only steer the CLI in the runner, or that a deployment sets by itself. */
const runnerOnly = new Set([
  "PATH",
  "HOME",
  "PWD",
  "SHELL",
  "PULUMI_ACCESS_TOKEN",
  "PULUMI_BACKEND_URL",
  "PULUMI_STACK",
  "PULUMI_STACK_NAME",
  "PULUMI_ROOT",
  "PULUMI_CI",
  "IS_PR_WORKFLOW",
  "COMMENT_ON_PR",
  "PULUMI_PREFER_YARN",
]);

/** What the program sees and a deployment has to carry: without tokens of the run, and without the runner's own names. */
export function environmentOf(command: Command, scope: Scope): ReadonlyMap<string, Bound> {
  const all = new Map([...scope.exports, ...command.environment]);
  const kept = [...all].filter(
    ([name, bound]) => !runnerOnly.has(name) && !isAutomaticToken(bound) && /^[A-Za-z_]\w*$/.test(name),
  );
  return new Map(kept.map(([name, { text, from }]) => [name, { text: withoutStandIns(text), from }]));
}

/**
 * A command before the operation as a deployment would run it. Literal variables of its own are written in front of
 * it; `preparationEnvironment` has the others.
 */
export function preparation(entry: Entry, environment: ReadonlyMap<string, Bound>): readonly Preparation[] {
  const { command } = entry;
  const registry = command.kind === "uses" && entry.duty === "prepares" ? npmRegistry(command.inputs) : undefined;
  if (registry)
    return [{ command: npmCommand(registry), directory: ".", installs: false, checks: false, from: command.from }];
  const directory = folderPath(command.directory);
  if (entry.duty !== "prepares" || command.kind !== "run" || directory === undefined) return [];
  const own = extraVariables(command, environment).flatMap(([name, { text }]) => {
    const value = literal(text);
    return value === undefined ? [] : [`${name}=${quoted(value)}`];
  });
  const words = command.words.map((word) => quoted(literal(word) ?? written(word)));
  return [
    {
      command: [...own, ...words].join(" "),
      directory,
      installs: entry.installs && own.length === 0,
      checks: entry.checks,
      from: command.from,
    },
  ];
}

/** Programs that do as their words say, whatever variables they are given. */
const withoutEnvironment = /^(mkdir|cp|mv|ln|rm|chmod|touch)$/;

/** Variables a command before the operation has and the operation has not, or has with another value. */
function extraVariables(
  command: Command,
  environment: ReadonlyMap<string, Bound>,
): readonly (readonly [string, Bound])[] {
  if (command.kind === "run" && withoutEnvironment.test(literal(command.words[0] ?? []) ?? "")) return [];
  return [...command.environment].filter(([name, bound]) => {
    const own = environment.get(name);
    return !runnerOnly.has(name) && /^[A-Za-z_]\w*$/.test(name) && !(own && sameText(own.text, bound.text));
  });
}

/** Values only the owner has that commands before the operation need: they go into the deployment's environment too. */
export function preparationEnvironment(
  earlier: readonly Entry[],
  environment: ReadonlyMap<string, Bound>,
): { readonly added: ReadonlyMap<string, Bound>; readonly obstacles: readonly Reason[] } {
  const added = new Map<string, Bound>();
  const obstacles: Reason[] = [];
  for (const entry of earlier.filter((one) => one.duty === "prepares")) {
    for (const [name, bound] of extraVariables(entry.command, environment)) {
      if (literal(bound.text) !== undefined) continue;
      const known = environment.get(name) ?? added.get(name);
      if (isAutomaticToken(bound) && entry.installs) added.set(name, ownToken(name, bound));
      else if (isAutomaticToken(bound))
        obstacles.push({
          code: "GP227",
          message: `a command before it uses the run's own token as \`${name}\`; a deployment has another one`,
          from: bound.from,
        });
      else if (known && !sameText(known.text, bound.text))
        obstacles.push({
          code: "GP227",
          message: `\`${name}\` has another value before the operation than in it`,
          from: bound.from,
        });
      else added.set(name, bound);
    }
  }
  return { added, obstacles };
}

/** A token of the owner's in place of the run's own, for packages that are installed with it: GP624 says so. */
function ownToken(name: string, { from }: Bound): Bound {
  const path = `secrets.${name}`;
  return { text: [{ expression: path, names: [path], note: ownTokenNote }], from };
}

/** Tells such a value from a secret that the workflow has. */
export const ownTokenNote = "a token of the owner's in place of the run's own";

/** A word as a shell needs it written. */
function quoted(word: string): string {
  // A leading `~` and wildcards mean something only while they are not quoted.
  if (/^~(?:\/[\w@%+=:,./*-]*)?$/.test(word) || /^[\w@%+=:,./*?-]+$/.test(word)) return word;
  return `'${word.replaceAll("'", "'\\''")}'`;
}
