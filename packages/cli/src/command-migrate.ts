import { type Change, type Tree } from "@gha2pulumi/repo";
import { analyse, type Analysis } from "./analyse.ts";
import { plan } from "./command-plan.ts";
import { confirmed, refuseDifference, refuseWithoutWayBack, say } from "./consent.ts";
import { nodeDisk } from "./disk-calls.ts";
import { checkPath } from "./disk-check.ts";
import { readFile } from "./disk-read.ts";
import { applyToDisk, hashesOf } from "./disk-write.ts";
import { differences, exitCodeOf, runsPulumi, type ExitCode } from "./exit.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { InFolder, MigrateOptions } from "./options.ts";
import { present } from "./output.ts";
import { planFile } from "./plan-file.ts";
import { progressOn } from "./progress.ts";
import { count } from "./terminal-wording.ts";

/** `migrate`: plan, show, ask, write. Whatever stands in the way is said before anything is written. */
export async function migrate(options: InFolder<MigrateOptions>): Promise<ExitCode> {
  if (options.dryRun) return await plan(options);
  const progress = progressOn(process.stderr);
  const analysis = await analyse(options, progress);
  const { root, changes } = analysis;
  await present(analysis, options);
  sayNothingFound(analysis);
  const code = exitCodeOf(analysis.document, options);
  if (!runsPulumi(analysis.document)) return code;
  if (differences(analysis.document) > 0) return refuseDifference(analysis.document, code);
  if (changes.length === 0) return say(isStopped(analysis) ? "Nothing was written." : "Nothing to change.", code);
  for (const { path } of changes) checkPath(root, path, nodeDisk);
  await refuseWithoutWayBack({ ...analysis, paths: changes.map(({ path }) => path) }, options.allowDirty);
  if (!(await confirmed(root, changes.length, options.yes))) return say("Nothing was written.", code);
  write(options.keepPlan ? withPlan(analysis) : analysis);
  const readme = changes.find(({ path, kind }) => kind !== "delete" && path.endsWith("/README.md"));
  const then = analysis.document.phase?.next ?? undefined;
  const steps = [...(readme === undefined ? [] : [`read ${readme.path}`]), ...(then === undefined ? [] : [then])];
  const next = steps.length === 0 ? "" : ` Next: ${steps.join(", and when that is done ")}.`;
  return say(`Wrote ${count(changes.length, "change")}.${next}`, code);
}

/** There would be something to change, and the plan says what has to be done first. */
function isStopped({ document: { phase, diagnostics } }: Analysis): boolean {
  return phase !== undefined && diagnostics.some(({ severity }) => severity === "error");
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
