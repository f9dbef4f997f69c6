import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { migrate } from "@gha2pulumi/migrate";
import { admits, readAwsText, token as readable, type AwsRule } from "@gha2pulumi/trust";
import { afterEach, describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";
import { startEmulator, type Account, type Emulator } from "./emulator.ts";
import { awsFolder } from "./install.mjs";
import { issuerAt, type Claims, type Issuer } from "./tokens.ts";

const PATH = [awsFolder() ?? "", process.env["PATH"] ?? ""].join(delimiter);
const missing = ["aws", "jq"].filter(
  (tool) => spawnSync(tool, ["--version"], { env: { ...process.env, PATH } }).error !== undefined,
);
const why = missing.length === 0 ? "" : `: skipped, because there is no \`${missing.join("` and no `")}\` on the PATH`;

const id = "210987654321";
const now = 1_800_000_000;
const host = "token.actions.githubusercontent.com";
const pulumiHost = "api.pulumi.com/oidc";
const github = issuerAt(`https://${host}`, now);
const pulumi = issuerAt(`https://${pulumiHost}`, now);

/** A token, who signs it, and whether it gets in: before, in the transition, in the end, and after going back. */
type Row = readonly [
  name: string,
  by: Issuer,
  claims: Claims,
  gets: `${"y" | "-"}${"y" | "-"}${"y" | "-"}${"y" | "-"}`,
];

const aud = "sts.amazonaws.com";
const deploys = (stack: string, operation: string, org = "acme", project = "network"): string =>
  `pulumi:deploy:org:${org}:project:${project}:stack:${stack}:operation:${operation}:scope:write`;

const rows: readonly Row[] = [
  ["GitHub, branch main", github, { aud, sub: "repo:acme/network:ref:refs/heads/main" }, "yy-y"],
  ["GitHub, another branch", github, { aud, sub: "repo:acme/network:ref:refs/heads/main-2" }, "----"],
  ["GitHub, a tag", github, { aud, sub: "repo:acme/network:ref:refs/tags/main" }, "----"],
  ["GitHub, a pull request", github, { aud, sub: "repo:acme/network:pull_request" }, "----"],
  ["GitHub, another repository", github, { aud, sub: "repo:acme/network-2:ref:refs/heads/main" }, "----"],
  ["GitHub, another owner", github, { aud, sub: "repo:evil/network:ref:refs/heads/main" }, "----"],
  ["GitHub, another audience", github, { aud: "acme", sub: "repo:acme/network:ref:refs/heads/main" }, "----"],
  ["GitHub, subject with ids", github, { aud, sub: "repo:acme@1/network@2:ref:refs/heads/main" }, "----"],
  ["Pulumi, update", pulumi, { aud: "acme", sub: deploys("prod", "update") }, "-yy-"],
  ["Pulumi, preview", pulumi, { aud: "acme", sub: deploys("prod", "preview") }, "-yy-"],
  ["Pulumi, a drift run", pulumi, { aud: "acme", sub: deploys("prod", "detect-drift") }, "-yy-"],
  ["Pulumi, another stack", pulumi, { aud: "acme", sub: deploys("prod-2", "update") }, "----"],
  ["Pulumi, another project", pulumi, { aud: "acme", sub: deploys("prod", "update", "acme", "network2") }, "----"],
  ["Pulumi, another organisation", pulumi, { aud: "evil", sub: deploys("prod", "update", "evil") }, "----"],
  ["Pulumi, another organisation's subject", pulumi, { aud: "acme", sub: deploys("prod", "update", "evil") }, "----"],
  ["Pulumi, an ESC environment", pulumi, { aud: "aws:acme", sub: "pulumi:environments:org:acme:env:<yaml>" }, "----"],
  ["Pulumi, expired", pulumi, { aud: "acme", sub: deploys("prod", "update"), exp: now - 1 }, "----"],
  [
    "Pulumi's claims, signed by another",
    { ...github, url: pulumi.url },
    { iss: pulumi.url, aud: "acme", sub: deploys("prod", "update") },
    "----",
  ],
];

/** The policy that the fixture's owner tells, and the documents and scripts for it. */
async function planned(
  policy?: unknown,
): Promise<{ readonly before: string; readonly files: ReadonlyMap<string, string> }> {
  const { before: tree, surroundings } = fixture("clouds/aws-trust-told");
  const before =
    policy === undefined ? (surroundings.get("trust-policy.network-deploy") ?? "") : JSON.stringify(policy);
  const told = new Map([...surroundings, ["trust-policy.network-deploy", before]]);
  return { before, files: (await migrate({ tree, surroundings: told }, undefined)).roles.artefacts() };
}

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

interface Stage {
  readonly cloud: Emulator;
  readonly folder: string;
  /** Runs a script by the real command line, with credentials of the account or of another. */
  readonly run: (script: string, words?: readonly string[], credentials?: string) => Promise<Ended>;
}
interface Ended {
  readonly code: number | null;
  readonly said: string;
}

async function stage(files: ReadonlyMap<string, string>, role: string, more: Partial<Account> = {}): Promise<Stage> {
  const roles = new Map<string, unknown>([["network-deploy", JSON.parse(role)]]);
  const cloud = await startEmulator(
    { id, roles, providers: new Map([[host, [aud]]]), quota: 2048, ...more },
    [github, pulumi],
    now,
  );
  const folder = mkdtempSync(join(tmpdir(), "roles-"));
  open.push(cloud.close, () => rmSync(folder, { recursive: true }));
  for (const [path, text] of files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return {
    cloud,
    folder,
    run: (script, words = [], of = id) =>
      called("bash", [join(folder, `aws/${id}/${script}.sh`), ...words], cloud.url, of),
  };
}

/** Nothing of this machine's own settings reaches the command line, and nothing but the loopback interface is asked. */
function called(program: string, words: readonly string[], url: string, of: string): Promise<Ended> {
  const env = {
    PATH,
    HOME: "/nonexistent",
    AWS_ENDPOINT_URL: url,
    AWS_ACCESS_KEY_ID: `AK${of}`,
    AWS_SECRET_ACCESS_KEY: "none",
    AWS_DEFAULT_REGION: "eu-west-1",
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
    NO_PROXY: "127.0.0.1",
  };
  return new Promise((done, failed) => {
    const child = spawn(program, words, { env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("error", failed);
    child.on("close", (code) => done({ code, said }));
  });
}

/** Who gets in now, as a column of the table above. */
async function column({ cloud }: Stage): Promise<readonly string[]> {
  const gets = rows.map(
    async ([name, by, claims]) => `${(await cloud.assume("network-deploy", by.sign(claims))) ? "y" : "-"} ${name}`,
  );
  return await Promise.all(gets);
}
const expected = (at: number): readonly string[] => rows.map(([name, , , gets]) => `${gets[at]} ${name}`);

describe.skipIf(missing.length > 0)(`scripts run by the real aws command line${why}`, () => {
  test("there and back, each script twice, and every token gets what is meant", async () => {
    const { before, files } = await planned();
    const on = await stage(files, before);
    const { run, cloud } = on;
    expect(await column(on)).toEqual(expected(0));

    expect(await run("apply-1-transition", ["--dry-run"])).toMatchObject({
      code: 0,
      said: expect.stringContaining("would run: aws iam update-assume-role-policy") as string,
    });
    expect(cloud.writes).toEqual([]);
    expect(await run("apply-2-final")).toMatchObject({
      code: 3,
      said: expect.stringContaining("is at before") as string,
    });

    const first = ["CreateOpenIDConnectProvider api.pulumi.com/oidc", "UpdateAssumeRolePolicy network-deploy"];
    expect(await run("apply-1-transition")).toEqual({ code: 0, said: "network-deploy: at transition now\n" });
    expect(await run("apply-1-transition")).toEqual({ code: 0, said: "network-deploy: at transition already\n" });
    expect(cloud.writes).toEqual(first);
    expect(await column(on)).toEqual(expected(1));

    expect(await run("apply-2-final")).toEqual({ code: 0, said: "network-deploy: at final now\n" });
    expect(await run("apply-2-final")).toEqual({ code: 0, said: "network-deploy: at final already\n" });
    expect(cloud.writes).toHaveLength(3);
    expect(await column(on)).toEqual(expected(2));

    expect(await run("rollback", ["--to-transition"])).toMatchObject({ code: 0 });
    expect(await column(on)).toEqual(expected(1));
    expect(await run("rollback")).toMatchObject({
      code: 0,
      said: expect.stringContaining("network-deploy: at before now\n") as string,
    });
    expect(await run("rollback")).toMatchObject({
      code: 0,
      said: expect.stringContaining("network-deploy: at before already\n") as string,
    });
    expect(cloud.writes).toHaveLength(5);
    expect(await column(on)).toEqual(expected(3));
  });

  test("a login by the command line itself is let in and refused alike", async () => {
    const { before, files } = await planned();
    const { run, cloud } = await stage(files, before);
    const login = (claims: Claims): Promise<Ended> =>
      called(
        "aws",
        [
          "sts",
          "assume-role-with-web-identity",
          "--role-arn",
          `arn:aws:iam::${id}:role/network-deploy`,
          "--role-session-name",
          "test",
          "--web-identity-token",
          pulumi.sign(claims),
        ],
        cloud.url,
        id,
      );
    const update = { aud: "acme", sub: deploys("prod", "update") };
    expect((await login(update)).said).toContain("No OpenIDConnect provider found in your account");
    await run("apply-1-transition");
    expect(await login(update)).toMatchObject({ code: 0 });
    expect((await login({ ...update, aud: "aws:acme" })).said).toContain("Incorrect token audience");
    expect((await login({ ...update, sub: deploys("dev", "update") })).said).toContain("AccessDenied");
  });

  test("a provider that is there gets the audience and keeps its own", async () => {
    const { before, files } = await planned();
    const providers = new Map([
      [host, [aud]],
      [pulumiHost, ["aws:acme"]],
    ]);
    const { run, cloud } = await stage(files, before, { providers });
    expect((await run("apply-1-transition")).code).toBe(0);
    expect(cloud.account.providers.get(pulumiHost)).toEqual(["aws:acme", "acme"]);
  });

  test("neither another account nor a changed policy is written to", async () => {
    const { before, files } = await planned();
    const { run, cloud } = await stage(files, before);
    expect(await run("apply-1-transition", [], "111122223333")).toEqual({
      code: 4,
      said: `stopped: these credentials are of account 111122223333, not of ${id}\n`,
    });
    cloud.account.roles.set("network-deploy", JSON.parse(before.replace("heads/main", "heads/release")));
    for (const script of ["apply-1-transition", "apply-2-final", "rollback"]) expect((await run(script)).code).toBe(3);
    expect(cloud.writes).toEqual([]);
  });

  test("a policy that IAM stored in another order is the same policy", async () => {
    const { before, files } = await planned();
    const { Version, Statement } = JSON.parse(before) as { Version: string; Statement: Record<string, unknown> };
    const turned = { Statement: [Object.fromEntries(Object.entries(Statement).reverse())], Version };
    const { run } = await stage(
      files,
      JSON.stringify({ ...turned, Statement: [{ ...turned.Statement[0], Action: ["sts:AssumeRoleWithWebIdentity"] }] }),
    );
    expect(await run("apply-1-transition")).toMatchObject({ code: 0 });
  });

  test("an old statement without a subject is mended in the same write, or IAM would refuse it", async () => {
    const old = {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Principal: { Federated: `arn:aws:iam::${id}:oidc-provider/${host}` },
          Action: "sts:AssumeRoleWithWebIdentity",
          Condition: { StringEquals: { [`${host}:aud`]: aud } },
        },
      ],
    };
    const { before, files } = await planned(old);
    const on = await stage(files, before);
    expect(await on.cloud.assume("network-deploy", github.sign({ aud, sub: "repo:evil/evil:pull_request" }))).toBe(
      true,
    );
    expect(await on.run("apply-1-transition")).toMatchObject({ code: 0 });
    expect(await column(on)).toEqual(expected(1));
  });

  test("an operation guard is attached before previews get in, once, and another policy of its name stops all", async () => {
    const { before: tree, surroundings } = fixture("calls/another-role-on-previews-guarded");
    const here = (all: ReadonlyMap<string, string>): ReadonlyMap<string, string> =>
      new Map([...all].map(([key, text]) => [key, text.replaceAll("111122223333", id)]));
    const { roles: answers } = await migrate({ tree: here(tree), surroundings: here(surroundings) }, undefined);
    const files = answers.artefacts();
    const document = (path: string): unknown => JSON.parse(files.get(`aws/${id}/${path}.json`) ?? "");
    const roles = new Map(
      ["network-deploy", "network-read"].map((name) => [name, document(`${name}/before`)] as const),
    );
    const { run, cloud } = await stage(files, "null", { roles });
    expect(await run("apply-1-transition", ["--dry-run"])).toMatchObject({
      code: 0,
      said: expect.stringContaining("would run: aws iam put-role-policy --role-name network-deploy") as string,
    });
    expect(cloud.writes).toEqual([]);
    const all = [
      "CreateOpenIDConnectProvider api.pulumi.com/oidc",
      "PutRolePolicy network-deploy",
      "UpdateAssumeRolePolicy network-deploy",
      "UpdateAssumeRolePolicy network-read",
    ];
    for (const _ of ["first", "second"]) {
      expect(await run("apply-1-transition")).toMatchObject({ code: 0 });
      expect(cloud.writes).toEqual(all);
    }
    expect([...cloud.policies]).toEqual([["network-deploy PulumiPreviewsOnlyRead", document("network-deploy/guard")]]);
    cloud.policies.set("network-deploy PulumiPreviewsOnlyRead", { Version: "2012-10-17", Statement: [] });
    expect(await run("apply-1-transition")).toMatchObject({
      code: 3,
      said: expect.stringContaining("another policy of the name") as string,
    });
  });

  test("a write that IAM refuses is told, and nothing passes for done", async () => {
    const { before, files } = await planned();
    const { run, cloud } = await stage(files, before, { quota: 300 });
    const { code, said } = await run("apply-1-transition");
    expect([code, said]).toEqual([1, expect.stringContaining("LimitExceeded")]);
    expect(cloud.account.roles.get("network-deploy")).toEqual(JSON.parse(before));
  });
});

test("the table of tokens notices a policy that is one letter too wide", async () => {
  const { before, files } = await planned();
  const on = await stage(files, before);
  const wide = (files.get(`aws/${id}/network-deploy/transition.json`) ?? "").replace("stack:prod:", "stack:prod*:");
  on.cloud.account.providers.set(pulumiHost, ["acme"]);
  on.cloud.account.roles.set("network-deploy", JSON.parse(wide));
  const got = await column(on);
  expect(got.filter((one, i) => one !== expected(1)[i])).toEqual(["y Pulumi, another stack"]);
});

test("the emulator's judge and ours agree on every token and step", async () => {
  const { files } = await planned();
  const checks = [github, pulumi];
  for (const [at, name] of ["before", "transition", "final"].entries()) {
    const read = readAwsText(files.get(`aws/${id}/network-deploy/${name}.json`) ?? "");
    if (read.kind === "unread") throw new Error(read.because);
    const rule: AwsRule = read;
    const sound = rows.filter(
      ([, by, { exp, aud: own }]) => checks.includes(by) && exp === undefined && (by === pulumi || own === aud),
    );
    for (const [label, by, claims, gets] of sound) {
      const { kind } = admits(rule, readable(by.url, claims as Record<string, string>), { account: id });
      expect(`${label}: ${kind}`).toBe(`${label}: ${gets[at] === "y" ? "yes" : "no"}`);
    }
  }
});
