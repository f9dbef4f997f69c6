import { providerOf } from "../policy/aws.ts";
import { evaluate, follow, type Scope } from "./evaluate.ts";
import { argumentOf, chainOf, type CallExpression, type Expression } from "./program.ts";
import { asText, literalOf, rendered, textValue, type Value, type ValueEntry } from "./values.ts";

/** The statements that a principal of the CDK makes in a role's trust policy; `undefined` for what is none of them. */
export function principalStatements(
  principal: Expression,
  scope: Scope,
  home: Value | undefined,
): readonly Value[] | undefined {
  const found = follow(principal, scope);
  if (found?.expression.kind !== "call") return undefined;
  const call = found.expression;
  const inner = found.scope;
  const args = call.args.map(({ value }) => value);
  switch (/\w+$/.exec(chainOf(call.callee) ?? "")?.[0]) {
    case "CompositePrincipal": {
      const each = args.map((one) => principalStatements(one, inner, home));
      return each.every((one) => one !== undefined) ? each.flat() : undefined;
    }
    case "OpenIdConnectPrincipal":
    case "WebIdentityPrincipal":
    case "FederatedPrincipal":
      return [statementOf(call, args, inner, home, [])];
    default:
      return undefined;
  }
}

/** https://docs.aws.amazon.com/cdk/api/v2/docs/aws-cdk-lib.aws_iam.WebIdentityPrincipal.html */
function statementOf(
  call: CallExpression,
  [who, conditions, action]: readonly Expression[],
  scope: Scope,
  home: Value | undefined,
  first: readonly ValueEntry[],
): Value {
  const { span } = call;
  const isProvider = chainOf(call.callee)?.endsWith("OpenIdConnectPrincipal") === true;
  const arn: Expression | undefined =
    who !== undefined && isProvider
      ? { kind: "member", of: who, name: "openIdConnectProviderArn", span: who.span }
      : who;
  const federated: Value = arn === undefined ? textValue([], span) : ownArn(evaluate(arn, scope), home);
  const does = action === undefined ? textValue(["sts:AssumeRoleWithWebIdentity"], span) : evaluate(action, scope);
  const map = (...entries: readonly ValueEntry[]): Value => ({ kind: "map", entries, span, origin: span });
  return map(
    ...first,
    { key: ["Effect"], value: textValue(["Allow"], span) },
    { key: ["Principal"], value: map({ key: ["Federated"], value: federated }) },
    { key: ["Action"], value: does },
    ...(conditions === undefined ? [] : [{ key: ["Condition"], value: evaluate(conditions, scope) }]),
  );
}

/** A provider that the program refers to is one of the role's own account. */
function ownArn(value: Value, home: Value | undefined): Value {
  const arn = rendered(asText(value));
  const issuer = providerOf(arn)?.issuer;
  if (home === undefined || issuer === undefined || !/: partition\}/.test(arn)) return value;
  return textValue([...asText(home), `:oidc-provider/${issuer}`], value.span);
}

/** The statement of `new iam.PolicyStatement({ sid, actions, principals: [new iam.FederatedPrincipal(…)] })`. */
export function addedStatement(statement: Expression, scope: Scope, home: Value | undefined): Value | undefined {
  if (statement.kind !== "call" || chainOf(statement.callee)?.endsWith("PolicyStatement") !== true) return undefined;
  const principals = argumentOf(statement, "principals");
  const [only, ...others] = principals?.kind === "list" ? principals.items : [];
  const sid = argumentOf(statement, "sid");
  if (only?.kind !== "call" || others.length > 0) return undefined;
  if (chainOf(only.callee)?.endsWith("FederatedPrincipal") !== true) return undefined;
  const name = sid === undefined ? undefined : literalOf(evaluate(sid, scope));
  const first = name === undefined ? [] : [{ key: ["Sid"], value: textValue([name], statement.span) }];
  const args = only.args.map(({ value }) => value);
  return statementOf({ ...only, span: statement.span }, args, scope, home, first);
}
