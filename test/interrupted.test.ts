import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { apply, type Change } from "@gha2pulumi/repo";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeDisk, type Disk } from "../packages/cli/src/disk-calls.ts";
import { resume } from "../packages/cli/src/disk-journal.ts";
import { applyToDisk, hashesOf } from "../packages/cli/src/disk-write.ts";
import { folderOf, pictureOf, published, runBin, scratch } from "./support/command-line.ts";
import { bundled } from "./support/bundled.mjs";

const program = join(scratch, "killed/killed-write.js");

beforeAll(async () => {
  await bundled({ "killed-write": "test/support/killed-write.ts" }, dirname(program));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// One of each kind, with Windows line ends and a mode of its own, in folders that are new and that are left empty.
const tree = new Map([
  [".github/workflows/deploy.yml", "on: push\r\njobs: {}\r\n"],
  [".github/workflows/lint.yml", "on: push\n"],
  ["alone/gone.yml", "a: 1\n"],
]);
const changes: readonly Change[] = [
  { kind: "create", path: "deployment-settings/index.ts", text: "// new\n" },
  { kind: "create", path: "deployment-settings/deep/README.md", text: "# new\n" },
  { kind: "edit", path: ".github/workflows/deploy.yml", splices: [{ start: 4, end: 8, text: "pull_request" }] },
  { kind: "delete", path: ".github/workflows/lint.yml" },
  { kind: "delete", path: "alone/gone.yml" },
];

let folders = 0;

function repository(): string {
  const folder = folderOf({
    [`r${++folders}/notes.txt`]: "mine\n",
    "changes.json": JSON.stringify({ tree: [...tree], changes }),
  });
  const root = join(folder, `r${folders}`);
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  chmodSync(join(root, ".github/workflows/deploy.yml"), 0o640);
  return root;
}

/** Paths, modes and contents of files; empty folders count for nothing, as in git. */
function filesIn(root: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(pictureOf(root)).filter(([, content]) => content.includes(" ")));
}

const old = filesIn(repository());
const done = repository();
applyToDisk(done, tree, changes, hashesOf(tree, changes));
const fresh = filesIn(done);

test("a write that is not disturbed leaves the new tree and nothing else", () => {
  const texts = [...apply(tree, changes)].map(([path, text]) => [path, Buffer.from(text).toString("hex")]);
  const found = Object.entries(fresh).map(([path, content]) => [path, content.split(" ")[1]]);
  expect(Object.fromEntries(found)).toEqual({
    ...Object.fromEntries(texts),
    "notes.txt": Buffer.from("mine\n").toString("hex"),
  });
  expect(fresh[".github/workflows/deploy.yml"]).toMatch(/^100640 /);
});

test("every command but resume refuses a folder in which a write was killed", () => {
  const root = repository();
  // Somewhere between two renames.
  spawnSync(process.execPath, [program, root, "40", "after"]);
  expect(existsSync(join(root, ".gha2pulumi-journal.json"))).toBe(true);
  for (const verb of [["plan"], ["migrate", "--yes", "--allow-dirty"], []])
    expect(runBin(published, root, verb)).toMatchObject({ code: 2, err: expect.stringContaining("GP714") });
  expect(runBin(published, root, ["resume"]).code).toBe(2);
  expect(runBin(published, root, ["resume", "--yes"])).toMatchObject({ code: 0 });
  expect([old, fresh]).toContainEqual(filesIn(root));
});

test(
  "killed at any call to the disk, every file is whole, and resume leaves the new tree or the old one",
  { timeout: 600_000 },
  () => {
    const calls = Number(spawnSync(process.execPath, [program, repository(), "0"], { encoding: "utf8" }).stdout);
    expect(calls).toBeGreaterThan(30);
    const ends = { old: 0, new: 0 };
    for (let call = 1; call <= calls; call++) {
      const root = repository();
      const when = call % 2 === 0 ? "before" : "after";
      expect(spawnSync(process.execPath, [program, root, String(call), when]).signal).toBe("SIGKILL");
      for (const [path, content] of Object.entries(filesIn(root))) {
        const isOurs = /\.gha2pulumi-\d+$|\.gha2pulumi-journal\.json(?:\.new)?$/.test(path);
        if (!isOurs) expect([old[path], fresh[path]]).toContain(content);
      }
      const isNamed = existsSync(join(root, ".gha2pulumi-journal.json"));
      expect(resume(root) !== undefined).toBe(isNamed);
      const now = filesIn(root);
      const isOld = JSON.stringify(now) === JSON.stringify(old);
      ends[isOld ? "old" : "new"] += 1;
      if (!isOld) expect(now).toEqual(fresh);
    }
    expect(ends.old).toBeGreaterThan(10);
    expect(ends.new).toBeGreaterThan(10);
  },
);

describe("what the disk refuses", () => {
  const failing = (what: keyof Disk, code: string, from: number): Disk => {
    let calls = 0;
    const fails = (...args: readonly unknown[]): unknown => {
      if (++calls >= from) throw Object.assign(new Error(code), { code });
      return (nodeDisk[what] as (...all: readonly unknown[]) => unknown)(...args);
    };
    return { ...nodeDisk, [what]: fails };
  };

  test.each([
    ["a full disk", "write", "ENOSPC", "the disk is full"],
    ["a read-only disk", "write", "EROFS", "the disk is read-only"],
    ["a folder that is not ours", "rename", "EACCES", "permission denied"],
  ] as const)("%s, at whatever file: a clear error, and the old tree", (_, what, code, message) => {
    for (let from = 1; from <= 4; from++) {
      const root = repository();
      const before = pictureOf(root);
      expect(() => applyToDisk(root, tree, changes, hashesOf(tree, changes), failing(what, code, from))).toThrow(
        message,
      );
      const after = pictureOf(root);
      // What is refused for good cannot be put back either, and then a journal says so.
      if (JSON.stringify(after) !== JSON.stringify(before))
        expect(Object.keys(after).some((path) => path.includes("journal"))).toBe(true);
    }
  });

  test("a file that changes underneath", () => {
    const root = repository();
    writeFileSync(join(root, ".github/workflows/lint.yml"), "on: pull_request\n");
    const before = pictureOf(root);
    expect(() => applyToDisk(root, tree, changes, hashesOf(tree, changes))).toThrow(
      "has changed since the plan was made",
    );
    expect(pictureOf(root)).toEqual(before);
  });
});

test("a journal that somebody else made leads nowhere", () => {
  for (const files of [
    [{ path: "../x", temporary: null }],
    [{ path: ".git/config", temporary: null }],
    [{ path: "a", temporary: "notes.txt" }],
    "x",
  ]) {
    const root = repository();
    writeFileSync(join(root, ".gha2pulumi-journal.json"), JSON.stringify({ state: "decided", files }));
    const before = pictureOf(root);
    expect(runBin(published, root, ["resume", "--yes"]).code).toBe(2);
    expect(pictureOf(root)).toEqual(before);
  }
});
