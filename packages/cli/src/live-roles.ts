import type { PlanDocument } from "@gha2pulumi/migrate";
import { jsonField, type Json } from "@gha2pulumi/repo";
import { askProgram, type Asked } from "./ask-program.ts";
import { Fault } from "./fault.ts";
import { liveAzure } from "./live-azure.ts";
import { liveGcp } from "./live-gcp.ts";

type Role = PlanDocument["trust"][number];

/**
 * Answers with the trust that is in no file, from the person's own `aws`, `gcloud` and `az`: `key=JSON`. Each only
 * reads, and only what the workflow names in full.
 */
export async function liveAnswers({ trust }: PlanDocument): Promise<readonly string[]> {
  const holes = trust.flatMap(({ cloud, role, hole }) => (hole === null ? [] : [{ cloud, role, hole }]));
  const account = holes.some(({ cloud }) => cloud === "aws") ? await awsAccount() : undefined;
  const answers: string[] = [];
  for (const { cloud, role, hole } of holes) {
    const found = await live(cloud, role, account);
    if (found.kind === "answer") answers.push(`${hole.key}=${JSON.stringify(found.value)}`);
    else process.stderr.write(`${JSON.stringify(role)}: ${JSON.stringify(found.because)}\n`);
  }
  return answers;
}

async function live(cloud: Role["cloud"], role: string, account: Json | undefined): Promise<Asked> {
  switch (cloud) {
    case "aws":
      return await liveAws(role, account);
    case "gcp":
      return await liveGcp(role);
    case "azure":
      return await liveAzure(role);
  }
}

async function awsAccount(): Promise<Json> {
  const caller = await aws("sts", "get-caller-identity", "--query", "Account");
  if (caller.kind === "failed")
    throw new Fault(undefined, `--live: ${caller.because}`, "log in with aws, and try again", 4);
  return caller.value;
}

/** A trust policy, where the credentials are of the account of its ARN and the role has that very ARN. */
async function liveAws(role: string, caller: Json | undefined): Promise<Asked> {
  const failed = (because: string): Asked => ({ kind: "failed", because });
  const [, account, name] = /^arn:[\w-]+:iam::(\d{12}):role\/(?:.*\/)?([\w+=,.@-]+)$/.exec(role) ?? [];
  if (name === undefined) return failed("no file tells its ARN, so it cannot be looked up");
  if (account !== caller)
    return failed(`the credentials are of account ${typeof caller === "string" ? caller : "nobody"}`);
  const query = "Role.{arn:Arn,policy:AssumeRolePolicyDocument}";
  const found = await aws("iam", "get-role", `--role-name=${name}`, "--query", query);
  if (found.kind === "failed") return found;
  const policy = jsonField(found.value, "policy");
  if (jsonField(found.value, "arn") !== role || policy === undefined)
    return failed("the account has a role of this name with another ARN");
  return { kind: "answer", value: policy };
}

async function aws(...words: readonly string[]): Promise<Asked> {
  return await askProgram("aws", [...words, "--output", "json"]);
}
