import { escaped, textOf, written, type Text, type Tree } from "@gha2pulumi/repo";
import { expressionsIn, type Step } from "@gha2pulumi/workflow";
import { readConfigMap } from "../config-map.ts";
import type { ConfigSet } from "../intent.ts";

/**
 * The value of a configuration as its workflow writes it, which says the same in every event and for every stack:
 * `${{ inputs.size || 'small' }}` rather than `small`. `undefined` where a shell would make something else of it.
 */
export function rawValue(
  { key, value }: ConfigSet,
  step: Step,
  steps: readonly Step[],
  tree: Tree,
): string | undefined {
  const map = step.with.get("config-map")?.text;
  if (map !== undefined) {
    const raw = readConfigMap({ text: asText(map), from: value.from })?.find((one) => one.key === key);
    if (raw !== undefined) return written(raw.value.text);
  }
  const place = value.from.at(-1);
  const source = place && tree.get(place.path)?.slice(place.start, place.end);
  if (place === undefined || source === undefined) return undefined;
  const word = wordBehind(source, key);
  if (word !== undefined) return word;
  const name = variableBehind(source, key);
  const own = steps.find(({ span }) => span.path === place.path && span.start <= place.start && place.end <= span.end);
  const text = name === undefined ? undefined : own?.env.get(name)?.text.trim();
  // A value of the job may be another one by the time of the call.
  return text === undefined || /\$\{\{[^}]*\b(?:env|job)\./.test(text) ? undefined : text;
}

/** The variable that is all of the word behind a key. */
function variableBehind(source: string, key: string): string | undefined {
  return new RegExp(String.raw`\s(["']?)${escaped(key)}\1\s+("?)\$(\{?)(\w+)(?:\}|(?!\w))\2(?=\s|$)`).exec(source)?.[4];
}

/** The word behind a key in a command, where nothing of it is the shell's to change. */
function wordBehind(source: string, key: string): string | undefined {
  const name = escaped(key);
  const word = String.raw`(?:"((?:\$\{\{[^}]*\}\}|[^"$\x60\\])*)"|'((?:\$\{\{[^}]*\}\}|[^'])*)'|((?:\$\{\{[^}]*\}\}|[\w./:@%+=,-])+))`;
  const found = new RegExp(String.raw`\s(["']?)${name}\1\s+${word}(?=\s|$)`).exec(source);
  return found?.[2] ?? found?.[3] ?? found?.[4];
}

function asText(source: string): Text {
  let [parts, at]: [readonly Text[], number] = [[], 0];
  for (const { source: expression, start, end } of expressionsIn(source)) {
    parts = [...parts, [source.slice(at, source.lastIndexOf("${{", start))], [{ expression, names: [], note: "" }]];
    at = source.indexOf("}}", end) + 2;
  }
  return textOf(...parts, source.slice(at));
}
