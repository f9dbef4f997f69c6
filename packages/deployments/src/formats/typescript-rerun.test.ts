import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, type Change, type Tree } from "@gha2pulumi/repo";
import { bare, comparable, many, text, tree } from "../../../../test/support/settings-arbitrary.ts";
import { setting, type StackSettings } from "../settings.ts";
import { readTypescript, typescriptProgram, writeTypescript } from "./typescript.ts";

const INDEX = "deployment-settings/index.ts";

async function written(settings: readonly StackSettings[], from: Tree): Promise<Tree> {
  const { changes, refused } = await writeTypescript(settings, from);
  expect(refused).toEqual([]);
  return apply(from, changes);
}

/** Something a person may write between two statements: none of it changes what the program declares for a stack. */
const ownCode = fc.oneof(
  text.map((words) => `/* ${words.replaceAll("*/", "")} */`),
  fc.nat(99).map((n) => `const region${n}a = "eu-central-${n}";`),
  fc.nat(99).map((n) => `export const own${n} = { name: \`own-${n}\`, of: [${n}, "live"] } as const;`),
  fc.nat(99).map((n) => `new service.StackTag("tag-${n}", {\n  organization: "acme",\n  name: "n", value: "${n}" });`),
  fc.nat(99).map((n) => `if (live) { new service.Webhook("hook-${n}", { active: true, organizationName: "acme" }); }`),
);
const ownComment = text.map((words) => `// ${words.replace(/[\r\n\u2028\u2029]/g, " ")}`);
const insertion = fc.record({
  at: fc.nat(10_000),
  text: fc.oneof(ownCode, ownComment),
  more: fc.constantFrom("", " ", "\n\n"),
});

/** A program with a person's lines: code where a blank line parts two statements, comments behind any line. */
function edited(program: string, insertions: readonly { at: number; text: string; more: string }[]): string {
  const lines = program.split("\n");
  const added = new Map<number, string>();
  for (const { at, text: own, more } of insertions) {
    const start = at % lines.length;
    const blank = lines.findIndex((line, i) => i >= start && line === "");
    const place = own.startsWith("//") ? start : blank;
    added.set(place, `${added.get(place) ?? ""}\n${own}${more}`);
  }
  return lines.map((line, i) => `${line}${added.get(i) ?? ""}`).join("\n");
}

test("a person's comments, constants and resources survive byte for byte, and new stacks join them", async () => {
  await fc.assert(
    fc.asyncProperty(
      many,
      fc.nat(3),
      fc.uniqueArray(insertion, {
        maxLength: 6,
        selector: (one) => /\bown\d+|\bregion\d+/.exec(one.text)?.[0] ?? one.text + one.at,
      }),
      fc.boolean(),
      async (generated, count, insertions, crlf) => {
        const settings = comparable(generated);
        const first = await written(settings.slice(0, count + 1), tree);
        const lf = edited(first.get(INDEX) ?? "", insertions);
        const mine = crlf ? lf.replaceAll("\n", "\r\n") : lf;
        const start = new Map([...first, [INDEX, mine]]);
        const after = await written(settings, start);
        expect(after.get(INDEX)?.startsWith(mine)).toBe(true);
        const read = await readTypescript(after);
        expect(bare(read.settings)).toEqual(bare(settings));
        expect(await writeTypescript(settings, after)).toEqual({ changes: [], refused: [] });
      },
    ),
    { numRuns: 150 },
  );
});

const at = [{ path: "deploy.yml", start: 0, end: 1 }] as const;
const [base] = fc.sample(many, { numRuns: 1, seed: 1 })[0] ?? [];
const stackOf = (stack: string): StackSettings => ({
  ...(base as StackSettings),
  organization: setting("acme", at),
  project: "shop",
  stack,
  schedules: [],
  environment: new Map([["REGION", setting([{ config: "REGION", secret: false }], at)]]),
  oidc: [],
  from: at,
});

const ownProgram = `#!/usr/bin/env node
import { DeploymentSettings } from "@pulumi/pulumiservice"; // ours

new DeploymentSettings("shop", {
  organization: "acme", project: "shop", stack: "prod",
  sourceContext: { git: { branch: "main" } }, github: { repository: "acme/shop" },
});
const service = 1;`;
const ownTree = (program: string): Tree =>
  new Map([
    ["deploy.yml", "on: push\n"],
    ["ops/Pulumi.yaml", "name: ops\nruntime: nodejs\n"],
    ["ops/index.ts", program],
  ]);

test("a person's own program is continued where it is, with what it lacks", async () => {
  const start = ownTree(ownProgram);
  const { changes, refused } = await writeTypescript([stackOf("prod"), stackOf("dev")], start);
  expect(refused).toEqual([]);
  expect(changes.map((change: Change) => [change.kind, change.path])).toEqual([["edit", "ops/index.ts"]]);
  const program = apply(start, changes).get("ops/index.ts") ?? "";
  expect(program).toContain(`pulumiservice"; // ours
import * as pulumi from "@pulumi/pulumi";
import * as service2 from "@pulumi/pulumiservice";

new DeploymentSettings("shop", {`);
  expect(program).toContain("const service = 1;\n\nconst config = new pulumi.Config();\n");
  expect(program).toContain('const live = config.requireBoolean("live");\n');
  expect(program).toContain('new service2.DeploymentSettings(\n  "shop-dev",');
  const read = await readTypescript(apply(start, changes));
  expect([read.gaps, read.settings.map((one) => one.stack)]).toEqual([[], ["prod", "dev"]]);
});

test.each([
  ["it has resources of its own", 'import * as aws from "@pulumi/aws";\n'],
  ["it makes something else", "new Map();\n"],
  ["it declares a stack that is computed", "new DeploymentSettings(name(), { project: name() });\n"],
])("a program is not continued when %s", async (_, line) => {
  expect(await typescriptProgram(ownTree(ownProgram))).toBe("ops/index.ts");
  expect(await typescriptProgram(ownTree(`${ownProgram}\n${line}`))).toBeUndefined();
});

test("neither is a project's own program, nor one of two", async () => {
  const own = ownTree(ownProgram.replace('project: "shop"', 'project: "ops"'));
  expect(await typescriptProgram(own)).toBeUndefined();
  const two = [...ownTree(ownProgram)].map(([path, one]) => [path.replace("ops/", "other/"), one] as const);
  expect(await typescriptProgram(new Map([...ownTree(ownProgram), ...two]))).toBeUndefined();
});
