import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { data, Evaluator, Lexer, Parser } from "@actions/expressions";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isMap, isScalar, isSeq, parseAllDocuments } from "yaml";
import { type Contexts, evaluate, evaluateTruth, type Status } from "./evaluate.ts";
import { childrenOf, contextNames, type Expression, parseExpression } from "./parse.ts";
import { memberText } from "./print.ts";
import { expressionsIn } from "./template.ts";
import {
  closedObject,
  isList,
  isPrimitive,
  isUnknown,
  itemsOf,
  openObject,
  truthOf,
  unknownValue,
  type Value,
} from "./value.ts";

/** Plain JSON: what everything really is, before a part of it is hidden. */
type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Numbers between 0 and 1, the same for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

type Random = () => number;

function pick<T>(random: Random, from: readonly T[]): T {
  return from[Math.floor(random() * from.length)] as T;
}

const usual: readonly Json[] = ["main", "MAIN", "a", "", "0", "1", "0x1f", "it's", "refs/heads/main", "true"];
const odd: readonly Json[] = [null, true, false, 0, 1, 3.5, -2, '["a","main"]', '{"main":"x"}', ["a", "main"], {}];

/** The accesses an expression makes, context first; a leaf is empty, `*` stands for every item. */
interface Reads {
  readonly [key: string]: Reads;
}

function readsOf(node: Expression): readonly (readonly string[])[] {
  const path = stepsOf(node);
  return path === undefined ? childrenOf(node).flatMap(readsOf) : [path, ...childrenOf(node).flatMap(readsOf)];
}

function stepsOf(node: Expression): readonly string[] | undefined {
  if (node.kind === "context") return [node.name];
  if (node.kind === "star") {
    const of = stepsOf(node.of);
    return of && [...of, "*"];
  }
  if (node.kind !== "index") return undefined;
  const of = stepsOf(node.of);
  return of && [...of, node.index.kind === "literal" ? String(node.index.value).toLowerCase() : "main"];
}

function grown(paths: readonly (readonly string[])[]): Reads {
  const heads = [...new Set(paths.flatMap((path) => path.slice(0, 1)))];
  return Object.fromEntries(
    heads.map((head) => [head, grown(paths.filter((path) => path[0] === head).map((path) => path.slice(1)))]),
  );
}

/** A full assignment: some value for everything that is read. */
function assigned(reads: Reads, random: Random, literals: readonly Json[]): Json {
  const keys = Object.keys(reads);
  if (keys.length === 0) return pick(random, random() < 0.6 ? literals : random() < 0.7 ? usual : odd);
  if (random() < 0.05) return pick(random, odd);
  const inner = reads["*"];
  if (inner !== undefined) {
    const items = Array.from({ length: Math.floor(random() * 4) }, () => assigned(inner, random, literals));
    return random() < 0.7 ? items : Object.fromEntries(items.map((item, index) => [`k${index}`, item]));
  }
  const kept = keys.filter(() => random() < 0.92);
  return Object.fromEntries(kept.map((key) => [key, assigned(reads[key] ?? {}, random, literals)]));
}

/** The assignment with a part of it hidden. */
function hidden(json: Json, path: string, random: Random, share: number): Value {
  if (random() < share) {
    const truthy = typeof json === "object" && json !== null ? true : Boolean(json);
    return unknownValue(path, [path], "hidden", random() < 0.3 ? truthy : undefined);
  }
  if (json === null || typeof json !== "object") return json;
  if (Array.isArray(json)) return json.map((item: Json, i) => hidden(item, `${path}[${i}]`, random, share / 4));
  const entries = Object.entries(json as Record<string, Json>);
  if (random() < 0.5) return closedObject(hiddenEntries(entries, path, random, share));
  const listed = entries.filter(() => random() < 0.6);
  return openObject(path, hiddenEntries(listed, path, random, share), "open");
}

function hiddenEntries(
  entries: readonly (readonly [string, Json])[],
  path: string,
  random: Random,
  share: number,
): Record<string, Value> {
  return Object.fromEntries(entries.map(([key, item]) => [key, hidden(item, memberText(path, key), random, share)]));
}

/** GitHub's own evaluation. */
function official(source: string, contexts: Readonly<Record<string, Json>>, status: Required<Status>): unknown {
  // Its lexer undoubles only the first '' of a string.
  const tokens = new Lexer(source)
    .lex()
    .tokens.map((token) =>
      token.lexeme.startsWith("'") ? { ...token, value: token.lexeme.slice(1, -1).replaceAll("''", "'") } : token,
    );
  const answers = { ...status, always: true };
  const calls = Object.entries(answers).map(([name, is]) => ({
    name,
    minArgs: 0,
    maxArgs: 9,
    call: () => new data.BooleanData(is === true),
  }));
  const hashFiles = { name: "hashfiles", minArgs: 1, maxArgs: 9, call: () => new data.StringData("0f1e") };
  const functions = new Map([...calls, hashFiles].map((each) => [each.name, each]));
  const node = new Parser(tokens, [...contextNames], [...functions.values()]).parse();
  return plain(new Evaluator(node, officialData(contexts) as data.Dictionary, functions).evaluate());
}

function officialData(json: Json): data.ExpressionData {
  return JSON.parse(JSON.stringify(json), data.reviver) as data.ExpressionData;
}

/** A value of either evaluator in one form; numbers as text, since NaN equals nothing. */
function plain(value: data.ExpressionData): unknown {
  if (value instanceof data.Array) return value.values().map(plain);
  if (value instanceof data.Dictionary) return value.pairs().map(({ key, value: item }) => [key, plain(item)]);
  return value instanceof data.Null ? null : typeof value.value === "number" ? `#${value.value}` : value.value;
}

function ours(value: Value): unknown {
  if (isPrimitive(value)) return typeof value === "number" ? `#${value}` : value;
  const items = itemsOf(value);
  if (items !== undefined) return items.map(ours);
  if (isList(value) || value.kind !== "object") return "unknown";
  return [...value.entries.values()].map(({ key, value: item }) => [key, ours(item)]);
}

/** An object with something unknown in it: right as far as it goes, and not compared further. */
function isPartial(value: Value): boolean {
  if (isPrimitive(value)) return false;
  const items = itemsOf(value);
  if (items !== undefined) return items.some(isPartial);
  if (isList(value) || value.kind !== "object") return true;
  return value.open !== undefined || [...value.entries.values()].some((entry) => isPartial(entry.value));
}

function literalsIn(node: Expression): readonly Json[] {
  return node.kind === "literal" ? [node.value] : childrenOf(node).flatMap(literalsIn);
}

type Checked = "known" | "partial" | "unknown" | "error";

/** Hides a random part of a random assignment and holds our answer against GitHub's on the whole of it. */
function check(source: string, seed: number): Checked {
  const random = randomFrom(seed);
  const parsed = parseExpression(source);
  if (parsed.kind === "invalid") throw new Error(`${source}: ${parsed.message}`);
  // JSON, through which the assignment passes, has no NaN.
  const literals = [...literalsIn(parsed.node).filter((literal) => !Number.isNaN(literal)), ...usual.slice(0, 2)];
  const reads = grown(readsOf(parsed.node));
  const full = Object.fromEntries(
    contextNames.map((name) => {
      const json = Object.keys(reads[name] ?? {}).length > 0 ? assigned(reads[name] ?? {}, random, literals) : {};
      return [name, json !== null && typeof json === "object" && !Array.isArray(json) ? json : {}] as const;
    }),
  );
  const share = random() * 0.5;
  const contexts = Object.fromEntries(
    Object.entries(full)
      .filter(() => random() > share / 2)
      .map(([name, json]) => [name, hidden(json, name, random, share)]),
  ) satisfies Contexts;
  const status = { success: random() < 0.5, failure: random() < 0.5, cancelled: random() < 0.5 };
  const told: Status = random() < 0.4 ? status : random() < 0.5 ? {} : { success: status.success };
  const value = evaluate(parsed.node, contexts, told);
  compareTruth(source, evaluateTruth(parsed.node, contexts, told), full, status);
  return compare(source, value, full, status);
}

function compareTruth(
  source: string,
  value: Value,
  full: Readonly<Record<string, Json>>,
  status: Required<Status>,
): void {
  let answer: boolean;
  try {
    answer = truth(official(source, full, status));
  } catch {
    return;
  }
  const ours = isUnknown(value) ? truth(official(value.source, full, status)) : truthOf(value);
  expect(ours, `${source} as a condition with ${JSON.stringify(full)}`).toBe(answer);
}

/** Whether what `plain` gives counts as true. */
function truth(answer: unknown): boolean {
  return typeof answer === "string" && /^#(-?0|NaN)$/.test(answer) ? false : Boolean(answer);
}

function compare(
  source: string,
  value: Value,
  full: Readonly<Record<string, Json>>,
  status: Required<Status>,
): Checked {
  let answer: unknown;
  try {
    answer = official(source, full, status);
  } catch {
    return "error";
  }
  const about = `${source} with ${JSON.stringify(full)}`;
  if (isUnknown(value)) {
    const left = official(value.source, full, status);
    expect(left, `${about}, left: ${value.source}`).toEqual(answer);
    expect([...value.names], about).toEqual([...new Set(value.names)].sort());
  } else if (!isPartial(value)) expect(ours(value), about).toEqual(answer);
  if (truthOf(value) !== undefined) {
    expect(truthOf(value), about).toBe(truth(answer));
  }
  return isUnknown(value) ? "unknown" : isPartial(value) ? "partial" : "known";
}

// prettier-ignore
const literals = [
  "'main'", "'a'", "''", "'it''s ''so'''", "'0x1f'", "'refs/heads/'", "true", "false", "null", "0", "1", "-2.5",
  "NaN", 'fromJSON(\'["a","main"]\')', 'fromJSON(\'{"main":"x","a":[1,{"b":"c"}]}\')', "'{0}-{1}'", "'{{x}}'",
];

// prettier-ignore
const paths = [
  "github.ref", "github.event_name", "GitHub.Ref", "github.event.inputs.env", "github.event.pull_request.draft",
  "github.event.pull_request.labels.*.name", "github.event.commits.*", "github.event.commits[0].message",
  "vars.STACK", "secrets['ROLE']", "inputs.x", "matrix.stack", "needs.*.result", "github", "github.event",
  "needs.build.outputs.o", "steps.s.outputs", "inputs", "matrix.a.*.b.*", "github.event[inputs.x]",
];

const expression = fc.letrec<{ any: string; path: string; literal: string }>((tie) => ({
  literal: fc.constantFrom(...literals),
  path: fc.constantFrom(...paths),
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    tie("path"),
    tie("literal"),
    fc.tuple(tie("any"), fc.constantFrom("&&", "||"), tie("any"), fc.constantFrom("&&", "||"), tie("any")).map(spaced),
    fc.tuple(tie("any"), fc.constantFrom("&&", "||"), tie("any")).map(spaced),
    fc.tuple(tie("any"), fc.constantFrom("==", "!=", "<", ">=", ">", "<="), tie("any")).map(spaced),
    tie("any").map((of) => `(${of})`),
    tie("any").map((of) => `!(${of})`),
    fc.tuple(tie("any"), tie("any")).map(([of, index]) => `(${of})[${index}]`),
    tie("any").map((of) => `(${of}).*`),
    tie("any").map((of) => `(${of}).name`),
    fc
      .tuple(fc.constantFrom("contains", "startsWith", "endsWith", "join"), tie("any"), tie("any"))
      .map(([name, a, b]) => `${name}(${a}, ${b})`),
    fc.tuple(tie("any"), tie("any")).map(([a, b]) => `format('{0}/{1}', ${a}, ${b})`),
    fc
      .tuple(fc.constantFrom("toJSON", "fromJSON", "join", "hashFiles"), tie("any"))
      .map(([name, a]) => `${name}(${a})`),
    fc
      .tuple(tie("any"), tie("any"), tie("any"), tie("any"))
      .map(([a, b, c, d]) => `case(${a} == ${b}, ${c}, !(${d}), ${a}, ${b})`),
    fc.constantFrom("success()", "failure()", "cancelled()", "always()"),
  ),
}));

function spaced(parts: readonly string[]): string {
  return parts.join(" ");
}

function tally(checks: readonly Checked[]): Readonly<Record<Checked, number>> {
  const count = (kind: Checked): number => checks.filter((each) => each === kind).length;
  return { known: count("known"), partial: count("partial"), unknown: count("unknown"), error: count("error") };
}

const corpus = join(import.meta.dirname, "../../../../../shared/corpus/repos");

/** Every expression of the workflows and actions of a folder: in `${{ }}`, and bare after `if:`. */
function corpusExpressions(): readonly string[] {
  const files = readdirSync(corpus, { recursive: true, encoding: "utf8" }).filter((file) => /\.ya?ml$/.test(file));
  const texts = files
    .filter((file) => file.includes(".github"))
    .map((file) => readFileSync(join(corpus, file), "utf8"));
  const nodes = texts.flatMap((text) => parseAllDocuments(text, { logLevel: "silent" }));
  return [...new Set(nodes.flatMap((document) => written("contents" in document ? document.contents : null)))];
}

function written(node: unknown, key: unknown = null): readonly string[] {
  if (isSeq(node)) return node.items.flatMap((item) => written(item));
  if (isMap(node)) return node.items.flatMap((pair) => written(pair.value, isScalar(pair.key) ? pair.key.value : null));
  if (!isScalar(node) || typeof node.value !== "string") return [];
  const { value } = node;
  return key === "if" && !value.includes("${{") ? [value] : expressionsIn(value).map((each) => each.source);
}

describe("evaluate agrees with GitHub's evaluator on a full assignment of which a part is hidden", () => {
  it("for generated expressions", () => {
    const checks: Checked[] = [];
    fc.assert(
      fc.property(expression.any, fc.integer(), (source, seed) => {
        checks.push(check(source, seed));
      }),
      { numRuns: 4000, seed: 7 },
    );
    const { known, unknown } = tally(checks);
    expect(known).toBeGreaterThan(1000);
    expect(unknown).toBeGreaterThan(1000);
  });

  it.skipIf(!existsSync(corpus))(
    "for every expression of the corpus workflows (skipped where there is no corpus)",
    () => {
      const sources = corpusExpressions();
      const valid = sources.filter((source) => parseExpression(source).kind === "parsed");
      expect(sources.length - valid.length).toBeLessThan(sources.length / 50);
      const checks = valid.flatMap((source) => [1, 2].map((seed) => check(source, seed)));
      if (process.env["SHOW"] !== undefined) {
        console.log(
          tally(checks),
          sources.length,
          sources.filter((source) => !valid.includes(source)),
        );
      }
      expect(tally(checks).unknown).toBeGreaterThan(valid.length / 2);
    },
  );
});
