import { type Change, type Path, type Tree } from "@gha2pulumi/repo";
import { analyse, type Analysis } from "./analyse.ts";
import { plan } from "./command-plan.ts";
import { nodeDisk } from "./disk-calls.ts";
import { checkPath } from "./disk-check.ts";
import { readFile } from "./disk-read.ts";
import { applyToDisk, hashesOf } from "./disk-write.ts";
import { differences, exitCodeOf, runsPulumi, type ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";
import { dirtyPaths } from "./git.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { InFolder, MigrateOptions } from "./options.ts";
import { present } from "./output.ts";
import { progressOn } from "./progress.ts";

const planFile: Path = "gha2pulumi.plan.json";

/** `migrate`: plan, show, ask, write. Whatever stands in the way is said before anything is written. */
export async function migrate(options: InFolder<MigrateOptions>): Promise<ExitCode> {
  if (options.dryRun) return await plan(options);
  const progress = progressOn(process.stderr);
  const analysis = await analyse(options, progress);
  await present(analysis, options);
  sayNothingFound(analysis);
  const code = exitCodeOf(analysis.document, options);
  if (!runsPulumi(analysis.document)) return code;
  if (differences(analysis.document) > 0) return refuseDifference(analysis, code);
  if (analysis.changes.length === 0) return say("Nothing to change.", code);
  for (const { path } of analysis.changes) checkPath(analysis.root, path, nodeDisk);
  await refuseWithoutWayBack(analysis, options.allowDirty);
  if (!options.yes && !(await confirmed(analysis))) return say("Nothing was written.", code);
  write(options.keepPlan ? withPlan(analysis) : analysis);
  const readme = analysis.changes.find(({ path, kind }) => kind !== "delete" && path.endsWith("/README.md"));
  const next = readme === undefined ? "" : ` Next: read ${readme.path}.`;
  return say(`Wrote ${count(analysis.changes.length, "change")}.${next}`, code);
}

function refuseDifference({ document }: Analysis, code: ExitCode): ExitCode {
  const number = count(differences(document), "event");
  return say(
    `error[GP709]: the proof found a difference in ${number}\n  = help: nothing was written; see Proof above`,
    code,
  );
}

/** Git is how a migration is reviewed and undone, so what it has not got must not be lost. */
async function refuseWithoutWayBack({ root, top, changes }: Analysis, allowed: boolean): Promise<void> {
  if (allowed) return;
  if (top === undefined) {
    const help = "nothing was written; commit it to git first, or give --allow-dirty";
    throw new Fault("GP707", `${root} is in no git work tree, so there would be no way back`, help);
  }
  const dirty = await dirtyPaths(
    root,
    changes.map((change) => change.path),
  );
  if (dirty?.length === 0) return;
  const help = "nothing was written; commit or stash first, or give --allow-dirty";
  if (dirty === undefined) throw new Fault("GP706", "git could not say whether everything is committed", help);
  const shown = dirty.slice(0, 5).join(", ");
  const more = dirty.length > 5 ? ` and ${dirty.length - 5} more` : "";
  throw new Fault("GP706", `there are uncommitted changes: ${shown}${more}`, help);
}

async function confirmed({ root, changes }: Analysis): Promise<boolean> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const help = "nothing was written; give --yes to write without asking";
    throw new Fault("GP708", "there is no terminal to ask on", help);
  }
  const { confirm } = await import("@clack/prompts");
  const message = `Write ${count(changes.length, "change")} to ${root}?`;
  // Anything but a clear yes is a no, a cancelled prompt too.
  return (await confirm({ message, initialValue: false, output: process.stderr })) === true;
}

interface Write {
  readonly root: string;
  readonly tree: Tree;
  readonly changes: readonly Change[];
  readonly hashes: Analysis["hashes"];
}

function write({ root, tree, changes, hashes }: Write): void {
  applyToDisk(root, tree, changes, hashes);
}

/** The changes and, in the same all-or-nothing step, the plan they come from. */
function withPlan({ root, tree, changes, document }: Analysis): Write {
  const text = `${JSON.stringify(document, null, 2)}\n`;
  const old = readFile(root, planFile);
  const before = old.kind === "text" ? new Map([...tree, [planFile, old.text]]) : tree;
  const keep: Change =
    old.kind === "text"
      ? { kind: "edit", path: planFile, splices: [{ start: 0, end: old.text.length, text }] }
      : { kind: "create", path: planFile, text };
  const all = [...changes, keep];
  return { root, tree: before, changes: all, hashes: hashesOf(before, all) };
}

function say(text: string, code: ExitCode): ExitCode {
  process.stderr.write(`${text}\n`);
  return code;
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
