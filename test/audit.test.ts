import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { auditOf, covering, type Audit, type PlannedOperation, type PlannedTrigger } from "@gha2pulumi/migrate";
import { repositoryForecast } from "../packages/migrate/src/report/forecast.ts";
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
const whole = JSON.parse(runBin(published, folder, ["audit", ".", "--format", "json"]).out) as Audit;

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
  expect(whole.repositories.map(({ name }) => name)).toEqual(
    "acme/a acme/b acme/c acme/d acme/e other/=ask other/broken".split(" "),
  );
  expect(whole.repositories[0]?.operations).toMatchObject([
    { workflow: file, job: "deploy", operation: "update", stack: "acme/network/prod", disposition: "move", codes: [] },
  ]);
  const markdown = runBin(published, folder, ["audit", ".", "--format", "markdown"]).out;
  expect(markdown).toContain("| 7 | 4 | 0 | 0 | 1 |");
  expect(markdown).toContain("5 workflows are 2 shapes; 1 cover 80 %.");
  const rows = runBin(published, folder, ["audit", ".", "--format", "csv"]).out.split("\r\n");
  expect(rows[0]).toBe("repository,workflow,job,location,operation,stack,disposition,codes,failure");
  expect(rows[1]).toBe(`acme/a,${file},deploy,${file}:7:9,update,acme/network/prod,move,,`);
});

test("HTML is one page with the audit in it, which a browser reads as JSON", () => {
  const { out, code } = runBin(published, folder, ["audit", ".", "--format", "html"], { GITHUB_ACTIONS: "true" });
  expect(code).toBe(20);
  const [, data = ""] = /<script type="application\/json" id="data">([^<]*)<\/script>/.exec(out) ?? [];
  const { audit, titles } = JSON.parse(data) as { audit: Audit; titles: Record<string, string> };
  expect(audit).toEqual(whole);
  expect(titles).toEqual({ GP204: "an unknown stack" });
  expect(out).toContain(`content="default-src 'none'; script-src 'sha256-`);
});

test("an operation keeps its reasons with their places, and a repository its questions", () => {
  const asking = whole.repositories.find(({ name }) => name === "other/=ask");
  expect(asking?.operations[0]).toMatchObject({
    stacks: [expect.stringContaining("vars.STACK")],
    on: [{ event: "push", branches: ["main"] }],
    reasons: [{ code: "GP204", location: expect.stringContaining(`${file}:8:`) }],
  });
  expect(asking?.asked.map(({ key }) => key)).toEqual(["stack/deploy.yml/deploy"]);
  expect(whole.repositories[0]?.settings).toEqual([
    { stack: "acme/network/prod", starts: [{ when: "push main", operation: "update" }] },
  ]);
});

test("the forecast is a formula until its numbers are told, and unknown stays unknown", () => {
  const timed = folderOf({
    ...Object.fromEntries(files("a", moves.replace("on: {", "on: { schedule: [{ cron: '0 3 * * *' }],"))),
    ...Object.fromEntries(files("b", moves)),
    ...Object.fromEntries(files("c", asks)),
  });
  const given = ["--runs-per-month", "push=40", "--minutes-per-run", "2.5"];
  const audit = JSON.parse(runBin(published, timed, ["audit", ".", "--format", "json", ...given]).out) as Audit;
  expect(audit.forecast).toMatchObject({
    ...{ scheduledRuns: 30.4, unknownSchedules: 0, events: [{ event: "push", deployments: 2 }] },
    ...{ missing: [], runs: 110.4, minutes: 276 },
  });
  expect(auditOf(audit.repositories).forecast).toMatchObject({ missing: ["push"], runs: null, minutes: null });
  const runsPerMonth = [{ event: "push", runs: 40 }];
  expect(auditOf(audit.repositories, { runsPerMonth, minutesPerRun: null }).forecast).toMatchObject({
    runs: 110.4,
    minutes: null,
  });
  expect(runBin(published, timed, ["audit", "."]).out.replaceAll(/\s+/g, " ")).toContain(
    "forecast 30 by schedule + up to 2 × push deployments a month; not told: how often push happens " +
      "(--runs-per-month push=NUMBER), minutes of a deployment (--minutes-per-run NUMBER)",
  );
  for (const wrong of ["push", "push=-1", "push=1e9"])
    expect(runBin(published, timed, ["audit", ".", "--runs-per-month", wrong])).toMatchObject({
      code: 2,
      err: expect.stringContaining(`--runs-per-month ${wrong} gives no number`),
    });
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
    ["audit.html", "<!doctype html>\n"],
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

test("a schedule that may or may not run, or that not every cron knows, has no number", () => {
  const operation = (on: PlannedTrigger, part: Partial<PlannedOperation> = {}): PlannedOperation =>
    ({ on: [on], stacks: ["dev", "prod"], disposition: "move", ...part }) as PlannedOperation;
  const daily = { event: "schedule", cron: "0 3 * * *" };
  expect(
    repositoryForecast([
      operation(daily),
      operation({ ...daily, cron: "@daily" }),
      operation({ ...daily, condition: "typed in by hand" }, { disposition: "call" }),
      operation(daily, { disposition: "keep" }),
      operation({ event: "push" }, { disposition: "ask" }),
    ]),
  ).toEqual({ scheduledRuns: 60.9, unknownSchedules: ["@daily", "0 3 * * *"], events: [] });
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
