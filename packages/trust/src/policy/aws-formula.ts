import { awsClaims, issuerKey, issuerKind, type Token } from "../claims.ts";
import { about, all, any, issued, no, not, unclear, yes, type Formula } from "../formula.ts";
import { anyMany, glob, literalPieces, like, matches, wildPieces, type Glob, type Piece } from "../glob.ts";
import type { AwsCondition, AwsPrincipal, AwsReadStatement, AwsRule, AwsStatement } from "../rule.ts";
import { keyParts, providerOf } from "./aws.ts";

/** What a trust policy is read with: the role's account where it is known, and the token whose claims fill `${…}`. */
export interface AwsContext {
  readonly account: string | undefined;
  readonly token: Token | undefined;
}

const assume = "sts:assumerolewithwebidentity";

/**
 * What the policy asks of a token: some Allow and no Deny. A statement that we could not read may be either.
 * That the provider's client ids must hold the audience as well is not a matter of the policy, and is not asked here.
 */
export function awsFormula(rule: AwsRule, context: AwsContext): Formula {
  const of = (effect: "Allow" | "Deny"): Formula =>
    any(rule.statements.map((one) => effectOf(one, effect, rule, context)));
  return all([of("Allow"), not(of("Deny"))]);
}

function effectOf(statement: AwsStatement, effect: "Allow" | "Deny", rule: AwsRule, context: AwsContext): Formula {
  if (statement.kind === "unread") return unclear(statement.because, `${effect} ${JSON.stringify(statement.json)}`);
  return statement.effect === effect ? statementFormula(statement, rule, context) : no;
}

/** What one statement asks of a token, whatever its effect. */
export function statementFormula(statement: AwsReadStatement, rule: AwsRule, context: AwsContext): Formula {
  const { principal, action, conditions } = statement;
  const variables = rule.version === "2012-10-17";
  return all([
    about(JSON.stringify(action), actionFormula(action)),
    about(JSON.stringify(principal), principalFormula(principal, context)),
    ...conditions.map((one) =>
      about(`${variables} ${JSON.stringify(one)}`, conditionFormula(one, variables, context.token)),
    ),
  ]);
}

function actionFormula({ kind, values }: AwsReadStatement["action"]): Formula {
  if (kind === "all-but") return unclear("a statement has NotAction");
  return values.some((value) => matches(glob(wildPieces(value), true), assume)) ? yes : no;
}

/** A web identity is a federated principal: statements for accounts, roles and services are not for it. */
function principalFormula(principal: AwsPrincipal, context: AwsContext): Formula {
  if (principal.kind === "everyone") return unclear("a statement has the principal *");
  if (principal.kind === "all-but") return unclear("a statement has NotPrincipal");
  return any(
    principal.types.flatMap(({ type, values }) => {
      if (type === "Federated") return values.map((value) => federatedFormula(value, context));
      return values.includes("*") ? [unclear("a statement has the principal *")] : [];
    }),
  );
}

/** IAM looks for the provider in the role's own account; other providers' names are not for OpenID Connect tokens. */
function federatedFormula(value: string, context: AwsContext): Formula {
  if (value === "*") return unclear("a statement has the principal *");
  const provider = providerOf(value);
  if (provider === undefined) return builtIn.includes(value) ? issued(value) : no;
  const elsewhere = provider.account && context.account && provider.account !== context.account;
  return elsewhere ? no : issued(issuerKey(provider.issuer));
}

/** Identity providers that need no provider of the account. */
const builtIn = ["accounts.google.com", "cognito-identity.amazonaws.com", "graph.facebook.com", "www.amazon.com"];

/** An operator in its parts: `ForAnyValue:StringNotLikeIfExists`. */
interface Operator {
  readonly base: string;
  readonly how: "one" | "some" | "every";
  readonly ifExists: boolean;
}

function readOperator(operator: string): Operator {
  const [, set, rest = ""] = /^(?:(ForAnyValue|ForAllValues):)?(.+)$/s.exec(operator) ?? [];
  const ifExists = rest.endsWith("IfExists");
  const how = set === undefined ? "one" : set === "ForAnyValue" ? "some" : "every";
  return { base: ifExists ? rest.slice(0, -"IfExists".length) : rest, how, ifExists };
}

/**
 * What an operator says of a token without the key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
 */
function whenMissing({ base, how, ifExists }: Operator): boolean {
  if (ifExists || how === "every") return true;
  return how === "one" && base.includes("Not");
}

/** The operators that compare texts: whether they take wildcards, letters of any case, and what differs. */
const texts: ReadonlyMap<string, { readonly wild: boolean; readonly anyCase: boolean; readonly differs: boolean }> =
  new Map([
    ["StringEquals", { wild: false, anyCase: false, differs: false }],
    ["StringNotEquals", { wild: false, anyCase: false, differs: true }],
    ["StringEqualsIgnoreCase", { wild: false, anyCase: true, differs: false }],
    ["StringNotEqualsIgnoreCase", { wild: false, anyCase: true, differs: true }],
    ["StringLike", { wild: true, anyCase: false, differs: false }],
    ["StringNotLike", { wild: true, anyCase: false, differs: true }],
  ]);
const otherOperators =
  /^(?:(?:Numeric|Date)(?:Equals|NotEquals|LessThan|LessThanEquals|GreaterThan|GreaterThanEquals)|Bool|BinaryEquals|(?:Not)?IpAddress|Arn(?:Not)?(?:Equals|Like))$/;

/** One condition as a formula. A key of another issuer is missing from a token, as is a claim that AWS does not read. */
export function conditionFormula(condition: AwsCondition, variables: boolean, token: Token | undefined): Formula {
  const { issuer, claim } = keyParts(condition.key);
  const operator = readOperator(condition.operator);
  if (/^(?:aws|sts|iam)?$/.test(issuer)) return unclear(`\`${condition.key}\` is not in the token`);
  if (operator.base === "Null") return nullFormula(condition, operator, issuer, claim);
  const compares = texts.get(operator.base);
  if (compares === undefined && !otherOperators.test(operator.base)) {
    return unclear(`the operator ${condition.operator} is not known`);
  }
  const missing = whenMissing(operator);
  if (!awsClaims(issuer).includes(claim)) {
    return isRead(issuer) ? (missing ? yes : no) : unclear(`\`${condition.key}\` may be a key that AWS reads`);
  }
  if (compares === undefined) return unclear(`${condition.operator} is not evaluated on \`${condition.key}\``);
  const read = condition.values.map((value) => valuePieces(value, compares.wild, variables ? { token } : undefined));
  const puzzle = read.find((one) => typeof one === "string");
  if (puzzle !== undefined) return unclear(puzzle);
  const globs = read.flatMap((pieces): Glob[] => (typeof pieces === "string" ? [] : [glob(pieces, compares.anyCase)]));
  return { kind: "test", issuer, claim, how: operator.how, globs, differs: compares.differs, missing };
}

/** Whether we know all claims of an issuer that AWS reads: so for GitHub's and Pulumi's. */
function isRead(issuer: string): boolean {
  return issuerKind(issuer) !== undefined;
}

/** `Null` asks whether the key is there: `true` means it must not be. */
function nullFormula({ key, values }: AwsCondition, operator: Operator, issuer: string, claim: string): Formula {
  if (operator.how !== "one" || operator.ifExists)
    return unclear("Null with a set operator or IfExists is not evaluated");
  if (!values.every((value) => /^(?:true|false)$/i.test(value)))
    return unclear(`Null on \`${key}\` is neither true nor false`);
  const wants = new Set(values.map((value) => value.toLowerCase()));
  if (wants.size !== 1) return wants.size === 0 ? no : yes;
  const known = awsClaims(issuer).includes(claim);
  if (!known && !isRead(issuer)) return unclear(`\`${key}\` may be a key that AWS reads`);
  const there: Formula = known
    ? { kind: "test", issuer, claim, how: "some", globs: [like("*")], differs: false, missing: false }
    : no;
  return wants.has("false") ? there : not(there);
}

/**
 * A value as pieces, or why it has none. With `${*}`, `${?}` and `${$}` a policy writes the character itself, and with
 * `${key}` what the request has there: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_variables.html
 */
function valuePieces(
  value: string,
  wild: boolean,
  variables: { readonly token: Token | undefined } | undefined,
): readonly Piece[] | string {
  const plain = wild ? wildPieces : literalPieces;
  if (variables === undefined) return plain(value);
  const pieces: Piece[] = [];
  let from = 0;
  for (const found of value.matchAll(/\$\{([^}]*)\}/g)) {
    const filled = fill(found[1] ?? "", variables.token);
    if (filled === undefined) return `\`${found[0]}\` is not known here`;
    pieces.push(...plain(value.slice(from, found.index)), ...literalPieces(filled));
    from = found.index + found[0].length;
  }
  return [...pieces, ...plain(value.slice(from))];
}

/** What `${…}` stands for. A missing key has its default (`${key, 'text'}`); without one IAM's answer is not sure. */
function fill(variable: string, token: Token | undefined): string | undefined {
  if (variable === "*" || variable === "?" || variable === "$") return variable;
  const [, name = "", fallback] = /^\s*([^,]*?)\s*(?:,\s*'([^']*)'\s*)?$/s.exec(variable) ?? [];
  const { issuer, claim } = keyParts(name);
  if (token === undefined || !isRead(issuer)) return undefined;
  const own = issuer === issuerKey(token.issuer) && awsClaims(issuer).includes(claim);
  const values = own ? (token.claims.get(claim) ?? []) : [];
  const value = values.length === 0 ? fallback : values[0];
  // Whether a wildcard that comes in through a variable counts as one is not documented.
  return values.length > 1 || value === undefined || /[*?]/.test(value) ? undefined : value;
}

/** Whether a value is made of wildcards alone. */
export function isOnlyWild(value: string): boolean {
  return wildPieces(value).every((piece) => piece === anyMany || piece < 0);
}
