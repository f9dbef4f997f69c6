export * from "./report/plan-document.ts";
export { migrate, type Migration } from "./migrate.ts";
export type { Snapshot } from "./world.ts";
export { renderMarkdown } from "./report/markdown.ts";
export { renderProof } from "./report/proof-text.ts";
export { explanations } from "./explanations.ts";
export { compare, type Case, type Verdict } from "./prove.ts";
export { effects, readProven, type Effect, type ProvenWorld } from "./effects.ts";
export { proveTrees } from "./verify.ts";
