import { input, serves, withIdentity, type Recogniser } from "../scope.ts";

/**
 * `pulumi/esc-action` 1 to 3: opens an ESC environment and exports what it holds, usually cloud credentials.
 * https://github.com/pulumi/esc-action/blob/main/action.yml
 */
export const escAction: Recogniser = {
  name: "esc-action",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "pulumi/esc-action") return undefined;
    const environment = input(command, "environment");
    if (!environment) return serves(scope);
    const details = new Map([["environment", environment]]);
    return serves(
      withIdentity(scope, { kind: "esc", role: environment.text, details, carriers: [], from: command.from }),
    );
  },
};
