import { workflowCommit, type CallRequest } from "../../packages/migrate/src/call/call-request.ts";
import type { CloudStack, Mishap } from "./pulumi-cloud.ts";

/** The token that the stand-in takes. */
export const token = "pul-7f3c0d9e5a";
/** The commit that is deployed. */
export const commit = "8c1f6d2b9e4a7035d1c2b3a4958677f0e1d2c3b4";

/** A call without anything special, to a cloud that has yet to be named. */
export const plain: CallRequest = {
  name: "Deploy",
  id: "deploy",
  if: undefined,
  continueOnError: undefined,
  operation: "update",
  organization: "acme",
  project: "network",
  stack: "prod",
  auth: { kind: "token", text: token },
  environment: [],
  revision: { ...workflowCommit, text: commit },
  outputs: [],
  config: [],
  own: {},
  options: [],
  timeoutMinutes: 60,
  cloudUrl: "",
};

/** A stack with settings of its own, whose deployments succeed. */
export function stack(changed: Partial<CloudStack>): CloudStack {
  return {
    settings: {
      sourceContext: { git: { branch: "refs/heads/main", repoDir: "infra" } },
      operationContext: { preRunCommands: ["npm ci"], environmentVariables: { AWS_REGION: "eu-west-1" } },
    },
    states: ["not-started", "running", "running", "succeeded"],
    deployments: [],
    outputs: {},
    secretsProvider: "service",
    ...changed,
  };
}

/** A deployment that somebody else asked for. */
export function foreign(version: number, environmentVariables = {}): CloudStack["deployments"][number] {
  const settings = { sourceContext: { git: { branch: "main" } }, operationContext: { environmentVariables } };
  return {
    id: `00000000-0000-4000-8000-${String(version).padStart(12, "0")}`,
    version,
    operation: "update",
    settings,
    states: ["succeeded"],
  };
}

/** What Pulumi Cloud says with status 429. */
export const limited = '{"code":429,"message":"Too Many Requests"}';

/** An answer that the stand-in gives instead of doing what it is asked for. */
export function answering(method: string, path: RegExp, status: number, body: string): Mishap {
  return { method, path, done: false, answer: { status, body } };
}

/** The shortest answer to the question for the state of the first deployment. */
export function detail(status: string): string {
  return JSON.stringify({ id: "00000000-0000-4000-8000-000000000001", status });
}
