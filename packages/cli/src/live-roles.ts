import { spawn } from "node:child_process";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { Fault } from "./fault.ts";

/**
 * Answers with the trust policies that are in no file, from the person's own `aws` command line: `key=POLICY`. It reads
 * `sts get-caller-identity` and `iam get-role`, and takes a role only where its ARN is the one the workflow names.
 */
export async function liveAnswers({ trust }: PlanDocument): Promise<readonly string[]> {
  const holes = trust.flatMap(({ cloud, role, hole }) => (cloud === "aws" && hole !== null ? [{ role, hole }] : []));
  if (holes.length === 0) return [];
  const caller = await aws("sts", "get-caller-identity", "--query", "Account");
  if (caller.kind === "failed")
    throw new Fault(undefined, `--live: ${caller.because}`, "log in with aws, and try again", 4);
  const answers: string[] = [];
  for (const { role, hole } of holes) {
    const [, account, name] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(role) ?? [];
    if (name === undefined) say(role, "no file tells its ARN, so it cannot be looked up");
    else if (account !== caller.value) say(role, `the credentials are of account ${String(caller.value)}`);
    else {
      const found = await aws(
        "iam",
        "get-role",
        `--role-name=${name}`,
        "--query",
        "Role.{arn:Arn,policy:AssumeRolePolicyDocument}",
      );
      if (found.kind === "failed") say(role, found.because);
      else if (!isRole(found.value, role)) say(role, "the account has a role of this name with another ARN");
      else answers.push(`${hole.key}=${JSON.stringify(found.value.policy)}`);
    }
  }
  return answers;
}

function isRole(value: unknown, arn: string): value is { readonly policy: unknown } {
  return typeof value === "object" && value !== null && "policy" in value && "arn" in value && value.arn === arn;
}

function say(role: string, because: string): void {
  process.stderr.write(`${JSON.stringify(role)}: ${JSON.stringify(because)}\n`);
}

type Asked =
  { readonly kind: "answer"; readonly value: unknown } | { readonly kind: "failed"; readonly because: string };

/** One call without a shell; a command line that hangs, at a prompt for a code, is ended after a minute. */
function aws(...words: readonly string[]): Promise<Asked> {
  return new Promise((done) => {
    const child = spawn("aws", [...words, "--output", "json"], { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
    let [out, err] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (out += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err += text));
    child.on("error", () => done({ kind: "failed", because: "there is no aws command line on the PATH" }));
    child.on("close", (code) => {
      if (code !== 0) return done({ kind: "failed", because: err.trim() || `aws ended with ${code}` });
      try {
        done({ kind: "answer", value: JSON.parse(out) });
      } catch {
        done({ kind: "failed", because: "aws gave no JSON" });
      }
    });
  });
}
