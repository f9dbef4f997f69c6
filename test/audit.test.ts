import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { auditOf, covering, type Audit } from "@gha2pulumi/migrate";
import { csv } from "../packages/cli/src/csv.ts";
import { barOn } from "../packages/cli/src/progress.ts";
import { folderOf, pictureOf, published, runBin, scratch } from "./support/command-line.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const project = "name: network\nruntime: yaml\n";
const step = "      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n";
const steps = `jobs:\n  deploy:\n    runs-on: ubuntu-latest\n    env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.T }}' }\n    steps:\n${step}`;
const moves = `on: { push: { branches: [main] } }\n${steps}`;
const asks = moves
  .replace("acme/network/prod", "${{ vars.STACK }}")
  .replace(/stack-name: (.*) \}/, "stack-name: '$1' }");
const file = ".github/workflows/deploy.yml";

/** Two teams: four repositories that move alike, one that asks, one that cannot be planned, and what is none. */
function workspace(): string {
  const folder = folderOf({
    ...Object.fromEntries(["a", "b", "c", "d"].flatMap((name) => files(`acme/${name}`, moves))),
    ...Object.fromEntries(files("other/=ask", asks)),
    ...Object.fromEntries(files("other/broken", moves)),
    "other/broken/gha2pulumi.yaml": "answers: [no map]\n",
    "notes/readme.md": "not a repository\n",
    "node_modules/x/.github/workflows/a.yml": moves,
  });
  mkdirSync(join(folder, "acme/e/.git"), { recursive: true });
  symlinkSync(join(folder, "acme/a"), join(folder, "acme/link"));
  return folder;
}

function files(name: string, text: string): readonly (readonly [string, string])[] {
  return [
    [`${name}/Pulumi.yaml`, project],
    [`${name}/${file}`, text],
  ];
}

const folder = workspace();
const before = pictureOf(folder);

test("the table counts what becomes of operations, why, and the shapes they have", () => {
  const { code, out, err } = runBin(published, folder, ["audit", "."]);
  expect(code).toBe(20);
  expect(err).toBe("");
  expect(out).toMatch(/^repositories  7: 5 run Pulumi, 1 without a plan\n/);
  expect(out).toContain("operations    5: 4 move, 0 call, 0 keep, 1 ask\n");
  expect(out).toContain("workflows     5 are 2 shapes; 1 cover 80 %\n");
  expect(out).toMatch(/^ask  GP204  an unknown stack  1 operation  in 1$/m);
  expect(out).toMatch(/^4 ×  update on push: move {2,}acme\/a\/\.github\/workflows\/deploy\.yml$/m);
  expect(out).toMatch(/^4 × {2,}Check that these stacks exist in Pulumi Cloud: …$/m);
  expect(out).toMatch(/^other\/broken: gha2pulumi\.yaml:1:10: a mapping/m);
  expect(pictureOf(folder)).toEqual(before);
});

test("JSON has every operation, and Markdown and CSV what people pass on", () => {
  const audit = JSON.parse(runBin(published, folder, ["audit", ".", "--format", "json"]).out) as Audit;
  expect(audit.repositories.map(({ name }) => name)).toEqual(
    "acme/a acme/b acme/c acme/d acme/e other/=ask other/broken".split(" "),
  );
  expect(audit.repositories[0]?.operations).toMatchObject([
    { workflow: file, job: "deploy", operation: "update", stack: "acme/network/prod", disposition: "move", codes: [] },
  ]);
  const markdown = runBin(published, folder, ["audit", ".", "--format", "markdown"]).out;
  expect(markdown).toContain("| 7 | 4 | 0 | 0 | 1 |");
  expect(markdown).toContain("5 workflows are 2 shapes; 1 cover 80 %.");
  const rows = runBin(published, folder, ["audit", ".", "--format", "csv"]).out.split("\r\n");
  expect(rows[0]).toBe("repository,workflow,job,location,operation,stack,disposition,codes,failure");
  expect(rows[1]).toBe(`acme/a,${file},deploy,${file}:7:9,update,acme/network/prod,move,,`);
});

test("one repository, several folders, the same folder twice, and none", () => {
  const names = (...args: readonly string[]): readonly string[] =>
    (JSON.parse(runBin(published, folder, ["audit", "--format", "json", ...args]).out) as Audit).repositories.map(
      ({ name }) => name,
    );
  expect(names("acme/a")).toEqual(["acme/a"]);
  expect(names("acme", "other", "acme")).toEqual(["a", "b", "c", "d", "e", "=ask", "broken"]);
  expect(runBin(published, folder, ["audit", "acme"]).code).toBe(0);
  expect(runBin(published, folder, ["audit", "acme/e"]).code).toBe(3);
  expect(runBin(published, folder, ["audit", "notes"])).toMatchObject({
    code: 2,
    err: expect.stringContaining("notes"),
  });
  expect(runBin(published, folder, ["audit"]).code).toBe(2);
});

test("--out takes the form from the name, and overwrites only what it wrote", () => {
  for (const [name, start] of [
    ["audit.json", '{\n  "schemaVersion": 1'],
    ["audit.md", "# Pulumi in many repositories\n"],
    ["audit.csv", "repository,"],
  ] as const) {
    const out = join(scratch, name);
    const audit = (): number | null => runBin(published, folder, ["audit", "acme", "--out", out]).code;
    expect([audit(), audit()]).toEqual([0, 0]);
    expect(readFileSync(out, "utf8").startsWith(start)).toBe(true);
    writeFileSync(out, "mine\n");
    expect(audit()).toBe(2);
    expect(readFileSync(out, "utf8")).toBe("mine\n");
  }
});

test("cells of CSV are quoted, begin no formula, and hide nothing", () => {
  expect(csv([["a,b", 'c"d', "=1+1", " @x", "-2", "e\nf", "g\u202eh", "i"]])).toBe(
    `"a,b","c""d",'=1+1,' @x,'-2,e\\u{a}f,g\\u{202e}h,i\r\n`,
  );
});

test("shapes that cover two thirds are counted from the most common on", () => {
  expect(covering(auditOf([]))).toEqual({ shapes: 0, percent: 0 });
});

test("a bar on a terminal has counts, fits the line, and leaves nothing behind", () => {
  const written: string[] = [];
  const stream = { isTTY: true, columns: 40, write: (text: string) => written.push(text) };
  const bar = barOn(stream as unknown as NodeJS.WriteStream, 2);
  bar.step("acme/first\u202e-with-a-name-that-is-long");
  bar.step("b");
  bar.end();
  expect(written).toEqual([
    "\r\u001b[2K░░░░░░░░░░░░░░░░░░░░░░░░ 0/2 acme/first",
    "\r\u001b[2K████████████░░░░░░░░░░░░ 1/2 b",
    "\r\u001b[2K",
  ]);
});
