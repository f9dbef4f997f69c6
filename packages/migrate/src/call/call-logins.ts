import { grouped } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import type { World } from "../world.ts";
import { isLogin, needsNoLogin } from "./call-later.ts";
import { textWithout } from "./text-without.ts";
import type { Call } from "./plan-calls.ts";

/**
 * The calls of one file with the steps of their jobs, or of their action, that log in to a cloud for nobody else: they
 * go, its credentials leave the runner. One stays where anything behind it that stays may use it, in any play of its job,
 * or reads its outputs.
 */
export function withoutLogins(calls: readonly Call[], world: World): readonly Call[] {
  return [...grouped(calls, ({ job, host }) => `${host.kind} ${job}`).values()].flatMap((own) => {
    const [first, ...others] = own;
    return [{ ...first, gone: [...idleLogins(own, world), ...first.gone] }, ...others];
  });
}

function idleLogins(calls: readonly [Call, ...Call[]], world: World): readonly number[] {
  const [{ host, path }] = calls;
  const away = stepsAway(calls);
  // Ids are those of one job, or of one action.
  const rest = textWithout(
    world.tree.get(path) ?? "",
    host.span,
    [...away].map(({ span }) => span),
  );
  const text = [rest, ...calls.map((call) => call.text)].join("\n").toLowerCase();
  const isUsed = (step: Step, entries: readonly Entry[]): boolean => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    return at >= 0 && !isIdle(entries.slice(at), away, world);
  };
  return host.steps
    .filter(
      (step) =>
        calls.some(({ index }) => step.index < index) &&
        !away.has(step) &&
        host.plays.some((entries) => entries.some((entry) => entry.step.step === step && isLogin(entry))) &&
        !host.plays.some((entries) => isUsed(step, entries)) &&
        (step.id === undefined || !text.includes(`steps.${step.id.toLowerCase()}.`)),
    )
    .map((step) => step.index);
}

/** The steps that calls replace, and those that go with them; a script that stays around its call is none. */
export function stepsAway(calls: readonly Call[]): ReadonlySet<Step> {
  return new Set(
    calls.flatMap(({ host, index, isKept, gone }) =>
      host.steps.filter((step) => (step.index === index && !isKept) || gone.includes(step.index)),
    ),
  );
}

function isIdle(entries: readonly Entry[], away: ReadonlySet<Step>, world: World): boolean {
  return entries.every((entry) => away.has(entry.step.step) || needsNoLogin(entry, world.tree));
}
