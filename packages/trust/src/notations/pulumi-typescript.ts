import type { parse } from "@babel/parser";
import type { Path, Tree } from "@gha2pulumi/repo";
import { pulumiIssuer } from "../claims.ts";
import type { Notation, NotationReader } from "../notation.ts";
import type { AwsReadStatement } from "../rule.ts";
import { readBabel } from "./babel-program.ts";
import { source, type Code } from "./code.ts";
import { rolesOf, type ProgramSite } from "./program-roles.ts";
import { dataParts, hostTurned, writeProgram, type Language } from "./program-write.ts";
import type { Program } from "./program.ts";
import { textCode, type Spelling } from "./statement-code.ts";

/**
 * Roles that a Pulumi program in TypeScript or JavaScript makes, and those of `aws-native` and SST.
 * https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/
 */
export const pulumiTypescript: Notation = {
  name: "pulumi-typescript",
  claims: (path, text) => /\.[cm]?[jt]s$/.test(path) && /\bassumeRolePolicy/.test(text),
  open: async () => {
    const { parse } = await import("@babel/parser");
    return readerWith(parse);
  },
};

/** The same with a parser that is there already. */
export function readerWith(parser: typeof parse): NotationReader {
  return {
    read: (tree, path) => sitesIn(tree, path, parser).map(({ definition }) => definition),
    write(definition, after, tree) {
      const { place } = definition;
      const site = sitesIn(tree, place.path, parser).find((one) => one.definition.place.start === place.start);
      if (site === undefined) return { kind: "refused", reason: `${place.path} does not make the role any more` };
      return writeProgram(site, after, typescript, tree.get(site.path) ?? "");
    },
  };
}

function sitesIn(tree: Tree, path: Path, parser: typeof parse): readonly ProgramSite[] {
  const read = new Map<Path, Program | undefined>();
  const programAt = (at: Path): Program | undefined => {
    if (!read.has(at)) read.set(at, readBabel(at, tree.get(at) ?? "", parser));
    return read.get(at);
  };
  const program = programAt(path);
  if (program === undefined) return [];
  return rolesOf(program, {
    notation: "pulumi-typescript",
    documentCall: "getPolicyDocument",
    policyArguments: ["assumeRolePolicy", "assumeRolePolicyDocument"],
    role: /(?:^|\.)(?:Cfn|Iam)?Role$/,
    file: (from, specifier) => {
      const target = imported(from, specifier, tree);
      return target === undefined ? undefined : programAt(target);
    },
    text: (at) => tree.get(at),
  });
}

/** The file of a relative import, as TypeScript and Node look for it. */
function imported(from: Path, specifier: string, tree: Tree): Path | undefined {
  if (!specifier.startsWith(".")) return undefined;
  const parts = from.split("/").slice(0, -1);
  for (const part of specifier.split("/")) {
    if (part === "..") parts.pop();
    else if (part !== "." && part !== "") parts.push(part);
  }
  const base = parts.join("/").replace(/\.[cm]?js$/, "");
  return [
    parts.join("/"),
    `${base}.ts`,
    `${base}.js`,
    `${base}.mts`,
    `${base}.mjs`,
    `${base}/index.ts`,
    `${base}/index.js`,
  ].find((path) => tree.has(path));
}

const typescript: Language = {
  style: { padded: true, separator: ",", trailing: true, aligned: false, comment: /\/\/|\/\*/, deeperJoin: false },
  spelling: (around) => spellingOf(around),
  hole: { open: "${", close: "}", quote: '"' },
  turned(written, { host, type, quote }) {
    const texts = `${quote}${host}${quote}, ${quote}${pulumiIssuer}${quote}`;
    const own = hostTurned(written, host);
    if (own !== undefined) return own;
    // The host is a variable: the ARN around it says the account.
    if (/:oidc-provider\/\$\{[^{}]*\}`$/.test(written)) return written.replace(/\$\{[^{}]*\}`$/, `${pulumiIssuer}\``);
    if (!/^[\w$.()[\]"' ]+$/.test(written)) return undefined;
    if (type === "text") return `${written}.replace(${texts})`;
    return type === "output" ? `${written}.apply((arn) => arn.replace(${texts}))` : undefined;
  },
  data: dataCode,
};

/** The first mark around a text. */
function quoteIn(text: string): string {
  return /["']/.exec(text)?.[0] ?? '"';
}

function spellingOf(around: string): Omit<Spelling, "arn"> {
  const mark = quoteIn(around);
  const text = (value: string): string => {
    const escaped = JSON.stringify(value).slice(1, -1);
    return mark === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  };
  const bare = !/["'](?:Effect|Action|actions)["']\s*:/.test(around);
  return { key: (name) => (bare && /^[A-Za-z]+$/.test(name) ? name : text(name)), text, between: ": " };
}

/** `{ sid, actions, principals: [{ type, identifiers }], conditions: [{ test, variable, values }] }` */
function dataCode(statement: AwsReadStatement, spelling: Spelling, around: string): Code {
  const { sid, effect, actions, principals, conditions } = dataParts(statement);
  const map = (...fields: readonly (readonly [string, Code])[]): Code => ({
    kind: "map",
    fields: fields.map(([key, value]) => [spelling.key(key), value]),
    open: "{",
    close: "}",
    between: spelling.between,
  });
  const list = (items: readonly Code[]): Code => ({ kind: "list", items });
  const texts = (values: readonly string[]): Code => list(values.map((one) => textCode(one, spelling)));
  const text = (value: string): Code => source(spelling.text(value));
  return map(
    ...(sid === undefined ? [] : [["sid", text(sid)] as const]),
    ...(effect === undefined ? [] : [["effect", text(effect)] as const]),
    ["actions", texts(actions)],
    [
      "principals",
      list(principals.map((one) => map(["type", text(one.type)], ["identifiers", texts(one.identifiers)]))),
    ],
    [
      // In CDKTF as in Terraform the word is in the singular.
      /\bcondition\s*:/.test(around) ? "condition" : "conditions",
      list(
        conditions.map((one) =>
          map(["test", text(one.test)], ["variable", text(one.variable)], ["values", texts(one.values)]),
        ),
      ),
    ],
  );
}
