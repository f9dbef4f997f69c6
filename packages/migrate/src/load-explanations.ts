import type { Explanation } from "./explanations/explanation.ts";

/** Every code a plan may show, in order. Loaded apart: a plan needs none of these texts. */
export async function loadExplanations(): Promise<readonly Explanation[]> {
  return (await import("./explanations/index.ts")).explanations;
}
