import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { Ajv, type ValidateFunction } from "ajv";
import { afterAll, describe, expect, test } from "vitest";
import { loadExplanations, migrate, type PlanDocument, type PlannedDiagnostic } from "@gha2pulumi/migrate";
import { renderAnnotations } from "../packages/cli/src/format-github.ts";
import { renderSarif } from "../packages/cli/src/format-sarif.ts";
import { quiet } from "../packages/cli/src/quiet.ts";
import { folderOf, published, runBin, scratch } from "./support/command-line.ts";
import { fixtures, readTree } from "./support/fixture.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** The schema of SARIF 2.1.0 is written in draft 4, of which it uses nothing that later drafts read otherwise. */
function sarifSchema(): ValidateFunction {
  const path = createRequire(import.meta.url).resolve("@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json");
  const { id: _id, $schema: _draft, ...schema } = JSON.parse(readFileSync(path, "utf8")) as Record<string, unknown>;
  return new Ajv({ strict: false, validateFormats: false, unicodeRegExp: false }).compile(schema);
}

const isSarif = sarifSchema();

function sarifProblems(log: unknown): string {
  return isSarif(log) ? "" : JSON.stringify(isSarif.errors);
}

interface Log {
  readonly runs: readonly { readonly results: readonly Result[]; readonly tool: { readonly driver: Driver } }[];
}
interface Driver {
  readonly rules: readonly { readonly id: string; readonly help?: unknown }[];
}
interface Result {
  readonly ruleId: string;
  readonly ruleIndex: number;
  readonly message: { readonly text: string };
  readonly fixes?: readonly { readonly artifactChanges: readonly ArtifactChange[] }[];
}
interface ArtifactChange {
  readonly artifactLocation: { readonly uri: string };
  readonly replacements: readonly {
    readonly deletedRegion: { readonly charOffset: number; readonly charLength: number };
    readonly insertedContent?: { readonly text: string };
  }[];
}

const hostileName = "a\u202eb{0}[x](y)\u0007";

async function planOf(files: Readonly<Record<string, string>>): Promise<PlanDocument> {
  return (await migrate({ tree: new Map(Object.entries(files)), surroundings: new Map() }, undefined)).document;
}

const explanations = await loadExplanations();
const moving = fixtures().filter(({ name }) => /^(repositories|calls|editing)\//.test(name));

describe("SARIF", () => {
  test.each(moving.map((one) => [one.name, one] as const))("%s", async (_, { before, surroundings, folder }) => {
    const { document } = await migrate({ tree: before, surroundings }, undefined);
    const log = JSON.parse(renderSarif(document, explanations)) as Log;
    expect(sarifProblems(log)).toBe("");
    const [run] = log.runs;
    for (const { ruleId, ruleIndex } of run?.results ?? []) expect(run?.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    for (const { help } of run?.tool.driver.rules ?? []) expect(help).toBeDefined();
    expect(run?.results.length).toBe(document.diagnostics.length + (document.changes.length > 0 ? 1 : 0));
    if (document.changes.length > 0)
      expect(fixed(before, log)).toEqual(emptied(before, readTree(join(folder, "after"))));
  });

  test("text of a repository stays text", async () => {
    const document = withDiagnostic(await planOf({}), { message: hostileName, location: "a b/ü:1%.yml:3:5" });
    const text = renderSarif(document, explanations);
    expect(text).not.toMatch(/[\u0007\u202e]/);
    expect(sarifProblems(JSON.parse(text))).toBe("");
    expect(text).toContain('"text": "a\\\\u{{202e}}b{{0}}\\\\[x\\\\](y)\\\\u{{7}}. Look."');
    expect(text).toContain('"uri": "a%20b/%C3%BC%3A1%25.yml"');
    expect(text).toContain('"startLine": 3');
  });
});

/** What becomes of the files when the fix is applied. */
function fixed(before: ReadonlyMap<string, string>, { runs }: Log): Record<string, string> {
  const after = new Map(before);
  const [fix] = runs.flatMap(({ results }) => results.flatMap(({ fixes = [] }) => fixes));
  for (const { artifactLocation, replacements } of fix?.artifactChanges ?? []) {
    const path = decodeURIComponent(artifactLocation.uri);
    const text = replacements.toReversed().reduce(
      (all, { deletedRegion: { charOffset, charLength }, insertedContent }) => {
        return all.slice(0, charOffset) + (insertedContent?.text ?? "") + all.slice(charOffset + charLength);
      },
      after.get(path) ?? "",
    );
    after.set(path, text);
  }
  return Object.fromEntries(after);
}

/** The tree after, where a file that is gone is an empty one. */
function emptied(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Record<string, string> {
  return Object.fromEntries([...[...before].map(([path]) => [path, ""] as const), ...after]);
}

function withDiagnostic(document: PlanDocument, given: Partial<PlannedDiagnostic>): PlanDocument {
  const usual = {
    code: "GP204",
    severity: "warning",
    message: "m",
    location: "a.yml:1:1",
    excerpt: null,
    help: "Look.",
  };
  return { ...document, diagnostics: [...document.diagnostics, { ...usual, ...given } as PlannedDiagnostic] };
}

describe("annotations", () => {
  test("an annotation has its place, and nothing in it begins another command", async () => {
    const given = { message: "100%\n::set-env name=A::b \u202e", location: "a,b:c%.yml:3:5", help: "" };
    expect(renderAnnotations(withDiagnostic(await planOf({}), given))).toBe(
      "::warning file=a%2Cb%3Ac%25.yml,line=3,col=5,title=GP204::100%25\\u{a}::set-env name=A::b \\u{202e}\n",
    );
  });

  test("ten at most, errors first, and the last says how many are left", async () => {
    const empty = await planOf({});
    const twelve = [...Array(12).keys()].reduce(
      (plan, i) => withDiagnostic(plan, { message: `m${i}`, severity: i === 11 ? "error" : "note" }),
      empty,
    );
    const lines = renderAnnotations(twelve).trim().split("\n");
    expect(lines.length).toBe(10);
    expect(lines[0]).toMatch(/^::error .*::m11 — Look\.$/);
    expect(lines[9]).toBe("::notice title=gha2pulumi::3 more, in the step's summary and in gha2pulumi plan");
    const ten = { ...twelve, diagnostics: twelve.diagnostics.slice(0, 10) };
    expect(renderAnnotations(ten).trim().split("\n").at(-1)).toMatch(/::m9 — /);
  });

  const workflow = "on: push\njobs:\n  a:\n    runs-on: x\n    steps:\n      - run: pulumi up --yes -s ${{ vars.S }}\n";
  const files = { "Pulumi.yaml": "name: n\nruntime: yaml\n", ".github/workflows/a|b`.yml": workflow };

  test("the report goes into the step's summary, after what is there", () => {
    const folder = folderOf(files);
    const summary = join(scratch, "summary.md");
    writeFileSync(summary, "# Mine\n\n");
    const { code, out } = runBin(published, folder, ["plan", "--format", "github"], { GITHUB_STEP_SUMMARY: summary });
    expect(code).toBe(0);
    expect(out).toMatch(/^(::(error|warning|notice) [^\n]*::[^\n]+\n)+$/);
    const text = readFileSync(summary, "utf8");
    expect(text).toMatch(/^# Mine\n\n# Pulumi from GitHub Actions to Pulumi Deployments\n/);
    // A pipe would end the cell, a backtick the code.
    expect(text).toContain("a&#x7c;b&#x60;.yml&#x3a;6&#x3a;14");
  });

  test("a summary has no more than a step may have", () => {
    const jobs = [...Array(190).keys()].map((i) => workflow.slice(15).replace("  a:", `  a${i}:`));
    const long = [...Array(16).keys()].map((i) => [`.github/workflows/${i}.yml`, `on: push\njobs:\n${jobs.join("")}`]);
    const folder = folderOf({ ...files, ...(Object.fromEntries(long) as Record<string, string>) });
    const summary = join(scratch, "long.md");
    runBin(published, folder, ["plan", "--format", "github"], { GITHUB_STEP_SUMMARY: summary });
    const text = readFileSync(summary, "utf8");
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(1024 * 1024);
    expect(text).toMatch(/The rest did not fit: `gha2pulumi plan` prints it\.\n/);
  });
});

test("on a runner no line of a report is a command", () => {
  const runner = { GITHUB_ACTIONS: "true" };
  const text = " ::stop-commands::x\n::add-mask::y\na ##[add-path]/z\nb::c\n";
  expect(quiet(text, {})).toBe(text);
  expect(quiet(text, runner)).toBe(" \\u{3a}:stop-commands::x\n\\u{3a}:add-mask::y\na \\u{23}#[add-path]/z\nb::c\n");
  expect(JSON.parse(quiet(JSON.stringify({ text }), runner))).toEqual({ text });
});

test("--out with the name of a SARIF file writes SARIF, over SARIF of ours and nothing else", () => {
  const folder = folderOf({ "mine.sarif": '{ "version": "2.1.0", "runs": [] }' });
  const plan = (out: string): number | null => runBin(published, folder, ["plan", "--out", out]).code;
  expect([plan("plan.sarif"), plan("plan.sarif"), plan("mine.sarif")]).toEqual([3, 3, 2]);
  expect(sarifProblems(JSON.parse(readFileSync(join(folder, "plan.sarif"), "utf8")))).toBe("");
  expect(
    spawnSync(process.execPath, [published, "plan", "--format", "github", "--out", "x"], { cwd: folder }).status,
  ).toBe(2);
});
