import { written } from "@gha2pulumi/repo";
import type { Job, Step } from "@gha2pulumi/workflow";
import type { ConfigSet } from "../intent.ts";
import type { Findings } from "../intents.ts";
import type { Group } from "./call-group.ts";
import type { CallConfig } from "./call-request.ts";
import { holdsAllSecrets, mayBeSecret } from "./call-secrecy.ts";

/** Configuration the job sets before it, as the deployment can set it; or why it cannot. */
export function configSent(group: Group, { stories }: Findings): readonly CallConfig[] | string {
  const [first] = group;
  const [{ config, site }] = first.occurrences;
  const others = group.flatMap((intent) => intent.occurrences.map((one) => one.config));
  const shown = (all: readonly ConfigSet[]): string =>
    JSON.stringify(all.map(({ key, value }) => [key, written(value.text)]));
  if (others.some((one) => shown(one) !== shown(config))) return "the configuration it is given depends on the event";
  const before = stories.flatMap(({ jobs }) =>
    jobs.filter(({ job }) => job.job === site.jobPlay.job).flatMap(({ entries }) => entries),
  );
  const unread = before.find(
    (entry) => entry.config === undefined && entry.reasons.some(({ code }) => code === "GP222"),
  );
  if (unread) return "a value of its configuration cannot be read";
  const hidden = config.find(({ value }) =>
    value.text.some((piece) => typeof piece !== "string" && !isExpression(piece.expression)),
  );
  if (config.some(({ value }) => holdsAllSecrets(value.text))) return "its configuration holds every secret there is";
  if (hidden) return `the value of \`${hidden.key}\` is computed in a script`;
  return config.map(({ key, value, secret, path }) => ({
    key,
    text: written(value.text),
    secret:
      secret ||
      value.text.some((piece) => typeof piece !== "string" && piece.names.some((name) => name.startsWith("secrets."))),
    hidden: mayBeSecret(value.text),
    path,
  }));
}

/** An expression of GitHub's, rather than one of the shell. */
function isExpression(expression: string): boolean {
  return /^(github|steps|needs|inputs|vars|secrets|matrix|format\()/.test(expression) && !expression.includes("$(");
}

/** Steps before it that only set configuration. */
export function configSteps(job: Job, replaced: Step, { stories }: Findings): readonly number[] {
  const entries = stories.flatMap(({ jobs }) =>
    jobs.filter((played) => played.job.job === job).flatMap((played) => played.entries),
  );
  const isConfig = (step: Step): boolean => {
    const own = entries.filter((entry) => entry.step.step === step);
    const writes = /GITHUB_(OUTPUT|ENV|PATH)/.test(step.run?.text ?? "");
    return (
      !writes &&
      own.some(({ config }) => config) &&
      own.every(({ config, duty }) => config !== undefined || duty === "serves")
    );
  };
  return job.steps.filter((step) => step.index < replaced.index && isConfig(step)).map((step) => step.index);
}
