import { nearest } from "@gha2pulumi/repo";
import { loadEngine } from "./engine.ts";
import { allExplanations } from "./explanations.ts";
import { Fault } from "./fault.ts";

/**
 * The answers with the codes of `--accept` beside those the file of answers accepts, under the key `accept`. A code that
 * there is not, or that cannot be accepted, is a fault that names the nearest one.
 */
export async function withConsents(
  answers: ReadonlyMap<string, string>,
  accept: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const codes = [...(answers.get("accept") ?? "").split(/[\s,]+/), ...accept.map((code) => code.trim().toUpperCase())];
  const wanted = [...new Set(codes.filter((code) => code !== ""))].sort();
  if (wanted.length === 0) return answers;
  const engine = await loadEngine();
  const refused = wanted.find((code) => !engine.acceptable.has(code));
  if (refused !== undefined) throw await refusal(refused, [...engine.acceptable.keys()]);
  return new Map([...answers, ["accept", wanted.join(", ")]]);
}

async function refusal(code: string, acceptable: readonly string[]): Promise<Fault> {
  const all = await allExplanations();
  const known = all.find((one) => one.code === code);
  const what = known === undefined ? `there is no diagnostic ${code}` : `${code} cannot be accepted: ${known.title}`;
  const meant = nearest(code, acceptable) ?? "";
  return new Fault(undefined, `accept: ${what}`, `did you mean ${meant}? Codes that can be: ${acceptable.join(", ")}`);
}
