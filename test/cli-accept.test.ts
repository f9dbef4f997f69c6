import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { acceptable, compare, type Effect, type PlanDocument } from "@gha2pulumi/migrate";
import { afterAll, describe, expect, test } from "vitest";
import schema from "../packages/cli/plan.schema.json";
import { folderOf, pictureOf, published, repositoryOf, runBin, scratch, type Ended } from "./support/command-line.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function run(folder: string, ...args: readonly string[]): Ended {
  return runBin(published, folder, args);
}

type Verified = Pick<PlanDocument, "proof">;

const deploy = ".github/workflows/deploy.yml";

function workflow(job: string, on = "{ push: { branches: [main] } }"): string {
  const token = "env: { PULUMI_ACCESS_TOKEN: '${{ secrets.PULUMI_ACCESS_TOKEN }}' }\n";
  return `on: ${on}\n${token}jobs:\n${job}`;
}

function up(id: string, command: string, lines = ""): string {
  const step = `      - uses: pulumi/actions@v6\n        with: { command: ${command}, stack-name: acme/network/prod }\n`;
  return `  ${id}:\n    runs-on: ubuntu-24.04\n${lines}    steps:\n      - uses: actions/checkout@v4\n${step}`;
}

/** A repository whose last commit has one workflow, and whose work tree has another. */
function changed(before: string, now: string): string {
  const project = "name: network\nruntime: nodejs\n";
  const folder = repositoryOf({ "Pulumi.yaml": project, "infra/Pulumi.yaml": project, [deploy]: before });
  writeFileSync(join(folder, deploy), now);
  return folder;
}

const both = workflow(up("deploy", "up"), "{ push: { branches: [main, next] } }");

describe("verify --accept", () => {
  test.each([
    ["GP272", "extra", workflow(up("deploy", "up")), both],
    ["GP274", "changed", workflow(up("deploy", "up", "    environment: production\n")), workflow(up("deploy", "up"))],
    [
      "GP273",
      "changed",
      workflow(up("deploy", "up")).replace("{ command", "{ work-dir: infra, command"),
      workflow(up("deploy", "up")),
    ],
  ])("%s: what is %s goes through, and is still shown", (code, verdict, before, now) => {
    const folder = changed(before, now);
    expect(run(folder, "verify").code).toBe(12);
    const ended = run(folder, "verify", "--accept", code, "--format", "json");
    expect(ended).toMatchObject({ code: 0, err: "" });
    const { proof } = JSON.parse(ended.out) as Verified;
    const differing = proof.cases.filter(({ codes }) => codes.length > 0);
    expect(differing.map((one) => [one.verdict, one.codes, one.accepted])).toEqual(
      differing.map(() => [verdict, [code], true]),
    );
    expect(proof.verdicts[verdict as "extra"]).toBe(differing.length);
    expect(differing.length).toBeGreaterThan(0);
    const pretty = run(folder, "verify", "--accept", code).out;
    expect(pretty).toContain(`${verdict} ${code} accepted`);
    expect(pretty).toMatch(new RegExp(`${differing.length} ${verdict} \\(${differing.length} accepted\\)`));
    expect(run(folder, "verify", "--accept", code, "--format", "markdown").out).toContain(
      `${verdict} (${code}, accepted)`,
    );
  });

  test("another code lets nothing through, and one of two is not enough", () => {
    const before = workflow(up("deploy", "up", "    environment: production\n"));
    const folder = changed(before, both);
    expect(run(folder, "verify", "--accept", "GP272").code).toBe(12);
    expect(run(folder, "verify", "--accept", "GP274").code).toBe(12);
    expect(run(folder, "verify", "--accept", "gp274", "--accept", "GP272").code).toBe(0);
  });

  test("the file of answers may hold it", () => {
    const folder = changed(workflow(up("deploy", "up")), both);
    writeFileSync(join(folder, "gha2pulumi.yaml"), "answers: { accept: GP272 }\n");
    expect(run(folder, "verify").code).toBe(0);
  });

  test("what is missing cannot be accepted, nor another role", () => {
    const folder = changed(both, workflow(up("deploy", "up")));
    const { proof } = JSON.parse(run(folder, "verify", "--format", "json").out) as Verified;
    expect(new Set(proof.cases.flatMap(({ codes }) => codes))).toEqual(new Set(["GP271"]));
  });
});

test.each([
  ["GP271", "GP271 cannot be accepted: an operation that would not happen", "did you mean GP270?"],
  ["GP275", "GP275 cannot be accepted", "did you mean GP27"],
  ["GP253", "GP253 cannot be accepted: a secret written out", "Codes that can be: GP270, GP272, GP273, GP274"],
  ["GP709", "GP709 cannot be accepted", "Codes that can be"],
  ["GP999", "there is no diagnostic GP999", "did you mean GP27"],
  ["everything", "there is no diagnostic EVERYTHING", "Codes that can be"],
])("--accept %s is refused, with the nearest", (code, what, help) => {
  const folder = changed(both, both);
  for (const verb of ["plan", "verify"]) {
    const ended = run(folder, verb, "--accept", code);
    expect(ended).toMatchObject({ code: 2, out: "" });
    expect(ended.err).toContain(what);
    expect(ended.err).toContain(help);
  }
});

describe("a required check", () => {
  const preview = workflow(up("preview", "preview"), "{ pull_request: { branches: [main] } }");
  const files = {
    "Pulumi.yaml": "name: network\nruntime: nodejs\n",
    "gha2pulumi.yaml": "answers:\n  checks.required: preview\n",
    [deploy]: preview,
  };
  const planOf = (folder: string, ...args: readonly string[]): PlanDocument =>
    JSON.parse(run(folder, "plan", "--format", "json", ...args).out) as PlanDocument;

  test("keeps its job, until it is accepted", () => {
    const folder = repositoryOf(files);
    const held = planOf(folder);
    expect(held.operations.map(({ disposition }) => disposition)).toEqual(["call"]);
    expect(held.checks).toEqual([]);
    expect(held.accepted).toEqual([]);
    const { operations, checks, accepted, tasks } = planOf(folder, "--accept", "GP270");
    expect(operations.map(({ disposition }) => disposition)).toEqual(["move"]);
    expect(checks).toMatchObject([{ name: "preview", exact: true, reach: "pull-requests", required: true }]);
    expect(accepted).toEqual([{ code: "GP270", text: acceptable.get("GP270"), used: ["the check preview"] }]);
    expect(tasks.some(({ text }) => text.startsWith("Take these required checks out"))).toBe(true);
  });

  test("is shown on the terminal and in the pull request", () => {
    const folder = repositoryOf(files);
    const pretty = run(folder, "plan", "--accept", "GP270").out;
    expect(pretty).toMatch(/Checks that go away\n\s+preview +on pull requests +required/);
    expect(pretty).toContain("GP270    a required check vanishes with its job; for the check preview");
    const markdown = run(folder, "plan", "--accept", "GP270", "--format", "markdown").out;
    expect(markdown).toContain("| `preview` | pull requests | yes |");
    expect(markdown).toContain("- GP270: a required check vanishes with its job; for `the check preview`.");
    expect(run(folder, "plan", "--accept", "GP274", "--format", "markdown").out).toContain("nothing here rests on it");
  });
});

test("a plan may not say of itself that a difference is accepted", () => {
  const folder = repositoryOf({
    "Pulumi.yaml": "name: network\nruntime: nodejs\n",
    [deploy]: both.replace(", next", ""),
  });
  const plan = join(folderOf({}), "plan.json");
  const document = JSON.parse(run(folder, "plan", "--format", "json").out) as PlanDocument;
  const withCase = (codes: readonly string[], accepted: readonly string[]): void => {
    const cases = document.proof.cases.map((one) => ({ ...one, verdict: "extra", codes, accepted: true }));
    const verdicts = { same: 0, missing: 0, extra: cases.length, changed: 0, undecided: 0 };
    const consents = accepted.map((code) => ({ code, text: "x", used: [] }));
    writeFileSync(
      plan,
      JSON.stringify({ ...document, proof: { ...document.proof, cases, verdicts }, accepted: consents }),
    );
  };
  const before = pictureOf(folder);
  for (const [codes, accepted] of [
    [["GP272"], []],
    [["GP271"], ["GP272"]],
    [[], ["GP272"]],
    [["GP271"], ["GP271"]],
  ] as const) {
    withCase(codes, accepted);
    expect(run(folder, "apply", plan, "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("GP710") });
    expect(pictureOf(folder)).toEqual(before);
  }
  withCase(["GP272"], ["GP272"]);
  expect(run(folder, "apply", plan, "--yes").code).toBe(0);
});

test("the schema of a plan knows the codes that can be accepted", () => {
  expect(schema.$defs.consent.properties.code.enum).toEqual([...acceptable.keys()]);
});

test("an undecided event has a code that cannot be accepted", () => {
  const effect = {
    operation: "update",
    stack: "acme/network/prod",
    condition: "vars.UP",
    start: "automatic",
  } as Effect;
  const event = { kind: "push", ref: { kind: "branch", name: "main" }, files: undefined } as never;
  const { verdict, codes } = compare(event, [effect], []);
  expect([verdict, codes]).toEqual(["undecided", ["GP276"]]);
  expect(acceptable.has("GP276")).toBe(false);
});
