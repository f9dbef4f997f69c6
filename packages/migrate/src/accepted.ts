import type { Surroundings } from "@gha2pulumi/workflow";

/**
 * What a person may accept: a loss that is named in full, and that they can make good or do without. Never an operation
 * that would not happen, another identity or value, something that would be destroyed, or what is not decided.
 */
export const acceptable: ReadonlyMap<string, string> = new Map([
  ["GP270", "a required check vanishes with its job"],
  ["GP272", "an operation happens that did not happen before"],
  ["GP273", "an operation is done otherwise: in another folder, after other commands, on another branch"],
  ["GP274", "a gate is lost, or another one is waited for"],
]);

/** The codes a person has accepted, from `--accept` or the file of answers, sorted. */
export function acceptedCodes(surroundings: Surroundings): readonly string[] {
  const codes = (surroundings.get("accept") ?? "").split(/[\s,]+/).filter((code) => acceptable.has(code));
  return [...new Set(codes)].sort();
}

/** Whether all that differs in a case is accepted. Its verdict stays what it is. */
export function isAcceptedCase({ codes }: { readonly codes: readonly string[] }, surroundings: Surroundings): boolean {
  const accepted = acceptedCodes(surroundings);
  return codes.length > 0 && codes.every((code) => accepted.includes(code));
}
