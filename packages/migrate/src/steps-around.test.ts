import { expect, test } from "vitest";
import { migrate } from "./migrate.ts";

interface Told {
  readonly disposition: string;
  readonly projectDirectory: string;
  readonly prepare: readonly string[];
  readonly reasons: readonly { readonly code: string; readonly message: string }[];
}

/** What becomes of the operation of a job, and of its workflow. */
async function becomes(job: string, surroundings: ReadonlyMap<string, string> = new Map()): Promise<string> {
  const workflow = `on:\n  push:\n    branches: [main]\njobs:\n  deploy:\n${job.replaceAll(/^(?=.)/gm, "    ")}`;
  const tree = new Map([
    [".github/workflows/deploy.yml", workflow],
    ["infra/Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["infra/package.json", "{}"],
    ["infra/package-lock.json", "{}"],
  ]);
  const { document } = await migrate({ tree, surroundings }, undefined);
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
  ["ubuntu-deploy", "keep; infra; GP226 it runs on `ubuntu-deploy`, not on a standard hosted Linux runner; keep"],
  ["{ group: big, labels: ubuntu-big }", "keep; infra; GP226 it runs on `ubuntu-big`, not on a standard hosted"],
  ["depot-windows-2022", "keep; infra; GP226 it runs on `depot-windows-2022`, not on a standard hosted"],
  ["${{ vars.RUNNER }}", "keep; infra; GP226 it runs on `${{ vars.RUNNER }}`, not on a standard hosted"],
  [
    "arc-network",
    "ask; infra; GP226 it runs on `arc-network`, which GitHub does not host, and no pool of agents is named for it; keep",
  ],
  ["depot-ubuntu-24.04", "ask; infra; GP226 it runs on `depot-ubuntu-24.04`, which GitHub does not host"],
])("a job on %s: %s", async (runner, expected) => {
  expect(await becomes(on(runner, checkout, update))).toContain(expected);
});

test.each([
  ["arc-network", "arc-network", "hosted", "move; infra; delete"],
  ["arc-network", "arc-network", "2f8a1c34-7d55-4b1e-9f0a-3c6b8e21d907", "move; infra; delete"],
  ["arc-network", "arc-network", "Hosted?", "ask; infra; GP226"],
  ["[self-hosted, linux]", "linux/self-hosted", "hosted", "move; infra; delete"],
  ["[self-hosted, arm64]", "arm64/self-hosted", "hosted", "ask; infra; GP226"],
])("a job on %s, with `agent-pool/%s` answered by %s", async (runner, key, answer, expected) => {
  const told = new Map([[`agent-pool/${key}`, answer]]);
  expect(await becomes(on(runner, checkout, update), told)).toContain(expected);
});

const typed = "pulumi up --yes --stack acme/network/prod --cwd infra 2>&1";
const token = "  env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";
const script = (text: string, more = ""): string => `- run: |\n${text.replaceAll(/^/gm, "    ")}\n${token}${more}`;
const step = (run: string, more = ""): string => `- run: ${run}\n${more}`;

test.each<readonly [name: string, steps: readonly string[], expected: string]>([
  [
    "logouts and a key that is taken away",
    [update, step("az logout", "  if: always()\n"), step("docker logout ghcr.io"), step("rm -f key.json")],
    "move; infra; delete",
  ],
  [
    "a clean-up that something comes after",
    [update, step("rm -f key.json"), step("./notify")],
    "call; infra; GP212 the step `rm -f key.json` comes after it and would run without it; GP212 the step `./notify` comes after it and would run without it; edit",
  ],
  ["a look at all stacks", [step("pulumi stack ls", token), update], "move; infra; delete"],
  ["a copy that nobody reads", [script(`${typed} | tee log.txt`, "  shell: bash\n")], "move; infra; delete"],
  [
    "a copy that nobody reads, behind which a failure is lost",
    [script(`${typed} | tee log.txt`)],
    "keep; infra; GP248 its script goes on when it fails;",
  ],
  [
    "a copy that is read",
    [script(`set -o pipefail\n${typed} | tee log.txt\necho "text=$(cat log.txt)" >> "$GITHUB_OUTPUT"`)],
    "keep; infra; GP212",
  ],
])("%s", async (_, steps, expected) => {
  expect(await becomes(on("ubuntu-24.04", checkout, ...steps))).toContain(expected);
});

test("a clean-up on a runner of the owner, which is there for the next job", async () => {
  const pool = new Map([["agent-pool/linux/self-hosted", "2f8a1c34-7d55-4b1e-9f0a-3c6b8e21d907"]]);
  const runner = "[self-hosted, linux]";
  expect(await becomes(on(runner, checkout, update), pool)).toBe("move; infra; delete");
  expect(await becomes(on(runner, checkout, update, step("rm -f /srv/deploy.lock")), pool)).toContain(
    "GP212 the step `rm -f /srv/deploy.lock` comes after it and would run without it",
  );
});
