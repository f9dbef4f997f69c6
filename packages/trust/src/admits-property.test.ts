import fc from "fast-check";
import { expect, test } from "vitest";
import { admits } from "./admits.ts";
import { githubIssuer, pulumiIssuer, token, type Token } from "./claims.ts";
import { gained } from "./inclusion.ts";
import { readAws } from "./policy/aws.ts";
import type { AwsRule, Json } from "./rule.ts";

interface Condition {
  readonly operator: string;
  readonly issuer: string;
  readonly claim: string;
  readonly values: readonly string[];
}
interface Statement {
  readonly effect: "Allow" | "Deny";
  readonly issuers: readonly string[];
  readonly conditions: readonly Condition[];
}

const issuers = [githubIssuer, pulumiIssuer];
const operators = ["", "ForAnyValue:", "ForAllValues:"].flatMap((set) =>
  [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
  ].flatMap((base) => [`${set}${base}`, `${set}${base}IfExists`]),
);
const condition: fc.Arbitrary<Condition> = fc.record({
  operator: fc.constantFrom(...operators, "Null"),
  issuer: fc.constantFrom(...issuers),
  claim: fc.constantFrom("sub", "aud"),
  values: fc.uniqueArray(fc.string({ unit: fc.constantFrom("a", "A", "b", "*", "?"), maxLength: 2 }), {
    minLength: 1,
    maxLength: 2,
  }),
});
const statement: fc.Arbitrary<Statement> = fc.record({
  effect: fc.constantFrom("Allow" as const, "Allow" as const, "Deny" as const),
  issuers: fc.subarray(issuers, { minLength: 1 }),
  conditions: fc.uniqueArray(condition, {
    maxLength: 2,
    selector: ({ operator, issuer, claim }) => operator + issuer + claim,
  }),
});
const policy = fc.array(statement, { minLength: 1, maxLength: 3 });

function ruleOf(statements: readonly Statement[]): AwsRule {
  const read = readAws({ Version: "2012-10-17", Statement: statements.map(jsonOf) });
  if (read.kind === "unread") throw new Error(read.because);
  return read;
}
function jsonOf({ effect, issuers: own, conditions }: Statement): Json {
  const block: Record<string, Record<string, Json>> = {};
  for (const { operator, issuer, claim, values } of conditions) {
    block[operator] ??= {};
    block[operator][`${issuer}:${claim}`] = operator === "Null" ? String(values.length === 1) : values;
  }
  return {
    Effect: effect,
    Principal: { Federated: own.map((issuer) => `arn:aws:iam::111122223333:oidc-provider/${issuer}`) },
    Action: "sts:AssumeRoleWithWebIdentity",
    Condition: block,
  };
}

/** AWS's rules once more, as the documentation words them, with nothing of ours. */
function holds({ operator, issuer, claim, values }: Condition, of: Token): boolean {
  const present = of.issuer === issuer ? (of.claims.get(claim) ?? []) : [];
  if (operator === "Null") return (values.length === 1) === (present.length === 0);
  const [, set, base = "", ifExists] = /^(For\w+:)?(String\w+?)(IfExists)?$/.exec(operator) ?? [];
  const negated = base.includes("Not");
  const same = (value: string, wanted: string): boolean => {
    if (base.endsWith("IgnoreCase")) return value.toLowerCase() === wanted.toLowerCase();
    if (!base.endsWith("Like")) return value === wanted;
    return new RegExp(`^${wanted.replaceAll("*", "[^]*").replaceAll("?", "[^]")}$`).test(value);
  };
  const fits = (value: string): boolean => values.some((wanted) => same(value, wanted)) !== negated;
  if (present.length === 0) return set === "ForAllValues:" || ifExists !== undefined || (set === undefined && negated);
  return set === "ForAllValues:" ? present.every(fits) : present.some(fits);
}
function admitted(statements: readonly Statement[], of: Token): boolean {
  const fits = (one: Statement): boolean =>
    one.issuers.includes(of.issuer) && one.conditions.every((each) => holds(each, of));
  const has = (effect: string): boolean => statements.some((one) => one.effect === effect && fits(one));
  return has("Allow") && !has("Deny");
}

const texts = ["", "a", "A", "b", "x", "*", "?", "aa", "aA", "ab", "ax", "bb", "ba", "xb", "xx", "a*"];
const claimed = [undefined, ...texts];
const tokens = issuers.flatMap((issuer) =>
  claimed.flatMap((sub) =>
    claimed.map((aud) =>
      token(issuer, { ...(sub === undefined ? {} : { sub }), ...(aud === undefined ? {} : { aud }) }),
    ),
  ),
);
const place = { account: "111122223333" };

test("trust policies let in whom AWS's rules do, and inclusion finds a token where there is one", () => {
  const seen = { none: 0, token: 0 };
  const check = (a: readonly Statement[], b: readonly Statement[], some: readonly number[]): void => {
    const [one, two] = [ruleOf(a), ruleOf(b)];
    for (const at of some) {
      const of = tokens[at % tokens.length];
      if (of) expect(admits(one, of, place).kind).toBe(admitted(a, of) ? "yes" : "no");
    }
    const found = gained(one, two, place);
    if (found.kind === "unknown") throw new Error(found.because.join());
    seen[found.kind] += 1;
    if (found.kind === "token") expect([admitted(b, found.token), admitted(a, found.token)]).toEqual([true, false]);
    else expect(tokens.find((of) => admitted(b, of) && !admitted(a, of))).toBeUndefined();
  };
  const some = fc.array(fc.nat(tokens.length - 1), { minLength: 8, maxLength: 8 });
  fc.assert(fc.property(policy, policy, some, check), { seed: 17, numRuns: 1500 });
  expect(Math.min(seen.none, seen.token)).toBeGreaterThan(200);
});
