/** What the subject of Pulumi Deployments' tokens says; `*` stands for any operation, where a policy may use wildcards. */
export interface DeploymentSubject {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly operation: string;
}

/**
 * The `sub` claim of a token that Pulumi Deployments issues for one run.
 * https://www.pulumi.com/docs/deployments/guides/oidc/ — `scope` is always `write`.
 */
export function deploymentSubject({ organization, project, stack, operation }: DeploymentSubject): string {
  return `pulumi:deploy:org:${organization}:project:${project}:stack:${stack}:operation:${operation}:scope:write`;
}
