import { entry, mapEntries, scalarText, type Span, type Trail, type YamlNode } from "@gha2pulumi/repo";
import { literalText, settingPieces, type SettingPiece } from "../settings.ts";
import { LIVE } from "./config-key.ts";
import { yamlName } from "./yaml-text.ts";
import { concat, madeSecret, unread, type Value } from "./value.ts";

/** What names in references stand for. */
export interface Names {
  readonly config: YamlNode | undefined;
  readonly variables: YamlNode | undefined;
  /** What the switch `live` is read as. */
  readonly live: boolean;
}

/** Limits that no honest program reaches. */
const MOST_DEPTH = 50;
const MOST_TEXT = 100_000;

/** What a node of a program in Pulumi YAML amounts to, as far as that can be read. */
export function yamlValue(node: YamlNode, names: Names, depth = 0): Value {
  const from = trailOf(node.span);
  if (depth > MOST_DEPTH) return unread("nested too deeply", from);
  const inner = (child: YamlNode): Value => yamlValue(child, names, depth + 1);
  switch (node.kind) {
    case "null":
      return { kind: "undefined", from };
    case "list":
      return { kind: "list", items: node.items.map(inner), from };
    case "map": {
      const [first] = node.entries;
      if (first !== undefined && node.entries.length === 1 && /^fn::/i.test(first.key))
        return first.key === "fn::secret" ? madeSecret(inner(first.value), from) : unread(`\`${first.key}\``, from);
      const fields = new Map<string, Value>();
      for (const { key, value } of node.entries) {
        const name = interpolated(key, names, from, depth);
        const plain = name.kind === "text" ? literalText(name.pieces) : undefined;
        if (plain === undefined) return unread("a computed property name", from);
        fields.set(plain, inner(value));
      }
      return { kind: "record", fields, from };
    }
    case "scalar":
      if (!node.quoted && /^(?:true|false)$/.test(node.text))
        return { kind: "boolean", value: node.text === "true", from };
      return interpolated(node.text, names, from, depth);
  }
}

const trailOf = (span: Span): Trail => [span];

/** A text with references in it; a text that is one reference has its type (pulumi-yaml, ast/expr.go). */
function interpolated(text: string, names: Names, from: Trail, depth: number): Value {
  if (text.length > MOST_TEXT) return unread("too large", from);
  const parts: Value[] = [];
  let rest = text;
  while (rest !== "") {
    const plain = /^(?:\$\$|\$(?!\{)|[^$])+/.exec(rest)?.[0] ?? "";
    if (plain !== "") parts.push(textValue([plain.replaceAll("$$", "$")], from));
    rest = rest.slice(plain.length);
    if (rest === "") break;
    const found = /^\$\{(?:([A-Za-z_][\w]*)((?:\.\w+)*)|\["((?:[^"\\]|\\")*)"\])\}/.exec(rest);
    if (!found) return unread("a reference that is not read", from);
    const name = found[1] ?? (found[3] ?? "").replaceAll('\\"', '"');
    parts.push(referred(name, found[2] ?? "", names, from, depth));
    rest = rest.slice(found[0].length);
  }
  const [only] = parts;
  if (only === undefined) return textValue([], from);
  return parts.length === 1 ? { ...only, from } : concat(parts, from);
}

const textValue = (pieces: readonly SettingPiece[], from: Trail): Value => ({
  kind: "text",
  pieces: settingPieces(pieces),
  from,
});

function referred(name: string, members: string, names: Names, from: Trail, depth: number): Value {
  if (name === "pulumi" && members === ".organization") return { kind: "organization", from };
  if (members !== "") return unread(`\`${name}${members}\``, from);
  const declared = mapEntries(names.config).find(({ key }) => key === name)?.value;
  if (declared !== undefined) return configured(name, declared, names.live, from);
  const variable = mapEntries(names.variables).find(({ key }) => key === name)?.value;
  return variable === undefined ? unread(`\`${name}\` is not read`, from) : yamlValue(variable, names, depth + 1);
}

/** A configuration value. One with a default may hold what nobody has set; of the switch that is read with it. */
function configured(name: string, declared: YamlNode, live: boolean, from: Trail): Value {
  const type = scalarText(entry(declared, "type"))?.toLowerCase();
  const isSwitch = name === LIVE && type === "boolean";
  const known = ["type", "secret", "description", ...(isSwitch ? ["default"] : [])];
  const unclear = mapEntries(declared).find(({ key }) => !known.includes(key));
  if (declared.kind !== "map" || unclear !== undefined) return unread(`the configuration value \`${name}\``, from);
  if (isSwitch) return { kind: "boolean", value: live, from };
  if (type !== "string") return unread(`the configuration value \`${name}\`, which is no text`, from);
  return textValue([{ config: yamlName(name), secret: scalarText(entry(declared, "secret")) === "true" }], from);
}
