import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { join } from "node:path";
import type { Tree } from "@gha2pulumi/repo";
import { setting, writePython, writeTypescript, writeYaml, type StackSettings } from "@gha2pulumi/deployments";
import { grammars } from "../support/grammars.ts";
import { folderOf, manyStacks } from "./generate.ts";
import { excess, interleaved, median, peakMemory, program } from "./measure.ts";
import { measured, type Measurement } from "./row.ts";

/** The top of the repository: the bench runs from `.bench/built`. */
export const root = fileURLToPath(new URL("../..", import.meta.url));
const bin = join(root, "packages/cli/dist/bin.js");

/** Five hundred stacks with a role, a variable, a secret and a filter each. */
export function manySettings(count: number): readonly StackSettings[] {
  const from = [{ path: "deploy.yml", start: 0, end: 2 }] as const;
  return Array.from({ length: count }, (_, i): StackSettings => ({
    organization: setting("acme", from),
    project: `network-${i % 50}`,
    stack: `region-${i}`,
    branch: setting("main", from),
    directory: `infra/network-${i % 50}`,
    repository: setting("acme/network", from),
    repositoryBlock: "github",
    deployCommits: true,
    previewPullRequests: i % 2 === 0,
    pullRequestTemplate: false,
    paths: [setting(`infra/network-${i % 50}/**`, from)],
    preRunCommands: [],
    environment: new Map([
      ["AWS_REGION", setting("eu-central-1", from)],
      ["API_KEY", setting([{ config: `API_KEY_${i % 20}`, secret: true }], from)],
    ]),
    skipInstallDependencies: false,
    skipIntermediateDeployments: false,
    deleteAfterDestroy: false,
    oidc: [
      {
        kind: "aws",
        roleARN: setting(["arn:aws:iam::", { config: `ACCOUNT_${i % 5}`, secret: false }, ":role/deploy"], from),
        sessionName: setting("pulumi", from),
        duration: undefined,
      },
    ],
    executorImage: setting("pulumi/pulumi:3.200.0", from),
    agentPool: undefined,
    cache: false,
    schedules: [],
    reasons: new Map(),
    from,
  }));
}

const tree: Tree = new Map([["deploy.yml", "on: push\n"]]);

/** The settings program alone: what is written once everything is decided. */
export const generation: Measurement = {
  name: "generation",
  slow: false,
  measure: async () => {
    const settings = manySettings(500);
    const [typescript, yaml, python] = await interleaved(5, [
      () => writeTypescript(settings, tree),
      () => writeYaml(settings, tree),
      () => writePython(settings, tree, grammars),
    ]);
    return [
      measured("500 stacks: the program in TypeScript", median(typescript), "ms", 500, "from settings to files"),
      measured("500 stacks: the program in Pulumi YAML", median(yaml), "ms", 500, "from settings to files"),
      measured("500 stacks: the program in Python", median(python), "ms", 500, "from settings to files"),
    ];
  },
};

/** Whole programs, as a person starts them, each against one that does less. */
export const programs: Measurement = {
  name: "programs",
  slow: false,
  measure: async () => {
    const folder = folderOf(manyStacks(10));
    const node =
      (...args: readonly string[]) =>
      (): void =>
        program(process.execPath, args, folder);
    const works = [
      node("-e", "0"),
      node(bin, "--version"),
      node(join(root, ".bench/built/decide.js"), folder),
      node(bin, "plan", folder),
    ];
    const [bare, version, decided, plan] = await interleaved(7, works);
    const memory = peakMemory([bin, "plan", folder], folder);
    rmSync(folder, { recursive: true });
    return [
      measured(
        "start: --version over node -e 0",
        excess(version, bare),
        "ms",
        25,
        `${median(bare).toFixed(0)} ms for node itself`,
      ),
      measured(
        "ten workflows: read and decide, over start",
        excess(decided, version),
        "ms",
        150,
        "a program of its own",
      ),
      measured(
        "ten workflows: whole plan, over start",
        excess(plan, version),
        "ms",
        900,
        "settings program, diff, proof",
      ),
      measured("ten workflows: memory of the plan", memory, "MB", undefined, "peak resident set"),
    ];
  },
};
