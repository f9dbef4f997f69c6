import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Tree } from "@gha2pulumi/repo";

const steps = (stack: string): string => `      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with:
          node-version: 20
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111122223333:role/network-deploy
          aws-region: eu-west-1
      - run: npm ci
        working-directory: infra
      - uses: pulumi/actions@v6
        with:
          command: up
          stack-name: ${stack}
          work-dir: infra
        env:
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
`;

const job = (name: string, stack: string): string => `  ${name}:
    if: github.ref == 'refs/heads/main'
    runs-on: ubuntu-latest
    permissions:
      id-token: write
      contents: read
    steps:
${steps(stack)}`;

const head = "permissions:\n  id-token: write\n  contents: read\n";
const project: readonly (readonly [string, string])[] = [
  ["infra/Pulumi.yaml", "name: network\nruntime: nodejs\n"],
  ["infra/package.json", '{ "name": "network", "dependencies": { "@pulumi/pulumi": "^3.0.0" } }\n'],
  ["infra/package-lock.json", ""],
];

function count<T>(size: number, make: (at: number) => T): readonly T[] {
  return Array.from({ length: size }, (_, at) => make(at));
}

/** One workflow with so many jobs, each updating a stack of its own. */
export function manyJobs(size: number): Tree {
  return new Map([...project, [".github/workflows/deploy.yml", ofJobs(0, size)]]);
}

/** So many jobs in workflows of a hundred each: one file of more than two hundred is not played. */
export function jobsInWorkflows(size: number): Tree {
  const files = count(Math.ceil(size / 100), (at): readonly [string, string] => [
    `.github/workflows/deploy-${at}.yml`,
    ofJobs(at * 100, Math.min(size, (at + 1) * 100)),
  ]);
  return new Map([...project, ...files]);
}

function ofJobs(from: number, to: number): string {
  const jobs = count(to - from, (at) => job(`deploy-${from + at}`, `acme/network/stack-${from + at}`)).join("");
  return `name: Deploy\non:\n  push:\n    branches: [main]\n    paths: ["infra/**"]\n${head}jobs:\n${jobs}`;
}

/** So many workflows, each with one job and a stack of its own. */
export function manyStacks(size: number): Tree {
  const files = count(size, (at): readonly [string, string] => {
    const on = `on:\n  push:\n    branches: [main]\n    paths: ["infra/**", ".github/workflows/deploy-${at}.yml"]\n`;
    return [
      `.github/workflows/deploy-${at}.yml`,
      `name: Deploy ${at}\n${on}${head}jobs:\n${job("deploy", `acme/network/stack-${at}`)}`,
    ];
  });
  return new Map([...project, ...files]);
}

/** One job behind so many schedules. */
export function manyEvents(size: number): Tree {
  const crons = count(size, (at) => `    - cron: "${at % 60} ${Math.floor(at / 60) % 24} * * *"\n`).join("");
  const text = `name: Refresh\non:\n  schedule:\n${crons}${head}jobs:\n${job("refresh", "acme/network/prod").replace("command: up", "command: refresh")}`;
  return new Map([...project, [".github/workflows/refresh.yml", text]]);
}

/** Writes a tree into a new folder under git; the caller removes it. */
export function folderOf(tree: Tree): string {
  const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-bench-"));
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  const git = (...args: readonly string[]): Buffer => execFileSync("git", args, { cwd: folder, stdio: "pipe" });
  git("init", "-q", "-b", "main");
  git("remote", "add", "origin", "https://github.com/acme/network.git");
  git("add", "-A");
  return folder;
}
