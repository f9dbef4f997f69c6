import type { Text } from "@gha2pulumi/repo";
import { files } from "./state.ts";

/**
 * Variables that every runner sets for every process of a step. A workflow may give `CI` another value, and a script both.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#default-environment-variables
 */
const given: ReadonlyMap<string, Text> = new Map([
  ["CI", ["true"]],
  ["GITHUB_ACTIONS", ["true"]],
]);

/**
 * Under these names an environment says of a given variable that it was taken away (`unset CI`, `sudo`, a container), so
 * that a script further inside does not find it, and that a script has read it. No variable can be called so.
 */
const away = "-";
const asked = "?";

/** An environment in which nothing that the runner gives is left, or in which some names of it are not. */
export function withoutGiven<T>(
  environment: ReadonlyMap<string, T>,
  empty: T,
  names: Iterable<string> = given.keys(),
): ReadonlyMap<string, T> {
  const taken = [...names].filter((name) => given.has(name) && !environment.has(name));
  return taken.length === 0
    ? environment
    : new Map([...environment, ...taken.map((name) => [away + name, empty] as const)]);
}

/** The variables a script begins with: those of its step, and those that GitHub gives, some of them as names of files. */
export function variablesAtStart(environment: ReadonlyMap<string, Text>): Map<string, Text> {
  const { output, env, path, summary, workspace } = files;
  return new Map<string, Text>([
    ...environment,
    ["GITHUB_OUTPUT", [output]],
    ["GITHUB_ENV", [env]],
    ["GITHUB_PATH", [path]],
    ["GITHUB_STEP_SUMMARY", [summary]],
    ["GITHUB_WORKSPACE", [workspace]],
    ...givenTo(environment),
  ]);
}

/** The given variables that a script with this environment finds. */
function givenTo(environment: ReadonlyMap<string, unknown>): readonly (readonly [name: string, value: Text])[] {
  return [...given].filter(([name]) => !environment.has(name) && !environment.has(away + name));
}

/** An environment that says which given variables the script around its commands reads: `$CI`, `${CI:-false}`. */
export function withGivenRead<T>(
  environment: ReadonlyMap<string, T>,
  script: string,
  empty: T,
): ReadonlyMap<string, T> {
  const read = givenTo(environment).filter(([name]) => new RegExp(`\\$\\{?${name}\\b`).test(script));
  return read.length === 0
    ? environment
    : new Map([...environment, ...read.map(([name]) => [asked + name, empty] as const)]);
}

/** The given variables that the script around a command has read. */
export function givenRead(environment: ReadonlyMap<string, unknown>): readonly string[] {
  return [...given.keys()].filter((name) => environment.has(asked + name));
}

/** The variable that a name of an environment is about. */
export function nameIn(name: string): string {
  return name.startsWith(away) || name.startsWith(asked) ? name.slice(1) : name;
}
