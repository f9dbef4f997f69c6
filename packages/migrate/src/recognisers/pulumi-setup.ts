import { serves, type Recogniser } from "../scope.ts";

/** Actions that only put the CLI on the path. */
const installers = new Set(["pulumi/setup-pulumi", "pulumi/action-install-pulumi-cli", "pulumi/install-pulumi-cli"]);

/** https://github.com/marketplace/actions/setup-pulumi-cli and the retired https://github.com/pulumi/action-install-pulumi-cli */
export const pulumiSetup: Recogniser = {
  name: "pulumi-setup",
  recognise(command, scope) {
    return command.kind === "uses" && installers.has(command.action.toLowerCase()) ? serves(scope) : undefined;
  },
};
