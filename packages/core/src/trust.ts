/**
 * Who may become which cloud role: rules of AWS, Google Cloud and Azure read, compared and changed.
 * Tokens are those of https://docs.github.com/en/actions/reference/security/oidc and
 * https://www.pulumi.com/docs/deployments/guides/oidc/
 * @packageDocumentation
 */
export * from "@gha2pulumi/trust";
