import { rmSync } from "node:fs";
import { afterAll, afterEach, beforeEach, expect, test } from "vitest";
import { canariesIn, filesBelow } from "./support/canaries.ts";
import { published, repositoryOf, scratch } from "./support/command-line.ts";
import { runWatched, type Watched } from "./support/watched-program.ts";
import { startGitHub, type GitHub } from "./bot/rig/github.ts";
import { expectClean } from "./bot/rig/support.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const files = {
  "Pulumi.yaml": "name: network\nruntime: nodejs\n",
  "Pulumi.prod.yaml": "config: {}\n",
  ".github/workflows/deploy.yml": `on: { push: { branches: [main] } }
jobs:
  deploy:
    environment: dev
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`,
};

let github: GitHub;
beforeEach(async () => {
  github = await startGitHub();
});
afterEach(() => github.close());

async function run(folder: string, words: readonly string[], token = github.token): Promise<Watched> {
  const environment = { GH_TOKEN: token, GITHUB_TOKEN: "", GITHUB_API_URL: github.url };
  const ended = await runWatched(published, folder, words, environment);
  const said = [
    ["standard output", ended.out],
    ["standard error", ended.err],
    ["a command line", ended.argv],
  ] as const;
  expect(canariesIn({ token }, [...said, ...filesBelow(folder)])).toEqual([]);
  return ended;
}

const asked = ["observe", "--answer", "repository=acme/network"];

test("environments and required checks become answers, which a plan takes", async () => {
  const tree = new Map(Object.entries(files));
  github.addRepository({
    owner: "acme",
    name: "network",
    files: tree,
    environments: [{ name: "dev" }, { name: "prod", reviewers: ["ada"] }],
    requiredChecks: ["build"],
    collaborators: { ada: "maintain", migrator: "write" },
  });
  const folder = repositoryOf(files);
  const observed = await run(folder, asked);
  expect(observed).toMatchObject({
    code: 0,
    out: "answers:\n  repository: acme/network\n  default-branch: main\n  environments.protected: prod\n  checks.required: build\n",
    err: "put these lines into gha2pulumi.yaml; what stands there goes before what is observed\n",
  });
  expectClean(github);
  expect(github.requests.map(({ method }) => method)).toEqual(github.requests.map(() => "GET"));

  const dispositions = async (place: string): Promise<readonly string[]> => {
    const { out } = await run(place, ["plan", "--format", "json"]);
    const plan = JSON.parse(out) as { readonly operations: readonly { readonly disposition: string }[] };
    return plan.operations.map(({ disposition }) => disposition);
  };
  expect(await dispositions(folder)).toEqual(["call"]);
  expect(await dispositions(repositoryOf({ ...files, "gha2pulumi.yaml": observed.out }))).toEqual(["move"]);
});

test("what this token is not shown stays unknown", async () => {
  const tree = new Map(Object.entries(files));
  github.addRepository({ owner: "acme", name: "network", files: tree, collaborators: { migrator: "write" } });
  const { code, err } = await run(repositoryOf(files), ["observe", "--answer", "repository=acme/elsewhere"]);
  expect({ code, err }).toEqual({ code: 4, err: expect.stringContaining("error[GP751]") as string });
  expect(await run(repositoryOf(files), asked, "ghp_nobody")).toMatchObject({ code: 4 });
  expect(await run(repositoryOf(files), ["observe"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("repository=owner/name") as string,
  });
});
