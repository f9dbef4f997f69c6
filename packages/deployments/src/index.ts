export * from "./settings.ts";
export { entriesOf, oidcFields, type Entry } from "./entries.ts";
export { globMatches, pathsTrigger, type PathFilter } from "./paths.ts";
export {
  configuredBranch,
  operations,
  scheduledOperation,
  type DeploymentAssumption,
  type DeploymentOperation,
  type Operation,
} from "./operations.ts";
export { allAtOnce, type Refusal, type SettingsRead, type SettingsWritten, type Writing } from "./formats/format.ts";
export {
  languageOfProgram,
  languages,
  readSettings,
  settingsProgram,
  writeSettings,
  type Language,
} from "./formats/languages.ts";
export { readSettingsFile, type OfProject, type SettingsFile } from "./formats/legacy-deploy-yaml.ts";
export { unexpressed, withFile } from "./formats/fold.ts";
export { projectFile, switchedOn, switchOf, type Switch } from "./formats/live.ts";
export { PROVIDER_VERSION, SDK_VERSION } from "./formats/project.ts";
export { isVersion, providerAsked, type ProviderAsked } from "./formats/provider-asked.ts";
export { readTypescript, writeTypescript } from "./formats/typescript.ts";
export { readPythonPrograms, writePython } from "./formats/python.ts";
export { readYamlPrograms, writeYaml } from "./formats/yaml.ts";
export { configurationKeys, type ConfigurationKey } from "./formats/configuration.ts";
export { liveEntries, scheduleText, type LiveEntry } from "./live/answer.ts";
export { compared, secretText, type Compared, type Difference } from "./live/compare.ts";
export { parted, type Hidden, type LooksHidden, type Parted, type RestPath } from "./live/hidden.ts";
