import { covering } from "./audit.ts";
import type { Audit } from "./audit-document.ts";
import { oneLine } from "./proof-text.ts";

/** What the page reads: the audit, how many shapes cover most of it, and the titles of the codes it names. */
export interface ReportPageData {
  readonly audit: Audit;
  readonly cover: { readonly shapes: number; readonly percent: number };
  readonly titles: Readonly<Record<string, string>>;
}

/** Where the data goes in the template, which `packages/bot/page` builds. */
const slot = '<script type="application/json" id="data"></script>';

/**
 * The HTML report of many repositories: the built page with an audit in it. Every text of a repository is on one line,
 * with what cannot be seen spelled out, and none can end the element it is in:
 * https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements
 */
export function renderReportPage(template: string, audit: Audit, titles: ReadonlyMap<string, string>): string {
  const [head, tail, ...more] = template.split(slot);
  if (head === undefined || tail === undefined || more.length > 0)
    throw new Error("the template of the report has not exactly one place for its data");
  const named = new Set(audit.reasons.map(({ code }) => code));
  const data: ReportPageData = {
    audit,
    cover: covering(audit),
    titles: Object.fromEntries([...titles].filter(([code]) => named.has(code))),
  };
  return [head, slot.replace("><", () => `>${embedded(data)}<`), tail].join("");
}

/** JSON for a script element. `##[` is an old command of GitHub's runner, wherever it stands in a log. */
function embedded(data: ReportPageData): string {
  return JSON.stringify(data, (_, value: unknown) => (typeof value === "string" ? oneLine(value) : value))
    .replaceAll("<", "\\u003c")
    .replaceAll("\u2028", "\\u2028")
    .replaceAll("\u2029", "\\u2029")
    .replaceAll("##[", "\\u0023#[");
}
