import type { Edited, Span } from "@gha2pulumi/repo";
import { pulumiIssuer } from "../claims.ts";
import { providerOf } from "../policy/aws.ts";
import type { AwsReadStatement, AwsRule } from "../rule.ts";
import { editBraced, type BracedStyle } from "./braced.ts";
import { source, type Code } from "./code.ts";
import { typeAt } from "./evaluate.ts";
import type { ProgramSite } from "./program-roles.ts";
import { statementCode, unwritable, type Spelling } from "./statement-code.ts";
import { asText, field, literalOf, rendered, type Value } from "./values.ts";

/** How a language writes policies. */
export interface Language {
  readonly style: Omit<BracedStyle, "code">;
  /** Keys and texts as the statements around are written. */
  readonly spelling: (around: string) => Omit<Spelling, "arn">;
  /** An expression for a provider's ARN, turned into one for Pulumi's: in a text or as an output. */
  readonly turned: (written: string, from: Turn) => string | undefined;
  /** What encloses an expression inside a text. */
  readonly hole: { readonly open: string; readonly close: string; readonly quote: string };
  /** A statement in the words of `getPolicyDocument`. */
  readonly data: (statement: AwsReadStatement, spelling: Spelling, around: string) => Code;
}

/** What an expression for GitHub's provider is: its host, what it is when the program runs, and how texts are quoted. */
export interface Turn {
  readonly host: string;
  readonly type: "text" | "output" | undefined;
  readonly quote: string;
}

/** The splices of the file that holds the list of statements. */
export function writeProgram(site: ProgramSite, after: AwsRule, language: Language, text: string): Edited {
  const { read, words, doubled } = site;
  const { policy, statements, list } = read;
  const around = statements.map(({ span }) => text.slice(span.start, span.end)).join("\n");
  const quote = words === "json" ? language.hole.quote : (/["']/.exec(around)?.[0] ?? '"');
  const arn = arnsIn(site, language, text, quote);
  const code = (statement: AwsReadStatement): Code | string => {
    if (words === "json")
      return statementCode(statement, { ...jsonSpelling, arn }, doubled ? ["{{", "}}"] : ["{", "}"]);
    const spelling = { ...language.spelling(around), arn };
    if (words === "elements") return statementCode(statement, spelling);
    return unwritable(statement, (value) => arn(value) !== undefined) ?? language.data(statement, spelling, around);
  };
  const own = words === "json" ? { ...jsonBraces, code } : { ...language.style, code };
  return editBraced({ text, before: policy, statements, list, style: own }, after);
}

const jsonBraces: Omit<BracedStyle, "code"> = {
  padded: true,
  separator: ",",
  trailing: false,
  aligned: false,
  comment: /(?!)/,
  deeperJoin: false,
};

const jsonSpelling = {
  key: (name: string) => JSON.stringify(name),
  text: (value: string) => JSON.stringify(value),
  between: ": ",
};

/** What each ARN of Pulumi's provider is written like, made from how the statements there write GitHub's. */
export function arnsIn(site: ProgramSite, language: Language, text: string, quote: string): Spelling["arn"] {
  const { read, words, world } = site;
  const known = new Map<string, Code>();
  for (const value of read.statements.flatMap(federatedIn)) {
    const arn = rendered(asText(value));
    const issuer = providerOf(arn)?.issuer;
    const { span } = value;
    if (issuer === undefined || issuer.includes("${")) continue;
    const written = text.slice(span.start, span.end);
    const turn: Turn = { host: issuer, type: typeAt(world, span), quote };
    const made = words === "json" ? inText(written, span, turn, site, language) : language.turned(written, turn);
    if (made !== undefined) known.set(arn.slice(0, arn.indexOf(":oidc-provider/")), source(made));
  }
  return (value) => known.get(value.slice(0, value.indexOf(":oidc-provider/")));
}

/** The same inside a JSON text: `"${arn}"`, or a text that names the host. */
function inText(
  written: string,
  span: Span,
  turn: Turn,
  { world }: ProgramSite,
  { hole, turned }: Language,
): string | undefined {
  const { host } = turn;
  if (written.includes(host)) return written.replaceAll(host, pulumiIssuer);
  const [open, close] = [`"${hole.open}`, `${hole.close}"`];
  if (!written.startsWith(open) || !written.endsWith(close)) return undefined;
  const type = typeAt(world, { ...span, start: span.start + open.length });
  const made = turned(written.slice(open.length, -close.length), { ...turn, type });
  return made === undefined ? undefined : `${open}${made}${close}`;
}

/** The values of a statement's federated principals, in either words. */
function federatedIn(statement: Value): readonly Value[] {
  const direct = field(field(statement, "Principal"), "Federated");
  const principals = field(statement, "principals");
  const listed = principals?.kind === "list" ? principals.items : [];
  const own = listed
    .filter((one) => literalOf(field(one, "type")) === "Federated")
    .map((one) => field(one, "identifiers"));
  return [direct, ...own].flatMap((one) => (one === undefined ? [] : one.kind === "list" ? one.items : [one]));
}

/** The parts of a statement in the words of `getPolicyDocument`: the order and names are the same in every language. */
export function dataParts(statement: AwsReadStatement): {
  readonly sid: string | undefined;
  readonly effect: string | undefined;
  readonly actions: readonly string[];
  readonly principals: readonly { readonly type: string; readonly identifiers: readonly string[] }[];
  readonly conditions: readonly {
    readonly test: string;
    readonly variable: string;
    readonly values: readonly string[];
  }[];
} {
  const { sid, effect, action, principal, conditions } = statement;
  return {
    sid,
    effect: effect === "Allow" ? undefined : effect,
    actions: action.values,
    principals:
      principal.kind === "everyone" ? [] : principal.types.map(({ type, values }) => ({ type, identifiers: values })),
    conditions: conditions.map(({ operator, key, values }) => ({ test: operator, variable: key, values })),
  };
}

/** What holds of most languages: a text that names the host names the other one. */
export function hostTurned(written: string, host: string): string | undefined {
  return written.includes(host) ? written.replaceAll(host, pulumiIssuer) : undefined;
}
