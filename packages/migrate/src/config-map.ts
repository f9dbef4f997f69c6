import { entry, holes, readYaml, scalarText, textOf, type Bound, type Text } from "@gha2pulumi/repo";
import type { ConfigSet } from "./intent.ts";

/**
 * `config-map: "{key: {value: x, secret: false}}"`, YAML in a text; `undefined` where it is not written that way.
 * https://github.com/pulumi/actions#configuration
 */
export function readConfigMap(given: Bound): readonly ConfigSet[] | undefined {
  // Expressions stand in texts; a mark takes their place while the YAML is read.
  const expressions = holes(given.text);
  const source = given.text
    .map((piece) => (typeof piece === "string" ? piece : `\u{e000}${expressions.indexOf(piece)}\u{e001}`))
    .join("");
  const filled = (text: string): Text =>
    textOf(
      ...text
        .split(/(\u{e000}\d+\u{e001})/u)
        .map((part) => (part.startsWith("\u{e000}") ? (expressions[Number(part.slice(1, -1))] ?? part) : part)),
    );
  const { root, problems } = readYaml("config-map", source);
  if (root?.kind !== "map" || problems.length > 0) return undefined;
  const sets = root.entries.map(({ key, value }): ConfigSet | undefined => {
    const text = scalarText(entry(value, "value"));
    const secret = scalarText(entry(value, "secret")) ?? "false";
    if (text === undefined || key.includes("\u{e000}") || !/^(true|false)$/.test(secret)) return undefined;
    return {
      key,
      value: { text: filled(text), from: given.from },
      secret: secret === "true",
      path: false,
      unless: undefined,
    };
  });
  return sets.every((one) => one !== undefined) ? sets : undefined;
}
