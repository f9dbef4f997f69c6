import { escaped, literal, type Path, type Span } from "@gha2pulumi/repo";
import type { RoleDefinition, RoleName } from "../notation.ts";
import { dataPolicy } from "./data-policy.ts";
import { budget, dataKey, evaluate, type Scope, type World } from "./evaluate.ts";
import { jsonText } from "./json-text.ts";
import { homeOf, isOurs, policyOf, spansOf, unreadPolicy, type ReadDocument } from "./policy-values.ts";
import { argumentOf, chainOf, plainText, type Making, type Program } from "./program.ts";
import { asText, field, type Value } from "./values.ts";

/** In which words a policy is written: IAM's as data, IAM's in a JSON text, or those of `getPolicyDocument`. */
export type Words = "elements" | "json" | "data";

/** A role that a program makes, with what editing it needs. */
export interface ProgramSite {
  readonly definition: RoleDefinition;
  readonly read: ReadDocument;
  readonly words: Words;
  /** Braces of the JSON text are doubled. */
  readonly doubled: boolean;
  /** The file that holds the list of statements. */
  readonly path: Path;
  readonly world: World;
}

/** What a language calls things. */
export interface ProgramNotation {
  readonly notation: string;
  /** What it calls a policy document that is made of its own words. */
  readonly documentCall: string;
  readonly policyArguments: readonly string[];
  /** Chains of the calls that make a role. */
  readonly role: RegExp;
  /** Which file an import names. */
  readonly file: World["file"];
  readonly text: (path: Path) => string | undefined;
}

/** The roles that a program makes with a policy for GitHub or Pulumi, or with one that is not read. */
export function rolesOf(program: Program, notation: ProgramNotation): readonly ProgramSite[] {
  return program.makings.flatMap((making) => {
    const { callee } = making.call;
    // Of a call behind a call, `boto3.client("iam").create_role`, the last word.
    const chain = chainOf(callee) ?? (callee.kind === "member" ? callee.name : "");
    const argument = argumentOf(making.call, ...notation.policyArguments);
    if (!notation.role.test(chain) || argument === undefined) return [];
    const world: World = { file: notation.file, text: notation.text, types: new Map(), budget: budget() };
    const scope: Scope = { program, params: new Map(), world, depth: 0 };
    const value = evaluate(argument, scope);
    const found = documentIn(value, notation);
    if (found === undefined) return [unreadSite(making, value, scope, notation)];
    return isOurs(found.read.policy) ? [siteOf(making, found, scope, notation)] : [];
  });
}

interface Found {
  readonly read: ReadDocument;
  readonly home: string | undefined;
  readonly words: Words;
  readonly doubled: boolean;
  readonly span: Span;
}

function documentIn(value: Value, { text }: ProgramNotation): Found | undefined {
  const data = field(value, dataKey);
  if (data !== undefined) {
    const made = dataPolicy(data);
    const read = made && policyOf(made.document);
    return made && read && foundAt({ ...read, list: made.list }, "data", false, data.span, made.statements);
  }
  if (value.kind === "text" && value.body !== undefined) {
    const document = jsonText(value.body, text(value.body.at.path) ?? "");
    const read = document && policyOf(document);
    return read && foundAt(read, "json", value.body.doubled, value.body.at, read.statements);
  }
  const read = policyOf(value);
  return read && foundAt(read, "elements", false, value.span, read.statements);
}

/** The place to edit is the list of statements, or the single one. */
function foundAt(read: ReadDocument, words: Words, doubled: boolean, at: Span, written: readonly Value[]): Found {
  const span = read.list?.origin ?? written[0]?.span ?? at;
  return { read: { ...read, statements: written }, home: homeOf(read.statements), words, doubled, span };
}

function siteOf(
  making: Making,
  { read, home, words, doubled, span }: Found,
  scope: Scope,
  { notation, documentCall }: ProgramNotation,
): ProgramSite {
  const { call, obstacle } = making;
  const definition: RoleDefinition = {
    notation,
    variant: variantOf(
      words,
      documentCall,
      (scope.world.text(call.span.path) ?? "").slice(call.span.start, call.span.end),
    ),
    name: nameOf(making, scope),
    place: call.span,
    document: span,
    policy: read.policy,
    statements: spansOf(read.statements),
    home,
    obstacle: obstacle === undefined ? undefined : { gap: "ambiguous", because: obstacle },
    told: true,
  };
  return { definition, read, words, doubled, path: span.path, world: scope.world };
}

/** A role whose policy only running the program would tell. */
function unreadSite(making: Making, value: Value, scope: Scope, { notation }: ProgramNotation): ProgramSite {
  const { span } = value;
  const own = scope.world.text(span.path)?.slice(span.start, span.end) ?? "";
  const why = whyNot(value);
  const because = `its policy is not read: ${why}`;
  const policy = unreadPolicy(because, own);
  const definition: RoleDefinition = {
    notation,
    variant: "a policy that is computed",
    name: nameOf(making, scope),
    place: making.call.span,
    document: span,
    policy,
    statements: [span],
    home: undefined,
    obstacle: { gap: "dynamic", because },
    told: false,
  };
  const read: ReadDocument = { policy, statements: [], list: undefined };
  return { definition, read, words: "elements", doubled: false, path: span.path, world: scope.world };
}

function whyNot(value: Value): string {
  if (value.kind === "unknown" && value.because !== "") return value.because;
  return value.kind === "unknown" && value.expression.startsWith("module.")
    ? "a module makes it: give that and the statement to a policy document with `source_policy_documents`"
    : "it is computed";
}

function variantOf(words: Words, documentCall: string, source: string): string {
  if (words === "data") return documentCall;
  if (words === "json") return "JSON in a text";
  return /JSON\.stringify|json\.dumps|jsonencode|jsonStringify|json_dumps/.exec(source)?.[0] ?? "a policy as data";
}

/**
 * The name that is given, or the beginning to which the provider adds seven random digits.
 * https://www.pulumi.com/docs/iac/concepts/resources/names/#autonaming
 */
function nameOf({ call }: Making, scope: Scope): RoleName {
  const given = argumentOf(call, "name", "roleName", "role_name", "RoleName");
  if (given !== undefined) return { kind: "named", name: asText(evaluate(given, scope)) };
  const first = call.args.find(({ name }) => name === undefined || name === "resource_name");
  const logical = first === undefined ? undefined : evaluate(first.value, scope);
  const name = plainText(first?.value) ?? (logical && literal(asText(logical)));
  if (name === undefined) return { kind: "untold" };
  return {
    kind: "generated",
    name,
    pattern: new RegExp(`^${escaped(name)}-[0-9a-f]{7}$`),
  };
}
