import { ownExplanations, type Explanation } from "./explanations.ts";
import { loadEngine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";

/** `explain`: the long text of one diagnostic, or the list of all. */
export async function explain(code: string | undefined): Promise<ExitCode> {
  const engine = await loadEngine();
  const all = new Map<string, Explanation>([...ownExplanations, ...(engine.explanations ?? [])]);
  process.stdout.write(code === undefined ? listOf(all) : longText(code.toUpperCase(), all));
  return 0;
}

function listOf(all: ReadonlyMap<string, Explanation>): string {
  const lines = [...all].sort(([a], [b]) => (a < b ? -1 : 1)).map(([code, { title }]) => `${code}  ${title}\n`);
  return lines.join("");
}

function longText(code: string, all: ReadonlyMap<string, Explanation>): string {
  const found = all.get(code);
  if (found !== undefined) return `${code}: ${found.title}\n\n${found.text.trim()}\n`;
  throw new Fault(undefined, `there is no diagnostic ${code}`, "gha2pulumi explain lists them all");
}
