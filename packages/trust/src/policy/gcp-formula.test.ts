import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { admits } from "../admits.ts";
import { githubIssuer, printToken, pulumiIssuer, token, type Token } from "../claims.ts";
import { find } from "../find.ts";
import { all, not } from "../formula.ts";
import { beyond, shortOf } from "../inclusion.ts";
import { deploymentParty } from "../party.ts";
import type { GcpProvider, GcpRule } from "../rule.ts";
import { gcpFormula } from "./gcp-formula.ts";

const pool = "projects/123456789012/locations/global/workloadIdentityPools/pulumi";
const stackRef = "assertion.org + '/' + assertion.project + '/' + assertion.stack";
const pulumi: GcpProvider = {
  pool,
  id: "pulumi-cloud",
  issuer: "https://api.pulumi.com/oidc",
  audiences: ["acme"],
  mapping: { "google.subject": `${stackRef} + '/' + assertion.operation`, "attribute.stack_ref": stackRef },
  condition: "assertion.org == 'acme' && assertion.project == 'infra'",
  disabled: false,
};
const member = (rest: string): string => `principalSet://iam.googleapis.com/${pool}/${rest}`;
const rule = (members: readonly string[], change: Partial<GcpProvider> = {}): GcpRule => ({
  kind: "gcp",
  providers: [{ ...pulumi, ...change }],
  members,
});
const run = (stack: string, operation = "update", org = "acme", project = "infra"): Token =>
  token(pulumiIssuer, {
    aud: org,
    org,
    project,
    stack,
    operation,
    sub: `pulumi:deploy:org:${org}:project:${project}:stack:${stack}:operation:${operation}:scope:write`,
  });
const place = { account: undefined };
const answerTo = (of: GcpRule, who: Token): string => admits(of, who, place).kind;

describe("a service account's rule", () => {
  const bound = member("attribute.stack_ref/acme/infra/prod");
  test.each<[string, GcpRule, Token, string]>([
    ["the stack", rule([bound]), run("prod"), "yes"],
    ["another stack", rule([bound]), run("dev"), "no"],
    ["another organisation", rule([bound]), run("prod", "update", "evil"), "no"],
    ["a stack with a slash cannot pretend", rule([bound]), run("prod", "update", "acme", "infra/x"), "no"],
    ["a disabled provider", rule([bound], { disabled: true }), run("prod"), "no"],
    ["another audience", rule([bound], { audiences: ["other"] }), run("prod"), "no"],
    ["the whole pool", rule([member("*")]), run("dev"), "yes"],
    ["another pool", rule([bound.replace("/pulumi/", "/github/")]), run("prod"), "no"],
    ["a user", rule(["user:a@acme.example"]), run("prod"), "no"],
    ["everybody", rule(["allUsers"]), run("prod"), "unknown"],
    ["a group", rule([member("group/deployers")]), run("prod"), "unknown"],
    ["an attribute nobody maps", rule([member("attribute.team/a")]), run("prod"), "unknown"],
    [
      "a subject",
      rule([`principal://iam.googleapis.com/${pool}/subject/acme/infra/prod/update`]),
      run("prod", "update"),
      "yes",
    ],
    [
      "another operation's subject",
      rule([`principal://iam.googleapis.com/${pool}/subject/acme/infra/prod/update`]),
      run("prod", "preview"),
      "no",
    ],
    ["another issuer", rule([bound]), token(githubIssuer, { aud: "acme", org: "acme" }), "no"],
  ])("%s", (_, of, who, expected) => expect(answerTo(of, who)).toBe(expected));

  test("without audiences, takes its own resource name", () => {
    const own = `https://iam.googleapis.com/${pool}/providers/pulumi-cloud`;
    const who = token(pulumiIssuer, { aud: own, org: "acme", project: "infra", stack: "prod", operation: "update" });
    expect(answerTo(rule([bound], { audiences: [] }), who)).toBe("yes");
  });

  test.each<[string, string]>([
    ["assertion.stack == 'prod'", "yes"],
    ["'prod' == assertion.stack", "yes"],
    ['assertion.stack == "dev"', "no"],
    ["assertion.stack != 'dev'", "yes"],
    ["assertion['stack'] == 'prod'", "yes"],
    ["assertion.stack in ['dev', 'prod']", "yes"],
    ["!(assertion.stack in ['dev'])", "yes"],
    ["assertion.stack.startsWith('pr')", "yes"],
    ["assertion.stack.endsWith('pr')", "no"],
    ["assertion.sub.contains(':stack:prod:')", "yes"],
    ["assertion.sub.matches('^pulumi:deploy:org:acme:.*$')", "yes"],
    ["assertion.sub.matches('stack:(prod|dev)')", "unknown"],
    ["attribute.stack_ref == 'acme/infra/prod'", "yes"],
    ["google.subject == 'acme/infra/prod/update'", "yes"],
    ["has(assertion.stack)", "yes"],
    ["has(assertion.user)", "no"],
    ["!has(assertion.user)", "yes"],
    ["assertion.user == 'a'", "no"],
    // A claim that is missing is an error: it passes neither a comparison nor its contrary.
    ["assertion.user != 'a'", "no"],
    ["!(assertion.user == 'a')", "no"],
    ["assertion.user == 'a' || assertion.stack == 'prod'", "yes"],
    ["true", "yes"],
    ["assertion.stack == 'prod' && false", "no"],
    ["assertion.iat > 7", "unknown"],
    ["assertion.stack == assertion.org", "unknown"],
    ["assertion.stack == 'prod' ? true : false", "unknown"],
    ["assertion.user == r'a'", "unknown"],
    ["assertion.stack.size() == 4", "unknown"],
    ["assertion.stack ==", "unknown"],
    ["", "yes"],
  ])("condition %s", (condition, expected) =>
    expect(answerTo(rule([member("*")], { condition }), run("prod"))).toBe(expected),
  );

  test("reaches no further than the stack it is for, or shows who else gets in", () => {
    const meant = [deploymentParty({ organization: "acme", project: "infra", stack: "prod", operations: "any" })];
    expect(beyond(rule([bound]), meant, place)).toEqual({ kind: "none" });
    expect(shortOf(rule([bound]), meant, place)).toEqual({ kind: "none" });
    const subject = { mapping: { "google.subject": "assertion.sub" }, condition: "assertion.org == 'acme'" };
    const exact = `principal://iam.googleapis.com/${pool}/subject/pulumi:deploy:org:acme:project:infra:stack:prod:operation:update:scope:write`;
    expect(beyond(rule([exact], subject), meant, place)).toEqual({ kind: "none" });
    const found = beyond(rule([member("*")], subject), meant, place);
    expect(found.kind === "token" && printToken(found.token)).toContain("org=acme");
  });
});

type Expression =
  | { readonly kind: "compare"; readonly claim: string; readonly how: string; readonly value: string }
  | { readonly kind: "not"; readonly of: Expression }
  | { readonly kind: "&&" | "||"; readonly of: readonly [Expression, Expression] };
const leaf = fc.record({
  kind: fc.constant("compare" as const),
  claim: fc.constantFrom("a", "b", "joined"),
  how: fc.constantFrom("==", "!=", "in", "startsWith", "endsWith", "contains", "has"),
  value: fc.string({ unit: fc.constantFrom("p", "q", "/"), maxLength: 3 }),
});
const { expression } = fc.letrec<{ expression: Expression }>((tie) => ({
  expression: fc.oneof(
    { maxDepth: 3 },
    leaf,
    fc.record({ kind: fc.constant("not" as const), of: tie("expression") }),
    fc.record({
      kind: fc.constantFrom("&&" as const, "||" as const),
      of: fc.tuple(tie("expression"), tie("expression")),
    }),
  ),
}));
const nameOf = (claim: string): string =>
  claim === "joined" ? "(assertion.a + '/' + assertion.b)" : `assertion.${claim}`;
function print(of: Expression): string {
  if (of.kind === "not") return `!(${print(of.of)})`;
  if (of.kind !== "compare") return `(${print(of.of[0])} ${of.kind} ${print(of.of[1])})`;
  const single = of.claim === "joined" ? "a" : of.claim;
  if (of.how === "has") return `has(assertion.${single})`;
  if (of.how === "in") return `${nameOf(of.claim)} in ['${of.value}', 'p/q']`;
  if (of.how === "==" || of.how === "!=") return `${nameOf(of.claim)} ${of.how} '${of.value}'`;
  return `assertion.${single}.${of.how}('${of.value}')`;
}
/** CEL's own rules: an error is decided by nothing but the other side. */
function evaluate(of: Expression, a: string | undefined, b: string | undefined): boolean | "error" {
  if (of.kind === "not") {
    const inner = evaluate(of.of, a, b);
    return inner === "error" ? inner : !inner;
  }
  if (of.kind !== "compare") {
    const sides = of.of.map((one) => evaluate(one, a, b));
    const decides = of.kind === "||";
    return sides.includes(decides) ? decides : sides.includes("error") ? "error" : !decides;
  }
  const values: Record<string, string | undefined> = {
    a,
    b,
    joined: a === undefined || b === undefined ? undefined : `${a}/${b}`,
  };
  const single = values[of.claim === "joined" ? "a" : of.claim];
  if (of.how === "has") return single !== undefined;
  const value = ["==", "!=", "in"].includes(of.how) ? values[of.claim] : single;
  if (value === undefined) return "error";
  if (of.how === "==") return value === of.value;
  if (of.how === "!=") return value !== of.value;
  if (of.how === "in") return value === of.value || value === "p/q";
  if (of.how === "startsWith") return value.startsWith(of.value);
  return of.how === "endsWith" ? value.endsWith(of.value) : value.includes(of.value);
}

test("conditions agree with brute force, one by one and in inclusion", () => {
  const texts = [undefined, ""];
  for (const text of texts) if ((text ?? "").length < 3) for (const c of "pq/x") texts.push((text ?? "") + c);
  const short = [...new Set(texts)];
  const pairs = short.flatMap((a) => short.filter((b) => (b ?? "").length < 3).map((b) => [a, b] as const));
  const seen = { none: 0, token: 0 };
  const check = (one: Expression, other: Expression): void => {
    const of = (e: Expression): GcpRule => rule([member("*")], { condition: print(e) });
    const admitted = (a: string | undefined, b: string | undefined): boolean =>
      evaluate(one, a, b) === true && evaluate(other, a, b) !== true;
    const found = find(all([gcpFormula(of(one)), not(gcpFormula(of(other)))]));
    if (found.kind === "unknown") throw new Error(found.because.join());
    seen[found.kind] += 1;
    if (found.kind === "token") {
      const [a, b] = ["a", "b"].map((claim) => found.token.claims.get(claim)?.[0]);
      expect(admitted(a, b)).toBe(true);
      expect([answerTo(of(one), found.token), answerTo(of(other), found.token)]).toEqual(["yes", "no"]);
    } else {
      expect(pairs.find(([a, b]) => admitted(a, b))).toBeUndefined();
    }
  };
  fc.assert(fc.property(expression, expression, check), { seed: 12, numRuns: 2000 });
  expect(Math.min(seen.none, seen.token)).toBeGreaterThan(200);
});
