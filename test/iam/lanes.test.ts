import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readDefinitions } from "@gha2pulumi/trust";
import { readTree } from "../support/fixture.ts";
import { grammars } from "../support/grammars.ts";
import { rewrite } from "../support/notation.ts";
import { programFolder } from "./install.mjs";
import { variants } from "./variant-table.ts";

/** What is written into each file is put to the language's own program. */

const root = mkdtempSync(join(tmpdir(), "lanes-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** The files that were written, by their path below `root`. */
const written: string[] = [];

beforeAll(async () => {
  for (const { folder, outcome } of variants) {
    if (outcome.kind !== "written") continue;
    const tree = readTree(fileURLToPath(new URL(`variants/${folder}`, import.meta.url)));
    const { roles } = await readDefinitions(tree, grammars);
    const turn = roles.findIndex(({ document }) => document.path === outcome.file);
    const made = await rewrite(tree, grammars, {}, turn);
    for (const [path, text] of made.tree) {
      mkdirSync(dirname(join(root, folder, path)), { recursive: true });
      writeFileSync(join(root, folder, path), text);
    }
    written.push(`${folder}/${outcome.file}`);
  }
});

function lane(program: string, words: readonly string[], files: RegExp, prepare?: () => readonly string[]): void {
  const there = spawnSync(program, program === "gofmt" ? ["-h"] : ["--version"], { stdio: "ignore" });
  const why = there.error === undefined ? "" : ` (skipped, because there is no \`${program}\` on the PATH)`;
  test.skipIf(why !== "")(`${program} takes what is written${why}`, () => {
    const own = written.filter((path) => files.test(path)).map((path) => join(root, path));
    expect(own).not.toEqual([]);
    const { status, stdout, stderr } = spawnSync(program, [...words, ...own, ...(prepare?.() ?? [])], {
      cwd: root,
      env: { ...process.env, TF_CLI_CONFIG_FILE: "/dev/null" },
      encoding: "utf8",
    });
    expect({ status, said: stdout + stderr }).toEqual({ status: 0, said: "" });
  });
}

describe("what is written is put to each language's own program", () => {
  lane("terraform", ["fmt", "-check", "-diff"], /\.tf$/);
  lane(cfnLint(), ["--non-zero-exit-code", "error", "--"], /^V3[345]\/template\./);
  lane("gofmt", ["-l"], /\.go$/);
  lane("bash", ["-n"], /\.sh$/);
  lane("python3", ["-m", "py_compile"], /\.py$/);
  // Without the packages their names mean anything; a syntax error and an unknown name are found.
  lane(
    fileURLToPath(new URL("../../node_modules/.bin/tsc", import.meta.url)),
    [
      "--noEmit",
      "--skipLibCheck",
      "--strict",
      "--noImplicitAny",
      "false",
      "--target",
      "es2022",
      "--module",
      "preserve",
    ],
    /\.ts$/,
    () => {
      const types = join(root, "any.d.ts");
      const iam = ["Role", "OpenIdConnectProvider", "getPolicyDocument", "getPolicyDocumentOutput"];
      const lines = [
        ...["aws", "$config", "$jsonStringify"].map((name) => `declare const ${name}: any;`),
        ...["@pulumi/pulumi", "@pulumi/aws-native", "aws-cdk-lib", "aws-cdk-lib/*", "cdktf", "@cdktf/*"].map(
          (name) => `declare module "${name}";`,
        ),
        'declare module "constructs" { export type Construct = any; export const Construct: any; }',
        'declare module "@pulumi/aws" {',
        "export const getCallerIdentityOutput: any;",
        "export namespace iam { type PolicyDocument = any; type PolicyStatement = any;",
        ...iam.map((name) => `const ${name}: any;`),
        "} }",
      ];
      writeFileSync(types, lines.join("\n"));
      mkdirSync(join(root, "V13/.sst/platform"), { recursive: true });
      writeFileSync(join(root, "V13/.sst/platform/config.d.ts"), "");
      return [types];
    },
  );
});

function cfnLint(): string {
  const folder = programFolder("cfn-lint");
  return folder === undefined ? "cfn-lint" : join(folder, "cfn-lint");
}
