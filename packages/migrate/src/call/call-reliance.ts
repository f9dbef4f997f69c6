import { literal } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Entry } from "../job-entries.ts";
import { needsNoFiles, programOf, wordsOf } from "./call-later.ts";

/**
 * What a later step of the job needs that only the step of a call has set up, in one play of its job. Of what such a
 * step runs itself nothing is left: no tool, no file, no login, no selected stack.
 */
export function relianceOn(step: Step, entries: readonly Entry[]): string | undefined {
  const at = entries.findIndex((entry) => entry.step.step === step);
  if (at < 0) return undefined;
  const own = entries.filter((entry) => entry.step.step === step);
  const before = entries.slice(0, at);
  const later = entries.slice(at + own.length);
  const cli = later.filter((entry) => entry.operates.length === 0 && programOf(entry) === "pulumi");
  if (cli.length > 0 && !before.some(installsCli) && own.some(installsCli))
    return "a later step uses the CLI that its step installs";
  const [first] = own;
  if (own.some(selects) && cli.some((entry) => needsSelection(entry)) && (first?.before.selected.size ?? 0) === 0)
    return "a later step works on the stack that its step selects";
  if (step.run === undefined || !own.some(leavesFiles)) return undefined;
  return later.every(needsNoFiles) ? undefined : "a later step may use what its script leaves";
}

/** Whether a later command of the CLI has no token but the one that the step of a call leaves as a login. */
export function reliesOnLogin(step: Step, entries: readonly Entry[]): boolean {
  const first = entries.find((entry) => entry.step.step === step);
  if (first === undefined) return false;
  return entries
    .slice(entries.indexOf(first))
    .some(
      (entry) =>
        entry.step.step !== step &&
        entry.operates.length === 0 &&
        programOf(entry) === "pulumi" &&
        !hasToken(entry, first),
    );
}

function installsCli(entry: Entry): boolean {
  const { command } = entry;
  if (command.kind === "uses") return /^pulumi\/(actions|setup-pulumi)$/i.test(command.action);
  return /\bget\.pulumi\.com\b|\binstall\b.*\bpulumi\b/.test(wordsOf(entry));
}

/** A token of its own, or one that was there before. A login leaves another for later commands. */
function hasToken({ command }: Entry, first: Entry): boolean {
  return command.environment.has("PULUMI_ACCESS_TOKEN") || first.before.token;
}

/** `pulumi/actions` selects the stack it works on, and `stack select` does nothing else. */
function selects(entry: Entry): boolean {
  if (entry.command.kind === "uses") return entry.operates.length > 0;
  return /\bstack (select|init)\b/.test(wordsOf(entry));
}

/** A command of the CLI that names no stack, and works on one. */
function needsSelection({ command }: Entry): boolean {
  if (command.kind !== "run") return false;
  const words = command.words.slice(1).map((word) => literal(word) ?? "");
  if (/^(login|logout|whoami|version|about|org|plugin|env|policy|help|install)$/.test(words[0] ?? "")) return false;
  if (words[0] === "stack" && /^(select|init|ls)$/.test(words[1] ?? "")) return false;
  return !words.some((word) => /^(-\w*s|--stack)/.test(word));
}

/** Whatever is neither a look nor a command of the CLI may leave something: packages, files, a build. */
function leavesFiles(entry: Entry): boolean {
  if (entry.config !== undefined) return true;
  return entry.operates.length === 0 && entry.duty !== "serves";
}
