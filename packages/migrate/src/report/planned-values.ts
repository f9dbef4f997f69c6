import { asInShell, byText, literal, written, type Bound, type Tree } from "@gha2pulumi/repo";
import { isStandIn } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import { isSecretByName } from "../literal-secrets.ts";
import { shown, sourceOf } from "../stand-ins.ts";

/**
 * What the runs of an operation have for a value: one text where all have the same, and otherwise the text of the file,
 * or each of them where no file has one.
 */
export function plannedTexts(values: readonly Bound[], tree: Tree): readonly string[] {
  const texts = [...new Set(values.map(({ text }) => asInShell(written(text))))];
  const [first] = values;
  const varies = texts.length > 1 || texts.some(isStandIn);
  const source = first && varies && values.every(({ from }) => sourceOf(from, tree) === sourceOf(first.from, tree));
  const ofFile = source ? sourceOf(first.from, tree) : undefined;
  return ofFile === undefined ? [...new Set(texts.map(shown))] : [ofFile];
}

/** The environment of an operation in a plan. What looks like a secret is copied nowhere. */
export function plannedEnvironment(
  occurrences: readonly Occurrence[],
  tree: Tree,
): readonly { readonly name: string; readonly value: string }[] {
  const names = new Set(occurrences.flatMap(({ environment }) => [...environment.keys()]));
  return [...names].sort(byText).flatMap((name) => {
    const values = occurrences.flatMap(({ environment }) => environment.get(name) ?? []);
    return values.some(({ text }) => isSecretByName(name, literal(text) ?? ""))
      ? [{ name, value: "***" }]
      : plannedTexts(values, tree).map((value) => ({ name, value }));
  });
}
