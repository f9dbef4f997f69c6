import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

interface Told {
  readonly disposition: string;
  readonly projectDirectory: string;
  readonly prepare: readonly string[];
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** What becomes of the operation of a job, and of its workflow. */
async function becomes(job: string): Promise<string> {
  const workflow = `on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n${job.replaceAll(/^(?=.)/gm, "    ")}`;
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow],
    ["infra/Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["infra/package.json", "{}"],
    ["infra/package-lock.json", "{}"],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  const { operations, files } = JSON.parse(JSON.stringify(document)) as {
    readonly operations: readonly Told[];
    readonly files: readonly { readonly path: string; readonly change: string }[];
  };
  const change = files.find(({ path }) => path.startsWith(".github/workflows"))?.change ?? "none";
  const told = operations.map(({ disposition, projectDirectory, prepare, reasons }) =>
    [disposition, projectDirectory, ...prepare, ...reasons.map(({ code, message }) => `${code} ${message}`)].join("; "),
  );
  return [...told, change].join("; ");
}

const checkout = "- uses: actions/checkout@v4\n";
const update =
  "- uses: pulumi/actions@v6\n  with: { command: up, stack-name: acme/network/prod, work-dir: infra }\n  env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";
const on = (runner: string, ...steps: readonly string[]): string => `runs-on: ${runner}\nsteps:\n${steps.join("")}`;

test.each([
  ["ubuntu-slim", "move; infra; delete"],
  ["ubuntu-24.04", "move; infra; delete"],
  [
    "ubuntu-24.04-arm",
    "keep; infra; GP226 it runs on `ubuntu-24.04-arm`, an ARM processor, which Pulumi's own runners are not known to have; keep",
  ],
  ["ubuntu-deploy", "keep; infra; GP226 it runs on `ubuntu-deploy`, not on a standard hosted Linux runner; as it is"],
])("a job on %s: %s", async (runner, expected) => {
  expect(await becomes(on(runner, checkout, update))).toBe(expected);
});
