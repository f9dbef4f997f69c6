import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { pictureOf, published, repositoryOf, runBin, scratch, type Ended } from "./support/command-line.ts";

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const arn = "arn:aws:iam::111122223333:role/network-deploy";
const policy = JSON.stringify({
  Version: "2012-10-17",
  Statement: [
    {
      Effect: "Allow",
      Principal: { Federated: "arn:aws:iam::111122223333:oidc-provider/token.actions.githubusercontent.com" },
      Action: "sts:AssumeRoleWithWebIdentity",
      Condition: {
        StringEquals: { "token.actions.githubusercontent.com:aud": "sts.amazonaws.com" },
        StringLike: { "token.actions.githubusercontent.com:sub": "repo:acme/network:*" },
      },
    },
  ],
});
const told = ["--answer", `trust-policy.network-deploy=${policy}`, "--answer", "repository=acme/network"];

/** A repository of which a deploy moves; its role is in no file. */
function network(more: Readonly<Record<string, string>> = {}): string {
  return repositoryOf({
    "Pulumi.yaml": "name: network\nruntime: nodejs\n",
    "Pulumi.prod.yaml": "config: {}\n",
    "package.json": "{}\n",
    "package-lock.json": "{}\n",
    ".github/workflows/deploy.yml": `on: { push: { branches: [main] } }
permissions: { id-token: write, contents: read }
jobs:
  deploy:
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: { role-to-assume: "${arn}", aws-region: eu-west-1 }
      - run: npm ci
      - uses: pulumi/actions@v6
        with: { command: up, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`,
    ...more,
  });
}

function run(folder: string, ...args: readonly string[]): Ended {
  return runBin(published, folder, ["iam", ...args]);
}

const account = "iam/aws/111122223333";

describe("iam", () => {
  test("shows the roles alone and writes nothing; a policy that nobody told is a question", () => {
    const folder = network();
    const before = pictureOf(folder);
    const { code, out } = run(folder);
    expect(code).toBe(11);
    expect(out).toContain("trust-policy.network-deploy: No file defines this role.");
    expect(out).not.toContain("deployment-settings");
    expect(pictureOf(folder)).toEqual(before);
  });

  test("a role that is in no file has what has to be added, and scripts that say so and leave it alone", () => {
    const folder = network();
    expect(run(folder, "--out", "iam").code).toBe(11);
    expect(readFileSync(join(folder, account, "network-deploy/adds.json"), "utf8")).toContain("stack:prod:operation:*");
    expect(existsSync(join(folder, account, "network-deploy/transition.json"))).toBe(false);
    expect(readFileSync(join(folder, account, "apply-1-transition.sh"), "utf8")).toContain(
      "wait_for 'network-deploy' 'its trust policy is in no file",
    );
  });

  test("writes documents and scripts that may be run, the same the second time, and never takes them for roles", () => {
    const folder = network();
    expect(run(folder, ...told, "--out", "iam")).toMatchObject({
      code: 0,
      err: expect.stringContaining("wrote 8 files to iam") as string,
    });
    const first = pictureOf(folder);
    expect(Object.keys(first).filter((path) => path.startsWith(`${account}/`))).toEqual([
      `${account}/apply-1-transition.sh`,
      `${account}/apply-2-final.sh`,
      `${account}/network-deploy`,
      `${account}/network-deploy/before.json`,
      `${account}/network-deploy/final.json`,
      `${account}/network-deploy/proof.json`,
      `${account}/network-deploy/transition.json`,
      `${account}/rollback.sh`,
    ]);
    expect(first[`${account}/rollback.sh`]).toMatch(/^1007/);
    expect(run(folder, ...told, "--out", "iam").code).toBe(0);
    expect(pictureOf(folder)).toEqual(first);
  });

  test("what still assumes the role is named, and the last step waits for it", () => {
    const assets = `on: push
jobs:
  sync:
    runs-on: ubuntu-24.04
    steps:
      - uses: aws-actions/configure-aws-credentials@v4
        with:
          role-to-assume: ${arn}
`;
    const folder = network({ ".github/workflows/assets.yml": assets });
    const { out } = run(folder, ...told, "--out", "iam");
    expect(out).toContain("STAYS   .github/workflows/assets.yml:8 still assumes it");
    expect(readFileSync(join(folder, account, "apply-2-final.sh"), "utf8")).not.toContain("check 'network-deploy'");
  });

  test("neither a folder of somebody else's nor a link is written into", () => {
    const folder = network({ "notes/todo.txt": "mine\n" });
    expect(run(folder, ...told, "--out", "notes")).toMatchObject({
      code: 2,
      err: expect.stringContaining("GP711") as string,
    });
    run(folder, ...told, "--out", "iam");
    rmSync(join(folder, account), { recursive: true });
    symlinkSync(join(folder, "notes"), join(folder, account));
    expect(run(folder, ...told, "--out", "iam")).toMatchObject({
      code: 2,
      err: expect.stringContaining("has a link at aws/111122223333") as string,
    });
    expect(pictureOf(join(folder, "notes"))).toEqual({ "todo.txt": expect.any(String) as string });
  });

  test("--live asks the person's own aws for the policy, of the right account and ARN", () => {
    const folder = network();
    const asked = (caller: string, found: string): Ended => {
      const bin = join(scratch, `aws-${caller}-${found.length}`);
      mkdirSync(bin, { recursive: true });
      const answer = JSON.stringify({ arn: found, policy: JSON.parse(policy) as unknown });
      writeFileSync(
        join(bin, "aws"),
        `#!/bin/sh\ncase "$1 $2" in\n"sts get-caller-identity") echo '"${caller}"' ;;\n*) echo '${answer}' ;;\nesac\n`,
      );
      chmodSync(join(bin, "aws"), 0o755);
      return runBin(published, folder, ["iam", "--live", "--answer", "repository=acme/network"], {
        PATH: `${bin}:${process.env["PATH"] ?? ""}`,
      });
    };
    expect(asked("111122223333", arn)).toMatchObject({
      code: 0,
      out: expect.stringMatching(/acme\/network {2}branch main +yes +yes +-/) as string,
    });
    expect(asked("999988887777", arn)).toMatchObject({
      code: 11,
      err: expect.stringContaining("the credentials are of account 999988887777") as string,
    });
    expect(asked("111122223333", `${arn}-2`)).toMatchObject({
      code: 11,
      err: expect.stringContaining("with another ARN") as string,
    });
  });
});

describe("iam verify", () => {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const pulumi = {
    iss: "https://api.pulumi.com/oidc",
    aud: "acme",
    sub: "pulumi:deploy:org:acme:project:network:stack:prod:operation:update:scope:write",
  };
  function verified(token: string, ...more: readonly string[]): Ended {
    const folder = network({ "token.txt": token });
    return run(folder, "verify", "--token", "token.txt", ...more);
  }

  test.each([
    ["a deployment of the stack", pulumi, "before no, transition yes, final yes"],
    [
      "a deployment of another stack",
      { ...pulumi, sub: pulumi.sub.replace("prod", "prod2") },
      "before no, transition no, final no",
    ],
    [
      "a push to main",
      {
        iss: "https://token.actions.githubusercontent.com",
        aud: "sts.amazonaws.com",
        sub: "repo:acme/network:ref:refs/heads/main",
      },
      "before yes, transition yes, final no",
    ],
  ])("%s", (_, claims, answer) => {
    const whole = verified(`${encoded({ alg: "RS256" })}.${encoded(claims)}.c2lnbmF0dXJl\n`, ...told);
    expect(whole).toMatchObject({ code: 0, out: `${arn}: ${answer}\n` });
    expect(whole.err).not.toContain(claims.sub);
    expect(verified(JSON.stringify(claims), ...told).out).toBe(`${arn}: ${answer}\n`);
  });

  test("without the policy, what is added tells of the deployment, and the rest is not known", () => {
    expect(verified(JSON.stringify(pulumi))).toMatchObject({
      code: 11,
      out: `${arn}: before unknown, transition yes, final yes\n  its trust policy is not known\n`,
    });
  });

  test.each(["a.b.c", "not a token s3cr3t", '{"aud":"s3cr3t"}', "[1]"])(
    "%j is no token, and nothing of it is shown",
    (text) => {
      const { code, out, err } = verified(text, ...told);
      expect([code, out]).toEqual([2, ""]);
      expect(err).not.toContain("s3cr3t");
    },
  );
});
