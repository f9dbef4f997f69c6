import type { Bound, Text } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import { keyDetail, keyOf, type Cloud } from "../cloud.ts";
import type { Identity } from "../intent.ts";
import { input, serves, withIdentity } from "../scope.ts";

const carriers = [
  "ARM_CLIENT_ID",
  "ARM_CLIENT_SECRET",
  "ARM_TENANT_ID",
  "ARM_SUBSCRIPTION_ID",
  "ARM_USE_OIDC",
  "AZURE_CLIENT_SECRET",
  "AZURE_CREDENTIALS",
];

/**
 * Azure: `azure/login` 1 and 2, and the `ARM_…` names of the provider.
 * https://github.com/Azure/login#azure-login-action, https://www.pulumi.com/registry/packages/azure-native/installation-configuration/
 */
export const azure: Cloud = {
  name: "azure",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "azure/login") return undefined;
    const client = input(command, "client-id");
    const details = detailsOf(
      {
        clientId: client,
        tenantId: input(command, "tenant-id"),
        subscriptionId: input(command, "subscription-id"),
      },
      client ? [] : keyOf(input(command, "creds")),
    );
    return serves(
      withIdentity(scope, {
        kind: client ? "azure-oidc" : "azure-secret",
        role: client?.text,
        details,
        carriers,
        from: command.from,
      }),
    );
  },
  inEnvironment(environment) {
    const client = environment.get("ARM_CLIENT_ID");
    const secret = environment.get("ARM_CLIENT_SECRET");
    const at = secret ?? (environment.has("ARM_USE_OIDC") ? client : undefined);
    if (!at) return undefined;
    const key = secret && wholeKey(environment);
    // The same as `creds:` with this secret: all of it is of one account.
    if (key)
      return { kind: "azure-secret", role: undefined, details: new Map([[keyDetail, key]]), carriers, from: at.from };
    const details = detailsOf(
      {
        clientId: client,
        tenantId: environment.get("ARM_TENANT_ID"),
        subscriptionId: environment.get("ARM_SUBSCRIPTION_ID"),
      },
      keyOf(secret),
    );
    return { kind: secret ? "azure-secret" : "azure-oidc", role: client?.text, details, carriers, from: at.from };
  },
  oidc(identity, naming) {
    if (identity.kind !== "azure-oidc" && identity.kind !== "azure-secret") return undefined;
    const note = identity.kind === "azure-secret" ? "takes the place of a client secret" : "";
    const value = (name: string, what: string): Setting => {
      const bound = identity.details.get(name);
      return bound ? naming.setting(bound, note) : naming.ofKey(what, identity, "AZURE_CREDENTIALS", note);
    };
    return {
      kind: "azure",
      clientId: value("clientId", "azure-client-id"),
      tenantId: value("tenantId", "azure-tenant-id"),
      subscriptionId: value("subscriptionId", "azure-subscription-id"),
    };
  },
  obstacle: () => undefined,
};

/** The secret in which a part of Azure's credentials in JSON is looked up, and which part. */
function partOf([piece, ...more]: Text): { readonly secret: string; readonly part: string } | undefined {
  if (piece === undefined || typeof piece === "string" || more.length > 0) return undefined;
  const [, secret, part] = /^fromJSON\(\s*(secrets\.\w+)\s*\)\.(\w+)$/i.exec(piece.expression) ?? [];
  return secret === undefined || part === undefined ? undefined : { secret, part };
}

/** `secrets.NAME`, where a text is a part of the JSON that this secret holds. */
export function jsonSecretOf(text: Text): string | undefined {
  return partOf(text)?.secret;
}

/** Where credentials in JSON have what each variable holds: https://github.com/Azure/login#creds */
const parts: Readonly<Record<string, string>> = {
  ARM_CLIENT_ID: "clientid",
  ARM_CLIENT_SECRET: "clientsecret",
  ARM_TENANT_ID: "tenantid",
  ARM_SUBSCRIPTION_ID: "subscriptionid",
};

/** The one secret that all variables of a login are looked up in, each under the name that it has there. */
function wholeKey(environment: ReadonlyMap<string, Bound>): Bound | undefined {
  const given = Object.entries(parts).flatMap(([name, part]) => {
    const bound = environment.get(name);
    return bound === undefined ? [] : [{ bound, part, found: partOf(bound.text) }];
  });
  const [first] = given;
  const secret = first?.found?.secret;
  if (first === undefined || secret === undefined) return undefined;
  const isOne = given.every(({ found, part }) => found?.secret === secret && found.part.toLowerCase() === part);
  const text: Text = [{ expression: secret, names: [secret], note: "a secret" }];
  return isOne ? { text, from: first.bound.from } : undefined;
}

function detailsOf(
  values: Readonly<Record<string, Bound | undefined>>,
  key: ReturnType<typeof keyOf>,
): Identity["details"] {
  const told = Object.entries(values).flatMap(([name, bound]) => (bound ? [[name, bound] as const] : []));
  return new Map([...told, ...key]);
}
