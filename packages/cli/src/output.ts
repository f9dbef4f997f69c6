import { writeFileSync } from "node:fs";
import type { Analysis } from "./analyse.ts";
import { Fault, reasonOf } from "./fault.ts";
import type { Format, OutputOptions } from "./options.ts";

/** Prints the report on standard output, or writes it to the file that `--out` names. */
export async function present(analysis: Analysis, { format, out }: OutputOptions): Promise<void> {
  if (out === undefined) {
    process.stdout.write(await rendered(analysis, format ?? "pretty", process.stdout));
    return;
  }
  const text = await rendered(analysis, format ?? formatOf(out), undefined);
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw new Fault("GP704", `${out} could not be written: ${reasonOf(error)}`, "give another file with --out");
  }
  process.stderr.write(`wrote ${out}\n`);
}

/** Without `--format`, the name of the file says what it shall hold; the plan itself is JSON. */
function formatOf(out: string): Format {
  return /\.(md|markdown)$/i.test(out) ? "markdown" : "json";
}

async function rendered(
  { document, engine }: Analysis,
  format: Format,
  stream: NodeJS.WriteStream | undefined,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(document, null, 2)}\n`;
    case "markdown":
      return engine.renderMarkdown(document);
    case "pretty": {
      const { paintFor, widthOf } = await import("./paint.ts");
      const { renderPlan } = await import("./terminal.ts");
      return renderPlan(document, { paint: paintFor(stream), width: widthOf(stream) });
    }
  }
}
