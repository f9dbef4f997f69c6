import {
  escaped,
  entry,
  mapEntries,
  readYaml,
  scalarText,
  textOf,
  type Edited,
  type Path,
  type Text,
  type Tree,
  type YamlNode,
  type YamlPath,
} from "@gha2pulumi/repo";
import { issuerKey, pulumiIssuer } from "../claims.ts";
import type { Notation, NotationReader, RoleDefinition } from "../notation.ts";
import type { AwsReadStatement, AwsRule, Json } from "../rule.ts";
import { editBlock, isDoubtful, type Plain } from "./block-yaml.ts";
import { dataPolicy } from "./data-policy.ts";
import { homeOf, isOurs, policyOf, spansOf, unreadPolicy, type ReadDocument } from "./policy-values.ts";
import { dataParts } from "./program-write.ts";
import { asText, hole, textValue, valueOf, type Value } from "./values.ts";

/**
 * Roles of Pulumi programs in YAML: `fn::toJSON`, and `fn::invoke` of `aws:iam:getPolicyDocument`.
 * https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/
 */
export const pulumiYaml: Notation = {
  name: "pulumi-yaml",
  claims: (path, text) =>
    /\.ya?ml$/.test(path) && /\baws(?:-native)?:iam[:/]/.test(text) && /assumeRolePolicy/.test(text),
  open: () => Promise.resolve(reader),
};

const reader: NotationReader = {
  read: (tree, path) => sitesIn(tree, path).map(({ definition }) => definition),
  write(definition, after, tree) {
    const { path } = definition.document;
    const site = sitesIn(tree, path).find((one) => one.definition.place.start === definition.place.start);
    if (site === undefined) return { kind: "refused", reason: `${path} does not define the role any more` };
    return written(site, after, tree.get(path) ?? "", path);
  },
};

interface Site {
  readonly definition: RoleDefinition;
  readonly read: ReadDocument;
  /** The way to the list of statements, and in which words they are. */
  readonly at: YamlPath;
  readonly words: "elements" | "data";
}

interface Found {
  readonly read: ReadDocument;
  readonly at: YamlPath;
  readonly words: Site["words"];
  readonly node: YamlNode;
}

const notRead = "its policy is not read: it is computed when the program runs";

function sitesIn(tree: Tree, path: Path): readonly Site[] {
  const text = tree.get(path) ?? "";
  const { root, problems } = readYaml(path, text);
  if (root === undefined) return [];
  const broken = problems.find(isDoubtful);
  return mapEntries(entry(root, "resources")).flatMap(({ key, keySpan, value }): readonly Site[] => {
    const properties = entry(value, "properties");
    const argument = ["assumeRolePolicy", "assumeRolePolicyDocument"].find(
      (one) => entry(properties, one) !== undefined,
    );
    const node = argument === undefined ? undefined : entry(properties, argument);
    if (!isType(value, /^aws(?:-native)?:iam(?:\/role)?:Role$/) || argument === undefined || node === undefined)
      return [];
    const found = policyAt(node, ["resources", key, "properties", argument], root);
    if (found !== undefined && !isOurs(found.read.policy)) return [];
    const name = entry(properties, "name") ?? entry(properties, "roleName");
    const home = homeOf(found?.read.statements ?? []);
    const at = found?.node.span ?? node.span;
    const definition: RoleDefinition = {
      notation: "pulumi-yaml",
      variant:
        found?.words === "data"
          ? "getPolicyDocument"
          : found === undefined
            ? "a policy that is computed"
            : "fn::toJSON",
      name:
        name === undefined
          ? { kind: "generated", name: key, pattern: new RegExp(`^${escaped(key)}-[0-9a-f]{7}$`) }
          : { kind: "named", name: asText(valueIn(name, root)) },
      place: keySpan,
      document: at,
      policy: found?.read.policy ?? unreadPolicy(notRead, text.slice(at.start, at.end)),
      statements: found === undefined ? [at] : spansOf(found.read.statements),
      // A provider's ARN has no account that the program could say in another place.
      home: home?.includes(": partition") === true ? undefined : home,
      obstacle:
        found === undefined
          ? { gap: "dynamic", because: notRead }
          : broken && { gap: "unsupported", because: broken.message },
      told: found !== undefined,
    };
    const read = found?.read ?? { policy: definition.policy, statements: [], list: undefined };
    return [{ definition, read, at: found?.at ?? [], words: found?.words ?? "elements" }];
  });
}

function isType(node: YamlNode | undefined, type: RegExp): boolean {
  return type.test(scalarText(entry(node, "type")) ?? "");
}

/** The policy of `fn::toJSON`, or of a lookup that stands there or in a variable. */
function policyAt(node: YamlNode, at: YamlPath, root: YamlNode): Found | undefined {
  const json = entry(node, "fn::toJSON");
  if (json !== undefined) return elementsAt(json, [...at, "fn::toJSON"], root);
  const call = entry(node, "fn::invoke");
  if (call !== undefined) return dataAt(call, [...at, "fn::invoke"], root);
  const variable = /^\$\{([\w-]+)(?:\.json)?\}$/.exec(scalarText(node) ?? "")?.[1];
  const there = variable === undefined ? undefined : entry(entry(root, "variables"), variable);
  if (variable !== undefined && there !== undefined) {
    const inner = entry(there, "fn::toJSON") ?? entry(there, "fn::invoke");
    return inner === undefined ? undefined : policyAt(there, ["variables", variable], root);
  }
  return node.kind === "map" ? elementsAt(node, at, root) : undefined;
}

function elementsAt(node: YamlNode, at: YamlPath, root: YamlNode): Found | undefined {
  const read = policyOf(valueIn(node, root));
  return read && { read, at: [...at, "Statement"], words: "elements", node };
}

/** Older programs write the words of a lookup with capitals. */
function dataAt(call: YamlNode, at: YamlPath, root: YamlNode): Found | undefined {
  const key = entry(call, "arguments") === undefined ? "Arguments" : "arguments";
  const name = scalarText(entry(call, "function") ?? entry(call, "Function")) ?? "";
  const node = entry(call, key);
  if (node === undefined || !/^aws:iam(?:\/getPolicyDocument)?:getPolicyDocument$/.test(name)) return undefined;
  const made = dataPolicy(valueIn(node, root));
  const read = made && policyOf(made.document);
  if (made === undefined || read === undefined) return undefined;
  const own = { ...read, statements: made.statements, list: made.list };
  return { read: own, at: [...at, key, "statements"], words: "data", node };
}

/** A node with what its `${…}` stand for, as far as the file tells. */
function valueIn(node: YamlNode, root: YamlNode): Value {
  return valueOf(node, (inner) =>
    inner.kind === "scalar" && inner.text.includes("${")
      ? textValue(textOf(...inner.text.split(/(\$\{[^}]*\})/).map((piece) => pieceOf(piece, root))), inner.span)
      : undefined,
  );
}

function pieceOf(piece: string, root: YamlNode): string | Text {
  const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1];
  if (name === undefined) return piece;
  const [, owner = "", part] = /^([\w-]+)\.(arn|url)$/.exec(name) ?? [];
  const resource = entry(entry(root, "resources"), owner);
  const url = scalarText(entry(entry(resource, "properties"), "url"));
  if (url === undefined || !isType(resource, providerType)) return [hole(name, "which the program fills in")];
  if (part === "url") return [issuerKey(url)];
  return [...ownArn, `:oidc-provider/${issuerKey(url)}`];
}

/** How the ARNs of providers that the program makes begin: it has no words for its own account. */
const ownArn: Text = ["arn:", hole("own: partition", ""), ":iam::", hole("own: account", "")];

/** The resource that is Pulumi's provider, where the program makes it. */
function pulumiProvider(root: YamlNode | undefined): string | undefined {
  return mapEntries(entry(root, "resources")).find(({ value }) => {
    const url = scalarText(entry(entry(value, "properties"), "url"));
    return isType(value, providerType) && url !== undefined && issuerKey(url) === pulumiIssuer;
  })?.key;
}

const providerType = /^aws:iam(?:\/openIdConnectProvider)?:OpenIdConnectProvider$/;

function written({ read, at, words }: Site, after: AwsRule, text: string, path: Path): Edited {
  const { policy, statements, list } = read;
  if (list === undefined || /^[[{]/.test(text.slice((statements[0] ?? list).span.start)))
    return { kind: "refused", reason: "its statements are no block list, which alone is written here" };
  const own = pulumiProvider(readYaml(path, text).root);
  const isNew = after.statements.some(
    (one) => one.kind === "read" && /: partition\}.*\/api\.pulumi\.com\/oidc/.test(JSON.stringify(one)),
  );
  if (own === undefined && isNew)
    return {
      kind: "refused",
      reason: "the program has no words for its account: make Pulumi's provider in it, or write the ARN out",
    };
  const arn = (value: string): Plain => ({
    plain: value.includes(": partition}") ? `\${${own ?? ""}.arn}` : JSON.stringify(value),
    below: false,
  });
  return editBlock(
    { path, text, before: policy, statements, at, arn, json: words === "data" ? dataJson : undefined },
    after,
  );
}

/** A statement in the words of `getPolicyDocument`. */
function dataJson(statement: AwsReadStatement): Json {
  const { sid, effect, actions, principals, conditions } = dataParts(statement);
  return {
    ...(sid === undefined ? {} : { sid }),
    ...(effect === undefined ? {} : { effect }),
    actions,
    principals: principals.map(({ type, identifiers }) => ({ type, identifiers })),
    conditions: conditions.map(({ test, variable, values }) => ({ test, variable, values })),
  };
}
