import { printable } from "@gha2pulumi/repo";

/**
 * Rows as CSV (https://www.rfc-editor.org/rfc/rfc4180). A cell that a spreadsheet would take for a formula begins with
 * an apostrophe (https://owasp.org/www-community/attacks/CSV_Injection); nothing in it that cannot be seen.
 */
export function csv(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(cell).join(",")}\r\n`).join("");
}

function cell(text: string): string {
  const shown = printable(text);
  const safe = /^\s*[=+\-@]/.test(shown) ? `'${shown}` : shown;
  return /[",]|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
