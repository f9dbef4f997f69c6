import { spawnSync } from "node:child_process";
import { readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { afterAll, expect, test } from "vitest";
import { cli, folderOf, scratch } from "./support/command-line.ts";

const codemod = join(cli, "dist/codemods/pulumi-trust.cjs");
const runner = createRequire(import.meta.url).resolve("jscodeshift/bin/jscodeshift.js");

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

/** Runs the transform as its users do: with the runner as it is published, on a folder. */
function shift(folder: string, ...more: readonly string[]): { readonly code: number | null; readonly out: string } {
  const options = ["--org=acme", "--project=infra", "--stacks=dev,prod", "--extensions=ts", "--cpus=1", "--no-babel"];
  const args = [runner, "-t", codemod, ...options, ...more, folder];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  // The runner writes in colour where `CI` is set.
  return { code: status, out: stripVTControlCharacters(stdout + stderr) };
}

const arn = "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com";
const role = (name: string): string => `new aws.iam.Role("${name}", {
\tassumeRolePolicy: JSON.stringify({
\t\tVersion: "2012-10-17",
\t\tStatement: [{ // GitHub alone
\t\t\tEffect: "Allow", Principal: { Federated: "${arn}" },
\t\t\tAction: "sts:AssumeRoleWithWebIdentity",
\t\t\tCondition: { StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/infra:*" } },
\t\t}],
\t}),
});
`;
const added = `\t\t}, {
\t\t\tSid: "PulumiDeployments",
\t\t\tEffect: "Allow",
\t\t\tPrincipal: { Federated: "arn:aws:iam::111122223333:oidc-provider/api.pulumi.com/oidc" },
\t\t\tAction: "sts:AssumeRoleWithWebIdentity",
\t\t\tCondition: {
\t\t\t\tStringEquals: { "api.pulumi.com/oidc:aud": "acme" },
\t\t\t\tStringLike: {
\t\t\t\t\t"api.pulumi.com/oidc:sub": [
\t\t\t\t\t\t"pulumi:deploy:org:acme:project:infra:stack:dev:operation:*:scope:write",
\t\t\t\t\t\t"pulumi:deploy:org:acme:project:infra:stack:prod:operation:*:scope:write",
\t\t\t\t\t],
\t\t\t\t},
\t\t\t},
\t\t}],
`;
const withStatement = (text: string): string => text.replace("\t\t}],\n", added);

test("the published runner gives every role its statement and leaves every other byte, and a second run does nothing", () => {
  const windows = `\uFEFF${role("deploy")}`.replaceAll("\n", "\r\n");
  const files = { "infra/iam.ts": windows, "infra/other.ts": `${role("a")}const b = 1 ;\n`, "plain.ts": "let  a;\n" };
  const folder = folderOf(files);
  expect(shift(folder)).toMatchObject({ code: 0 });
  const text = (path: string): string => readFileSync(join(folder, path), "utf8");
  expect(text("infra/iam.ts")).toBe(`\uFEFF${withStatement(role("deploy"))}`.replaceAll("\n", "\r\n"));
  expect(text("infra/other.ts")).toBe(`${withStatement(role("a"))}const b = 1 ;\n`);
  expect(text("plain.ts")).toBe("let  a;\n");
  expect(shift(folder).out).toMatch(/^0 ok/m);
});

test("only the role that is asked for", () => {
  const folder = folderOf({ "iam.ts": role("deploy") + role("other") });
  shift(folder, "--role=other");
  expect(readFileSync(join(folder, "iam.ts"), "utf8")).toBe(role("deploy") + withStatement(role("other")));
});

test("a role that cannot be edited is left alone, and said so", () => {
  const text = `for (const name of names) {\n${role("deploy")}}\n`;
  const folder = folderOf({ "iam.ts": text });
  expect(shift(folder).out).toContain("is left alone: a loop makes it, perhaps several times");
  expect(readFileSync(join(folder, "iam.ts"), "utf8")).toBe(text);
});
