import type { DeclaredStack, PlannedDiagnostic } from "@gha2pulumi/migrate";
import { allExplanations } from "./explanations.ts";
import { Fault } from "./fault.ts";
import type { CheckOptions } from "./options.ts";
import { isOurSarif, writeReport } from "./output.ts";
import { quiet } from "./quiet.ts";
import { count } from "./terminal-wording.ts";

/** What `check --format json` and `settings diff --format json` print. */
export interface CheckDocument {
  readonly kind: "settings-check";
  readonly schemaVersion: 1;
  readonly url: string;
  readonly stacks: readonly string[];
  readonly diagnostics: readonly PlannedDiagnostic[];
}

export function checkDocument(
  url: string,
  stacks: readonly DeclaredStack[],
  diagnostics: readonly PlannedDiagnostic[],
): CheckDocument {
  return { kind: "settings-check", schemaVersion: 1, url, stacks: stacks.map(({ name }) => name), diagnostics };
}

/** What is not as the program, or the plan, says. */
export function differing(diagnostics: readonly PlannedDiagnostic[]): readonly PlannedDiagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "error");
}

/** What the program cannot declare, and would erase. */
export function erased(diagnostics: readonly PlannedDiagnostic[]): readonly PlannedDiagnostic[] {
  return diagnostics.filter(({ code }) => code === "GP519");
}

/** What nobody could compare, because a file cannot be read or does not name its stack. */
export function unclear(diagnostics: readonly PlannedDiagnostic[]): readonly PlannedDiagnostic[] {
  return diagnostics.filter(({ severity }) => severity === "warning");
}

type Form = NonNullable<CheckOptions["format"]>;

/** Prints a check on standard output, or writes it to the file that `--out` names. */
export async function presentCheck(
  document: CheckDocument,
  { format, out }: Pick<CheckOptions, "format" | "out">,
): Promise<void> {
  if (out === undefined) {
    const text = await rendered(document, format ?? "pretty", process.stdout);
    process.stdout.write(format === "github" ? text : quiet(text, process.env));
    return;
  }
  const form = format ?? (/\.sarif(\.json)?$/i.test(out) ? "sarif" : "json");
  if (form === "github")
    throw new Fault(undefined, "annotations go to the log of a step, not to a file", "leave out --out or --format");
  writeReport(out, await rendered(document, form, undefined), (text) => isOurs(text, form), "a check of gha2pulumi");
}

function isOurs(text: string, form: Form): boolean {
  return form === "sarif" ? isOurSarif(text) : text.includes('"kind": "settings-check"');
}

async function rendered(document: CheckDocument, form: Form, stream: NodeJS.WriteStream | undefined): Promise<string> {
  switch (form) {
    case "json":
      return `${JSON.stringify(document, null, 2)}\n`;
    case "sarif": {
      const { renderSarif } = await import("./format-sarif.ts");
      return renderSarif({ diagnostics: document.diagnostics, operations: [], changes: [] }, await allExplanations());
    }
    case "github":
      return (await import("./format-github.ts")).renderAnnotations(document);
    case "pretty": {
      const { paintFor, widthOf } = await import("./paint.ts");
      const { renderDiagnostics } = await import("./terminal.ts");
      const compared = `${count(document.stacks.length, "stack")} of the settings program against ${document.url}`;
      return renderDiagnostics(document, compared, { paint: paintFor(stream), width: widthOf(stream) });
    }
  }
}
