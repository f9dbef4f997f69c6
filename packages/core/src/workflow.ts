/**
 * What GitHub Actions does with a workflow: read, and played event by event. It has not heard of Pulumi.
 * The rules are GitHub's: https://docs.github.com/en/actions/reference/workflows-and-actions
 * @packageDocumentation
 */
export * from "@gha2pulumi/workflow";
