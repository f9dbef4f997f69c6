import { expect, test } from "vitest";
import { literal } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { openedShell } from "./opened-shell.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

/** What runs, where, with which variables, and how many parts are not read. */
function opened(line: string, folder: string, files: Readonly<Record<string, string>>): readonly string[] {
  const command: Command = {
    kind: "run",
    words: line.split(" ").map((word) => [word]),
    environment: new Map([["REGION", { text: ["eu-central-1"], from }]]),
    directory: [folder],
    certainty: true,
    writes: undefined,
    line: undefined,
    arms: [],
    unconditional: true,
    steered: [],
    excused: false,
    piped: false,
    fallback: false,
    from,
  };
  const { commands = [], reasons = [] } = openedShell.unwrap(command, new Map(Object.entries(files))) ?? {};
  return [
    ...commands.map((one) => {
      const words = one.kind === "run" ? one.words.map((word) => literal(word) ?? "?").join(" ") : one.kind;
      const set = [...one.environment].map(([name, { text }]) => ` ${name}=${literal(text) ?? "?"}`).join("");
      return `${words} @ ${literal(one.directory) ?? "?"}${set}`;
    }),
    ...reasons.map(({ message }) => message.replace(/ may set.*| sets variables.*/, "")),
  ];
}

const greeting = `"init_hook": ["echo 'Welcome to devbox!' > /dev/null"]`;
const scripts = `"scripts": { "up": ["cd infra", "pulumi up -s $1"], "greet": "echo" }`;

test.each<readonly [string, string, Readonly<Record<string, string>>, readonly string[]]>([
  [
    "devbox run -- pulumi up",
    "infra",
    { "devbox.json": `{ "shell": { ${greeting} } }` },
    ["pulumi up @ . REGION=eu-central-1"],
  ],
  [
    "devbox run pulumi up",
    ".",
    { "devbox.json": `{ "env": { "REGION": "us-east-1", "HERE": "$PWD" } }` },
    ["pulumi up @ . REGION=us-east-1 HERE=?"],
  ],
  [
    "devbox run up -- prod",
    ".",
    { "devbox.json": `{ "shell": { ${scripts} } }` },
    ["pulumi up -s prod @ infra REGION=eu-central-1 1=prod"],
  ],
  [
    "devbox run up prod",
    ".",
    { "devbox.json": `{ "shell": { ${scripts} } }` },
    ["pulumi up -s prod @ infra REGION=eu-central-1 1=prod"],
  ],
  [
    "devbox run -- pulumi up",
    ".",
    { "devbox.json": `{ "env_from": ".env", "shell": { "init_hook": "export AWS_PROFILE=prod" } }` },
    ["pulumi up @ . REGION=eu-central-1", "`env_from` of `devbox.json`", "`init_hook` of `devbox.json`"],
  ],
  [
    "devbox run -e STACK=prod -- pulumi up",
    ".",
    { "devbox.json": "{}" },
    ["pulumi up @ . REGION=eu-central-1", "`devbox run -e`"],
  ],
  ["devbox run -c infra -- pulumi up", ".", { "infra/devbox.json": "{}" }, ["pulumi up @ infra REGION=eu-central-1"]],
  [
    "flox activate -- pulumi up",
    "infra",
    { ".flox/env/manifest.toml": `[vars]\nREGION = "us-east-1"\n[hook]\non-activate = '''\n# nothing\n'''\n` },
    ["pulumi up @ infra REGION=us-east-1"],
  ],
  [
    "flox activate -- pulumi up",
    ".",
    { ".flox/env/manifest.toml": `[hook]\non-activate = "export A=1"\n` },
    ["pulumi up @ . REGION=eu-central-1", "`[hook]` of `.flox/env/manifest.toml`"],
  ],
])("%s in %s", (line, folder, files, expected) => {
  expect(opened(line, folder, files)).toEqual(expected);
});
