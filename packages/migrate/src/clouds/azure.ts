import type { Bound } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import { keyOf, type Cloud } from "../cloud.ts";
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

function detailsOf(
  values: Readonly<Record<string, Bound | undefined>>,
  key: ReturnType<typeof keyOf>,
): Identity["details"] {
  const told = Object.entries(values).flatMap(([name, bound]) => (bound ? [[name, bound] as const] : []));
  return new Map([...told, ...key]);
}
