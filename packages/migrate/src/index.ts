export * from "./report/plan-document.ts";
export { migrate, type Migration } from "./migrate.ts";
export type { Snapshot } from "./world.ts";
