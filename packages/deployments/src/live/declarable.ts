import type { RestPath } from "./hidden.ts";

/**
 * What version 1.3.0 of the provider can declare, as the REST API names it, block by block. `options.shell` has a
 * property that never reaches the service: the provider looks for it under another name.
 */
const blocks: readonly (readonly [block: string, names: string])[] = [
  ["", "agentPoolID"],
  ["sourceContext.git", "branch commit repoDir repoUrl"],
  ["sourceContext.git.gitAuth.sshAuth", "sshPrivateKey password"],
  ["sourceContext.git.gitAuth.basicAuth", "userName password"],
  ["gitHub", "repository deployCommits previewPullRequests pullRequestTemplate paths"],
  [
    "vcs",
    "provider installationId repository deployCommits deployPullRequest previewPullRequests pullRequestTemplate paths",
  ],
  ["operationContext", "preRunCommands environmentVariables"],
  ["operationContext.options", "skipInstallDependencies skipIntermediateDeployments deleteAfterDestroy"],
  ["operationContext.oidc.aws", "roleArn sessionName duration policyArns"],
  ["operationContext.oidc.azure", "clientId tenantId subscriptionId"],
  ["operationContext.oidc.gcp", "projectId workloadPoolId providerId serviceAccount region tokenLifetime"],
  ["executorContext", "executorImage"],
  ["cacheOptions", "enable"],
];

/** The paths of those properties: `operationContext.oidc.aws.roleArn`. */
export const declarablePaths: ReadonlySet<string> = new Set(
  blocks.flatMap(([block, names]) => names.split(" ").map((name) => (block === "" ? name : `${block}.${name}`))),
);

/** Whether a program can declare what stands at a path of the service's answer. */
export function isDeclarable(path: RestPath): boolean {
  const [first, second] = path;
  if (first === "operationContext" && second === "environmentVariables") return true;
  const whole = path.join(".");
  return declarablePaths.has(whole) || whole === "executorContext.executorImage.reference";
}
