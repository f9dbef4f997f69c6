import { written, type Hole, type Tree } from "@gha2pulumi/repo";
import { expressionsIn, type Step } from "@gha2pulumi/workflow";
import { namesAway } from "./at-home.ts";
import { isConfigOf, isOfOther } from "../config-writes.ts";
import type { ConfigSet, ConfigWrite, Reason } from "../intent.ts";
import type { Entry } from "../entry.ts";
import { isOnRunner } from "../runner-paths.ts";
import type { Group, Host } from "./call-group.ts";
import { needsNoFiles } from "./call-later.ts";
import { rawValue } from "./call-raw.ts";
import type { CallConfig } from "./call-request.ts";
import { holdsAllSecrets, mayBeSecret } from "./call-secrecy.ts";

/** Whether a call of these operations hands over what is written there: it is for their stack and for no other. */
export function isGiven(config: ConfigWrite, group: Group): boolean {
  return group.every((intent) => intent.occurrences.every(({ operates }) => isConfigOf(config, operates) === true));
}

/** Configuration the job sets before it, as the deployment can set it; or why it cannot. */
export function configSent(
  group: Group,
  { kind, steps, plays, span: { path, start, end } }: Host,
  tree: Tree,
): readonly CallConfig[] | string {
  const [first] = group;
  const [{ config, site }] = first.occurrences;
  const others = group.flatMap((intent) => intent.occurrences.map((one) => one.config));
  const keys = (all: readonly ConfigSet[]): string =>
    JSON.stringify(all.map((one) => [one.key, one.path, one.unless ?? ""]));
  if (others.some((one) => keys(one) !== keys(config))) return "the configuration it is given depends on the event";
  const obstacle = plays
    .map((entries) => playObstacle(entries, group, site.step.step))
    .find((one) => one !== undefined);
  if (obstacle !== undefined) return obstacle;
  const around = tree.get(path)?.slice(start, end) ?? "";
  const sent = config.map((one, index) => {
    const raw = (): string | undefined => rawValue(one, site.step.step, steps, tree);
    const isCalled = kind === "action" || site.jobPlay.calls !== undefined;
    return valueSent(
      one,
      others.flatMap((all) => all[index] ?? []),
      raw,
      (expression) =>
        isCalled
          ? namesAway(`\${{ ${expression} }}`, around, { kind }).length > 0
          : /^(steps|needs|inputs)\b/.test(expression) && !around.includes(expression),
    );
  });
  return sent.every((one) => typeof one !== "string") ? sent : (sent.find((one) => typeof one === "string") ?? "");
}

/** One value of the configuration: `all` is what it is in each event, `source` how it is written. */
function valueSent(
  one: ConfigSet,
  all: readonly ConfigSet[],
  source: () => string | undefined,
  isAway: (expression: string) => boolean,
): CallConfig | string {
  const texts = all.map(({ value }) => value.text);
  const pieces = texts.flat().filter((piece) => typeof piece !== "string");
  if (texts.some(isOnRunner)) return `the value of \`${one.key}\` is a path of the runner`;
  if (texts.some(holdsAllSecrets)) return "its configuration holds every secret there is";
  const isOpen = pieces.some(({ expression }) => !isExpression(expression));
  // Of a job before it the outputs are known by what they hold, which is no name in this job.
  const foreign = pieces.find(({ expression }) => isAway(expression));
  const isVaried = texts.some((text) => written(text) !== written(one.value.text));
  const text = source();
  // What another step or job gives stays its output: when it runs again, or has failed, what it is made of may be another.
  const isGiven = text !== undefined && /\b(?:needs|steps)\b/.test(text);
  const raw = isVaried || foreign !== undefined || isGiven ? text : byRepository(text, pieces);
  if (isOpen) return `the value of \`${one.key}\` is computed in a script`;
  if (raw === undefined && isVaried) return "the configuration it is given depends on the event";
  if (raw === undefined && foreign !== undefined)
    return `the value of \`${one.key}\` is \`${foreign.expression}\`, which has another name where its step stands`;
  return {
    key: one.key,
    text: raw ?? written(one.value.text),
    secret:
      all.some(({ secret }) => secret) || pieces.some(({ names }) => names.some((name) => name.startsWith("secrets."))),
    hidden: texts.some(mayBeSecret),
    path: one.path,
    unless: one.unless,
  };
}

/**
 * A value as it is written, where it names the repository and nothing else was filled in: a fork, or a repository of
 * another name, then sends its own.
 */
function byRepository(raw: string | undefined, left: readonly Hole[]): string | undefined {
  const expressions = expressionsIn(raw ?? "").map(({ source }) => source.trim());
  const isOfRepository = (one: string): boolean => /^github\.repository(?:_owner)?$/.test(one);
  const others = expressions.filter((one) => !isOfRepository(one));
  return others.length < expressions.length && others.every((one) => left.some(({ expression }) => expression === one))
    ? raw
    : undefined;
}

/** What stands against handing over the configuration of a job as one of its plays writes it. */
function playObstacle(entries: readonly Entry[], group: Group, replaced: Step): string | undefined {
  const isOfOthers = (reason: Reason): boolean =>
    group.every((intent) => intent.occurrences.every(({ operates }) => isOfOther(reason, operates)));
  const operating = (entry: Entry): boolean => entry.step.step === replaced && entry.operates.length > 0;
  // What is written behind the operation is none of its configuration.
  const last = entries.findLastIndex(operating);
  const unread = (last < 0 ? entries : entries.slice(0, last + 1))
    .filter(({ config }) => config === undefined)
    .flatMap(({ reasons }) => reasons.filter((reason) => reason.code === "GP222" && !isOfOthers(reason)));
  const [open] = unread;
  if (open !== undefined) return open.writes?.obstacle ?? "a value of its configuration cannot be read";
  const end = entries.findIndex(operating);
  const before = entries.slice(0, Math.max(end, 0));
  const own = before.filter(({ config }) => config !== undefined && isGiven(config, group));
  const [first] = own;
  if (first === undefined) return undefined;
  const isLenient = ({ command, step }: Entry): boolean =>
    command.excused || (step.step.continueOnError?.text ?? "false") !== "false";
  if (own.some(isLenient)) return "its configuration may fail to be written without consequence";
  // A call runs the commands of the settings first, then sets the configuration.
  const behind = before.slice(before.indexOf(first) + 1);
  return behind.some(({ duty, installs }) => duty === "prepares" && !installs)
    ? "a command before it runs when its configuration is written already"
    : undefined;
}

/** An expression of GitHub's, rather than one of the shell. */
function isExpression(expression: string): boolean {
  return /^(github|steps|needs|inputs|vars|secrets|matrix|format\()/.test(expression) && !expression.includes("$(");
}

/**
 * Steps before a call that only write configuration it hands over. One stays where another operation of the job, or
 * anything else behind it, may need what it has written to the stack's file.
 */
export function configSteps(group: Group, { steps, plays }: Host, replaced: Step): readonly number[] {
  const entries = plays.flat();
  const isConfig = (step: Step): boolean => {
    const own = entries.filter((entry) => entry.step.step === step);
    const writes = /GITHUB_(OUTPUT|ENV|PATH)/.test(step.run?.text ?? "");
    return (
      !writes &&
      step.id === undefined &&
      own.some(({ config }) => config) &&
      own.every(({ config, duty }) => (config === undefined ? duty === "serves" : isGiven(config, group)))
    );
  };
  const found = steps.filter((step) => step.index < replaced.index && isConfig(step));
  const isNeeded = (config: Step): boolean =>
    plays.some((play) => {
      const at = play.findIndex((entry) => entry.step.step === config);
      const end = play.findIndex((entry) => entry.step.step === replaced);
      return play.some(
        (entry, i) =>
          at >= 0 &&
          i > at &&
          entry.step.step !== replaced &&
          !found.includes(entry.step.step) &&
          // What an operation is prepared with is done again in its deployment.
          !(entry.duty === "prepares" && i < end) &&
          !needsNoFiles(entry),
      );
    });
  return found.filter((step) => !isNeeded(step)).map((step) => step.index);
}
