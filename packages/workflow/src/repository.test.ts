import { describe, expect, test } from "vitest";
import { readRepository } from "./read-repository.ts";
import { calledPath } from "./repository.ts";

const empty = "on: workflow_call\njobs: {}\n";
const repository = readRepository(
  new Map([
    [".github/workflows/deploy.yml", empty],
    ["@acme/central@main/.github/workflows/deploy.yml", empty],
    ["@acme/central@main/.github/workflows/update.yml", empty],
    ["@acme/central@release/v1/.github/workflows/update.yml", empty],
  ]),
  new Map([["repository", "acme/shop"]]),
);

describe("the workflow a job calls", () => {
  const cases: readonly (readonly [uses: string, caller: string, called: string | undefined])[] = [
    ["./.github/workflows/deploy.yml", ".github/workflows/ci.yml", ".github/workflows/deploy.yml"],
    ["acme/shop/.github/workflows/deploy.yml@main", ".github/workflows/ci.yml", ".github/workflows/deploy.yml"],
    // What a tag or a commit holds is not the file that is read here.
    ["acme/shop/.github/workflows/deploy.yml@v1", ".github/workflows/ci.yml", undefined],
    [
      "acme/central/.github/workflows/update.yml@main",
      ".github/workflows/ci.yml",
      "@acme/central@main/.github/workflows/update.yml",
    ],
    // Not the file of the same name in the repository that calls it.
    [
      "./.github/workflows/deploy.yml",
      "@acme/central@main/.github/workflows/update.yml",
      "@acme/central@main/.github/workflows/deploy.yml",
    ],
    // At that commit there is no such file among those that were brought.
    ["./.github/workflows/deploy.yml", "@acme/central@release/v1/.github/workflows/update.yml", undefined],
  ];
  for (const [text, path, called] of cases) {
    test(`${text} in ${path}`, () => {
      expect(calledPath({ text, span: { path } }, repository)).toBe(called);
    });
  }
});
