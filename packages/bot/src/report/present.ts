import { readFileSync, writeFileSync } from "node:fs";
import {
  auditOf,
  failedRepository,
  loadExplanations,
  renderReportPage,
  type AuditedRepository,
} from "@gha2pulumi/migrate";
import type { Row } from "../campaign/row.ts";
import type { CampaignState } from "../campaign/state-of-campaign.ts";
import type { Configuration } from "../configuration.ts";
import { BotFault } from "../fault.ts";
import type { ReportOptions } from "../options.ts";
import { campaignDocument } from "./campaign-document.ts";
import { campaignMarkdown, campaignText } from "./campaign-text.ts";

type Form = NonNullable<ReportOptions["format"]>;

/** Prints a campaign's rows, or writes them to the file of `--out`. */
export async function presentRows(
  rows: readonly Row[],
  state: CampaignState,
  { campaign }: Configuration,
  { format, out }: Pick<ReportOptions, "format" | "out">,
): Promise<void> {
  const form = format ?? (out === undefined ? "pretty" : formOf(out));
  const text = await rendered(rows, state, campaign, form);
  if (out === undefined) {
    process.stdout.write(text);
    return;
  }
  writeOut(out, text);
}

/** Writes the file of `--out`. */
export function writeOut(out: string, text: string): void {
  try {
    writeFileSync(out, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new BotFault(`${out} cannot be written: ${why}`, "give another file with --out");
  }
}

function formOf(out: string): Form {
  if (/\.html?$/i.test(out)) return "html";
  return /\.(md|markdown)$/i.test(out) ? "markdown" : "json";
}

async function rendered(rows: readonly Row[], state: CampaignState, campaign: string, form: Form): Promise<string> {
  const document = campaignDocument(rows, state, campaign);
  switch (form) {
    case "json":
      return `${JSON.stringify(document, null, 2)}\n`;
    case "markdown":
      return campaignMarkdown(document);
    case "pretty":
      return campaignText(document);
    case "html": {
      const template = readFileSync(new URL("../report.html", import.meta.url), "utf8");
      const titles = new Map((await loadExplanations()).map(({ code, title }) => [code, title]));
      return renderReportPage(template, auditOf(rows.map(auditedRow)), titles);
    }
  }
}

/** A row as the report's page reads it. */
function auditedRow({ name, state, reason, plan, wave, pull }: Row): AuditedRepository {
  const none = failedRepository(name, "");
  const failure = state === "failed" || state === "hidden" ? reason : null;
  return {
    ...(plan?.audited ?? none),
    failure,
    campaign: {
      outcome: pull?.state === "merged" ? "merged" : state,
      reason: reason === "" ? null : reason,
      risk: plan?.risk ?? null,
      wave,
      pullRequest: pull === null ? null : { number: pull.number, url: pull.url },
    },
  };
}
