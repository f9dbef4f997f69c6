import { literal } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import { openObject, type Value } from "./expression/value.ts";
import type { Job } from "./model.ts";
import { toText } from "./text-value.ts";

/**
 * The `runner` context of a job: its system where a label tells it, of GitHub's own runners and of those that are added
 * with the usual labels. Another name may stand for any.
 * https://docs.github.com/actions/reference/runners/github-hosted-runners
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/apply-labels
 */
export function runnerContext({ runsOn }: Job, contexts: Contexts): Value {
  const labels = runsOn.map(({ text }) => literal(toText(text, contexts)) ?? "");
  const found = systems.filter(([label]) => labels.some((one) => label.test(one))).map(([, system]) => system);
  const [os] = found;
  return openObject("runner", os !== undefined && found.length === 1 ? { os } : {}, "the runner's own");
}

const systems: readonly (readonly [label: RegExp, system: string])[] = [
  [/^(?:ubuntu-.+|linux)$/i, "Linux"],
  [/^(?:windows-.+|windows)$/i, "Windows"],
  [/^(?:macos-.+|macos)$/i, "macOS"],
];
