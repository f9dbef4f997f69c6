import { issuerKey } from "../claims.ts";
import { all, any, issued, test, unclear, type Formula } from "../formula.ts";
import { exactly, like } from "../glob.ts";
import type { AzureCredential, AzureRule } from "../rule.ts";

/**
 * What the credentials ask of a token: issuer, audience and subject are equal, character by character.
 * https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
 */
export function azureFormula(rule: AzureRule): Formula {
  return any(rule.credentials.map(credentialFormula));
}

function credentialFormula({ issuer, audiences, matching }: AzureCredential): Formula {
  const key = issuerKey(issuer);
  const subject =
    matching.kind === "subject" ? test(key, "sub", [exactly(matching.subject)]) : expression(matching.expression, key);
  return all([issued(key), test(key, "aud", audiences.map(exactly)), subject]);
}

/**
 * The expression of a flexible credential: comparisons of claims, joined by `and`. `matches` takes `*` and `?`.
 * https://learn.microsoft.com/entra/workload-id/workload-identities-flexible-federated-identity-credentials
 */
function expression(text: string, issuer: string): Formula {
  return all(
    text.split(/\s+and\s+/).map((part) => {
      const [, claim, operator, value] = /^claims\['(\w+)'\]\s+(eq|matches)\s+'([^']*)'$/.exec(part.trim()) ?? [];
      if (claim === undefined || value === undefined) return unclear(`the expression \`${part.trim()}\` is not read`);
      return test(issuer, claim, [operator === "eq" ? exactly(value) : like(value)]);
    }),
  );
}
