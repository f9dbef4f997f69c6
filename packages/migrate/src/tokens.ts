import { literal, namesIn, onlyName, type Bound } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Identity, IdentityKind } from "./intent.ts";

/** Names that carry a token of a provider; such tokens stay in the environment, as secrets of the deployment. */
const carriers: readonly (readonly [string, IdentityKind])[] = [
  ["DIGITALOCEAN_TOKEN", "digitalocean-token"],
  ["DIGITALOCEAN_ACCESS_TOKEN", "digitalocean-token"],
  ["CLOUDFLARE_API_TOKEN", "cloudflare-token"],
  ["CLOUDFLARE_TOKEN", "cloudflare-token"],
  ["CLOUDFLARE_API_KEY", "cloudflare-token"],
  ["SCW_SECRET_KEY", "scaleway-key"],
  ["SCW_ACCESS_KEY", "scaleway-key"],
  ["HCLOUD_TOKEN", "hetzner-token"],
  ["LINODE_TOKEN", "linode-token"],
  ["GITHUB_TOKEN", "github-token"],
  ["KUBECONFIG", "kubeconfig"],
  ["VAULT_ADDR", "vault"],
  ["VAULT_TOKEN", "vault"],
  ["OP_SERVICE_ACCOUNT_TOKEN", "1password"],
];

/** Names of tokens that only a provider's own program has a use for: GitHub's and those of secret stores serve others. */
export const providerTokens: readonly string[] = carriers
  .filter(([, kind]) => !/^(?:github-token|kubeconfig|vault|1password)$/.test(kind))
  .map(([name]) => name);

/** An empty value is no credential: programs take it for one that is not set. */
export function withoutEmpty(environment: ReadonlyMap<string, Bound>): ReadonlyMap<string, Bound> {
  return new Map([...environment].filter(([, { text }]) => literal(text) !== ""));
}

/** Whether a command is given a Pulumi token. An optional secret that no caller hands over is empty. */
export function hasPulumiToken({ environment }: Command): boolean {
  const token = environment.get("PULUMI_ACCESS_TOKEN");
  return token !== undefined && literal(token.text) !== "";
}

/** Identities that are nothing but a token in the environment. GitHub's automatic token is not one of them. */
export function tokenIdentities(environment: ReadonlyMap<string, Bound>): readonly Identity[] {
  const found = new Map<IdentityKind, Identity>();
  for (const [name, kind] of carriers) {
    const bound = environment.get(name);
    if (!bound || found.has(kind) || (kind === "github-token" && isAutomaticToken(bound))) continue;
    found.set(kind, { kind, role: undefined, details: new Map(), carriers: [], from: bound.from });
  }
  return [...found.values()];
}

/** `${{ secrets.GITHUB_TOKEN }}` and `${{ github.token }}`: the token of the run, which no deployment has. */
export function isAutomaticToken(bound: Bound): boolean {
  return onlyName(bound.text, "secrets") === "GITHUB_TOKEN" || namesIn(bound.text, "github").includes("token");
}
