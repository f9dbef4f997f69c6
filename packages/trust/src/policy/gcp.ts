import { byText } from "@gha2pulumi/repo";
import type { GcpProvider, GcpRule, Json } from "../rule.ts";
import { elements, objectOf, textList, textOf, type ReadRule } from "./json.ts";

/**
 * A service account's rule from what `gcloud` prints: providers as `workload-identity-pools providers describe` has
 * them, and the account's policy as `service-accounts get-iam-policy` does.
 */
export function readGcp(providers: readonly Json[], policy: Json): ReadRule<GcpRule> {
  const read = providers.map(readProvider);
  const sound = read.flatMap((one) => one ?? []);
  if (sound.length < read.length) return { kind: "unread", because: "a provider is not as gcloud prints it" };
  const bindings = elements(objectOf(policy)?.["bindings"] ?? []);
  const members = bindings?.map((binding) => readBinding(binding));
  if (members === undefined || members.includes(undefined)) {
    return { kind: "unread", because: "the service account's policy is not as gcloud prints it" };
  }
  return { kind: "gcp", providers: sound, members: members.flatMap((one) => one ?? []) };
}

/** The members of a binding that may impersonate the account; a condition on it is not read, and the binding neither. */
function readBinding(json: Json): readonly string[] | undefined {
  const binding = objectOf(json);
  if (binding === undefined) return undefined;
  if (binding["role"] !== "roles/iam.workloadIdentityUser") return [];
  return binding["condition"] === undefined ? textList(binding["members"]) : undefined;
}

function readProvider(json: Json): GcpProvider | undefined {
  const provider = objectOf(json);
  const oidc = objectOf(provider?.["oidc"]);
  const [, pool, id] =
    /^(.+\/workloadIdentityPools\/[^/]+)\/providers\/([^/]+)$/.exec(textOf(provider?.["name"]) ?? "") ?? [];
  const issuer = textOf(oidc?.["issuerUri"]);
  const audiences = textList(oidc?.["allowedAudiences"] ?? []);
  const mapping = Object.entries(objectOf(provider?.["attributeMapping"] ?? {}) ?? {}).map(([name, value]) => [
    name,
    textOf(value),
  ]);
  if (pool === undefined || id === undefined || issuer === undefined || audiences === undefined) return undefined;
  if (mapping.some(([, value]) => value === undefined)) return undefined;
  const condition = textOf(provider?.["attributeCondition"]);
  const disabled = provider?.["disabled"] === true || provider?.["state"] === "DELETED";
  return {
    pool,
    id,
    issuer,
    audiences,
    mapping: Object.fromEntries(mapping) as Record<string, string>,
    condition,
    disabled,
  };
}

/** The rule as a JSON value in gcloud's words, in one order. */
export function gcpJson({ providers, members }: GcpRule): Json {
  return {
    providers: [...providers].sort((a, b) => byText(a.pool + a.id, b.pool + b.id)).map(providerJson),
    policy: { bindings: [{ role: "roles/iam.workloadIdentityUser", members: [...new Set(members)].sort(byText) }] },
  };
}

function providerJson({ pool, id, issuer, audiences, mapping, condition, disabled }: GcpProvider): Json {
  return {
    name: `${pool}/providers/${id}`,
    ...(condition === undefined ? {} : { attributeCondition: condition }),
    attributeMapping: Object.fromEntries(Object.entries(mapping).sort(([a], [b]) => byText(a, b))),
    ...(disabled ? { disabled } : {}),
    oidc: { ...(audiences.length === 0 ? {} : { allowedAudiences: [...audiences].sort(byText) }), issuerUri: issuer },
  };
}

/** The rule as the text of a file. */
export function printGcp(rule: GcpRule): string {
  return `${JSON.stringify(gcpJson(rule), null, 2)}\n`;
}
