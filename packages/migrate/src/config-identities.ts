import { literal } from "@gha2pulumi/repo";
import type { IdentityKind, Occurrence } from "./intent.ts";
import { isAutomaticToken } from "./tokens.ts";

/** Keys of configuration that hold a credential of a provider: https://www.pulumi.com/registry/, "Installation & Configuration". */
const credentials: readonly (readonly [keys: RegExp, kind: IdentityKind])[] = [
  [/^aws(?:-native)?:(?:accessKey|secretKey|token)$/, "aws-static"],
  [/^(?:azure|azure-native|azuread):clientSecret$/, "azure-secret"],
  [/^(?:gcp|google-native):(?:credentials|accessToken)$/, "gcp-key"],
  [/^digitalocean:(?:token|spacesSecretKey)$/, "digitalocean-token"],
  [/^cloudflare:(?:apiToken|apiKey)$/, "cloudflare-token"],
  [/^scaleway:(?:accessKey|secretKey)$/, "scaleway-key"],
  [/^hcloud:token$/, "hetzner-token"],
  [/^linode:token$/, "linode-token"],
  [/^github:token$/, "github-token"],
  [/^kubernetes:kubeconfig$/, "kubeconfig"],
  [/^vault:token$/, "vault"],
];

/**
 * Identities that an operation has by configuration which its workflow writes: shown, and decided about as any other
 * configuration is, since they come with no login that settings could say.
 */
export function configIdentities({ config }: Occurrence): readonly IdentityKind[] {
  const found = config.flatMap(({ key, value }) =>
    literal(value.text) === "" || isAutomaticToken(value)
      ? []
      : credentials.filter(([keys]) => keys.test(key)).map(([, kind]) => kind),
  );
  return [...new Set(found)];
}
