export { readTypescript, type SettingsRead } from "./typescript-read.ts";
export { writeTypescript, type SettingsWritten } from "./typescript-write.ts";
