import { printable } from "@gha2pulumi/repo";
import { readFileSync, statSync, writeFileSync } from "node:fs";
import type { Analysis } from "./analyse.ts";
import { Fault, reasonOf } from "./fault.ts";
import type { Format, OutputOptions } from "./options.ts";
import { isPlan } from "./plan-read.ts";
import { quiet } from "./quiet.ts";

/** Prints the report on standard output, or writes it to the file that `--out` names. */
export async function present(analysis: Analysis, { format, out }: OutputOptions): Promise<void> {
  if (out === undefined) {
    const text = await rendered(analysis, format ?? "pretty", process.stdout);
    process.stdout.write(format === "github" ? text : quiet(text, process.env));
    return;
  }
  const form = format ?? formatOf(out);
  if (form === "github")
    throw new Fault(undefined, "annotations go to the log of a step, not to a file", "leave out --out or --format");
  const what = form === "json" ? "a plan document" : "a report of gha2pulumi";
  writeReport(out, await rendered(analysis, form, undefined), (text) => isOurs(text, form), what);
}

/** Writes a report to a file. One that is there is overwritten only by the same kind; a pipe or a device holds nothing. */
export function writeReport(
  out: string,
  text: string,
  isOurOwn: (text: string) => boolean,
  what = "a report of gha2pulumi",
): void {
  try {
    const stats = statSync(out, { throwIfNoEntry: false });
    const isThere = stats !== undefined && stats.isFile() && stats.size > 0;
    if (isThere && !isOurOwn(readFileSync(out, "utf8")))
      throw new Fault("GP711", `${out} exists and is not ${what}`, "nothing was written; give another file with --out");
    writeFileSync(out, text);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault("GP704", `${out} could not be written: ${reasonOf(error)}`, "give another file with --out");
  }
  process.stderr.write(`wrote ${printable(out)}\n`);
}

function isOurs(text: string, format: Format): boolean {
  switch (format) {
    case "json":
      return isPlan(text);
    case "markdown":
      return text.startsWith("# Pulumi from GitHub Actions to Pulumi Deployments\n");
    case "sarif":
      return isOurSarif(text);
    case "pretty":
      return text.startsWith("backend     ");
    case "github":
      return false;
  }
}

/** Whether a text is a log in SARIF that this program wrote. */
export function isOurSarif(text: string): boolean {
  try {
    const log = JSON.parse(text) as { runs?: readonly { tool?: { driver?: { name?: unknown } } }[] };
    return log.runs?.[0]?.tool?.driver?.name === "gha2pulumi";
  } catch {
    return false;
  }
}

/** Without `--format`, the name of the file says what it shall hold; the plan itself is JSON. */
function formatOf(out: string): Format {
  if (/\.sarif(\.json)?$/i.test(out)) return "sarif";
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
    case "sarif":
      return (await import("./format-sarif.ts")).renderSarif(document, await engine.loadExplanations());
    case "github": {
      const { addSummary, renderAnnotations } = await import("./format-github.ts");
      addSummary(engine.renderMarkdown(document), process.env["GITHUB_STEP_SUMMARY"]);
      return renderAnnotations(document);
    }
    case "pretty": {
      const { paintFor, widthOf } = await import("./paint.ts");
      const { renderPlan } = await import("./terminal.ts");
      return renderPlan(document, { paint: paintFor(stream), width: widthOf(stream) });
    }
  }
}
