import { analyse } from "./analyse.ts";
import { exitCodeOf, type ExitCode } from "./exit.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { FolderOptions, InFolder } from "./options.ts";
import { paintFor, widthOf } from "./paint.ts";
import { progressOn } from "./progress.ts";
import { renderSummary } from "./terminal-summary.ts";

/** What runs without a command: the plan in a few lines, and what to type next. */
export async function summary(options: InFolder<FolderOptions>): Promise<ExitCode> {
  const { document, ...analysis } = await analyse(options, progressOn(process.stderr));
  const code = exitCodeOf(document, options);
  const style = { paint: paintFor(process.stdout), width: widthOf(process.stdout) };
  if (code !== 3)
    process.stdout.write(
      renderSummary(document, nextCommand(options.folder, code, document.changes.length > 0), style),
    );
  sayNothingFound({ document, ...analysis });
  return code;
}

function nextCommand(folder: string, code: ExitCode, writes: boolean): string {
  const argument =
    folder === "." ? "" : ` ${/^[\w./-]+$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`}`;
  // With questions or a difference, or when everything stays, the whole plan says why; otherwise it can be written.
  return `gha2pulumi ${code === 11 || code === 12 || !writes ? "plan" : "migrate"}${argument}`;
}
