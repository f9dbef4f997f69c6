import {
  escaped,
  entry,
  mapEntries,
  readYaml,
  scalarText,
  type Edited,
  type Path,
  type Tree,
  type YamlNode,
  type YamlPath,
} from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition, RoleName } from "../notation.ts";
import { editBlock, isDoubtful, type Plain } from "./block-yaml.ts";
import { editBraced, type BracedStyle } from "./braced.ts";
import { source } from "./code.ts";
import { jsonStyle } from "./json-style.ts";
import { homeOf, isOurs, policyOf, spansOf, unreadPolicy, type ReadDocument } from "./policy-values.ts";
import { ownArn, resourcesOf, templateValue, type Template } from "./template-values.ts";
import { asText, rendered, type Value } from "./values.ts";

/**
 * Roles of CloudFormation, SAM and Serverless templates, in YAML or JSON.
 * https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-role.html
 */
export const cloudformation: Notation = {
  name: "cloudformation",
  claims: (path, text) =>
    /\.(?:ya?ml|json|template)$/.test(path) && !path.startsWith(".github/") && text.includes("AWS::IAM::Role"),
  open: () => Promise.resolve(reader),
};

const reader: NotationReader = {
  read: (tree, path) => sitesIn(tree, path).map(({ definition }) => definition),
  write(definition, after, tree) {
    const { path } = definition.document;
    const site = sitesIn(tree, path).find((one) => one.definition.document.start === definition.document.start);
    if (site === undefined) return { kind: "refused", reason: `${path} does not define the role any more` };
    return written(site, after, path);
  },
};

const notRead = "its policy is not read: it is computed when the stack is made";

interface Site {
  readonly definition: RoleDefinition;
  readonly read: ReadDocument;
  readonly template: Template;
  /** The way to the policy document. */
  readonly at: YamlPath;
}

function sitesIn(tree: Tree, path: Path): readonly Site[] {
  const text = tree.get(path) ?? "";
  const { root, problems } = readYaml(path, text);
  if (root === undefined) return [];
  const broken = problems.find(isDoubtful);
  const below: YamlPath = entry(root, "Resources") === undefined ? ["resources", "Resources"] : ["Resources"];
  return mapEntries(resourcesOf(root)).flatMap(({ key, keySpan, value }) => {
    const properties = entry(value, "Properties");
    const document = entry(properties, "AssumeRolePolicyDocument");
    if (scalarText(entry(value, "Type")) !== "AWS::IAM::Role" || document === undefined) return [];
    const template = { text, root };
    const made = templateValue(document, template);
    const read = policyOf(made);
    if (read !== undefined && !isOurs(read.policy)) return [];
    const definition: RoleDefinition = {
      notation: "cloudformation",
      variant: path.endsWith(".json") ? "a JSON template" : "a YAML template",
      name: nameOf(key, entry(properties, "RoleName"), template),
      place: keySpan,
      document: made.span,
      policy: read?.policy ?? unreadPolicy(notRead, text.slice(made.span.start, made.span.end)),
      statements: read === undefined ? [made.span] : spansOf(read.statements),
      home: homeOf(read?.statements ?? []) ?? rendered(ownArn),
      obstacle:
        read === undefined
          ? { gap: "dynamic", because: notRead }
          : broken && { gap: "unsupported", because: broken.message },
      told: read !== undefined,
    };
    return [
      {
        definition,
        read: read ?? { policy: definition.policy, statements: [], list: undefined },
        template,
        at: [...below, key, "Properties", "AssumeRolePolicyDocument"],
      },
    ];
  });
}

/** Without a name CloudFormation makes one from the stack's, the resource's and a random end. */
function nameOf(logical: string, node: YamlNode | undefined, template: Template): RoleName {
  if (node !== undefined) return { kind: "named", name: asText(templateValue(node, template)) };
  return { kind: "generated", name: logical, pattern: new RegExp(`-${escaped(logical)}-[A-Za-z0-9]{8,}$`) };
}

function written({ read, template, at }: Site, after: RoleDefinition["policy"], path: Path): Edited {
  const { text } = template;
  const { policy, statements, list } = read;
  if (list === undefined && !isBraced(text, statements[0])) {
    return { kind: "refused", reason: "it has a single statement where a list has to be" };
  }
  if (isBraced(text, list ?? statements[0])) {
    const style = path.endsWith(".json") ? jsonStyle('"', longSub) : flowStyle(usesTags(template));
    return editBraced({ text, before: policy, statements, list, style }, after);
  }
  return editBlock(
    { path, text, before: policy, statements, at: [...at, "Statement"], arn: usesTags(template) ? shortSub : fnSub },
    after,
  );
}

function isBraced(text: string, value: Value | undefined): boolean {
  return value !== undefined && /^[[{]/.test(text.slice(value.span.start));
}

/** Whether a template writes its functions as tags. */
function usesTags({ text }: Template): boolean {
  return /(?:^|[\s[{,])!(?:Sub|GetAtt|Ref|Join)\b/.test(text) || !/\bFn::\w+/.test(text);
}

const longSub = (value: string): ReturnType<typeof source> => source(`{ "Fn::Sub": ${JSON.stringify(value)} }`);
const fnSub = (value: string, quote: string): Plain => ({ plain: `Fn::Sub: ${quote}${value}${quote}`, below: true });
const shortSub = (value: string, quote: string): Plain => ({ plain: `!Sub ${quote}${value}${quote}`, below: false });

/** Maps in braces inside YAML: every text is quoted, for a plain one may end at a comma. */
function flowStyle(tags: boolean): BracedStyle {
  const own = jsonStyle('"', (value) => (tags ? source(`!Sub ${JSON.stringify(value)}`) : longSub(value)));
  return { ...own, comment: /#/ };
}
