import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { compare } from "../compare.ts";
import { deploymentParty } from "../party.ts";
import { changeAws, type AwsPlan } from "../policy/aws-change.ts";
import { awsQuota } from "../policy/aws-refusals.ts";
import { readAwsText } from "../policy/aws.ts";
import type { AwsRule } from "../rule.ts";
import { awsFiles, type AwsMove } from "./aws-files.ts";
import { shellComment, shellWord } from "./shell.ts";

const account = "111122223333";
function trusting(
  subject: string,
  provider = `arn:aws:iam::${account}:oidc-provider/token.actions.githubusercontent.com`,
): AwsRule {
  const text = JSON.stringify({
    Version: "2012-10-17",
    Statement: [
      {
        Effect: "Allow",
        Principal: { Federated: provider },
        Action: "sts:AssumeRoleWithWebIdentity",
        Condition: { StringLike: { "token.actions.githubusercontent.com:sub": subject } },
      },
    ],
  });
  const read = readAwsText(text);
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
const plan: AwsPlan = {
  before: trusting("repo:acme/infra:*"),
  account,
  partition: "aws",
  home: undefined,
  runs: [{ organization: "acme", project: "infra", stack: "prod", operations: "any" }],
  github: [],
  stays: { kind: "nobody" },
  subjects: "compact",
  quota: awsQuota.usual,
};
function move(more: Partial<AwsPlan> = {}, named: Partial<AwsMove> = {}): AwsMove {
  const own = { ...plan, ...more };
  const change = changeAws(own);
  const comparison = compare(change, own.runs.map(deploymentParty), own.stays, { account });
  const patches = { transition: undefined, final: undefined };
  return {
    account,
    partition: "aws",
    name: "deploy",
    label: "deploy",
    change,
    comparison,
    quota: 2048,
    made: undefined,
    guard: undefined,
    patches,
    ...named,
  };
}
const script = (files: ReadonlyMap<string, string>, name: string): string =>
  files.get(`aws/${account}/${name}.sh`) ?? "";

describe("what a person takes away of an AWS role", () => {
  test("its documents, a proof, and three scripts of the account", () => {
    expect([...awsFiles([move()]).keys()]).toEqual([
      `aws/${account}/deploy/before.json`,
      `aws/${account}/deploy/transition.json`,
      `aws/${account}/deploy/final.json`,
      `aws/${account}/deploy/proof.json`,
      `aws/${account}/apply-1-transition.sh`,
      `aws/${account}/apply-2-final.sh`,
      `aws/${account}/rollback.sh`,
    ]);
  });

  test.each([
    ["nobody knows the policy", { before: { kind: "hidden" } }, "its trust policy is in no file"],
    [
      "its file leaves a part open",
      {
        before: trusting(
          "repo:acme/infra:*",
          "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/token.actions.githubusercontent.com",
        ),
      },
      "only the program that defines it",
    ],
    ["no stack is to take it", { runs: [] }, "no stack is to take the role"],
  ] as const)("no script touches a role where %s", (_, more, because) => {
    const files = awsFiles([move(more)]);
    for (const name of ["apply-1-transition", "apply-2-final"]) {
      expect(script(files, name)).toContain(`wait_for 'deploy' '`);
      expect(script(files, name)).toContain(because);
      expect(script(files, name)).not.toContain("check 'deploy'");
    }
  });

  test("the last step is left out while something stays", () => {
    const stays = { kind: "somebody", who: [".github/workflows/assets.yml:22"], parties: [] } as const;
    const files = awsFiles([move({ stays })]);
    expect(script(files, "apply-1-transition")).toContain("check 'deploy' transition before");
    expect(script(files, "apply-2-final")).toContain(
      "wait_for 'deploy' '.github/workflows/assets.yml:22 still assumes it'",
    );
  });

  test.each(["..", "-rf", "a b", "a/b", "x'y", "$(id)", ""])(
    "a role called %j is no folder and in no script",
    (name) => {
      const paths = [...awsFiles([move({}, { name, label: name })]).keys()];
      expect(paths.every((path) => /^aws\/111122223333\/[\w-]+\/\w+\.json$/.test(path))).toBe(true);
    },
  );
});

test.each(["plain", "it's", '$(id) `id` \\ " ! * ~', "two\nlines", "'''"])("the shell gets %j as it is", (text) => {
  expect(execFileSync("bash", ["-c", `printf %s ${shellWord(text)}`], { encoding: "utf8" })).toBe(text);
});

test("a comment does not end before its line does", () => {
  expect(shellComment("a\nrm -rf /\r\u2028b\0c")).toBe("# a rm -rf / b c");
});

describe("the scripts without an account to talk to", () => {
  /** A folder with the scripts, and an `aws` that writes down how it is called and answers from files. */
  function folder(
    answers: Readonly<Record<string, string>>,
  ): (name: string, ...words: string[]) => { code: number | null; said: string } {
    const root = mkdtempSync(join(tmpdir(), "roles-"));
    for (const [path, text] of awsFiles([move()])) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const lines = Object.entries(answers).map(
      ([call, answer]) => `*${shellWord(call)}*) printf %s ${shellWord(answer)} ;;`,
    );
    const aws = join(root, "aws-stub", "aws");
    mkdirSync(dirname(aws));
    writeFileSync(aws, `#!/bin/sh\ncase "$*" in\n${lines.join("\n")}\n*) echo "asked to: $*" >&2; exit 9 ;;\nesac\n`);
    chmodSync(aws, 0o755);
    const PATH = `${dirname(aws)}:${process.env["PATH"] ?? ""}`;
    return (name, ...words) => {
      const ran = spawnSync("bash", [join(root, `aws/${account}/${name}.sh`), ...words], {
        encoding: "utf8",
        env: { PATH },
      });
      return { code: ran.status, said: ran.stdout + ran.stderr };
    };
  }
  const before = JSON.stringify(JSON.parse(awsFiles([move()]).get(`aws/${account}/deploy/before.json`) ?? ""));

  test("of another account they stop before they look", () => {
    const run = folder({ "get-caller-identity": "999988887777" });
    expect(run("apply-1-transition")).toEqual({
      code: 4,
      said: `stopped: these credentials are of account 999988887777, not of ${account}\n`,
    });
  });

  test("a policy that was changed since stops them, with what differs", () => {
    const run = folder({ "get-caller-identity": account, "get-role": before.replace("acme/infra", "acme/other") });
    const { code, said } = run("apply-1-transition");
    expect(code).toBe(3);
    expect(said).toMatch(/\n\+ +"token.actions.githubusercontent.com:sub": "repo:acme\/other:\*"\n/);
    expect(said).not.toContain("asked to");
  });

  test("a step that was not taken yet is named", () => {
    const run = folder({ "get-caller-identity": account, "get-role": before });
    expect(run("apply-2-final")).toEqual({
      code: 3,
      said: "stopped: deploy is at before, and this step goes from transition to final; nothing was written\n",
    });
  });

  test("a dry run says what it would do, and does nothing", () => {
    const run = folder({ "get-caller-identity": account, "get-role": before, "list-open-id": "[]" });
    const { code, said } = run("apply-1-transition", "--dry-run");
    expect(code).toBe(0);
    expect(said).toBe(
      "would run: aws iam create-open-id-connect-provider --url https://api.pulumi.com/oidc --client-id-list acme\n" +
        "would run: aws iam update-assume-role-policy --role-name deploy --policy-document file://deploy/transition.json\n",
    );
  });

  test("neither an answer that is no policy nor a missing document passes for being done", () => {
    const run = folder({ "get-caller-identity": account, "get-role": "" });
    expect(run("apply-1-transition").code).not.toBe(0);
    expect(run("rollback", "--all")).toEqual({ code: 2, said: "usage: [--dry-run] [--to-transition]\n" });
  });
});
