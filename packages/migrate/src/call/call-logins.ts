import type { Job, Step } from "@gha2pulumi/workflow";
import type { Findings } from "../intents.ts";
import type { World } from "../world.ts";
import { playsOf } from "./call-group.ts";
import { isLogin, needsNoLogin } from "./call-later.ts";

/**
 * The steps of a job that log in to a cloud for nobody but the operation that becomes a call. They go: its credentials
 * leave the runner. `gone` are other steps that go with it. One stays where any step behind it that stays may use it, or reads its outputs.
 */
export function loginSteps(
  job: Job,
  replaced: Step,
  gone: readonly number[],
  findings: Findings,
  world: World,
): readonly number[] {
  const entries = playsOf(job, findings)
    .flat()
    .filter(({ step }) => step.step !== replaced && !gone.includes(step.step.index));
  const text = (world.tree.get(replaced.span.path) ?? "").toLowerCase();
  const steps = new Set(entries.filter(isLogin).map(({ step }) => step.step));
  return [...steps]
    .filter(
      (step) =>
        step.index < replaced.index &&
        entries.every((entry) => entry.step.step.index <= step.index || needsNoLogin(entry)) &&
        (step.id === undefined || !text.includes(`steps.${step.id.toLowerCase()}.`)),
    )
    .map((step) => step.index)
    .sort((a, b) => a - b);
}
