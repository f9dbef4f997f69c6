import { literal, written, type Text } from "@gha2pulumi/repo";
import type { Command, Repository, Step } from "@gha2pulumi/workflow";
import { commandsInside } from "../commands-inside.ts";
import type { Occurrence } from "../intent.ts";
import type { Entry } from "../entry.ts";
import { isGiven } from "./call-config.ts";
import type { Group, Host } from "./call-group.ts";

/** Why the operation of a step cannot be called, whatever becomes of the rest of the step. */
export function stepObstacle(
  group: Group,
  entries: readonly Entry[],
  step: Step,
  repository: Repository,
): string | undefined {
  const places = new Set(group.map((intent) => JSON.stringify(intent.occurrences[0].operates.from.at(-1))));
  if (places.size > 1) return "its step runs several operations";
  const all = group.flatMap((intent) => intent.occurrences);
  if (all.some(({ prepare }) => prepare.some((one) => one.command.includes("${{"))))
    return "a command before it uses a value of the run";
  // There the checkout may be somebody else's, and with it the script that gets the token.
  const foreign = all.find((one) => isForeign(one, repository));
  if (foreign)
    return foreign.event.kind === "other" && foreign.revision === ""
      ? "a stranger's comment may start it"
      : "it may run on what a stranger's pull request brings";
  // A preview in front of it has its place in the script too.
  for (const { command } of entries.filter((entry) => entry.operates.length > 0)) {
    if (command.kind !== "run") continue;
    if (!command.unconditional) return "its script decides whether it runs";
    if (command.excused && step.continueOnError === undefined) return "its script goes on when it fails";
    if (command.writes !== undefined) return "what it prints goes into a file";
  }
  const script = (step.run?.text ?? "").replaceAll(/^\s*#.*$/gm, "");
  if (steered.test(script)) return "its script repeats it, limits its time or does not wait for it";
  return undefined;
}

/**
 * A run of another workflow may be one for a pull request of a fork, whose branch has any name; its commit is what
 * `ref:` brings then. https://docs.github.com/actions/reference/security/secure-use
 */
function isForeign({ event, revision, site }: Occurrence, { workflows }: Repository): boolean {
  if (event.kind === "pull_request") return event.target;
  if (event.kind === "other") return event.name === "issue_comment";
  if (event.kind !== "workflow_run" || revision === "") return false;
  const heard = site.jobPlay.workflow.triggers.flatMap(({ workflows }) => workflows ?? []).map(({ text }) => text);
  const found = [...workflows.values()].filter(({ name }) => heard.includes(name));
  return (
    found.length < heard.length ||
    found.some(({ triggers }) => triggers.some(({ event }) => event.startsWith("pull_request")))
  );
}

/** What of a step would be lost if the call took all of its place. */
export function lossOf(group: Group, entries: readonly Entry[], step: Step): string | undefined {
  const isOwn = (entry: Entry): boolean =>
    entry.operates.length > 0 ||
    (entry.config !== undefined ? isGiven(entry.config, group) : ["serves", "prepares"].includes(entry.duty));
  const other = entries.find((entry) => !isOwn(entry));
  if (other) return "its step does something else too";
  const file = /GITHUB_(OUTPUT|ENV|PATH|STEP_SUMMARY)|::set-output/.exec(step.run?.text ?? "")?.[0];
  return file === undefined ? undefined : `its script writes to \`${file}\``;
}

/** Words that run a command again, not to its end, or beside the script. */
const steered = /(^|[\s;&|({])(for|while|until|timeout|nohup|retry|trap|eval|coproc)\s|(^|[^&>])&(\s|$)/m;

/** What the job around it has to have, or must not have. */
export function jobObstacle({ plays }: Host, step: Step): string | undefined {
  // One beside the workspace's own folder does not count.
  const isCheckout = ({ command, after }: Entry): boolean =>
    command.kind === "uses" && command.action.toLowerCase() === "actions/checkout" && after.checkedOut;
  const hasCheckout = plays.every((entries) => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    return at < 0 || entries.slice(0, at).some((entry) => isCheckout(entry) && entry.step.runs.value === true);
  });
  if (!hasCheckout) return "its job does not check out the repository before it, where the script of the call is";
  // What a script of the repository pushes, it pushes too.
  const isPushed = ({ command, before }: Entry): boolean =>
    [command, ...commandsInside([command], before.tree).commands].some(pushesImage);
  if (plays.some((entries) => entries.some(buildsImage)) && !plays.some((entries) => entries.some(isPushed)))
    return "its job builds an image and pushes it nowhere, so the program may take it from the runner";
  return undefined;
}

const imageAction = /^docker\/(build-push|bake)-action$/i;

function buildsImage({ command }: Entry): boolean {
  if (command.kind === "uses") return imageAction.test(command.action);
  return command.kind === "run" && /^docker (image |compose |buildx )?(build|bake)\b/.test(textOf(command.words));
}

/** Whether what is built gets to where a deployment finds it, too. */
function pushesImage(command: Command): boolean {
  if (command.kind === "uses") {
    const { inputs } = command;
    const push = inputs.get("push");
    const outputs = written(inputs.get("outputs")?.text ?? []);
    return (
      imageAction.test(command.action) &&
      ((push !== undefined && literal(push.text) !== "false") || /type=registry|push=true/.test(outputs))
    );
  }
  return (
    command.kind === "run" &&
    /^docker (image |compose |manifest )?push\b|^docker .* --push\b/.test(textOf(command.words))
  );
}

function textOf(words: readonly Text[]): string {
  return words.map((word) => written(word)).join(" ");
}
