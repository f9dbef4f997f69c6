import type { Span, YamlNode } from "@gha2pulumi/repo";
import { child, nodesOf, wordsOf, writtenOf } from "./read-node.ts";
import type { Cron, Input, Trigger } from "./model.ts";

/** `on:` in its three spellings: one word, a list of words, a mapping with filters. */
export function readTriggers(node: YamlNode | undefined): readonly Trigger[] {
  if (node?.kind !== "map") {
    return (wordsOf(node) ?? []).map((word) => readTrigger(word.text, undefined, word.span));
  }
  return node.entries.map((entry) => readTrigger(entry.key, entry.value, entry.keySpan));
}

function readTrigger(event: string, node: YamlNode | undefined, span: Span): Trigger {
  const words = (key: string): Trigger["branches"] => wordsOf(child(node, key));
  return {
    event,
    branches: words("branches"),
    branchesIgnore: words("branches-ignore"),
    tags: words("tags"),
    tagsIgnore: words("tags-ignore"),
    paths: words("paths"),
    pathsIgnore: words("paths-ignore"),
    types: words("types"),
    workflows: words("workflows"),
    crons: event === "schedule" ? nodesOf(node).flatMap(readCron) : [],
    inputs: readInputs(child(node, "inputs")),
    span,
  };
}

/** https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onschedule */
function readCron(node: YamlNode): readonly Cron[] {
  const cron = writtenOf(child(node, "cron"));
  return cron ? [{ ...cron, zone: writtenOf(child(node, "timezone"))?.text ?? "UTC" }] : [];
}

const inputTypes: readonly Input["type"][] = ["string", "choice", "boolean", "number", "environment"];

/** Inputs of a dispatch, a reusable workflow or an action; a missing or unknown `type` is a string, as on GitHub. */
export function readInputs(node: YamlNode | undefined): ReadonlyMap<string, Input> {
  if (node?.kind !== "map") return new Map();
  return new Map(
    node.entries.map(({ key, keySpan, value }) => {
      const type = writtenOf(child(value, "type"))?.text;
      const input: Input = {
        name: key,
        type: inputTypes.find((known) => known === type) ?? "string",
        options: (wordsOf(child(value, "options")) ?? []).map((option) => option.text),
        default: writtenOf(child(value, "default")),
        span: keySpan,
      };
      return [key, input] as const;
    }),
  );
}
