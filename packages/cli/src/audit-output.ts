import type { Audit } from "@gha2pulumi/migrate";
import { csv } from "./csv.ts";
import type { Engine } from "./engine.ts";
import type { AuditFormat, AuditOptions } from "./options.ts";
import { writeReport } from "./output.ts";
import { quiet } from "./quiet.ts";

const csvHead = ["repository", "workflow", "job", "location", "operation", "stack", "disposition", "codes", "failure"];

/** Prints the audit, or writes it to the file of `--out`. */
export async function presentAudit(audit: Audit, engine: Engine, { format, out }: AuditOptions): Promise<void> {
  if (out === undefined) {
    process.stdout.write(quiet(await rendered(audit, engine, format ?? "pretty", process.stdout), process.env));
    return;
  }
  const form = format ?? formatOf(out);
  writeReport(out, await rendered(audit, engine, form, undefined), (text) => isOurs(text, form, engine));
}

function formatOf(out: string): AuditFormat {
  if (/\.csv$/i.test(out)) return "csv";
  if (/\.html?$/i.test(out)) return "html";
  return /\.(md|markdown)$/i.test(out) ? "markdown" : "json";
}

function isOurs(text: string, form: AuditFormat, engine: Engine): boolean {
  switch (form) {
    case "pretty":
      return text.startsWith("repositories  ");
    case "markdown":
      return text.startsWith(`${engine.auditTitle}\n`);
    case "csv":
      return text.startsWith(csvHead.join(","));
    case "html":
      return text.includes(`<title>${engine.auditTitle.replace("# ", "")}</title>`);
    case "json":
      return /^\{\s*"schemaVersion": 1,\s*"repositories": \[/.test(text);
  }
}

async function rendered(
  audit: Audit,
  engine: Engine,
  format: AuditFormat,
  stream: NodeJS.WriteStream | undefined,
): Promise<string> {
  switch (format) {
    case "json":
      return `${JSON.stringify(audit, null, 2)}\n`;
    case "markdown":
      return engine.renderAuditMarkdown(audit);
    case "csv":
      return csv([csvHead, ...csvRows(audit)]);
    case "html": {
      const { readReportTemplate } = await import("./report-template.ts");
      return engine.renderReportPage(readReportTemplate(), audit, await titlesOf(engine));
    }
    case "pretty": {
      const { paintFor, widthOf } = await import("./paint.ts");
      const { renderAudit } = await import("./terminal-audit.ts");
      return renderAudit(audit, engine, await titlesOf(engine), { paint: paintFor(stream), width: widthOf(stream) });
    }
  }
}

async function titlesOf(engine: Engine): Promise<ReadonlyMap<string, string>> {
  return new Map((await engine.loadExplanations()).map(({ code, title }) => [code, title]));
}

/** One row per operation, and one for each repository without a plan. */
function csvRows({ repositories }: Audit): readonly (readonly string[])[] {
  return repositories.flatMap(({ name, failure, operations }) =>
    failure === null
      ? operations.map((one) => [
          name,
          one.workflow,
          one.job,
          one.location,
          one.operation,
          one.stack,
          one.disposition,
          one.codes.join(" "),
          "",
        ])
      : [[name, ...Array<string>(7).fill(""), failure]],
  );
}
