export * from "./report/plan-document.ts";
