import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { chmodSync, existsSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
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

// The command line over an engine that does as the workflow says: `# stub: ask`, `# stub: missing`.
const stubbed = join(scratch, "stubbed/bin.js");
const isRoot = process.getuid?.() === 0;

beforeAll(() => {
  const engine = join(cli, "src/engine-stub.ts");
  execFileSync(process.execPath, [join(cli, "build.mjs"), "--outdir", dirname(stubbed), "--engine", engine]);
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function run(folder: string, ...args: readonly string[]): Ended {
  return runBin(stubbed, folder, args);
}

interface Plan {
  readonly operations: readonly { readonly environment: readonly { name: string; value: string }[] }[];
  readonly changes: readonly { readonly path: string; readonly sha256: string | null }[];
  readonly diagnostics: readonly { code: string; severity: string; location: string; message: string }[];
  readonly questions: readonly { readonly text: string }[];
}

function planOf(folder: string, ...args: readonly string[]): Plan {
  return JSON.parse(run(folder, "plan", "--format", "json", ...args).out) as Plan;
}

const workflow = ".github/workflows/deploy.yml";
const deploy = (wish = "") => `on: push # pulumi\n${wish === "" ? "" : `# stub: ${wish}\n`}jobs: {}\n`;

describe("start", () => {
  // Prints the address of every module that is loaded, in the thread that loads them.
  const hook = `import { writeSync } from "node:fs";
    export async function load(url, context, next) {
      writeSync(2, "LOADED " + url + "\\n");
      return next(url, context);
    }`;
  const register = `import { register } from "node:module"; register(${JSON.stringify(asModule(hook))});`;

  test.each([["--version"], ["--help"], ["plan", "--help"], ["apply", "--help"], ["verify", "--help"]])(
    "%s %s loads nothing heavy",
    (...args) => {
      const given = args.filter((arg) => arg !== undefined);
      const ended = spawnSync(process.execPath, ["--import", asModule(register), published, ...given], {
        encoding: "utf8",
      });
      expect(ended.status).toBe(0);
      const chunks = JSON.parse(readFileSync(join(cli, "dist/meta.json"), "utf8")) as Record<string, string[]>;
      const loaded = [...ended.stderr.matchAll(/LOADED file:\/\/(.*)/g)].map(([, path = ""]) => path);
      const known = Object.entries(chunks).filter(([name]) => loaded.includes(join(cli, "dist", name)));
      expect(known.map(([name]) => name)).toContain("bin.js");
      expect(loaded.length).toBe(known.length);
      expect([...new Set(known.flatMap(([, packages]) => packages))].sort()).toEqual(["commander", "gha2pulumi"]);
    },
  );

  test("the version is that of the package", () => {
    const { version } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8")) as { version: string };
    expect(runBin(published, scratch, ["--version"])).toEqual({ code: 0, out: `${version}\n`, err: "" });
  });

  test("help lists the exit codes", () => {
    const { code, out } = run(scratch, "--help");
    expect(code).toBe(0);
    for (const number of [0, 1, 2, 3, 4, 5, 10, 11, 12, 20]) expect(out).toMatch(new RegExp(`^  ${number} +\\S`, "m"));
  });

  test("the package needs no other package, and can be run as a program", () => {
    const { dependencies } = JSON.parse(readFileSync(join(cli, "package.json"), "utf8")) as { dependencies?: unknown };
    expect(dependencies).toBeUndefined();
    expect(statSync(published).mode & 0o111).toBe(0o111);
    expect(readFileSync(published, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    expect(readFileSync(join(cli, "THIRD-PARTY-NOTICES.txt"), "utf8")).toContain("commander 14.");
  });
});

function asModule(source: string): string {
  return `data:text/javascript,${encodeURIComponent(source)}`;
}

describe("bad input", () => {
  test("an empty folder", () => {
    const folder = folderOf({});
    expect(run(folder, "plan")).toMatchObject({ code: 3, err: expect.stringContaining("has no .github/workflows") });
    expect(run(folder)).toMatchObject({ code: 3, out: "" });
    expect(run(folder, "migrate", "--yes", "--allow-dirty").code).toBe(3);
    expect(pictureOf(folder)).toEqual({});
  });

  test("an empty repository, without a commit", () => {
    const folder = folderOf({});
    git(folder, "init", "-q");
    expect(run(folder, "plan").code).toBe(3);
  });

  test("no .github", () => {
    const folder = repositoryOf({ "Pulumi.yaml": "name: network\n" });
    const before = pictureOf(folder);
    expect(run(folder, "plan", "--format", "json")).toMatchObject({ code: 3 });
    expect(planOf(folder).operations).toEqual([]);
    expect(pictureOf(folder)).toEqual(before);
  });

  test("a folder below the top of the repository is told where the top is", () => {
    const folder = repositoryOf({ [workflow]: deploy(), "infra/Pulumi.yaml": "name: network\n" });
    expect(run(join(folder, "infra"), "plan").err).toContain("run there");
  });

  test("workflows without Pulumi", () => {
    const folder = repositoryOf({ [workflow]: "on: push\njobs: {}\n" });
    expect(run(folder, "plan")).toMatchObject({ code: 3, err: expect.stringContaining("Nothing in the workflows") });
  });

  test("a missing folder, and a file instead of a folder", () => {
    const folder = folderOf({ "README.md": "x\n" });
    for (const verb of [["plan"], ["migrate", "--yes"], []]) {
      expect(run(folder, ...verb, "infra")).toMatchObject({ code: 2, err: expect.stringContaining("no folder") });
      expect(run(folder, ...verb, "README.md")).toMatchObject({ code: 2, err: expect.stringContaining("is a file") });
    }
  });

  test("unknown options, commands and formats", () => {
    const folder = folderOf({});
    expect(run(folder, "plan", "--fast").code).toBe(2);
    expect(run(folder, "plan", "--format", "xml").code).toBe(2);
    expect(run(folder, "pln").code).toBe(2);
    expect(run(folder, "plan", ".", "infra").code).toBe(2);
    expect(run(folder, "plan", "--answer", "stack").code).toBe(2);
  });

  // Root may read everything, so there is nothing to see as root.
  test.skipIf(isRoot)("a folder that may not be read", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    chmodSync(join(folder, ".github/workflows"), 0);
    const plan = planOf(folder);
    chmodSync(join(folder, ".github/workflows"), 0o755);
    expect(plan.diagnostics).toMatchObject([{ code: "GP186", severity: "error" }]);
    chmodSync(folder, 0);
    const ended = run(scratch, "plan", folder);
    chmodSync(folder, 0o755);
    expect(ended.code).toBe(2);
  });

  test("a workflow that is a folder, and one that is a broken link", () => {
    const folder = repositoryOf({ [workflow]: deploy("keep"), ".github/workflows/odd.yml/README.md": "x\n" });
    symlinkSync("nowhere.yml", join(folder, ".github/workflows/gone.yml"));
    symlinkSync("loop.yml", join(folder, ".github/workflows/loop.yml"));
    const plan = planOf(folder);
    expect(plan.diagnostics).toMatchObject([
      { code: "GP184", severity: "error", location: ".github/workflows/gone.yml:1:1" },
      { code: "GP184", severity: "error", location: ".github/workflows/loop.yml:1:1" },
      { code: "GP183", severity: "error", location: ".github/workflows/odd.yml:1:1" },
    ]);
    expect(plan.operations).toHaveLength(1);
  });

  test("links that lead out of the folder are not followed", () => {
    const outside = folderOf({ "secret.yml": deploy(), "workflows/other.yml": deploy() });
    const folder = repositoryOf({ [workflow]: deploy("keep") });
    symlinkSync(join(outside, "secret.yml"), join(folder, ".github/workflows/out.yml"));
    symlinkSync(outside, join(folder, ".github/actions"));
    symlinkSync(outside, join(folder, "infra"));
    const plan = planOf(folder);
    expect(plan.operations).toHaveLength(1);
    expect(plan.diagnostics).toMatchObject([
      { code: "GP185", severity: "warning", location: ".github/actions:1:1" },
      { code: "GP185", severity: "error", location: ".github/workflows/out.yml:1:1" },
    ]);
  });

  test("bytes that are not UTF-8, and a file that is too large", () => {
    const latin = Uint8Array.from([...new TextEncoder().encode(deploy()), 0xe9, 0x0a]);
    const folder = repositoryOf({
      [workflow]: deploy("keep"),
      ".github/workflows/latin.yml": latin,
      "infra/package.json": " ".repeat(1024 * 1024 + 1),
    });
    expect(planOf(folder).diagnostics).toMatchObject([
      { code: "GP181", severity: "error", location: ".github/workflows/latin.yml:1:1" },
      { code: "GP182", severity: "warning", location: "infra/package.json:1:1" },
    ]);
  });

  test("a hostile configuration of git starts nothing", () => {
    const folder = repositoryOf({ [workflow]: deploy(), ".gitattributes": "* filter=a=b\n" });
    const started = join(folder, "started");
    for (const key of ["core.fsmonitor", "filter.a=b.clean", "filter.a=b.process"]) {
      git(folder, "config", key, `touch ${started}; cat`);
    }
    git(folder, "config", "filter.a=b.required", "true");
    writeFileSync(join(folder, ".gitattributes"), "* filter=a=b # touched\n");
    run(folder, "migrate", "--yes");
    expect(existsSync(started)).toBe(false);
  });

  test("a defect says so, with a stack only under DEBUG", () => {
    const folder = repositoryOf({ [workflow]: deploy("defect") });
    const ended = run(folder, "plan");
    expect(ended).toMatchObject({ code: 1, err: expect.stringContaining("the stub was asked for a defect") });
    expect(ended.err).not.toContain("    at ");
    expect(runBin(stubbed, folder, ["plan"], { DEBUG: "1" }).err).toContain("    at ");
  });
});

describe("plan", () => {
  test("writes nothing", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    const before = pictureOf(folder);
    for (const args of [[], ["plan"], ["plan", "--format", "json"], ["migrate", "--dry-run"]]) run(folder, ...args);
    expect(pictureOf(folder)).toEqual(before);
    expect(git(folder, "status", "--porcelain")).toBe("");
  });

  test("JSON is one object, the same every time, and fits the schema", () => {
    const folder = repositoryOf({ [workflow]: deploy("ask"), ".github/workflows/other.yml": deploy("edit") });
    const first = run(folder, "plan", "--format", "json");
    expect(first.err).toBe("");
    expect(run(folder, "plan", "--format", "json").out).toBe(first.out);
    const schema = JSON.parse(readFileSync(join(cli, "plan.schema.json"), "utf8")) as object;
    const validate = new Ajv2020({ allErrors: true }).compile(schema);
    validate(JSON.parse(first.out));
    expect(validate.errors).toBeNull();
    validate({ ...(JSON.parse(first.out) as object), more: 1 });
    expect(validate.errors).not.toBeNull();
  });

  test("hashes are those of the files", () => {
    const text = deploy("edit").replaceAll("\n", "\r\n");
    const folder = repositoryOf({ [workflow]: `\ufeff${text}` });
    const sha256 = createHash("sha256")
      .update(readFileSync(join(folder, workflow)))
      .digest("hex");
    expect(planOf(folder).changes).toMatchObject([{ path: workflow, sha256 }, { sha256: null }]);
  });

  test.each([
    ["", [], 0],
    ["", ["--exit-code"], 10],
    ["keep", ["--exit-code"], 0],
    ["undecided", [], 0],
    ["ask", ["--exit-code"], 11],
    ["missing", ["--exit-code"], 12],
  ])("%s %j exits with %i", (wish, args, code) => {
    const folder = repositoryOf({ [workflow]: deploy(wish) });
    for (const verb of [[], ["plan"]]) expect(run(folder, ...verb, ...args).code).toBe(code);
  });

  test("a difference is worse than a question", () => {
    const folder = repositoryOf({ [workflow]: deploy("ask"), ".github/workflows/b.yml": deploy("missing") });
    expect(run(folder, "plan").code).toBe(12);
  });

  test("--out takes its form from the file's name", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    expect(run(folder, "plan", "--out", "plan.json")).toMatchObject({ code: 0, out: "" });
    expect(JSON.parse(readFileSync(join(folder, "plan.json"), "utf8"))).toMatchObject({ schemaVersion: 1 });
    run(folder, "plan", "--out", "plan.md");
    expect(readFileSync(join(folder, "plan.md"), "utf8")).toContain("# Report");
    expect(run(folder, "plan", "--out", "no/such/folder.json").code).toBe(2);
  });

  test("no escape codes off a terminal, none from the repository, some when forced", () => {
    const folder = repositoryOf({ [workflow]: deploy("hostile") });
    const { out } = run(folder, "plan");
    expect(out).toContain("\\u{1b}[31mred\\u{202e}");
    expect(out).not.toMatch(/[\u001b\u202e]/);
    expect(runBin(stubbed, folder, ["plan"], { FORCE_COLOR: "1" }).out).toContain("\u001b[1m");
    expect(runBin(stubbed, folder, ["plan"], { FORCE_COLOR: "1", NO_COLOR: "1" }).out).not.toContain("\u001b");
  });
});

describe("surroundings", () => {
  const surroundings = (folder: string, ...args: readonly string[]) =>
    Object.fromEntries(
      planOf(folder, ...args).operations[0]?.environment.map(({ name, value }) => [name, value]) ?? [],
    );

  test("the repository and its default branch come from git", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    expect(surroundings(folder)).toEqual({});
    git(folder, "remote", "add", "origin", "git@github.com:acme/network.git");
    git(folder, "symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    expect(surroundings(folder)).toEqual({ repository: "acme/network", "default-branch": "trunk" });
  });

  test("answers come from the file, and over it from the command line", () => {
    const file = "# yaml-language-server: $schema=x\nanswers:\n  stack.deploy: prod\n  region: eu-west-1\n";
    const folder = repositoryOf({ [workflow]: deploy(), "gha2pulumi.yaml": file });
    expect(surroundings(folder)).toEqual({ "stack.deploy": "prod", region: "eu-west-1" });
    const given = surroundings(folder, "--answer", "stack.deploy=dev", "--answer", "a=b=c");
    expect(given).toEqual({ "stack.deploy": "dev", region: "eu-west-1", a: "b=c" });
  });

  test.each([
    ["answers: [prod]\n", ":1:10"],
    ["answers:\n  stack: { a: b }\n", ":2:10"],
    ["answers:\n  a: 'x\n", ":3:1"],
    ["answer:\n  a: x\n", ":1:1"],
    ["- a\n", ":1:1"],
    ["answers:\n  a: x\n  a: y\n", ":3:3"],
  ])("%j is refused with its place", (text, place) => {
    const folder = repositoryOf({ [workflow]: deploy(), "gha2pulumi.yaml": text });
    expect(run(folder, "plan")).toMatchObject({ code: 2, err: expect.stringContaining(`gha2pulumi.yaml${place}`) });
  });

  test("--include and --exclude", () => {
    const folder = repositoryOf({
      [workflow]: deploy("ask"),
      ".github/workflows/b.yml": deploy("missing"),
      "scripts/deploy": "x\n",
    });
    expect(planOf(folder).questions[0]?.text).not.toContain("scripts/deploy");
    const plan = planOf(folder, "--include", "scripts/*", "--exclude", "**/b.yml");
    expect(plan.operations).toHaveLength(1);
    expect(plan.questions[0]?.text).toContain("scripts/deploy");
  });
});

describe("migrate", () => {
  test("writes with --yes, and leaves every other byte", () => {
    const folder = repositoryOf({ [workflow]: deploy(), ".github/workflows/b.yml": deploy("edit"), "README.md": "x" });
    chmodSync(join(folder, ".github/workflows/b.yml"), 0o600);
    const ended = run(folder, "migrate", "--yes");
    expect(ended).toMatchObject({ code: 0, err: "Wrote 3 changes.\n" });
    expect(existsSync(join(folder, workflow))).toBe(false);
    expect(readFileSync(join(folder, ".github/workflows/b.yml"), "utf8")).toBe(`# edited\n${deploy("edit")}`);
    expect(statSync(join(folder, ".github/workflows/b.yml")).mode & 0o777).toBe(0o600);
    const made = ["M .github/workflows/b.yml", "D .github/workflows/deploy.yml", "?? deployment-settings/"];
    expect(git(folder, "status", "--porcelain").trim().split(/\n ?/)).toEqual(made);
  });

  test("--keep-plan writes the plan too", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    const { out } = run(folder, "plan", "--format", "json");
    expect(run(folder, "migrate", "--yes", "--keep-plan").code).toBe(0);
    expect(readFileSync(join(folder, "gha2pulumi.plan.json"), "utf8")).toBe(out);
  });

  test.each([
    ["nobody to ask", [], deploy(), 2, "GP708"],
    ["a difference in the proof", ["--yes"], deploy("missing"), 12, "GP709"],
    ["a path outside of the folder", ["--yes"], deploy("escape"), 2, "GP702"],
  ])("%s: nothing is written", (_name, args, text, code, diagnostic) => {
    const folder = repositoryOf({ [workflow]: text });
    const before = pictureOf(folder);
    const ended = run(folder, "migrate", ...args);
    expect(ended).toMatchObject({ code, err: expect.stringContaining(diagnostic) });
    expect(pictureOf(folder)).toEqual(before);
    expect(existsSync(join(folder, "../outside.txt"))).toBe(false);
  });

  test("uncommitted changes are refused without --allow-dirty", () => {
    const folder = repositoryOf({ [workflow]: deploy() });
    writeFileSync(join(folder, "notes.txt"), "x\n");
    const before = pictureOf(folder);
    expect(run(folder, "migrate", "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("notes.txt") });
    expect(pictureOf(folder)).toEqual(before);
    expect(run(folder, "migrate", "--yes", "--allow-dirty").code).toBe(0);
  });

  test("a file that git ignores has no way back", () => {
    const folder = repositoryOf({ ".gitignore": ".github\n", [workflow]: deploy() });
    expect(run(folder, "migrate", "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("GP706") });
  });

  test("without git, nothing is written without --allow-dirty", () => {
    const folder = folderOf({ [workflow]: deploy() });
    expect(run(folder, "migrate", "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("GP707") });
    expect(existsSync(join(folder, workflow))).toBe(true);
    expect(run(folder, "migrate", "--yes", "--allow-dirty").code).toBe(0);
  });

  test("a workflow that is a link is not written through", () => {
    const folder = repositoryOf({ "ci/deploy.yml": deploy(), [".github/workflows/keep.yml"]: deploy() });
    symlinkSync("../../ci/deploy.yml", join(folder, workflow));
    git(folder, "add", "-A");
    git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "link");
    const before = pictureOf(folder);
    expect(run(folder, "migrate", "--yes")).toMatchObject({ code: 2, err: expect.stringContaining("GP703") });
    expect(pictureOf(folder)).toEqual(before);
  });

  test("questions that remain do not hold back the rest", () => {
    const folder = repositoryOf({ [workflow]: deploy("ask"), ".github/workflows/b.yml": deploy() });
    expect(run(folder, "migrate", "--yes").code).toBe(11);
    expect(existsSync(join(folder, workflow))).toBe(true);
    expect(existsSync(join(folder, ".github/workflows/b.yml"))).toBe(false);
  });
});

describe("explain", () => {
  test("knows the engine's codes and its own", () => {
    expect(run(scratch, "explain", "gp203").out).toBe("GP203: a reason to keep\n\nIt is kept.\n\nTo do: Look.\n");
    expect(run(scratch, "explain", "GP706").out).toContain("Commit or stash them");
    expect(run(scratch, "explain").out.split("\n").length).toBeGreaterThan(10);
    expect(run(scratch, "explain", "GP999").code).toBe(2);
  });
});
