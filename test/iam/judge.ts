import type { Claims } from "./tokens.ts";

// How IAM decides, written down a second time and from its documentation alone: nothing of `packages/trust` is used, so
// that a fault there does not hide itself. What it does not know it throws at.

type Json = any; // oxlint-disable-line typescript/no-explicit-any -- a policy is whatever a script wrote

/** Whether a trust policy lets a checked token of one provider in. */
export function letsIn(policy: Json, provider: string, claims: Claims): boolean {
  const own = list(policy.Statement).filter((one: Json) => applies(one, provider, claims));
  return own.some((one: Json) => one.Effect === "Allow") && !own.some((one: Json) => one.Effect === "Deny");
}

function applies(statement: Json, provider: string, claims: Claims): boolean {
  const principals = statement.Principal === "*" ? [provider] : list(statement.Principal?.Federated);
  const actions = list(statement.Action).map((one: string) => one.toLowerCase());
  return (
    principals.includes(provider) &&
    actions.some((one: string) => like(one, "sts:assumerolewithwebidentity")) &&
    Object.entries(statement.Condition ?? {}).every(([operator, keys]) =>
      Object.entries(keys as Json).every(([key, values]) => holds(operator, key, list(values), provider, claims)),
    )
  );
}

function holds(operator: string, key: string, values: readonly string[], provider: string, claims: Claims): boolean {
  const issuer = provider.slice(provider.indexOf(":oidc-provider/") + ":oidc-provider/".length);
  const at = key.lastIndexOf(":");
  const claim =
    key.slice(0, at).toLowerCase() === issuer.toLowerCase() ? claims[key.slice(at + 1).toLowerCase()] : undefined;
  if (claim === undefined) return operator.includes("Not");
  const text = String(claim);
  switch (operator) {
    case "StringEquals":
      return values.includes(text);
    case "StringLike":
      return values.some((one) => like(one, text));
    case "StringNotEquals":
      return !values.includes(text);
    default:
      throw new Error(`the judge does not know ${operator}`);
  }
}

/** Wildcards one character at a time, and back to the last star where that fails. */
function like(pattern: string, text: string): boolean {
  let [p, t, star, mark] = [0, 0, -1, 0];
  while (t < text.length) {
    if (pattern[p] === "*") [star, mark] = [p++, t];
    else if (pattern[p] === "?" || (pattern[p] === text[t] && p < pattern.length)) [p, t] = [p + 1, t + 1];
    else if (star >= 0) [p, t] = [star + 1, ++mark];
    else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}

const tenancy = { "token.actions.githubusercontent.com": "sub", "api.pulumi.com/oidc": "aud" };

/** Why IAM would not store a trust policy: its size, its shape, or a shared issuer whose tenant is not asked for. */
export function refusal(policy: Json, quota: number): { readonly code: string; readonly message: string } | undefined {
  if (JSON.stringify(policy).length > quota)
    return { code: "LimitExceeded", message: `Cannot exceed quota for ACLSizePerRole: ${quota}` };
  const statements = list(policy.Statement);
  if (statements.length === 0) return malformed("no statement");
  for (const one of statements) {
    for (const provider of list(one.Principal?.Federated)) {
      for (const [issuer, claim] of Object.entries(tenancy)) {
        if (one.Effect !== "Allow" || !String(provider).endsWith(`:oidc-provider/${issuer}`)) continue;
        const asked = Object.entries(one.Condition ?? {}).some(
          ([operator, keys]) =>
            /^String(?:Equals|Like)$/.test(operator) &&
            list((keys as Json)[`${issuer}:${claim}`]).some((value: string) => /[^*?]/.test(value)),
        );
        if (!asked) return malformed(`${issuer}:${claim} has to be evaluated`);
      }
    }
  }
  return undefined;
}

function malformed(message: string): { readonly code: string; readonly message: string } {
  return { code: "MalformedPolicyDocument", message };
}

function list(value: Json): Json[] {
  return value === undefined ? [] : Array.isArray(value) ? value : [value];
}
