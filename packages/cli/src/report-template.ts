import { readFileSync } from "node:fs";

/** The page of the HTML report without its data; it lies beside the built program. */
export function readReportTemplate(): string {
  return readFileSync(new URL("../report.html", import.meta.url), "utf8");
}
