export * from "./settings.ts";
export { globMatches, pathsTrigger, type PathFilter } from "./paths.ts";
export { operations, type DeploymentAssumption, type DeploymentOperation, type Operation } from "./operations.ts";
export { readTypescript, writeTypescript, type SettingsRead, type SettingsWritten } from "./formats/typescript.ts";
export { configurationKeys, type ConfigurationKey } from "./formats/configuration.ts";
