import {
  entry,
  listItems,
  mapEntries,
  scalarText,
  textOf,
  type Hole,
  type Span,
  type Text,
  type YamlNode,
} from "@gha2pulumi/repo";
import { issuerKey } from "../claims.ts";
import { asText, hole, joined, literalOf, textValue, valueOf, type Value } from "./values.ts";

/** A CloudFormation template as far as its values are followed. */
export interface Template {
  readonly text: string;
  readonly root: YamlNode;
}

/** The resources of a template: `Resources:`, or those a Serverless file hands on under `resources:`. */
export function resourcesOf(root: YamlNode | undefined): YamlNode | undefined {
  return entry(root, "Resources") ?? entry(entry(root, "resources"), "Resources");
}

/**
 * The short form's function before a node: `Sub` of `!Sub 'text'`. The reader of YAML knows no tags, so it is looked
 * for in the text.
 */
export function tagBefore(text: string, node: YamlNode): string | undefined {
  const before = text.slice(Math.max(0, node.span.start - 200), node.span.start);
  const [, tag] = /(?:^|[\s[{,])!([A-Za-z0-9]+)(?:[ \t]+|[ \t]*\r?\n[ \t]*)$/.exec(before) ?? [];
  return tag;
}

/** A node with the functions of CloudFormation carried out as far as the template tells their outcome. */
export function templateValue(node: YamlNode, template: Template): Value {
  const again = (inner: YamlNode): Value => templateValue(inner, template);
  const special = (inner: YamlNode): Value | undefined => {
    const tag = tagBefore(template.text, inner);
    if (tag !== undefined) return functionValue(tag, inner, inner.span, template);
    const [only, ...others] = mapEntries(inner);
    if (only === undefined || others.length > 0 || !/^(?:Ref|Fn::\w+)$/.test(only.key)) return undefined;
    return functionValue(only.key.replace("Fn::", ""), only.value, inner.span, template);
  };
  return special(node) ?? valueOf(node, (inner) => (inner === node ? undefined : again(inner)));
}

/** https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html */
function functionValue(name: string, argument: YamlNode, span: Span, template: Template): Value {
  const text = (value: Text): Value => textValue(value, span);
  switch (name) {
    case "Ref":
      return text(reference(scalarText(argument) ?? "", undefined, template));
    case "GetAtt": {
      const parts =
        argument.kind === "list"
          ? listItems(argument).map((item) => scalarText(item) ?? "")
          : (scalarText(argument) ?? "").split(".");
      return text(reference(parts[0] ?? "", parts.slice(1).join("."), template));
    }
    case "Sub":
      return text(substituted(argument, template));
    case "Join": {
      const [between, items] = listItems(argument);
      const values = listItems(items).map((item) => templateValue(item, template));
      return text(joined(values, scalarText(between) ?? ""));
    }
    default:
      return { kind: "unknown", expression: name, because: `\`${name}\` is decided when the stack is made`, span };
  }
}

/** `${Name}` and `${Resource.Attribute}` of a text; `${!Literal}` stands for `${Literal}`. */
function substituted(argument: YamlNode, template: Template): Text {
  const [body, own] = argument.kind === "list" ? listItems(argument) : [argument];
  const text = scalarText(body) ?? "";
  const pieces = text.split(/(\$\{[^}]*\})/).map((piece): string | Hole | Text => {
    const name = /^\$\{([^}]*)\}$/.exec(piece)?.[1]?.trim();
    if (name === undefined) return piece;
    if (name.startsWith("!")) return `\${${name.slice(1)}}`;
    const given = entry(own, name);
    if (given !== undefined) return asText(templateValue(given, template));
    const [resource = "", ...attribute] = name.split(".");
    return reference(resource, attribute.length > 0 ? attribute.join(".") : undefined, template);
  });
  return textOf(...pieces);
}

/** What a name stands for: a provider's ARN, or something only the stack's maker tells. */
function reference(name: string, attribute: string | undefined, template: Template): Text {
  const resource = entry(resourcesOf(template.root), name);
  const type = scalarText(entry(resource, "Type"));
  if (type === "AWS::IAM::OIDCProvider" && (attribute === undefined || attribute === "Arn")) {
    const node = entry(entry(resource, "Properties"), "Url");
    const url = node && literalOf(templateValue(node, template));
    // `Ref` of a provider is its ARN: https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-iam-oidcprovider.html
    if (url !== undefined) return textOf(...ownArn, `:oidc-provider/${issuerKey(url)}`);
  }
  const written = attribute === undefined ? name : `${name}.${attribute}`;
  const parameter = entry(entry(template.root, "Parameters"), name);
  const preset = scalarText(entry(parameter, "Default"));
  if (preset !== undefined) return [hole(written, `a parameter, ${preset} unless the stack was given another value`)];
  return [hole(written, parameter === undefined ? "which the template does not tell" : "a parameter of the stack")];
}

/** How ARNs of the stack's own account begin, as pseudo parameters. */
export const ownArn: Text = ["arn:", hole("AWS::Partition", ""), ":iam::", hole("AWS::AccountId", "")];
