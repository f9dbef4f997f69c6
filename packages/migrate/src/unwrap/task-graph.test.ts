import { expect, test } from "vitest";
import type { Tree } from "@gha2pulumi/repo";
import { unwrapped } from "./unwrap.test.ts";

const graph: Tree = new Map(
  Object.entries({
    "nx.json": "{}",
    "turbo.json": "{}",
    "apps/infra/project.json": JSON.stringify({
      name: "infra",
      targets: {
        up: { executor: "nx:run-commands", options: { command: "pulumi up", cwd: "apps/infra" } },
        alone: { command: "pulumi up -s prod", options: { cwd: "{projectRoot}", forwardAllArgs: false } },
        two: { executor: "nx:run-commands", options: { commands: ["pulumi up", "pulumi stack"] } },
        lint: { executor: "@nx/eslint:lint" },
      },
    }),
    "apps/infra/package.json": JSON.stringify({ name: "@acme/infra", scripts: { deploy: "pulumi up --yes" } }),
    "apps/web/package.json": JSON.stringify({ name: "@acme/web", scripts: { build: "vite build" } }),
    "deno.json": JSON.stringify({
      tasks: {
        up: "pulumi up -s prod",
        both: { command: "pulumi up", dependencies: ["x"] },
        in: { command: "cd apps && pulumi up" },
      },
    }),
    "pixi.toml": '[tasks]\nup = "pulumi up -s prod"\nin = { cmd = "pulumi up", cwd = "apps" }\n',
  }),
);

test.each<readonly [string, readonly string[]]>([
  ["nx up infra --stack=staging --yes", ["pulumi up --stack=staging --yes @ apps/infra GP446"]],
  ["npx nx run infra:up --skip-nx-cache -- -s prod", ["pulumi up -s prod @ apps/infra GP446"]],
  ["yarn nx run infra:alone --verbose --yes", ["pulumi up -s prod @ apps/infra GP446"]],
  ["nx run @acme/infra:deploy", ["pulumi up --yes @ apps/infra GP446"]],
  ["nx run infra:up:production", ["nx run infra:up:production"]],
  ["nx run infra:up -c production", ["nx run infra:up -c production"]],
  ["nx run infra:two", ["nx run infra:two"]],
  ["nx lint infra", ["nx lint infra"]],
  ["nx run-many -t up", ["nx run-many -t up"]],
  ["turbo run deploy --filter=@acme/infra", ["pulumi up --yes @ apps/infra GP446"]],
  ["pnpm turbo deploy -F ./apps/infra -- -s prod", ["pulumi up --yes -s prod @ apps/infra GP446"]],
  ["npx turbo@2 run deploy", ["pulumi up --yes @ apps/infra GP446"]],
  ["turbo run deploy --filter=@acme/infra...", ["turbo run deploy --filter=@acme/infra..."]],
  ["turbo run test", ["turbo run test"]],
  ["deno task up --yes", ["pulumi up -s prod --yes"]],
  ["deno task in", ["pulumi up @ apps"]],
  ["deno task both", ["deno task both"]],
  ["deno task --env-file=.env up", ["pulumi up -s prod GP445"]],
  ["pixi run up --yes", ["pulumi up -s prod --yes GP445"]],
  ["pixi run -e ci in", ["pulumi up @ apps GP445"]],
  ["pixi run pulumi up", ["pulumi up GP445"]],
])("%s is a task", (line, expected) => {
  expect(unwrapped(line, graph)).toEqual(expected);
});
