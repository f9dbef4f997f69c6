import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Example } from "@gha2pulumi/migrate";
import { analyse } from "../packages/cli/src/analyse.ts";
import { allExplanations, ownExplanations } from "../packages/cli/src/explanations.ts";
import { codesPage } from "./support/codes-page.ts";
import { folderOf, published, repositoryOf, scratch } from "./support/command-line.ts";

const all = await allExplanations();
const packages = resolve(import.meta.dirname, "../packages");

beforeAll(() => {
  mkdirSync(join(scratch, "bin"));
  symlinkSync(published, join(scratch, "bin/gha2pulumi"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

test("every code of the program has one text, in order", () => {
  const sources = execFileSync(
    "grep",
    ["-rhoE", "--include=*.ts", "--exclude-dir=explanations", "\\bGP[0-9]{3}\\b", "."],
    {
      cwd: packages,
      encoding: "utf8",
    },
  );
  const used = [...new Set(sources.trim().split("\n"))].sort();
  expect(all.map(({ code }) => code)).toEqual(used);
});

test("every text has a title without a full stop, and sentences", () => {
  const odd = all.filter(
    ({ title, means, act }) => title.endsWith(".") || ![means, act].every((text) => /[.]$|https:\S+$/.test(text)),
  );
  expect(odd.map(({ code }) => code)).toEqual([]);
});

test("docs/codes.md is what `pnpm golden` writes", () => {
  const path = resolve(import.meta.dirname, "../docs/codes.md");
  if (process.env["GOLDEN"] === "write") writeFileSync(path, codesPage(all));
  expect(readFileSync(path, "utf8")).toBe(codesPage(all));
});

test("all but these have an example: what a trust policy or Pulumi Cloud shows, a difference, a defect, a broken disk, a plan itself", () => {
  const bare = all.filter(({ code, example }) => example === undefined && !code.startsWith("GP4"));
  expect(bare.map(({ code }) => code)).toEqual([
    "GP186",
    "GP260",
    "GP265",
    "GP271",
    "GP272",
    "GP273",
    "GP274",
    "GP275",
    "GP276",
    "GP283",
    "GP284",
    "GP290",
    "GP299",
    "GP510",
    "GP511",
    "GP512",
    "GP519",
    "GP530",
    "GP531",
    "GP600",
    "GP607",
    // What Pulumi Cloud has to be asked for: test/settings-verbs.test.ts and test/canary.test.ts show them.
    "GP641",
    "GP642",
    "GP643",
    "GP644",
    "GP645",
    "GP647",
    "GP648",
    "GP650",
    "GP652",
    "GP654",
    "GP655",
    "GP702",
    "GP705",
    "GP709",
    // What only the bot meets.
    "GP720",
    "GP721",
    // An answer for a variable: `fixtures/repositories/stack-told-by-variable` shows it.
    "GP750",
    // A limit that is used up: test/forecast.test.ts shows it.
    "GP753",
  ]);
});

const shown = all.flatMap(({ code, example }) => (example === undefined ? [] : [[code, example] as const]));
const own = new Set(ownExplanations.map(({ code }) => code));
const planned = shown.filter(([code]) => !own.has(code));
const commands = shown.filter(([code]) => own.has(code));

test.each(planned)("the plan of its example has %s", async (code, example) => {
  const folder = folderOf(example.files);
  if (example.shell !== "") execFileSync("sh", ["-ec", example.shell], { cwd: folder });
  expect(await codesOf(folder)).toContain(code);
});

test.each(commands)("the commands of its example end with %s", (code, { shell }) => {
  const basis = all.find((one) => one.code === "GP601")?.example as Example;
  const folder = repositoryOf(basis.files);
  const env = { ...process.env, PATH: `${join(scratch, "bin")}:${process.env["PATH"]}`, ...author };
  const { status, stderr } = spawnSync("sh", ["-ec", shell], { cwd: folder, encoding: "utf8", env });
  // A token that is missing, and a service that does not answer, have exit codes of their own.
  expect(status).toBe(
    new Map([
      ["GP646", 4],
      ["GP751", 4],
      ["GP754", 5],
      ["GP649", 5],
    ]).get(code) ?? 2,
  );
  expect(stderr).toContain(`error[${code}]`);
});

const author = {
  GIT_AUTHOR_NAME: "a",
  GIT_AUTHOR_EMAIL: "a@example.com",
  GIT_COMMITTER_NAME: "a",
  GIT_COMMITTER_EMAIL: "a@example.com",
};

async function codesOf(folder: string): Promise<readonly string[]> {
  const request = { folder, answer: [], include: [], exclude: [] };
  const { document } = await analyse(request, { stage: (_, body) => body() });
  return [
    ...document.diagnostics.map(({ code }) => code),
    ...document.operations.flatMap(({ reasons }) => reasons.map(({ code }) => code)),
    ...document.proof.assumptions.map(({ code }) => code),
  ];
}
