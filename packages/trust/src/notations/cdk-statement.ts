import type { AwsReadStatement } from "../rule.ts";
import { eolOf } from "./braced.ts";
import { source, tall, type Code, type Layout } from "./code.ts";
import { dataParts } from "./program-write.ts";

/** How a language of the CDK writes a statement that is added to a role. */
export interface CdkLanguage {
  /** What stands before a construct: `new ` in TypeScript. */
  readonly made: string;
  /** The call behind the role. */
  readonly adds: string;
  readonly end: string;
  /** Arguments with names: a map in braces in TypeScript, the call itself in Python. */
  readonly named: { readonly open: string; readonly close: string; readonly between: string };
  /** A text with expressions in it. */
  readonly filled: (text: string, quote: string) => string;
  readonly padded: boolean;
  /** Keys are texts also where they are words. */
  readonly quotesKeys: boolean;
}

/** Where a statement is added. */
export interface Place {
  readonly called: string;
  readonly prefix: string;
  readonly indent: string;
  readonly text: string;
}

export const cdkTypescriptWords: CdkLanguage = {
  made: "new ",
  adds: "assumeRolePolicy?.addStatements",
  end: ";",
  named: { open: "({", close: "})", between: ": " },
  filled: (text) => `\`${text}\``,
  padded: true,
  quotesKeys: false,
};

export const cdkPythonWords: CdkLanguage = {
  made: "",
  adds: "assume_role_policy.add_statements",
  end: "",
  named: { open: "(", close: ")", between: "=" },
  filled: (text, quote) => `f${quote}${text.replaceAll("${", "{")}${quote}`,
  padded: false,
  quotesKeys: true,
};

/** `role.assumeRolePolicy?.addStatements(new iam.PolicyStatement({ … }));`, laid out as the file is. */
export function cdkStatement(
  statement: AwsReadStatement,
  { called, prefix, indent, text }: Place,
  language: CdkLanguage,
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
  if (who.includes(": partition}"))
    return { kind: "refused", reason: "the program has no words for its account: import `Aws` of the CDK" };
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
    language.quotesKeys ? quoted(test) : test,
    map(conditions.filter((one) => one.test === test).map((one) => [quoted(one.variable), values(one.values)])),
  ]);
  const layout: Layout = {
    padded: language.padded,
    separator: ",",
    trailing: true,
    aligned: false,
    unit: /\n(\t|  +)\S/.exec(text)?.[1] ?? "  ",
    eol: eolOf(text),
    flatMaps: true,
  };
  const inner = indent + layout.unit;
  const arn = who.includes("${") ? language.filled(who, quote) : quoted(who);
  const { made, adds, end, named } = language;
  const federated = `${made}${prefix}FederatedPrincipal(${arn}, ${tall(map(operators), inner, layout)}, ${quoted(action)})`;
  const body: Code = {
    kind: "map",
    fields: [
      ...(sid === undefined ? [] : [["sid", source(quoted(sid))] as const]),
      ["actions", { kind: "list", items: [source(quoted(action))] }],
      ["principals", { kind: "list", items: [source(federated)] }],
    ],
    ...named,
  };
  return {
    kind: "code",
    code: `${called}.${adds}(${made}${prefix}PolicyStatement${tall(body, indent, layout)})${end}`,
  };
}
