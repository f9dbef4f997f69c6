import { literal } from "@gha2pulumi/repo";
import { expressionsIn, type Step } from "@gha2pulumi/workflow";
import type { Occurrence } from "../intent.ts";
import type { Intent } from "../intents.ts";
import { optionVariable } from "../option-variable.ts";
import { isImplied } from "../stack-conflicts.ts";
import { operationFlags } from "../recognisers/pulumi-arguments.ts";
import { stackOf } from "../stack-settings.ts";
import type { Group } from "./call-group.ts";
import type { CallOption } from "./call-request.ts";
import type { SentNames } from "./call-sent.ts";

/** What stands around the operations of a step: the others of their stacks, those of them that move, and the names sent. */
interface Around {
  readonly peers: readonly Intent[];
  readonly moving: readonly Intent[];
  readonly forced: SentNames;
  /** Its project refreshes by itself: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
  readonly refreshes: boolean;
}

/**
 * Flags of the CLI that a call hands over, because another operation of its stack goes without them. Where the
 * operations of its step do not agree, a step has one text all the same: that of an input of `pulumi/actions` that is
 * `true` for some of them. None where there is no such text. A switch that the settings turn on for one that moves is
 * turned off by the call of one without it.
 */
export function optionsSent(
  group: Group,
  step: Step,
  { peers, moving, forced, refreshes }: Around,
): readonly CallOption[] {
  const all = group.flatMap(({ occurrences }) => occurrences);
  const stacks = new Set(group.map(stackOf));
  // The first half of an update runs as that does.
  const neighbours = peers.filter((one) => stacks.has(stackOf(one)) && !isImplied(one));
  const found: CallOption[] = [];
  for (const flag of new Set(all.flatMap((one) => [...optionsOf(one).keys()]))) {
    const texts = new Set(all.map((one) => optionsOf(one).get(flag)));
    const [text] = texts;
    if (texts.size > 1 || text === undefined) {
      const given = switchText(step, flag, texts);
      // One that moves has it by the settings, from which a call cannot take it back.
      const isSaved = moving.some((one) => stacks.has(stackOf(one)) && hasOption(one, flag));
      if (given === undefined || isSaved) return [];
      found.push({ flag, text: given, isSwitch: true });
    } else {
      const isForced = group.some((one) => forced.get(stackOf(one))?.has(optionVariable(flag)));
      const isShared = neighbours.every((one) => one.occurrences.every((each) => optionsOf(each).get(flag) === text));
      if (isForced || !isShared) found.push({ flag, text, isSwitch: false });
    }
  }
  const saved = moving.filter((one) => stacks.has(stackOf(one))).flatMap(({ occurrences }) => occurrences);
  for (const flag of new Set(saved.flatMap((one) => [...optionsOf(one).keys()]))) {
    // What a project says by itself, a flag that is not given leaves alone, and one that is `false` does not.
    const isOff = operationFlags.get(flag)?.takes === "switch" && !(flag === "refresh" && refreshes);
    if (isOff && !group.some((one) => hasOption(one, flag))) found.push({ flag, text: "false", isSwitch: false });
  }
  return found;
}

/** The input as it is written, where it says `true` or nothing. */
function switchText(step: Step, flag: string, texts: ReadonlySet<string | undefined>): string | undefined {
  const text = step.uses === undefined ? undefined : step.with.get(flag)?.text.trim();
  const isSwitch = [...texts].every((one) => one === undefined || one === "true");
  return isSwitch && text !== undefined && expressionsIn(text).length === 1 && /^\$\{\{.*\}\}$/s.test(text)
    ? text
    : undefined;
}

function hasOption({ occurrences }: Intent, flag: string): boolean {
  return occurrences.some((one) => optionsOf(one).has(flag));
}

/** The flags whose values are known, by name. */
function optionsOf({ operates }: Occurrence): ReadonlyMap<string, string> {
  return new Map(
    operates.modifiers.flatMap(({ name, treatment, value }): readonly (readonly [string, string])[] => {
      const text = treatment === "option" ? literal(value) : undefined;
      return text === undefined ? [] : [[name, text]];
    }),
  );
}
