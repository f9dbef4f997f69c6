import { innermost, literal, written, type Path, type Trail, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command, type JobPlay } from "@gha2pulumi/workflow";
import { hiddenOperation } from "./hidden-operation.ts";
import { isPulumiProgram } from "./recognisers/pulumi-cli.ts";
import { hidesProgram } from "./hidden-programs.ts";
import type { Entry } from "./entry.ts";
import type { Story } from "./stories.ts";
import type { World } from "./world.ts";
import { installsPulumi, isUnknownProgram, speaksOfOperation } from "./unknown-program.ts";
import { unreadOperation } from "./unread-operation.ts";

/** A place that may have to do with Pulumi and is no operation: nothing that may run it is passed over in silence. */
export interface Mention {
  readonly path: Path;
  readonly message: string;
  readonly from: Trail;
}

/**
 * Calls of reusable workflows that are not here, that are handed a Pulumi token or have Pulumi in their name, or that
 * stand in a repository whose stacks nothing else runs; in jobs without an operation, commands that may do anything with
 * the Pulumi token they are handed; settings that are written by a request in front of deployments that exist already;
 * steps that end in an error. In any job, commands that run what is not read and has an operation in it, whatever they
 * are handed.
 */
export function mentionsOf(stories: readonly Story[], world: World): readonly Mention[] {
  const { tree } = world;
  const found = new Map<string, Mention>();
  const running = new Set(stories.filter(runsPulumi).map(({ workflow }) => workflow));
  for (const { workflow, jobs } of stories) {
    const isOnly = running.size === 0;
    const around = { tree, isAlone: !running.has(workflow), isOnly, isUnrun: () => isOnly && hasStacks(world) };
    for (const { job, entries } of jobs) {
      const operations = entries.flatMap((entry) => entry.operates);
      const isSeen = operations.some(({ called }) => called === undefined);
      for (const entry of entries) {
        const hidden = entry.operates.length > 0 ? undefined : unreadRecipe(entry, tree);
        const failing = saidOf(entry, "GP297");
        if (isSeen && hidden === undefined && failing === undefined) continue;
        const unread = job.job.uses ? absentCall(entry, around) : (hidden ?? handedOn(entry, entries, job, around));
        const message = failing ?? (operations.length > 0 ? (hidden ?? saidOf(entry, "GP517")) : unread);
        if (message === undefined) continue;
        const at = innermost(entry.command.from);
        const key = `${workflow.path} ${at.path} ${at.start} ${message}`;
        found.set(key, { path: workflow.path, message, from: entry.command.from });
      }
    }
  }
  return [...found.values()];
}

function unreadRecipe({ command }: Entry, tree: Tree): string | undefined {
  const found = unreadOperation(command, tree);
  return (
    found &&
    `\`${found}\` stands in what \`${namedShort(command)}\` runs, which is not read whole; whether it runs cannot be told`
  );
}

function saidOf({ reasons }: Entry, wanted: string): string | undefined {
  return reasons.find(({ code }) => code === wanted)?.message;
}

function absentCall({ command, step }: Entry, { isUnrun }: Around): string | undefined {
  const hidden = hiddenOperation(command, step, undefined);
  if (hidden) return `\`${hidden.operationText}\` is not in this repository, and it may run Pulumi`;
  return command.kind === "uses" && isUnrun()
    ? `\`${command.action}\` is not in this repository, whose stacks no workflow here runs: it may run Pulumi`
    : undefined;
}

/** Stacks of the repository that somebody runs, and not Pulumi Deployments by settings that are here. */
function hasStacks({ projects, settingsFiles, tree }: World): boolean {
  const isSet = settingsFiles.length > 0 || [...tree.values()].some((text) => text.includes("DeploymentSettings"));
  return !isSet && [...projects.values()].some(({ stacks }) => stacks.size > 0);
}

/** What stands around a command: the files, and whether no job of its workflow runs Pulumi as far as that is known. */
interface Around {
  readonly tree: Tree;
  readonly isAlone: boolean;
  /** The same of the whole repository, in which a program of Pulumi may be. */
  readonly isOnly: boolean;
  /** And there are stacks that something else has to run. */
  readonly isUnrun: () => boolean;
}

function runsPulumi({ jobs }: Story): boolean {
  return jobs.some(({ entries }) => entries.some(({ operates }) => operates.length > 0));
}

/** The first opens Pulumi Cloud, the second a state that is kept elsewhere. */
const tokens: readonly string[] = ["PULUMI_ACCESS_TOKEN", "PULUMI_CONFIG_PASSPHRASE"];

/** Of each step the first command that neither looks nor installs, if it gets a token. */
function handedOn(entry: Entry, entries: readonly Entry[], job: JobPlay, around: Around): string | undefined {
  if (entry.unfollowed)
    return `\`${namedShort(entry.command)}\` calls more programs than are followed, and they may run Pulumi`;
  const own = entries.filter(({ step }) => step === entry.step);
  if (own.some(({ command }) => isPulumi(command)) || own.find(isUnread) !== entry) return undefined;
  const spoken = operationNear(entry, around.tree);
  if (spoken !== undefined)
    return `\`${spoken}\` stands in a script whose \`${namedShort(entry.command)}\` is not read; whether it runs cannot be told`;
  if (!isHanded(entry, job, around))
    return isLeftOver(entry, entries, around)
      ? `what \`${namedShort(entry.command)}\` does is not read, and a step before it installs Pulumi, which nothing else in its job runs`
      : undefined;
  return `what \`${namedShort(entry.command)}\` does is not read, and it is handed a Pulumi token`;
}

/**
 * A step that gives it a token means it; where the whole job has one, only what runs programs or speaks of Pulumi does
 * anything with it; and one for the whole workflow is there for whichever of its jobs runs Pulumi, if one does.
 */
function isHanded(
  { command, step: { step } }: Entry,
  { job, workflow }: JobPlay,
  { tree, isAlone, isOnly }: Around,
): boolean {
  return tokens.some((name) => {
    const given = command.environment.get(name);
    if (given === undefined || literal(given.text) === "") return false;
    if (step.env.has(name)) return true;
    return (
      (isAlone || job.env.has(name) || !workflow.env.has(name)) &&
      (hidesProgram(command, tree) || speaksOfPulumi(command) || (isOnly && isUnknownProgram(command, tree)))
    );
  });
}

/**
 * A program that nobody knows, behind a step that installs Pulumi, in a job that does not run it otherwise: of several,
 * those whose words name an operation.
 */
function isLeftOver(entry: Entry, entries: readonly Entry[], { tree }: Around): boolean {
  const at = entries.findIndex(installsPulumi);
  const hasProject = [...tree.keys()].some((path) => /(?:^|\/)Pulumi\.ya?ml$/.test(path));
  if (at < 0 || !hasProject || entries.some(({ command }) => command.kind === "run" && isPulumi(command))) return false;
  const unknown = entries.slice(at + 1).filter(({ command }) => isUnknownProgram(command, tree));
  const spoken = unknown.filter(({ command }) => speaksOfOperation(command));
  return (spoken.length > 0 ? spoken : unknown).includes(entry);
}

function speaksOfPulumi(command: Command): boolean {
  return command.kind === "run" && command.words.some((word) => /pulumi/i.test(written(word)));
}

const operation = /(?<![\w./-])pulumi (?:-\S+ )*(?:up|update|preview|pre|refresh|destroy|down|dn)(?![\w-])/;

/** The first one in the text of its step, or in a shell file of the repository that the text names. */
function operationNear({ command, step: { step } }: Entry, tree: Tree): string | undefined {
  const script = step.run?.text ?? "";
  const named = script.split(/[^\w./-]+/).filter((word) => /\.(?:sh|bash)$/.test(word));
  const files = named.map((name) => tree.get(literal(joinPath(command.directory, [name])) ?? ""));
  return [script, ...files].map((text) => operationIn(text ?? "")).find((found) => found !== undefined);
}

/** The first operation that a script's text has as a command: neither in a comment nor in what is printed. */
function operationIn(script: string): string | undefined {
  const lines = script.split("\n").filter((line) => !/^\s*(?:#|echo\b|printf\b)/.test(line));
  return lines.flatMap((line) => operation.exec(line)?.[0] ?? []).at(0);
}

function isPulumi(command: Command): boolean {
  if (command.kind === "uses") return command.action.startsWith("pulumi/");
  return command.kind === "run" && isPulumiProgram(command.words[0] ?? []);
}

function isUnread({ command, duty, installs }: Entry): boolean {
  const program = command.kind === "run" ? literal(command.words[0] ?? []) : undefined;
  if (program !== undefined && ["echo", "printf", "exit", "test", "[", "[[", "export", "set"].includes(program))
    return false;
  return duty !== "serves" && !(duty === "prepares" && installs);
}

/** Its program with the plain words behind it: further on there may be anything. */
function namedShort(command: Command): string {
  if (command.kind === "uses") return command.action;
  if (command.kind === "script") return `a script in ${command.shell}`;
  const words = command.words.slice(0, 6).map((word) => written(word));
  const end = words.findIndex((word) => !/^[\w@./:-]{1,40}$/.test(word));
  const plain = words.slice(0, end < 0 ? words.length : Math.max(end, 1));
  return plain.slice(0, plain.findLastIndex((word) => !word.startsWith("-")) + 1).join(" ");
}
