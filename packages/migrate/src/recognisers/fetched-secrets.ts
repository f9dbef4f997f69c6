import { tableOf } from "@gha2pulumi/repo";
import { fetchedNames, fetches, withFetched } from "../fetched-names.ts";
import type { IdentityKind } from "../intent.ts";
import { serves, withIdentity, type Recogniser } from "../scope.ts";

/** Stores that secrets are fetched from, as reports name them. */
const stores: Readonly<Record<string, IdentityKind>> = tableOf({
  "hashicorp/vault-action": "vault",
  "1password/load-secrets-action": "1password",
});

/**
 * Actions that fetch secrets from a store and put them into the environment of the job: where their inputs tell under
 * which names, a call hands the values over. `fetched-names.ts` has their documentation.
 */
export const fetchedSecrets: Recogniser = {
  name: "fetched-secrets",
  recognise(command, scope) {
    if (command.kind !== "uses" || !fetches(command) || /^pulumi\//i.test(command.action)) return undefined;
    const kind = stores[command.action.toLowerCase()];
    const names = fetchedNames(command);
    const details = new Map(names && [["named", { text: [names.join(", ")], from: command.from }]]);
    const known = kind
      ? withIdentity(scope, { kind, role: undefined, details, carriers: [], from: command.from })
      : scope;
    if (names) return serves(withFetched(known, names, command));
    const message = `\`${command.action}\` puts values into the environment under names that its inputs do not tell`;
    return { ...serves(known), duty: "gates", reasons: [{ code: "GP224", message, from: command.from }] };
  },
};
