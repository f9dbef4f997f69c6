import type { PlannedDiagnostic, PlannedProof } from "@gha2pulumi/migrate";
import { grammarsFor, surroundingsOf } from "./analyse.ts";
import { say } from "./consent.ts";
import { readBase } from "./disk-base.ts";
import { readFolder } from "./disk.ts";
import { loadEngine, type Engine } from "./engine.ts";
import { differences, type ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";
import type { InFolder, ReportFormat, VerifyOptions } from "./options.ts";
import { progressOn } from "./progress.ts";

/** What `verify --format json` prints. */
interface Verified {
  readonly base: { readonly ref: string; readonly commit: string };
  readonly proof: PlannedProof;
  readonly diagnostics: readonly PlannedDiagnostic[];
}

/** `verify`: the events played on a commit and on the folder as it is, without any plan. */
export async function verify({
  folder,
  base: ref,
  answer,
  accept,
  format = "pretty",
}: InFolder<VerifyOptions>): Promise<ExitCode> {
  const progress = progressOn(process.stderr);
  const now = await progress.stage("reading the repository", () => readFolder(folder));
  if (now.top === undefined) {
    throw new Fault("GP712", `${now.root} is in no git work tree`, "there is no commit to compare it with");
  }
  const base = await progress.stage("reading the base", () => readBase(now.root, ref));
  const surroundings = await surroundingsOf(now, answer, accept);
  const engine = await loadEngine();
  const grammars = await grammarsFor([...base.tree, ...now.tree], surroundings);
  const proof = await progress.stage("proving", () =>
    engine.verify({ tree: base.tree, surroundings }, { tree: now.tree, surroundings }, grammars),
  );
  const diagnostics = [...base.problems, ...now.problems].map(engine.diagnosticOf);
  const verified: Verified = { base: { ref, commit: base.commit }, proof, diagnostics };
  process.stdout.write(await rendered(verified, engine, format));
  if (format !== "json") await sayProblems(diagnostics);
  if (differences(verified) > 0) return 12;
  const nothing = proof.cases.every(({ before, after }) => before.length + after.length === 0);
  return nothing ? say("No event that runs Pulumi was found, neither before nor now.", 3) : 0;
}

async function rendered({ base, proof, diagnostics }: Verified, engine: Engine, format: ReportFormat): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify({ base, proof, diagnostics }, null, 2)}\n`;
    case "markdown":
      return engine.renderProofMarkdown(proof);
    case "pretty": {
      const { paintFor, widthOf } = await import("./paint.ts");
      const { renderProof } = await import("./terminal.ts");
      const style = { paint: paintFor(process.stdout), width: widthOf(process.stdout) };
      return renderProof(
        { proof },
        `${base.ref} (${base.commit.slice(0, 12)}) against the files as they are now`,
        style,
      );
    }
  }
}

async function sayProblems(diagnostics: readonly PlannedDiagnostic[]): Promise<void> {
  if (diagnostics.length === 0) return;
  const { printable } = await import("@gha2pulumi/repo");
  for (const { code, severity, message } of diagnostics) {
    process.stderr.write(`${severity}[${code}]: ${printable(message)}\n`);
  }
}
