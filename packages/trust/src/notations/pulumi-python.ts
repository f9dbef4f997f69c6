import { parserOf, type Path, type SyntaxTree, type Tree } from "@gha2pulumi/repo";
import { pulumiIssuer } from "../claims.ts";
import type { Notation, NotationReader } from "../notation.ts";
import type { AwsReadStatement } from "../rule.ts";
import { source, type Code } from "./code.ts";
import { rolesOf, type ProgramSite } from "./program-roles.ts";
import { dataParts, hostTurned, writeProgram, type Language } from "./program-write.ts";
import type { Program } from "./program.ts";
import { readPython } from "./python-program.ts";
import { textCode, type Spelling } from "./statement-code.ts";

/**
 * Roles that a Pulumi program in Python makes, and those that a script of the SDK makes.
 * https://www.pulumi.com/registry/packages/aws/api-docs/iam/role/
 */
export const pulumiPython: Notation = {
  name: "pulumi-python",
  claims: (path, text) => path.endsWith(".py") && /assume_role_policy|AssumeRolePolicyDocument/.test(text),
  open: async (grammars) => {
    if (grammars === undefined) return undefined;
    return readerWith(await parserOf(grammars.engine, grammars.python));
  },
};

type Parse = (text: string) => SyntaxTree;

function readerWith(parse: Parse): NotationReader {
  return {
    read: (tree, path) => sitesIn(tree, path, parse).map(({ definition }) => definition),
    write(definition, after, tree) {
      const { place } = definition;
      const site = sitesIn(tree, place.path, parse).find((one) => one.definition.place.start === place.start);
      if (site === undefined) return { kind: "refused", reason: `${place.path} does not make the role any more` };
      return writeProgram(site, after, python, tree.get(site.path) ?? "");
    },
  };
}

function sitesIn(tree: Tree, path: Path, parse: Parse): readonly ProgramSite[] {
  const read = new Map<Path, Program>();
  const programAt = (at: Path): Program => {
    const text = tree.get(at) ?? "";
    const program = read.get(at) ?? readPython(at, text, parse(text));
    read.set(at, program);
    return program;
  };
  return rolesOf(programAt(path), {
    notation: "pulumi-python",
    documentCall: "get_policy_document",
    policyArguments: ["assume_role_policy", "assume_role_policy_document", "AssumeRolePolicyDocument"],
    role: /(?:^|\.)(?:Role|create_role)$/,
    file: (from, module) => {
      const target = imported(from, module, tree);
      return target === undefined ? undefined : programAt(target);
    },
    text: (at) => tree.get(at),
  });
}

/** The file of a module: beside the importing one, at its package, or at the root of the program. */
function imported(from: Path, module: string, tree: Tree): Path | undefined {
  const dots = /^\.*/.exec(module)?.[0].length ?? 0;
  const folders = from.split("/").slice(0, -1);
  const below = module
    .slice(dots)
    .split(".")
    .filter((part) => part !== "");
  const bases =
    dots > 0
      ? [folders.slice(0, folders.length - dots + 1)]
      : folders.map((_, i) => folders.slice(0, folders.length - i)).concat([[]]);
  const paths = bases.flatMap((base) => {
    const whole = [...base, ...below].join("/");
    return [`${whole}.py`, `${whole}/__init__.py`];
  });
  return paths.find((path) => tree.has(path) && path !== from);
}

const python: Language = {
  style: { padded: false, separator: ",", trailing: true, aligned: false, comment: /#/, deeperJoin: false },
  spelling: (around) => spellingOf(around),
  // Inside a text in quotes, Python before 3.12 takes only the other quotes.
  hole: { open: "{", close: "}", quote: "'" },
  turned(written, { host, type, quote }) {
    const texts = `${quote}${host}${quote}, ${quote}${pulumiIssuer}${quote}`;
    const own = hostTurned(written, host);
    if (own !== undefined) return own;
    if (/^[rf]+["'].*:oidc-provider\/\{[^{}]*\}["']$/i.test(written)) {
      return written.replace(/\{[^{}]*\}(["'])$/, `${pulumiIssuer}$1`);
    }
    if (!/^[\w.()[\]"' ]+$/.test(written)) return undefined;
    if (type === "text") return `${written}.replace(${texts})`;
    return type === "output" ? `${written}.apply(lambda arn: arn.replace(${texts}))` : undefined;
  },
  data: (statement, spelling, around) => dataCode(statement, spelling, around),
};

function spellingOf(around: string): Omit<Spelling, "arn"> {
  const mark = /["']/.exec(around)?.[0] ?? '"';
  const text = (value: string): string => {
    const escaped = JSON.stringify(value).slice(1, -1);
    return mark === '"' ? `"${escaped}"` : `'${escaped.replaceAll('\\"', '"').replaceAll("'", "\\'")}'`;
  };
  return { key: text, text, between: ": " };
}

/** In the classes that the neighbours are made of, `GetPolicyDocumentStatementArgs(sid=…)`, or as dictionaries. */
function dataCode(statement: AwsReadStatement, spelling: Spelling, around: string): Code {
  const [, prefix, ending] = /([\w.]*)GetPolicyDocumentStatement(Args(?:Dict)?)\(/.exec(around) ?? [];
  const { sid, effect, actions, principals, conditions } = dataParts(statement);
  const map = (part: string, ...fields: readonly (readonly [string, Code])[]): Code =>
    ending === undefined
      ? {
          kind: "map",
          fields: fields.map(([key, value]) => [spelling.key(key), value]),
          open: "{",
          close: "}",
          between: ": ",
        }
      : { kind: "map", fields, open: `${prefix}GetPolicyDocumentStatement${part}${ending}(`, close: ")", between: "=" };
  const list = (items: readonly Code[]): Code => ({ kind: "list", items });
  const texts = (values: readonly string[]): Code => list(values.map((one) => textCode(one, spelling)));
  const text = (value: string): Code => source(spelling.text(value));
  return map(
    "",
    ...(sid === undefined ? [] : [["sid", text(sid)] as const]),
    ...(effect === undefined ? [] : [["effect", text(effect)] as const]),
    ["actions", texts(actions)],
    [
      "principals",
      list(
        principals.map((one) => map("Principal", ["type", text(one.type)], ["identifiers", texts(one.identifiers)])),
      ),
    ],
    [
      "conditions",
      list(
        conditions.map((one) =>
          map("Condition", ["test", text(one.test)], ["variable", text(one.variable)], ["values", texts(one.values)]),
        ),
      ),
    ],
  );
}
