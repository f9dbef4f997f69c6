import { issuerKey, pulumiIssuer } from "../claims.ts";

/** An OpenID Connect provider of an account: one for each issuer, with every audience that its tokens may have. */
export interface AwsProvider {
  readonly url: string;
  readonly clientIds: readonly string[];
}

/**
 * What an account needs before its roles can trust Pulumi. A provider that is there (ESC may have made it) gets the
 * audience and is never made again; its thumbprints are left alone.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_AddClientIDToOpenIDConnectProvider.html
 */
export type ProviderStep =
  | { readonly kind: "nothing" }
  | {
      readonly kind: "create" | "add-audiences" | "create-or-add";
      readonly url: string;
      readonly audiences: readonly string[];
    };

/** The step for these audiences; `providers` is `undefined` when nobody has looked into the account. */
export function providerStep(
  audiences: readonly string[],
  providers: readonly AwsProvider[] | undefined,
): ProviderStep {
  const url = `https://${pulumiIssuer}`;
  if (providers === undefined) return { kind: "create-or-add", url, audiences };
  const own = providers.find((one) => issuerKey(one.url) === pulumiIssuer);
  if (own === undefined) return { kind: "create", url, audiences };
  // Client ids are compared in their case: https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_providers_create_oidc.html
  const missing = audiences.filter((audience) => !own.clientIds.includes(audience));
  return missing.length === 0 ? { kind: "nothing" } : { kind: "add-audiences", url, audiences: missing };
}
