import { isWorkflow, type FileProblem, type Path } from "@gha2pulumi/repo";
import type { PlanDocument, PlannedDiagnostic } from "./plan-document.ts";

/** The document with what only a door can tell: the hashes of the files it is about, and what could not be read. */
export function completed(
  document: PlanDocument,
  hashes: ReadonlyMap<Path, string | null>,
  problems: readonly FileProblem[],
): PlanDocument {
  return {
    ...document,
    changes: document.changes.map((change) => ({ ...change, sha256: hashes.get(change.path) ?? null })),
    diagnostics: [...document.diagnostics, ...problems.map(diagnosticOf)],
  };
}

/** A file that could not be read, as a plan says it. */
export function diagnosticOf({ code, path, message, help }: FileProblem): PlannedDiagnostic {
  const severity = isWorkflow(path) || path.startsWith(".github/workflows") ? "error" : "warning";
  return { code, severity, message: `${path}: ${message}`, location: `${path}:1:1`, excerpt: null, help };
}
