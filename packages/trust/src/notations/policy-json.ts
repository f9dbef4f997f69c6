import { readYaml, type Path, type Tree } from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition } from "../notation.ts";
import { editBraced } from "./braced.ts";
import { jsonStyle } from "./json-style.ts";
import { homeOf, isOurs, policyOf, spansOf, type ReadDocument } from "./policy-values.ts";
import { valueOf, type Value } from "./values.ts";

/**
 * A trust policy in a file of its own, as `aws iam create-role --assume-role-policy-document file://…` takes it.
 * https://docs.aws.amazon.com/cli/latest/reference/iam/update-assume-role-policy.html
 */
export const policyJson: Notation = {
  name: "policy-json",
  claims: (path, text) => path.endsWith(".json") && text.includes("Statement"),
  open: () => Promise.resolve(reader),
};

const reader: NotationReader = {
  read(tree, path) {
    const found = documentIn(tree, path);
    if (found === undefined || !isOurs(found.read.policy)) return [];
    const { document, read } = found;
    const definition: RoleDefinition = {
      notation: "policy-json",
      variant: "a JSON file",
      name: { kind: "untold" },
      place: document.span,
      document: document.span,
      policy: read.policy,
      statements: spansOf(read.statements),
      home: homeOf(read.statements),
      obstacle: undefined,
      told: true,
    };
    return [definition];
  },
  write(definition, after, tree) {
    const { path } = definition.document;
    const found = documentIn(tree, path);
    if (found === undefined) return { kind: "refused", reason: `${path} is no policy any more` };
    const { policy, statements, list } = found.read;
    return editBraced({ text: tree.get(path) ?? "", before: policy, statements, list, style: jsonStyle('"') }, after);
  },
};

function documentIn(tree: Tree, path: Path): { readonly document: Value; readonly read: ReadDocument } | undefined {
  const file = readYaml(path, tree.get(path) ?? "");
  // A file that YAML reads and JSON does not is none of these.
  if (file.root?.kind !== "map" || file.problems.length > 0 || !isJson(file.text)) return undefined;
  const document = valueOf(file.root, () => undefined);
  const read = policyOf(document);
  return read && { document, read };
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ""));
    return true;
  } catch {
    return false;
  }
}
