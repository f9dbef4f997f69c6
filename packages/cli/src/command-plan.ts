import { analyse } from "./analyse.ts";
import { exitCodeOf, type ExitCode } from "./exit.ts";
import { sayNothingFound } from "./nothing-found.ts";
import type { FolderOptions, InFolder, OutputOptions } from "./options.ts";
import { present } from "./output.ts";
import { progressOn } from "./progress.ts";

/** `plan`: the whole plan, and nothing written but what `--out` names. */
export async function plan(options: InFolder<FolderOptions & OutputOptions>): Promise<ExitCode> {
  const analysis = await analyse(options, progressOn(process.stderr));
  await present(analysis, options);
  sayNothingFound(analysis);
  return exitCodeOf(analysis.document, options);
}
