import { execFileSync, spawnSync } from "node:child_process";
import { readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import type * as typescript from "../packages/core/node_modules/typescript/lib/typescript.js";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { folderOf, scratch } from "./support/command-line.ts";
import { fixture } from "./support/fixture.ts";
import { packed } from "./support/loopback-registry.ts";

// The library as it is published, in a folder that has nothing else.
const core = resolve(import.meta.dirname, "../packages/core");
const place = folderOf({ "package.json": '{ "type": "module", "private": true }' });
const installed = join(place, "node_modules/@gha2pulumi/core");

beforeAll(() => {
  const { version, tarball } = packed(core, scratch);
  const file = join(scratch, `core-${version}.tgz`);
  writeFileSync(file, tarball);
  const env = { ...process.env, npm_config_cache: join(scratch, "npm") };
  execFileSync("npm", ["install", "--offline", "--no-audit", "--no-fund", file], { cwd: place, env });
}, 600_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function node(source: string): string {
  return execFileSync(process.execPath, ["--input-type=module", "-"], { cwd: place, input: source, encoding: "utf8" });
}

describe("@gha2pulumi/core", () => {
  test("has no dependencies, and comes with its licences", () => {
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as Record<string, unknown>;
    expect([manifest["dependencies"], manifest["peerDependencies"]]).toEqual([undefined, undefined]);
    expect(readdirSync(join(place, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["@gha2pulumi"]);
    for (const file of ["LICENSE", "THIRD-PARTY-NOTICES.txt", "README.md"])
      expect(readdirSync(installed)).toContain(file);
    expect(readFileSync(join(installed, "THIRD-PARTY-NOTICES.txt"), "utf8")).toContain("\nyaml ");
  });

  test("plans a tree as the command line does: the same changes, byte for byte", () => {
    const { before, surroundings, folder } = fixture("notations/pulumi-python");
    const out = node(`
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { apply, migrate } from "@gha2pulumi/core";
      const find = createRequire(import.meta.url + "/x").resolve;
      const grammar = (name) => readFileSync(find("@gha2pulumi/core/grammars/" + name + ".wasm"));
      const grammars = { engine: grammar("engine"), python: grammar("python"), hcl: grammar("hcl") };
      const tree = new Map(${JSON.stringify([...before])});
      const surroundings = new Map(${JSON.stringify([...surroundings])});
      const { document, changes } = await migrate({ tree, surroundings }, grammars);
      console.log(JSON.stringify({ files: [...apply(tree, changes)], proof: document.proof.verdicts }));
    `);
    const { files } = JSON.parse(out) as { files: readonly (readonly [string, string])[] };
    for (const [path, text] of files)
      expect([path, text]).toEqual([path, readFileSync(join(folder, "after", path), "utf8")]);
    expect(files.length).toBe(
      readdirSync(join(folder, "after"), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).length,
    );
  });

  test("every entry point is there, and they agree on what they share", () => {
    const out = node(`
      const all = await Promise.all(["", "/workflow", "/deployments", "/trust"].map((name) => import("@gha2pulumi/core" + name)));
      console.log(JSON.stringify(all.map((one) => Object.keys(one).length)));
    `);
    for (const count of JSON.parse(out) as readonly number[]) expect(count).toBeGreaterThan(15);
  });

  test("every public function says what it is", () => {
    const ts = createRequire(join(core, "package.json"))("typescript") as typeof typescript;
    const names = ["index", "workflow", "deployments", "trust"];
    const entries = names.map((name) => join(core, `dist/types/core/src/${name}.d.ts`));
    const program = ts.createProgram(entries, { module: ts.ModuleKind.NodeNext, noLib: true, types: [] });
    const checker = program.getTypeChecker();
    const silent = entries.flatMap((entry) => {
      const module = checker.getSymbolAtLocation(program.getSourceFile(entry) as typescript.SourceFile);
      if (module === undefined) throw new Error(`${entry} exports nothing`);
      return checker.getExportsOfModule(module).flatMap((symbol) => {
        const target = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
        const isFunction = (target.flags & ts.SymbolFlags.Function) !== 0;
        return isFunction && target.getDocumentationComment(checker).length === 0 ? [target.name] : [];
      });
    });
    expect(silent).toEqual([]);
  });

  test("its types compile, declarations of the library included", () => {
    const source = `import { apply, migrate, type PlanDocument, type Tree } from "@gha2pulumi/core";
import { readWorkflow } from "@gha2pulumi/core/workflow";
import { writeSettings } from "@gha2pulumi/core/deployments";
import { admits, type Token } from "@gha2pulumi/core/trust";
declare const tree: Tree;
export const plan = async (): Promise<PlanDocument> =>
  (await migrate({ tree, surroundings: new Map() }, undefined)).document;
export const after: Tree = apply(tree, []);
export const functions = [readWorkflow, writeSettings, admits];
declare const token: Token;
// @ts-expect-error A token has no such field.
export const none = token.nothing;
`;
    writeFileSync(join(place, "use.ts"), source);
    const compiler = resolve(core, "../../node_modules/typescript/bin/tsc");
    const flags = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2023", "--types", ""];
    const { status, stdout } = spawnSync(process.execPath, [compiler, ...flags, "use.ts"], {
      cwd: place,
      encoding: "utf8",
    });
    expect(stdout).toBe("");
    expect(status).toBe(0);
  });
});
