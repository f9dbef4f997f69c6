import { issuerKey } from "../claims.ts";
import { about, all, any, issued, no, not, present, test, unclear, yes, type Formula } from "../formula.ts";
import { anyMany, anyOne, exactly, glob, literalPieces, type Glob, type Piece } from "../glob.ts";
import type { GcpProvider, GcpRule } from "../rule.ts";
import { readCel, type Cel } from "./cel.ts";

/** A text that is put together from literals and claims: `assertion.org + '/' + assertion.project`. */
type Joined = readonly (string | { readonly claim: string })[];

/** When an expression is true and when it is false; neither is an error, which lets nobody in. */
interface Truth {
  readonly true: Formula;
  readonly false: Formula;
}

/** What is in scope while an expression is read. */
interface Scope {
  readonly issuer: string;
  readonly mapping: Readonly<Record<string, string>>;
}

/**
 * What a service account's rule asks of a token: an enabled provider takes its issuer and audience, its condition is
 * true, and a member bound to the service account fits what the mapping makes of the token. A mapped subject above
 * 127 bytes is refused by GCP; that is a finding, and not asked here.
 */
export function gcpFormula(rule: GcpRule): Formula {
  return any(rule.providers.map((provider) => providerFormula(provider, rule.members)));
}

function providerFormula(provider: GcpProvider, members: readonly string[]): Formula {
  if (provider.disabled) return no;
  const issuer = issuerKey(provider.issuer);
  const scope: Scope = { issuer, mapping: provider.mapping };
  const condition = provider.condition?.trim() ? truth(readCel(provider.condition), scope).true : yes;
  return all([
    issued(issuer),
    { ...test(issuer, "aud", audiencesOf(provider).map(exactly)), how: "some" },
    about(JSON.stringify(provider), condition),
    any(members.map((member) => about(JSON.stringify([member, provider]), memberFormula(member, provider, scope)))),
  ]);
}

/** https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers#Oidc */
function audiencesOf({ audiences, pool, id }: GcpProvider): readonly string[] {
  const own = `//iam.googleapis.com/${pool}/providers/${id}`;
  return audiences.length > 0 ? audiences : [own, `https:${own}`];
}

/** https://cloud.google.com/iam/docs/principal-identifiers: other kinds of members are not federated identities. */
function memberFormula(member: string, { pool }: GcpProvider, scope: Scope): Formula {
  if (member === "allUsers" || member === "allAuthenticatedUsers")
    return unclear(`${member} is bound to the service account`);
  const [, own, rest = ""] =
    /^principal(?:Set)?:\/\/iam\.googleapis\.com\/(.+\/workloadIdentityPools\/[^/]+)\/(.+)$/s.exec(member) ?? [];
  if (own !== pool) return no;
  if (rest === "*") return yes;
  const [, name = "", value = ""] = /^(subject|group|attribute\.[^/]+)\/(.+)$/s.exec(rest) ?? [];
  const mapped = name === "subject" ? "google.subject" : name;
  if (name === "" || name === "group") return unclear(`the member ${member} is not read`);
  const joined = mappedTo(mapped, scope);
  return typeof joined === "string" ? unclear(joined) : equal(joined, value, scope.issuer).true;
}

/** The text that the mapping gives an attribute, or why it is not known. */
function mappedTo(attribute: string, scope: Scope): Joined | string {
  const expression = scope.mapping[attribute];
  return expression === undefined ? `${attribute} is not mapped` : joined(readCel(expression), scope);
}

function joined(cel: Cel, scope: Scope): Joined | string {
  if (cel.kind === "text") return [cel.text];
  if (cel.kind === "unread") return cel.because;
  if (cel.kind === "binary" && cel.operator === "+") {
    const [left, right] = cel.sides.map((side) => joined(side, scope));
    if (typeof left === "string" || left === undefined) return left ?? "";
    return typeof right === "string" || right === undefined ? (right ?? "") : [...left, ...right];
  }
  if (cel.kind !== "name") return "an expression is neither a text nor put together from texts";
  const [first, claim, ...more] = cel.path;
  if (first === "assertion" && claim !== undefined && more.length === 0) return [{ claim }];
  if ((first === "attribute" || first === "google") && more.length === 0) {
    // A mapping cannot refer to what is mapped, so this ends.
    return mappedTo(cel.path.join("."), { ...scope, mapping: withoutReferences(scope.mapping) });
  }
  return `\`${cel.path.join(".")}\` is not known`;
}

function withoutReferences(mapping: Scope["mapping"]): Scope["mapping"] {
  return Object.fromEntries(Object.entries(mapping).filter(([, text]) => !/\b(?:attribute|google)\./.test(text)));
}

function truth(cel: Cel, scope: Scope): Truth {
  switch (cel.kind) {
    case "unread":
      return unsure(cel.because);
    case "bool":
      return cel.value ? { true: yes, false: no } : { true: no, false: yes };
    case "not": {
      const inner = truth(cel.of, scope);
      return { true: inner.false, false: inner.true };
    }
    case "binary":
      return binaryTruth(cel, scope);
    case "call":
      return callTruth(cel, scope);
    default:
      return unsure("a condition is not a comparison");
  }
}

function binaryTruth({ operator, sides }: Extract<Cel, { kind: "binary" }>, scope: Scope): Truth {
  const [left, right] = sides;
  if (operator === "&&" || operator === "||") {
    const [a, b] = [truth(left, scope), truth(right, scope)];
    return operator === "&&"
      ? { true: all([a.true, b.true]), false: any([a.false, b.false]) }
      : { true: any([a.true, b.true]), false: all([a.false, b.false]) };
  }
  if (operator === "in") {
    if (right.kind !== "list") return unsure("`in` is read with a list of texts only");
    const each = right.of.map((one) => comparison(left, one, scope));
    return { true: any(each.map((one) => one.true)), false: all(each.map((one) => one.false)) };
  }
  if (operator === "+") return unsure("a condition is not a comparison");
  const same = comparison(left, right, scope);
  return operator === "==" ? same : { true: same.false, false: same.true };
}

function comparison(left: Cel, right: Cel, scope: Scope): Truth {
  const [a, b] = [joined(left, scope), joined(right, scope)];
  if (typeof a === "string") return unsure(a);
  if (typeof b === "string") return unsure(b);
  const [text, other] = literalOf(b) === undefined ? [literalOf(a), b] : [literalOf(b), a];
  return text === undefined ? unsure("two claims are compared with one another") : equal(other, text, scope.issuer);
}

function literalOf(of: Joined): string | undefined {
  return of.every((piece) => typeof piece === "string") ? of.join("") : undefined;
}

/** Above this many ways to cut a text into the claims it was joined from, the comparison is unclear. */
const mostCuts = 64;

/** When the joined text is this one: every way to cut it, each claim with its piece. */
function equal(of: Joined, text: string, issuer: string): Truth {
  const cuts = cutsOf(of, text, issuer);
  if (cuts.length > mostCuts) return unsure("a text can be cut into claims in too many ways");
  const same = any(cuts.map((cut) => all(cut)));
  const there = of.flatMap((piece) => (typeof piece === "string" ? [] : [present(issuer, piece.claim)]));
  return { true: all([...there, same]), false: all([...there, not(same)]) };
}

function cutsOf(of: Joined, text: string, issuer: string): readonly (readonly Formula[])[] {
  const [first, ...rest] = of;
  if (first === undefined) return text === "" ? [[]] : [];
  if (typeof first === "string") return text.startsWith(first) ? cutsOf(rest, text.slice(first.length), issuer) : [];
  const ends = rest.length === 0 ? [text.length] : Array.from({ length: text.length + 1 }, (_, i) => i);
  const cuts: (readonly Formula[])[] = [];
  for (const end of ends) {
    const own = test(issuer, first.claim, [exactly(text.slice(0, end))]);
    for (const cut of cutsOf(rest, text.slice(end), issuer)) cuts.push([own, ...cut]);
    if (cuts.length > mostCuts) break;
  }
  return cuts;
}

function callTruth({ name, on, of }: Extract<Cel, { kind: "call" }>, scope: Scope): Truth {
  const [first] = of;
  if (name === "has" && on === undefined && first?.kind === "name" && first.path[0] === "assertion" && first.path[1]) {
    const there = present(scope.issuer, first.path[1]);
    return { true: there, false: not(there) };
  }
  const whole = on === undefined ? "" : joined(on, scope);
  const claim = typeof whole === "string" ? undefined : whole.length === 1 ? whole[0] : undefined;
  if (of.length !== 1 || first?.kind !== "text") return unsure(`the call of ${name} is not read`);
  if (typeof claim !== "object")
    return unsure(typeof whole === "string" && whole ? whole : `${name} is read on a single claim only`);
  const pattern = patternOf(name, first.text);
  if (pattern === undefined) return unsure(`${name}('${first.text}') is not read`);
  const same = test(scope.issuer, claim.claim, [pattern]);
  return { true: same, false: { ...same, differs: true } };
}

function patternOf(name: string, text: string): Glob | undefined {
  const literal = literalPieces(text);
  switch (name) {
    case "startsWith":
      return glob([...literal, anyMany]);
    case "endsWith":
      return glob([anyMany, ...literal]);
    case "contains":
      return glob([anyMany, ...literal, anyMany]);
    case "matches":
      return expressionGlob(text);
    default:
      return undefined;
  }
}

/** A regular expression of plain characters, `.`, `.*` and `.+` as a glob; `matches` looks anywhere in the text. */
function expressionGlob(text: string): Glob | undefined {
  const [, open = "", body = "", close = ""] = /^(\^?)([^]*?)(\$?)$/.exec(text) ?? [];
  const pieces: Piece[] = open === "" ? [anyMany] : [];
  for (const [part, escaped, plain] of body.matchAll(/\.\*|\.\+|\.|\\([^\w\s])|([\w\s:/@%~"'#&,;<>=!-])|[^]/g)) {
    const more = part === ".*" ? [anyMany] : part === ".+" ? [anyOne, anyMany] : part === "." ? [anyOne] : undefined;
    const literal = escaped ?? plain;
    if (more) pieces.push(...more);
    else if (literal === undefined) return undefined;
    else pieces.push(...literalPieces(literal));
  }
  return glob(close === "" ? [...pieces, anyMany] : pieces);
}

function unsure(because: string): Truth {
  return { true: unclear(because), false: unclear(because) };
}
