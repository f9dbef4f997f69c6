import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { answersOf } from "../packages/cli/src/answers.ts";
import { cli, folderOf, pictureOf, scratch } from "./support/command-line.ts";
import { fixture, readTree } from "./support/fixture.ts";
import { otherNodes } from "./support/other-nodes.mjs";
import { withoutTimes } from "./support/without-times.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

// What a person has: an empty folder, an empty home, and a cache of npm's that knows nothing.
const place = folderOf({});
const home = folderOf({});
const temporary = folderOf({});
const repository = folderOf(Object.fromEntries(readTree(join(fixture("repositories/rule-card").folder, "before"))));
const installed = join(place, "node_modules/gha2pulumi");

interface Packed {
  readonly filename: string;
  readonly unpackedSize: number;
  readonly files: readonly { readonly path: string }[];
}

let packed: Packed;

beforeAll(() => {
  const args = ["pack", "--json", "--ignore-scripts", "--pack-destination", scratch];
  const told = JSON.parse(execFileSync("npm", args, { cwd: cli, encoding: "utf8" })) as readonly Packed[];
  packed = (Array.isArray(told) ? told : (Object.values(told) as Packed[]))[0] as Packed;
  const tarball = join(scratch, packed.filename);
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", tarball], { cwd: place, env: environment() });
});

function environment(node = process.execPath): NodeJS.ProcessEnv {
  const path = [dirname(node), ...(process.env["PATH"] ?? "").split(":")].join(":");
  return {
    PATH: path,
    HOME: home,
    TMPDIR: temporary,
    npm_config_cache: join(place, ".npm"),
    npm_config_offline: "true",
  };
}

function manifest(): Readonly<Record<string, unknown>> {
  return JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
}

/** Everything in a folder by path, each with a digest of its content: contents themselves are megabytes. */
function traces(folder: string): readonly string[] {
  const digest = (text: string): string => createHash("sha256").update(text).digest("hex").slice(0, 12);
  return Object.entries(pictureOf(folder)).map(([path, content]) => `${path} ${digest(content)}`);
}

describe("the package", () => {
  test("is small, whole, and needs nothing else", () => {
    expect(packed.unpackedSize).toBeLessThanOrEqual(10_000_000);
    const paths = packed.files.map(({ path }) => path);
    for (const path of ["LICENSE", "README.md", "THIRD-PARTY-NOTICES.txt", "dist/bin.js"])
      expect(paths).toContain(path);
    expect(paths.filter((path) => path.startsWith("src/") || path.endsWith("meta.json"))).toEqual([]);
    const { dependencies, optionalDependencies, peerDependencies, scripts } = manifest() as Record<string, object>;
    expect([dependencies, optionalDependencies, peerDependencies]).toEqual([undefined, undefined, undefined]);
    // Nothing runs when it is installed.
    expect(Object.keys(scripts ?? {}).filter((name) => /install|prepare/.test(name))).toEqual([]);
    expect(readdirSync(join(place, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["gha2pulumi"]);
  });

  test("is ready to be published with provenance", () => {
    expect(manifest()).toMatchObject({
      publishConfig: { access: "public", provenance: true },
      repository: { type: "git", directory: "packages/cli" },
      license: "Apache-2.0",
    });
  });

  test("exports what it says, and every bundled package has its licence", () => {
    const { exports } = manifest() as { exports: Record<string, string | { types: string }> };
    const targets = Object.values(exports).map((target) => (typeof target === "string" ? target : target.types));
    for (const target of targets) expect(existsSync(join(installed, target)), target).toBe(true);
    const chunks = JSON.parse(readFileSync(join(cli, "dist/meta.json"), "utf8")) as Record<string, string[]>;
    const notices = readFileSync(join(installed, "THIRD-PARTY-NOTICES.txt"), "utf8");
    const others = [...new Set(Object.values(chunks).flat())].filter(
      (name) => !/^(gha2pulumi|@gha2pulumi\/)/.test(name),
    );
    for (const name of others) expect(notices).toContain(`\n${name} `);
  });

  test("its types compile against a plan", () => {
    const source = `import type { Audit, PlanDocument } from "gha2pulumi";
import schema from "gha2pulumi/plan.schema.json" with { type: "json" };
declare const plan: PlanDocument;
declare const audit: Audit;
export const codes: readonly string[] = plan.operations.flatMap(({ reasons }) => reasons.map(({ code }) => code));
export const first: number | undefined = audit.shapes[0]?.workflows.length;
export const title: string = schema.title;
// @ts-expect-error A plan has no such field.
export const none = plan.nothing;
`;
    const folder = folderOf({ "use.ts": source, "package.json": '{ "type": "module" }' });
    symlinkSync(join(place, "node_modules"), join(folder, "node_modules"));
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--resolveJsonModule", "--types", ""];
    const compiler = join(cli, "../../node_modules/typescript/bin/tsc");
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...flags, "use.ts"], {
      cwd: folder,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});

describe.each([{ version: process.versions.node, program: process.execPath }, ...otherNodes])(
  "on Node $version",
  ({ program }) => {
    const runs = existsSync(program);
    // `node test/support/other-nodes.mjs` gets them.
    test.skipIf(!runs)("npx runs it", () => {
      const args = ["--no-install", "gha2pulumi", "plan", repository, "--format", "json"];
      const { status, stdout, stderr } = spawnSync("npx", args, {
        cwd: place,
        env: environment(program),
        encoding: "utf8",
      });
      expect(withoutTimes(stderr)).toBe("");
      expect(status).toBe(0);
      const plan = JSON.parse(stdout) as { operations: readonly object[] };
      expect(plan.operations).toMatchObject([{ disposition: "move" }]);
    });

    // Without npm between, which keeps logs and compiled code of its own.
    test.skipIf(!runs)("nothing is written outside of the folder", () => {
      const watched = [repository, home, folderOf({}), installed];
      const env = { ...environment(program), TMPDIR: watched[2] };
      const before = watched.map(traces);
      const folder = folderOf(Object.fromEntries(readTree(repository)));
      const run = (...args: readonly string[]): number | null =>
        spawnSync(join(place, "node_modules/.bin/gha2pulumi"), args, { cwd: folder, env }).status;
      expect(run("plan", repository, "--out", "plan.json")).toBe(0);
      expect(run("apply", "plan.json", "--yes", "--allow-dirty")).toBe(0);
      expect(run("rollback", "plan.json", "--yes", "--allow-dirty")).toBe(0);
      expect(run("audit", repository)).toBe(0);
      expect(watched.map(traces)).toEqual(before);
    });

    test.skipIf(!runs)("it says its version, and Node is the one that is meant", () => {
      const script = "process.stdout.write(process.versions.node)";
      const node = spawnSync("node", ["-e", script], { env: environment(program), encoding: "utf8" }).stdout;
      expect(program.includes(node) || process.versions.node === node).toBe(true);
      const out = execFileSync("npx", ["--no-install", "gha2pulumi", "--version"], {
        cwd: place,
        env: environment(program),
      });
      expect(out.toString()).toBe(`${String(manifest()["version"])}\n`);
    });
  },
);

describe("the schema of gha2pulumi.yaml", () => {
  const valid = new Ajv2020({ allowUnionTypes: true }).compile(
    JSON.parse(readFileSync(join(cli, "gha2pulumi.schema.json"), "utf8")) as object,
  );

  // What the schema takes, the reader takes; and the reverse.
  test.each([
    ["", true],
    ["answers:\n  vars.STACK: prod\n  default-branch: main\n", true],
    ["answers:\n", true],
    ["answers: { a: 1, b: true }\n", true],
    ["wrappers:\n  acme/deploy:\n    command: up\n    stack: acme/network/prod\n", true],
    ["answers: [a]\n", false],
    ["answers: { a: [b] }\n", false],
    ["- a\n", false],
    ["answer: {}\n", false],
    ["wrappers:\n  acme/deploy: {}\n", false],
    ["wrappers:\n  acme/deploy: { command: up, other: x }\n", false],
    ["wrappers: x\n", false],
  ])("%j: %s", async (text, is) => {
    expect(valid(parse(text))).toBe(is);
    const read = await answersOf(new Map([["gha2pulumi.yaml", text]]), []).catch((error: unknown) => error);
    expect(read instanceof Error).toBe(!is);
  });
});
