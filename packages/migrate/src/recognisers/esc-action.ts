import { fetchedNames, withFetched } from "../fetched-names.ts";
import { input, serves, withIdentity, type Recogniser } from "../scope.ts";

/**
 * `pulumi/esc-action` 1 to 3: opens an ESC environment and exports what it holds, usually cloud credentials, under
 * names of which its inputs may tell which.
 * https://github.com/pulumi/esc-action/blob/main/action.yml
 */
export const escAction: Recogniser = {
  name: "esc-action",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "pulumi/esc-action") return undefined;
    const environment = input(command, "environment");
    if (!environment) return serves(scope);
    const names = fetchedNames(command);
    const details = new Map([["environment", environment]]);
    if (names) details.set("named", { text: [names.join(", ")], from: command.from });
    return serves(
      withIdentity(withFetched(scope, names ?? [], command), {
        kind: "esc",
        role: environment.text,
        details,
        carriers: [],
        from: command.from,
      }),
    );
  },
};
