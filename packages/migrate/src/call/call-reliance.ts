import { literal, type Tree } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import { needsNoFiles, programOf, wordsOf } from "./call-later.ts";
import { mayStartCli } from "./runs-pulumi.ts";

/** What a later step needs of the CLI: that it is there, logged in, or has a stack selected. */
export type Reliance = "cli" | "stack" | "login";

/**
 * What a later step of the job needs that only the step of a call has set up, in one play of its job. The operations of
 * steps that go, or become calls themselves, need nothing of it.
 */
export function relianceOn(
  step: Step,
  entries: readonly Entry[],
  going: ReadonlySet<Step>,
  tree: Tree,
): ReadonlySet<Reliance> {
  const needs = new Set<Reliance>();
  const at = entries.findIndex((entry) => entry.step.step === step);
  const [first, ...more] = entries.filter((entry) => entry.step.step === step);
  if (first === undefined) return needs;
  const own = [first, ...more];
  const later = entries.slice(at + own.length);
  const cli = later.filter((entry) => {
    if (entry.operates.length > 0) return programOf(entry) === "pulumi" && !going.has(entry.step.step);
    return programOf(entry) === "pulumi" || mayStartCli(entry, tree);
  });
  if (cli.length > 0 && !entries.slice(0, at).some(installsCli) && own.some(installsCli)) needs.add("cli");
  if (own.some(selects) && cli.some(needsSelection) && first.before.selected.size === 0) needs.add("stack");
  // A token of its own, or one that was there before. A login leaves another for later commands.
  if (cli.some(({ command }) => !command.environment.has("PULUMI_ACCESS_TOKEN") && !first.before.token))
    needs.add("login");
  return needs;
}

/** What of the files a step writes may be needed later, in one play of its job: nothing of them is left by a call. */
export function filesLost(step: Step, entries: readonly Entry[]): string | undefined {
  const at = entries.findIndex((entry) => entry.step.step === step);
  const own = entries.filter((entry) => entry.step.step === step);
  if (at < 0 || step.run === undefined || !own.some(leavesFiles)) return undefined;
  return entries.slice(at + own.length).every(needsNoFiles) ? undefined : "a later step may use what its script leaves";
}

function installsCli(entry: Entry): boolean {
  const { command } = entry;
  if (command.kind === "uses") return /^pulumi\/(actions|setup-pulumi)$/i.test(command.action);
  return /\bget\.pulumi\.com\b|\binstall\b.*\bpulumi\b/.test(wordsOf(entry));
}

/** `pulumi/actions` selects the stack it works on, and `stack select` does nothing else. */
function selects(entry: Entry): boolean {
  if (entry.command.kind === "uses") return entry.operates.length > 0;
  return /\bstack (select|init)\b/.test(wordsOf(entry));
}

/** A command of the CLI that names no stack, and works on one; what a program asks it for may be either. */
function needsSelection(entry: Entry): boolean {
  const { command } = entry;
  if (command.kind !== "run" || programOf(entry) !== "pulumi") return true;
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
