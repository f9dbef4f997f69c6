import { distance, nearest, type YamlNode, type YamlProblem } from "@gha2pulumi/repo";
import { childrenOf, parseExpression, type Expression } from "./expression/parse.ts";
import { expressionsIn } from "./expression/template.ts";

/**
 * Inputs that a file reads and does not declare: they are empty whatever its caller hands in, and GitHub says nothing.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#inputs-context
 */
export function undeclaredInputs(root: YamlNode | undefined, declared: readonly string[]): readonly YamlProblem[] {
  const known = new Set(declared.map((name) => name.toLowerCase()));
  return scalarsIn(root).flatMap(({ node, isCondition }) =>
    [...new Set(sourcesIn(node.text, isCondition).flatMap(inputsIn))]
      .filter((name) => !known.has(name.toLowerCase()))
      .map((name): YamlProblem => ({
        code: "input",
        message: `no input \`${name}\` is declared, so it is always empty${meant(name, declared)}`,
        span: node.span,
        fatal: false,
      })),
  );
}

function meant(name: string, declared: readonly string[]): string {
  const one = nearest(name.toLowerCase(), declared);
  return one !== undefined && distance(name.toLowerCase(), one) <= name.length / 3 ? `; \`${one}\` is` : "";
}

interface Found {
  readonly node: YamlNode & { readonly kind: "scalar" };
  readonly isCondition: boolean;
}

function scalarsIn(node: YamlNode | undefined, key = ""): readonly Found[] {
  switch (node?.kind) {
    case "scalar":
      return [{ node, isCondition: key === "if" }];
    case "list":
      return node.items.flatMap((item) => scalarsIn(item));
    case "map":
      return node.entries.flatMap((entry) => scalarsIn(entry.value, entry.key));
    case "null":
    case undefined:
      return [];
  }
}

function sourcesIn(text: string, isCondition: boolean): readonly string[] {
  return isCondition && !text.includes("${{") ? [text.trim()] : expressionsIn(text).map(({ source }) => source);
}

function inputsIn(source: string): readonly string[] {
  if (!/\binputs\b/i.test(source)) return [];
  const parsed = parseExpression(source);
  return parsed.kind === "parsed" ? namesIn(parsed.node) : [];
}

function namesIn(node: Expression): readonly string[] {
  const isInput = node.kind === "index" && node.of.kind === "context" && node.of.name === "inputs";
  const own = isInput && node.index.kind === "literal" ? [String(node.index.value)] : [];
  return [...own, ...childrenOf(node).flatMap(namesIn)];
}
