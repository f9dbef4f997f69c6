import { expect, test } from "vitest";
import { findProjects } from "./projects.ts";

function installer(runtime: string, files: readonly string[]): string | undefined {
  const project = `name: network\nruntime: ${runtime}\n`;
  const tree = new Map([["infra/Pulumi.yaml", project], ...files.map((file) => [file, ""] as const)]);
  return findProjects(tree).get("infra")?.installer;
}

test.each<readonly [string, readonly string[], string | undefined]>([
  ["nodejs", ["infra/package-lock.json"], "npm"],
  ["nodejs", ["infra/package-lock.json", "infra/yarn.lock"], "yarn"],
  ["nodejs", ["infra/package-lock.json", "infra/pnpm-lock.yaml"], "pnpm"],
  ["nodejs", ["pnpm-lock.yaml"], undefined],
  ["{ name: nodejs, options: { packagemanager: bun } }", ["infra/yarn.lock"], "bun"],
  ["{ name: nodejs, options: { packagemanager: auto } }", ["infra/yarn.lock"], "yarn"],
  ["python", ["infra/requirements.txt"], "pip"],
  ["python", ["infra/requirements.txt", "infra/poetry.lock"], "poetry"],
  ["{ name: python, options: { toolchain: pip } }", ["infra/uv.lock"], "pip"],
  ["go", ["infra/go.sum"], undefined],
])("what installs a program in %s with %j", (runtime, files, expected) => {
  expect(installer(runtime, files)).toBe(expected);
});
