import { expect, test } from "vitest";
import { literal, written, type Tree } from "@gha2pulumi/repo";
import { playScript, type Command } from "@gha2pulumi/workflow";
import { unwrapOnce } from "../unwrapper.ts";
import { unwrappers } from "./index.ts";

const from = [{ path: ".github/workflows/deploy.yml", start: 0, end: 1 }] as const;

const tree: Tree = new Map([
  [
    "mise.toml",
    `
[env]
TIER = "premium"
STAGE = "{{env.STACK}}-stage"
GONE = false
KEPT = { required = true }
USUAL = { default = "usual" }
ROOT = "{{config_root}}/infra"
OPEN = "{{ exec(command='date') }}"

[vars]
org = "acme"

[tasks]
short = "pulumi up -s short"
list = ["npm ci", "pulumi up -s list"]

[tasks.up]
alias = "u"
run = "pulumi up -s {{vars.org}}/$STAGE"

[tasks.args]
run = ["echo", "pulumi up"]

[tasks.bang]
run = """
#!/usr/bin/env bash
pulumi up -s "$1"
"""

[tasks.usage]
usage = '''
arg "<stack>" help="The stack"
arg "[region]"
'''
run = "pulumi up -s $usage_stack -c r={{usage.region}}"

[tasks.flags]
usage = 'flag "--stack <stack>"'
run = "pulumi up -s $usage_stack"

[tasks.needs]
depends = ["short", "WHERE=here env:dep one"]
depends_post = ["list"]
run = "pulumi up -s needs"

[tasks."env:dep"]
run = "pulumi preview -s $WHERE"

[tasks.steps]
run = [{ task = "short" }, { tasks = ["up", "bang"] }, "pulumi up -s $OWN"]
env = { OWN = "own" }

[tasks.twice]
depends = ["short", "steps"]

[tasks.folder]
dir = "infra"
run = "pulumi up"

[tasks.here]
dir = "{{cwd}}"
run = "pulumi up"

[tasks.maybe]
sources = ["a"]
run = "pulumi up"

[tasks.sure]
confirm = "really?"
run = "pulumi up"

[tasks.nu]
shell = "nu -c"
run = "pulumi up"

[tasks.loop]
depends = ["loop"]
run = "pulumi up -s loop"

[tasks.all]
depends = ["env:*"]

[tasks.script]
file = "scripts/up.sh"

[tasks.tera]
run = "{% if x %}pulumi up{% endif %}"
`,
  ],
  ["dns/.mise.toml", '[env]\nTIER = "near"\n[tasks]\nup = "pulumi up -s dns"\n'],
  [".mise/tasks/deploy/prod", '#!/bin/bash\n#MISE description="x"\npulumi up -s "prod-$1"\n'],
  ["mise-tasks/deps.sh", '#!/bin/bash\n#MISE depends=["up"]\npulumi up\n'],
  ["scripts/up.sh", 'pulumi up -s "file-$1"\n'],
]);

function commandsOf(line: string, given: Readonly<Record<string, string>> = {}): readonly Command[] {
  const around = new Map(Object.entries({ STACK: "prod", ...given }).map(([name, value]) => [name, [value]]));
  const { calls } = playScript(line, { directory: ["."], environment: around, expressions: [], told: new Set() });
  return calls.map((call) => {
    const environment = new Map(
      [...around, ...call.environment].map(([name, text]) => [name, { text, from }] as const),
    );
    return { ...call, kind: "run", unconditional: true, steered: [], environment, from };
  });
}

/** What a call of mise comes to: the words of each command, `@ folder`, doubts. */
function unwrapped(command: Command): readonly string[] {
  const found = unwrapOnce(command, tree, unwrappers);
  const words = (command.kind === "run" ? command.words : []).map((word) => written(word)).join(" ");
  const folder = written(command.directory);
  if (!found) return [`${words}${folder === "." ? "" : ` @ ${folder}`}${command.certainty === true ? "" : " perhaps"}`];
  const doubts = found.reasons.map(({ code }) => ` ${code}`).join("");
  return found.commands.flatMap((one) => unwrapped(one).map((text) => text + doubts));
}

test.each<readonly [string, readonly string[]]>([
  ["mise exec -- pulumi up", ["pulumi up"]],
  ["mise x pulumi@3.200.0 -- pulumi up", ["pulumi up"]],
  ["mise run short", ["pulumi up -s short"]],
  ["mise r short", ["pulumi up -s short"]],
  ["mise tasks run short", ["pulumi up -s short"]],
  ["mise -q run short", ["mise -q run short"]],
  ["mise run -q -j 2 short", ["pulumi up -s short"]],
  ["mise run list", ["npm ci", "pulumi up -s list"]],
  ["mise run up", ["pulumi up -s acme/prod-stage"]],
  ["mise run u", ["pulumi up -s acme/prod-stage"]],
  ["mise run args -s prod", ["pulumi up -s prod"]],
  ["mise run args -- -s prod", ["pulumi up -s prod"]],
  ["mise run bang prod", ["pulumi up -s prod"]],
  ["mise run usage prod eu", ["pulumi up -s prod -c r=eu"]],
  ["mise run usage prod", ["pulumi up -s prod -c r=${{ {{usage.region}} }}"]],
  ["mise run flags --stack prod", ["mise run flags --stack prod"]],
  ["mise run flags", ["pulumi up -s ${{ usage_stack }}"]],
  ["mise run short ::: up", ["pulumi up -s short", "pulumi up -s acme/prod-stage"]],
  [
    "mise run needs",
    ["pulumi up -s short", "pulumi preview -s here one", "pulumi up -s needs", "npm ci", "pulumi up -s list"],
  ],
  [
    "mise run steps",
    ["pulumi up -s short", "pulumi up -s acme/prod-stage", "pulumi up -s ${{ env.1 }}", "pulumi up -s own"],
  ],
  [
    "mise run twice",
    ["pulumi up -s short", "pulumi up -s acme/prod-stage", "pulumi up -s ${{ env.1 }}", "pulumi up -s own"],
  ],
  ["mise run folder", ["pulumi up @ infra"]],
  ["cd dns; mise run here", ["pulumi up @ dns"]],
  ["cd dns; mise run up", ["pulumi up -s dns @ dns"]],
  ["mise run -C dns up", ["pulumi up -s dns @ dns"]],
  ["mise run maybe", ["pulumi up perhaps"]],
  ["mise run sure", ["mise run sure"]],
  ["mise run nu", ["mise run nu"]],
  ["mise run loop", ["pulumi up -s loop"]],
  ["mise run all", ["mise run all"]],
  ["mise run tera", ["${{ {% if x %}pulumi up{% endif %} }}"]],
  ["mise run nowhere", ["mise run nowhere"]],
  ["mise run -n short", ["mise run -n short"]],
  ["mise run --env prod short", ["mise run --env prod short"]],
  ["mise run script prod", ["pulumi up -s file-prod"]],
  ["mise run deploy:prod eu", ["pulumi up -s prod-eu"]],
  ["mise deploy:prod eu", ["pulumi up -s prod-eu"]],
  ["mise run deps", ["mise run deps"]],
  ["mise up", ["mise up"]],
  ["mise install", ["mise install"]],
  ["MISE_ENV=prod mise run short", ["pulumi up -s short GP224"]],
])("%s", (line, wanted) => {
  expect(commandsOf(line).flatMap(unwrapped)).toEqual(wanted);
});

function environmentIn(line: string, given?: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const [command] = commandsOf(line, given);
  const found = command && unwrapOnce(command, tree, unwrappers);
  const names = ["TIER", "STAGE", "GONE", "KEPT", "USUAL", "ROOT", "OPEN"];
  const values = names.flatMap((name) => {
    const bound = found?.commands[0]?.environment.get(name);
    return bound ? [[name, literal(bound.text) ?? "unknown"] as const] : [];
  });
  return Object.fromEntries(values);
}

test.each(["mise exec -- pulumi up", "mise run short"])("%s sees the variables of mise.toml", (line) => {
  const root = expect.stringMatching(/infra$/) as string;
  expect(environmentIn(line)).toEqual({
    TIER: "premium",
    STAGE: "prod-stage",
    USUAL: "usual",
    ROOT: root,
    OPEN: "unknown",
  });
  expect(environmentIn(line, { TIER: "mine", GONE: "yes", KEPT: "kept", USUAL: "own" })).toMatchObject({
    TIER: "premium",
    KEPT: "kept",
    USUAL: "own",
  });
  expect(environmentIn(line, { GONE: "yes" })).not.toHaveProperty("GONE");
});

test("the nearest file counts most", () => {
  expect(environmentIn("mise exec -C dns -- pulumi up")).toMatchObject({ TIER: "near", STAGE: "prod-stage" });
});

test("variables of a file or a program are nobody's to tell", () => {
  const open: Tree = new Map([["mise.toml", '[env]\n_.file = ".env"\n_.path = "bin"\n[tasks]\nup = "pulumi up"\n']]);
  const reasonsOf = (line: string): readonly string[] =>
    commandsOf(line).flatMap((one) => unwrapOnce(one, open, unwrappers)?.reasons.map(({ code }) => code) ?? []);
  expect(reasonsOf("mise run up")).toEqual(["GP224"]);
  expect(reasonsOf("mise exec -- pulumi up")).toEqual(["GP224"]);
});
