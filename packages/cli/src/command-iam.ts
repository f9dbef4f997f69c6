import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { analyse, type Analysis } from "./analyse.ts";
import { runsPulumi, type ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { InFolder, RolesOptions } from "./options.ts";
import { progressOn } from "./progress.ts";

/** `iam`: the roles alone, and with `--out` what a person takes away about them. */
export async function iam(options: InFolder<RolesOptions>): Promise<ExitCode> {
  const analysis = await analyseRoles(options);
  const { document, engine } = analysis;
  if (!runsPulumi(document)) {
    sayNothingFound(analysis);
    return 3;
  }
  process.stdout.write(await rendered(document, engine, options.format ?? "pretty"));
  if (options.out !== undefined) writeArtefacts(options.out, analysis.roles.artefacts());
  // A role that nothing of the plan takes may stay unknown.
  return document.trust.some(({ hole, subjects }) => hole !== null && subjects.length > 0) ? 11 : 0;
}

/** The plan; with `--live` once more, with the policies that the account told. */
export async function analyseRoles(options: InFolder<RolesOptions>): Promise<Analysis> {
  const first = await analyse(options, progressOn(process.stderr));
  if (!options.live) return first;
  const { liveAnswers } = await import("./live-roles.ts");
  const told = await liveAnswers(first.document);
  return told.length === 0
    ? first
    : await analyse({ ...options, answer: [...options.answer, ...told] }, progressOn(process.stderr));
}

async function rendered(
  document: PlanDocument,
  engine: Analysis["engine"],
  format: NonNullable<RolesOptions["format"]>,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(document.trust, null, 2)}\n`;
    case "markdown":
      return engine.renderTrust(document);
    case "pretty": {
      if (document.trust.length === 0) return "No stack of the plan takes a cloud role.\n";
      const { paintFor, widthOf } = await import("./paint.ts");
      const { trustLines } = await import("./terminal-todo.ts");
      const lines = trustLines(document, { paint: paintFor(process.stdout), width: widthOf(process.stdout) });
      return `${lines.join("\n")}\n`;
    }
  }
}

/** Into an empty folder, or over what an earlier run wrote there; files of others are never overwritten. */
function writeArtefacts(out: string, files: ReadonlyMap<string, string>): void {
  if (files.size === 0) {
    process.stderr.write("no role to write about\n");
    return;
  }
  const root = resolve(out);
  refuseForeign(out, root, [...files.keys()]);
  try {
    for (const [path, text] of files) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text, { mode: path.endsWith(".sh") ? 0o777 : 0o666 });
    }
  } catch (error) {
    throw new Fault("GP704", `${out} could not be written: ${reasonOf(error)}`, "give another folder with --out");
  }
  process.stderr.write(`wrote ${files.size} files to ${out}\n`);
}

function refuseForeign(out: string, root: string, paths: readonly string[]): void {
  if (!existsSync(root)) return;
  const refuse = (what: string): never => {
    throw new Fault("GP711", `${out} ${what}`, "nothing was written; give another folder with --out");
  };
  if (!lstatSync(root).isDirectory()) return refuse("exists and is not a folder");
  const summary = join(root, "SUMMARY.md");
  const isOurs = existsSync(summary) && readFileSync(summary, "utf8").startsWith("# Who may assume which role\n");
  if (!isOurs && readdirSync(root).length > 0) return refuse("holds files that are not gha2pulumi's");
  for (const path of paths) {
    for (let at = path; at !== "."; at = dirname(at)) {
      if (lstatSync(join(root, at), { throwIfNoEntry: false })?.isSymbolicLink()) refuse(`has a link at ${at}`);
    }
  }
}
