export * from "./settings.ts";
export { globMatches, pathsTrigger, type PathFilter } from "./paths.ts";
export { operations, type DeploymentAssumption, type DeploymentOperation, type Operation } from "./operations.ts";
