import fc from "fast-check";
import { expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { migrate, renderMarkdown, renderProof } from "@gha2pulumi/migrate";
import { fixture } from "./support/fixture.ts";
import { grammars } from "./support/grammars.ts";

const hex = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."0123456789abcdef"), minLength: length, maxLength: length });
const upper = (length: number) =>
  fc.string({ unit: fc.constantFrom(..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"), minLength: length, maxLength: length });

/** Texts of the forms that tokens have, new in every run; none of them is one. */
const planted = fc.oneof(
  hex(40).map((one) => `pul-${one}`),
  upper(16).map((one) => `AKIA${one}`),
  upper(36).map((one) => `ghp_${one}`),
  upper(24).map((one) => `xoxb-${one}`),
);

/** Where somebody may have written one: a workflow's values, a comment, a command, a file of the project. */
const places: readonly ((workflow: string, token: string) => string)[] = [
  (workflow, token) => workflow.replace(/(\n +)env:/, `$1env:$1  SERVICE: ${token}`),
  (workflow, token) => workflow.replace(/(\n +)env:/, `$1env:$1  DATABASE_PASSWORD: "${token}"`),
  (workflow, token) => workflow.replace(/(\n +)env:/, `$1env:$1  URL: "https://x:${token}@example.com"`),
  (workflow, token) => `# key: ${token}\n${workflow}`,
  (workflow, token) => workflow.replace("stack-name: acme/network/prod", `stack-name: acme/network/prod # ${token}`),
  (workflow, token) =>
    workflow.replace(
      /(\n +)- uses: pulumi/,
      `$1- run: curl -H "Authorization: ${token}" https://example.com$1- uses: pulumi`,
    ),
  (workflow, token) => workflow.replace("pulumi-version: 3.200.0", `pulumi-version: ${token}`),
];

const { before, surroundings } = fixture("recognisers/pulumi-actions");
const path = ".github/workflows/deploy.yml";

test("a token in a workflow goes nowhere: not into the program, its configuration, its README or a report", async () => {
  await fc.assert(
    fc.asyncProperty(
      planted,
      fc.nat(places.length - 1),
      fc.constantFrom("typescript", "yaml", "python"),
      async (token, at, language) => {
        const workflow = places[at]?.(before.get(path) ?? "", token) ?? "";
        expect(workflow).toContain(token);
        const tree: Tree = new Map([...before, [path, workflow]]);
        const { document, changes } = await migrate(
          { tree, surroundings: new Map([...surroundings, ["language", language]]) },
          grammars,
        );
        const after = apply(tree, changes);
        const created = [...after].filter(([name, text]) => tree.get(name) !== text && name !== path);
        expect(created.filter(([, text]) => text.includes(token)).map(([name]) => name)).toEqual([]);
        for (const text of [JSON.stringify(document), renderMarkdown(document), renderProof(document)])
          expect(text).not.toContain(token);
      },
    ),
    { numRuns: 60 },
  );
});

test.each([
  ["typescript", "deployment-settings/index.ts", 'const key = "%";\n'],
  ["yaml", "deployment-settings/Pulumi.yaml", "# %\n"],
  ["python", "deployment-settings/__main__.py", 'key = "%"\n'],
])("a settings program in %s that holds one is not continued, and no plan shows it", async (language, index, line) => {
  const told = new Map([...surroundings, ["language", language]]);
  const first = apply(before, (await migrate({ tree: before, surroundings: told }, grammars)).changes);
  const token = `ghp_${"Z9".repeat(18)}`;
  const tree: Tree = new Map([
    ...first,
    [index, `${first.get(index) ?? ""}${line.replace("%", token)}`],
    [path, (before.get(path) ?? "").replace("acme/network/prod", "acme/network/dev")],
    ["platform/network/Pulumi.dev.yaml", "config: {}\n"],
  ]);
  const { document, changes } = await migrate({ tree, surroundings: told }, grammars);
  expect(changes).toEqual([]);
  expect(JSON.stringify(document)).not.toContain(token);
  expect(JSON.stringify(document.diagnostics)).toContain("holds something that looks like a secret");
});

test.each(["TOKEN", "API: { secret: TOKEN }", "API: { ciphertext: TOKEN }"])(
  "a settings file that holds one stays, and no plan shows it: %s",
  async (line) => {
    const token = `pul-${"a1b2".repeat(10)}`;
    const written = line.includes(":") ? line : `API: ${line}`;
    const file = `settings:\n  operationContext:\n    environmentVariables:\n      ${written.replace("TOKEN", token)}\n`;
    const tree: Tree = new Map([...before, ["platform/network/Pulumi.prod.deploy.yaml", file]]);
    const { document, changes } = await migrate({ tree, surroundings }, grammars);
    expect(changes).toEqual([]);
    expect(document.diagnostics.map(({ code }) => code)).toContain("GP514");
    for (const text of [JSON.stringify(document), renderMarkdown(document), renderProof(document)])
      expect(text).not.toContain(token);
  },
);

test("what is planted here would be seen", async () => {
  const { changes, document } = await migrate({ tree: before, surroundings }, undefined);
  const after = apply(before, changes);
  expect([...after.values()].join("")).toContain("pulumi/pulumi:3.200.0");
  expect(JSON.stringify(document.settings)).toContain("3.200.0");
  expect(`${renderMarkdown(document)}${renderProof(document)}`).toContain("acme/network/prod");
});
