import type { AwsReadStatement } from "../rule.ts";
import { eolOf } from "./braced.ts";
import { source, tall, type Code, type Layout } from "./code.ts";
import { dataParts } from "./program-write.ts";

/** Where a statement is added. */
export interface Place {
  readonly called: string;
  readonly prefix: string;
  readonly indent: string;
  readonly text: string;
}

/** `role.assumeRolePolicy?.addStatements(new iam.PolicyStatement({ … }));`, laid out as the file is. */
export function cdkStatement(
  statement: AwsReadStatement,
  { called, prefix, indent, text }: Place,
): { readonly kind: "code"; readonly code: string } | { readonly kind: "refused"; readonly reason: string } {
  const { sid, effect, actions, principals, conditions } = dataParts(statement);
  const [principal, ...others] = principals;
  const [who, ...more] = principal?.identifiers ?? [];
  const [action, ...rest] = actions;
  if (
    effect !== undefined ||
    who === undefined ||
    action === undefined ||
    others.length + more.length + rest.length > 0
  ) {
    return { kind: "refused", reason: "the statement is for more than one principal or action" };
  }
  const quote = /["']/.exec(text)?.[0] ?? '"';
  const quoted = (value: string): string => {
    const escaped = JSON.stringify(value).slice(1, -1);
    return quote === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  };
  const values = (all: readonly string[]): Code =>
    all.length === 1 ? source(quoted(all[0] ?? "")) : { kind: "list", items: all.map((one) => source(quoted(one))) };
  const map = (fields: readonly (readonly [string, Code])[]): Code => ({
    kind: "map",
    fields,
    open: "{",
    close: "}",
    between: ": ",
  });
  const operators = [...new Set(conditions.map(({ test }) => test))].map((test): readonly [string, Code] => [
    test,
    map(conditions.filter((one) => one.test === test).map((one) => [quoted(one.variable), values(one.values)])),
  ]);
  const layout: Layout = {
    padded: true,
    separator: ",",
    trailing: true,
    aligned: false,
    unit: /\n(\t|  +)\S/.exec(text)?.[1] ?? "  ",
    eol: eolOf(text),
    flatMaps: true,
  };
  const inner = indent + layout.unit;
  const arn = who.includes("${") ? `\`${who}\`` : quoted(who);
  const federated = `new ${prefix}FederatedPrincipal(${arn}, ${tall(map(operators), inner, layout)}, ${quoted(action)})`;
  const body = map([
    ...(sid === undefined ? [] : [["sid", source(quoted(sid))] as const]),
    ["actions", { kind: "list", items: [source(quoted(action))] }],
    ["principals", { kind: "list", items: [source(federated)] }],
  ]);
  return {
    kind: "code",
    code: `${called}.assumeRolePolicy?.addStatements(new ${prefix}PolicyStatement(${tall(body, indent, layout)}));`,
  };
}
