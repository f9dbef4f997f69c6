import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { migrate } from "@gha2pulumi/migrate";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { programFolder } from "./install.mjs";

/** The same scripts against an IAM that somebody else wrote, and the one that makes a role in place of keys. */

const folders = [programFolder("aws"), programFolder("moto_server")].filter((one) => one !== undefined);
const PATH = [...folders, process.env["PATH"] ?? ""].join(delimiter);
const missing = ["aws", "moto_server", "jq"].filter((tool) => {
  const words = tool === "moto_server" ? ["--help"] : ["--version"];
  const { error, status } = spawnSync(tool, words, { env: { ...process.env, PATH }, stdio: "ignore" });
  return error !== undefined || status !== 0;
});
const why = missing.length === 0 ? "" : `: skipped, because there is no \`${missing.join("` and no `")}\` on the PATH`;

/** Moto's own account. */
const id = "123456789012";
const host = "token.actions.githubusercontent.com";
const before = {
  Version: "2012-10-17",
  Statement: {
    Effect: "Allow",
    Principal: { Federated: `arn:aws:iam::${id}:oidc-provider/${host}` },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: { StringEquals: { [`${host}:sub`]: "repo:acme/network:ref:refs/heads/main" } },
  },
};

let server: ChildProcess | undefined;
let url = "";
const root = mkdtempSync(join(tmpdir(), "moto-"));

interface Ended {
  readonly code: number | null;
  readonly said: string;
}

function called(program: string, words: readonly string[]): Ended {
  const env = {
    PATH,
    HOME: process.env["HOME"] ?? "/nonexistent",
    AWS_CONFIG_FILE: "/nonexistent",
    AWS_SHARED_CREDENTIALS_FILE: "/nonexistent",
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: "testing",
    AWS_SECRET_ACCESS_KEY: "testing",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_EC2_METADATA_DISABLED: "true",
    NO_PROXY: "127.0.0.1",
  };
  const { status, stdout, stderr } = spawnSync(program, words, { env, encoding: "utf8" });
  return { code: status, said: stdout + stderr };
}

function aws(...words: readonly string[]): unknown {
  const { code, said } = called("aws", [...words, "--output", "json"]);
  if (code !== 0) throw new Error(said);
  return said.trim() === "" ? undefined : JSON.parse(said);
}

async function freePort(): Promise<number> {
  const listening = createServer();
  return await new Promise((done, failed) => {
    listening.on("error", failed);
    listening.listen(0, "127.0.0.1", () => {
      const address = listening.address();
      listening.close(() => done(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** Answers at last, or the server has ended. */
async function ready(child: ChildProcess): Promise<void> {
  for (;;) {
    if (child.exitCode !== null) throw new Error(`moto_server ended with ${child.exitCode}`);
    const answers = await fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answers) return;
    await new Promise((done) => setTimeout(done, 100));
  }
}

function folderWith(name: string, files: ReadonlyMap<string, string>): string {
  const folder = join(root, name);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

async function artefacts(edit: (text: string) => string, answers: readonly (readonly [string, string])[]) {
  const { before: tree, surroundings } = fixture("clouds/aws-trust-told");
  const edited = new Map([...tree].map(([path, text]) => [path, path.startsWith(".github/") ? edit(text) : text]));
  const told = new Map([...surroundings, ...answers]);
  return (await migrate({ tree: edited, surroundings: told }, undefined)).roles.artefacts();
}

describe.skipIf(missing.length > 0)(`scripts against moto${why}`, () => {
  beforeAll(async () => {
    const port = await freePort();
    url = `http://127.0.0.1:${port}`;
    server = spawn("moto_server", ["-H", "127.0.0.1", "-p", String(port)], {
      env: { ...process.env, PATH },
      stdio: "ignore",
    });
    await ready(server);
  });
  afterAll(() => {
    server?.kill();
    rmSync(root, { recursive: true, force: true });
  });

  test("transition, final and back, each twice", async () => {
    const policy = JSON.stringify(before);
    const files = await artefacts(
      (text) => text.replaceAll("210987654321", id),
      [["trust-policy.network-deploy", policy]],
    );
    const folder = folderWith("steps", files);
    aws(
      "iam",
      "create-open-id-connect-provider",
      "--url",
      `https://${host}`,
      "--client-id-list",
      "sts.amazonaws.com",
      "--thumbprint-list",
      "a".repeat(40),
    );
    aws("iam", "create-role", "--role-name", "network-deploy", "--assume-role-policy-document", policy);
    const run = (script: string): Ended => called("bash", [join(folder, `aws/${id}/${script}.sh`)]);
    const sids = (): unknown =>
      aws(
        "iam",
        "get-role",
        "--role-name",
        "network-deploy",
        "--query",
        "Role.AssumeRolePolicyDocument.Statement[].Sid",
      ) ?? [];
    for (const [script, state, found] of [
      ["apply-1-transition", "transition", ["PulumiDeployments"]],
      ["apply-2-final", "final", ["PulumiDeployments"]],
      ["rollback", "before", []],
    ] as const) {
      expect(run(script)).toMatchObject({
        code: 0,
        said: expect.stringContaining(`network-deploy: at ${state} now`) as string,
      });
      expect(run(script)).toMatchObject({
        code: 0,
        said: expect.stringContaining(`network-deploy: at ${state} already`) as string,
      });
      expect(sids()).toEqual(found);
    }
    const providers = aws("iam", "list-open-id-connect-providers", "--query", "OpenIDConnectProviderList[].Arn");
    expect(providers).toHaveLength(2);
  });

  test("a role in place of keys is made once, with the boundary and without a permission", async () => {
    const keys =
      "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n";
    const files = await artefacts((text) => text.replace(/ {10}role-to-assume: .*\n/, keys), []);
    const script = [...files.keys()].find((path) => path.endsWith("/create-role.sh")) ?? "";
    const folder = folderWith("new", files);
    const run = (...words: readonly string[]): Ended => called("bash", [join(folder, script), ...words]);
    const named = [
      "--account",
      id,
      "--name",
      "network-new",
      "--path",
      "/ci/",
      "--boundary",
      `arn:aws:iam::${id}:policy/edge`,
    ];

    expect(run("--name", "network-new")).toMatchObject({ code: 2 });
    expect(run("--account", "999988887777", "--name", "network-new")).toMatchObject({ code: 4 });
    expect(run(...named, "--dry-run")).toMatchObject({
      code: 0,
      said: expect.stringContaining("would run: aws iam create-role") as string,
    });
    expect(() => aws("iam", "get-role", "--role-name", "network-new")).toThrow(/NoSuchEntity/);
    expect(run(...named)).toMatchObject({
      code: 0,
      said: expect.stringContaining(`arn:aws:iam::${id}:role/ci/network-new`) as string,
    });
    expect(run(...named)).toMatchObject({
      code: 0,
      said: expect.stringContaining("network-new: there already") as string,
    });

    expect(
      aws(
        "iam",
        "get-role",
        "--role-name",
        "network-new",
        "--query",
        "Role.AssumeRolePolicyDocument.Statement[0].Principal",
      ),
    ).toEqual({
      Federated: `arn:aws:iam::${id}:oidc-provider/api.pulumi.com/oidc`,
    });
    expect(
      aws(
        "iam",
        "get-role",
        "--role-name",
        "network-new",
        "--query",
        "Role.PermissionsBoundary.PermissionsBoundaryArn",
      ),
    ).toBe(`arn:aws:iam::${id}:policy/edge`);
    expect(
      aws("iam", "list-attached-role-policies", "--role-name", "network-new", "--query", "AttachedPolicies"),
    ).toEqual([]);
    expect(aws("iam", "list-role-policies", "--role-name", "network-new", "--query", "PolicyNames")).toEqual([]);

    aws("iam", "update-assume-role-policy", "--role-name", "network-new", "--policy-document", JSON.stringify(before));
    expect(run(...named)).toMatchObject({
      code: 3,
      said: expect.stringContaining("with another trust policy") as string,
    });
  });

  test("PERMISSIONS.md names the secrets, and no step deletes anything", async () => {
    const keys =
      "          aws-access-key-id: ${{ secrets.AWS_ACCESS_KEY_ID }}\n          aws-secret-access-key: ${{ secrets.AWS_SECRET_ACCESS_KEY }}\n";
    const files = await artefacts((text) => text.replace(/ {10}role-to-assume: .*\n/, keys), []);
    const [page] = [...files].filter(([path]) => path.endsWith("/PERMISSIONS.md")).map(([, text]) => text);
    expect(page).toContain("`AWS_ACCESS_KEY_ID`");
    for (const [path, text] of files)
      if (path.endsWith(".sh")) expect(text.replace(/^#.*$/gm, "")).not.toMatch(/\b(?:delete|remove|detach)-/);
  });
});
