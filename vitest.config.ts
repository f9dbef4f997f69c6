import { availableParallelism } from "node:os";
import { defineConfig } from "vitest/config";

const pure = ["repo", "workflow", "deployments", "trust", "migrate"].map((name) => `packages/${name}/src/**/*.test.ts`);

export default defineConfig({
  resolve: { conditions: ["source"] },
  ssr: { resolve: { conditions: ["source"] } },
  test: {
    projects: [
      // Nothing to leave behind: the tests of packages without IO share what they have loaded.
      { extends: true, test: { name: "pure", include: pure, isolate: false } },
      {
        extends: true,
        test: { name: "whole", include: ["packages/*/src/**/*.test.ts", "test/**/*.test.ts"], exclude: pure },
      },
    ],
    setupFiles: ["test/support/seed.ts"],
    // Vitest leaves a core to itself, which on two cores is half of them.
    maxWorkers: availableParallelism(),
    // For what never ends: no test fails because the machine has other things to do.
    testTimeout: 600_000,
    hookTimeout: 600_000,
    // Concurrent are only the tests that wait for programs of their own: as many as there are cores.
    maxConcurrency: 2,
    // `.ci/run` counts the tests from this file.
    reporters: process.env["CI"] ? ["default", "json"] : ["default"],
    outputFile: { json: ".vitest-result.json" },
    // @actions/workflow-parser imports JSON without an import attribute, which plain Node refuses.
    server: { deps: { inline: [/@actions\/workflow-parser/, /@gha2pulumi\//] } },
  },
});
