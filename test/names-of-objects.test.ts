import { rmSync } from "node:fs";
import { afterAll, expect, test } from "vitest";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { folderOf, published, runBin, scratch } from "./support/command-line.ts";

// Names are looked up in tables. What every object has, `constructor` or `__proto__`, is in none of them.
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const names = Object.getOwnPropertyNames(Object.prototype);
const update = "      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n";

function dispositions(steps: string, on: string, name = "network"): readonly string[] {
  const head = `on: ${on}\nenv: { PULUMI_ACCESS_TOKEN: '\${{ secrets.T }}' }\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n`;
  const folder = folderOf({
    ".github/workflows/deploy.yml": `${head}    steps:\n      - uses: actions/checkout@v4\n${steps}${update}`,
    "Pulumi.yaml": `name: ${name}\nruntime: ${name === "network" ? "nodejs" : name}\n`,
    "index.ts": names.map((one) => `import { ${one} } from "@pulumi/${one}";\n`).join(""),
    "__main__.py": names.map((one) => `import pulumi_aws.${one}\n`).join(""),
  });
  const { code, out, err } = runBin(published, folder, ["plan", "--format", "json"]);
  expect([code, err]).toEqual([expect.toSatisfy((one) => [0, 3, 11].includes(one as number)), expect.anything()]);
  return (JSON.parse(out) as PlanDocument).operations.map(({ disposition }) => disposition);
}

test("an action, a command, an option and a project with such a name are read as any other", () => {
  for (const name of names) {
    const action = `      - uses: ${name}\n        with: { ${name}: ${name} }\n        env: { ${name}: a }\n`;
    const script = `${name}; npm run ${name}; pnpm ${name}; pulumi ${name} --${name}; make ${name}`;
    const steps = `${action}      - run: ${JSON.stringify(script)}\n`;
    expect(dispositions(steps, "{ push: { branches: [main] } }", name)).not.toContain("move");
  }
});

test("an event with such a name starts nothing", () => {
  expect(dispositions("", `{ ${names.map((name) => `${name}: { ${name}: [a] }`).join(", ")} }`)).not.toContain("move");
});
