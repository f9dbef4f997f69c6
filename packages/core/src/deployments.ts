/**
 * What Pulumi Deployments does with its settings, and programs that declare them, read and written.
 * The rules are Pulumi's: https://www.pulumi.com/docs/deployments/
 * @packageDocumentation
 */
export * from "@gha2pulumi/deployments";
