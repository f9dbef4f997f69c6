import type { Step } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import type { World } from "../world.ts";
import type { Host } from "./call-group.ts";
import { isLogin, needsNoLogin } from "./call-later.ts";

/**
 * The steps around an operation that becomes a call which log in to a cloud for nobody else. They go: its credentials
 * leave the runner. `gone` are other steps that go with it. One stays where anything behind it that stays may use it, in
 * any play of its job, or reads its outputs.
 */
export function loginSteps(
  { steps, plays }: Host,
  replaced: Step,
  gone: readonly number[],
  world: World,
): readonly number[] {
  const text = (world.tree.get(replaced.span.path) ?? "").toLowerCase();
  const away = new Set([replaced, ...steps.filter(({ index }) => gone.includes(index))]);
  const isUsed = (step: Step, entries: readonly Entry[]): boolean => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    return at >= 0 && !entries.slice(at).every((entry) => away.has(entry.step.step) || needsNoLogin(entry, world.tree));
  };
  return steps
    .filter(
      (step) =>
        step.index < replaced.index &&
        !away.has(step) &&
        plays.some((entries) => entries.some((entry) => entry.step.step === step && isLogin(entry))) &&
        !plays.some((entries) => isUsed(step, entries)) &&
        (step.id === undefined || !text.includes(`steps.${step.id.toLowerCase()}.`)),
    )
    .map((step) => step.index);
}
