export * from "./span.ts";
export * from "./fact.ts";
export * from "./text.ts";
export * from "./change.ts";
export * from "./event.ts";
export * from "./scalar.ts";
export * from "./yaml.ts";
export * from "./yaml-edit.ts";
