import { branchFile, written, type Span, type Tree } from "@gha2pulumi/repo";
import type { Command, Step } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import type { Findings, Intent } from "../intents.ts";
import { indexOf } from "../story-index.ts";
import { operationWords } from "../operation-words.ts";
import { withoutStandIns } from "../stand-ins.ts";
import type { CallRequest } from "./call-request.ts";
import { lookUp } from "../look-up.ts";
import { stackWord } from "./stack-word.ts";
import { callValue, keyOf, readsInputs, seenText, type Choice } from "./call-value.ts";

type Names = Pick<CallRequest, "operation" | "project" | "stack">;

/** What a step does to which stack, as a call of it can say that in all its runs; or why it cannot. */
export function namesOf(group: readonly Intent[], step: Step, findings: Findings, tree: Tree): Names | string {
  const runs = group.flatMap((intent) => intent.occurrences.map((occurrence) => runOf(occurrence, findings)));
  const operation = operationOf(runs, step);
  if (operation === undefined) return "its operation is chosen in a way that cannot be handed over";
  const folder = step.uses === undefined ? undefined : step.with.get("work-dir")?.text;
  const project = callValue(
    folder,
    runs.map(({ occurrence, command }): Choice => ({
      seen: command?.kind === "uses" ? seenText(command.inputs.get("work-dir")?.text) : undefined,
      meant: occurrence.project ?? "",
    })),
  );
  if (project === undefined) return "its project is chosen in a way that cannot be handed over";
  if (runs.some(({ occurrence }) => occurrence.operates.byBranch !== undefined))
    return `which branch it works for, and on which stack, stands in \`${branchFile}\`, which a call does not read`;
  const stack = stackText(group, step, tree);
  if (stack === undefined) return "its stack is chosen in a way that cannot be handed over";
  return { operation, project, stack };
}

interface Run {
  readonly occurrence: Occurrence;
  readonly command: Command | undefined;
}

/** An occurrence with the command it was found in. */
function runOf(occurrence: Occurrence, { stories }: Findings): Run {
  return { occurrence, command: indexOf(stories).operations.get(occurrence.site.step)?.command };
}

function operationOf(runs: readonly Run[], step: Step): CallRequest["operation"] | undefined {
  const operations = new Set(runs.map(({ occurrence }) => occurrence.operates.operation));
  const [only] = operations;
  const source = step.with.get("command")?.text;
  if (operations.size === 1 && !readsInputs(source)) return only;
  // Typed in by hand: any word of the CLI, and every other text fails as it did.
  const key = keyOf(source?.trim() ?? "");
  if (key !== undefined && /^(?:github\.event\.)?inputs\.[\w-]+$/.test(key))
    return { text: lookUp(key, operationWords) };
  const text = callValue(
    source,
    runs.map(({ occurrence, command }): Choice => ({
      seen: command?.kind === "uses" ? seenText(command.inputs.get("command")?.text) : undefined,
      meant: occurrence.operates.operation ?? "",
    })),
  );
  return text === undefined ? undefined : { text };
}

/** The stack by its bare name: as it is for one, as the workflow writes it for several. */
function stackText(group: readonly Intent[], step: Step, tree: Tree): string | undefined {
  const names = new Set(group.map((intent) => intent.occurrences[0].stack));
  const [only] = names;
  const named = (step.with.get("stack-name") ?? step.env.get("PULUMI_STACK_NAME"))?.text.trim();
  const words = new Set(group.flatMap(({ occurrences }) => occurrences.map((one) => named ?? wordOf(one, step, tree))));
  const [source] = words;
  if (names.size === 1 && !readsInputs(source)) return only;
  // A script has another line for each of them, and a call has one.
  if (words.size > 1) return undefined;
  const choices = group.flatMap((intent) =>
    intent.occurrences.map(({ operates, stack }): Choice => ({
      seen: seenText(operates.stack && withoutStandIns(operates.stack.text)),
      meant: stack ?? "",
    })),
  );
  const last = lastPart(source ?? "");
  const isWhole = group.every((intent) =>
    intent.occurrences.every(
      ({ operates, stack }) =>
        operates.stack !== undefined &&
        partsOf(written(withoutStandIns(operates.stack.text))) === partsOf(source ?? "") &&
        stack !== undefined,
    ),
  );
  // As many parts as the name has in every run: the last one is the stack.
  if (last !== undefined && isWhole) return last;
  const prefix = /^[\w.-]+(\/[\w.-]+)*\//.exec(source ?? "")?.[0] ?? "";
  const bare = choices.every(({ seen }) => seen?.startsWith(prefix))
    ? choices.map(({ seen, meant }) => ({ seen: seen?.slice(prefix.length), meant }))
    : choices;
  return callValue(bare === choices ? source : source?.slice(prefix.length), bare);
}

function lastPart(source: string): string | undefined {
  return /(?:^|\/)((?:\$\{\{[^}]*\}\}|[\w.-])+)$/.exec(source)?.[1];
}

/** How many parts a name has between slashes; those in expressions count for nothing. */
function partsOf(name: string): number {
  return name.replaceAll(/\$\{\{[^}]*\}\}/g, "x").split("/").length;
}

function wordOf({ operates: { stack }, site }: Occurrence, step: Step, tree: Tree): string | undefined {
  const textOf = ({ path, start, end }: Span): string => tree.get(path)?.slice(start, end) ?? "";
  const { job, workflow } = site.jobPlay;
  return stack && stackWord(stack.from, step, textOf, (name) => job.env.has(name) || workflow.env.has(name));
}
