import type { Command, Step } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import type { Findings, Intent } from "../intents.ts";
import { indexOf } from "../story-index.ts";
import { operationWords } from "../operation-words.ts";
import type { CallRequest } from "./call-request.ts";
import { callValue, keyOf, lookUp, seenText, type Choice } from "./call-value.ts";

type Names = Pick<CallRequest, "operation" | "project" | "stack">;

/** What a step does to which stack, as a call of it can say that in all its runs; or why it cannot. */
export function namesOf(group: readonly Intent[], step: Step, findings: Findings): Names | string {
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
  const stack = stackText(group, step);
  if (stack === undefined) return "its stack is put together in a way that cannot be handed over";
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
  if (operations.size === 1) return only;
  const source = step.with.get("command")?.text;
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
function stackText(group: readonly Intent[], step: Step): string | undefined {
  const names = new Set(group.map((intent) => intent.occurrences[0].stack));
  const [only] = names;
  if (names.size === 1) return only;
  const source = (step.with.get("stack-name") ?? step.env.get("PULUMI_STACK_NAME"))?.text.trim();
  const last = source === undefined ? undefined : /(?:^|\/)((?:[\w.-]|\$\{\{[^}]*\}\})+)$/.exec(source)?.[1];
  return last !== undefined && /^[\w./-]*$/.test(source?.slice(0, -last.length) ?? "") ? last : undefined;
}
