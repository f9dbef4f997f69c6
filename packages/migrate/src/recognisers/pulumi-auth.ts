import { input, serves, type Recogniser } from "../scope.ts";

/**
 * `pulumi/auth-actions` 1: trades GitHub's identity for a Pulumi access token of an organisation.
 * https://github.com/pulumi/auth-actions/blob/main/action.yml
 */
export const pulumiAuth: Recogniser = {
  name: "pulumi-auth",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "pulumi/auth-actions") return undefined;
    return serves({ ...scope, token: true, organization: input(command, "organization") ?? scope.organization });
  },
};
