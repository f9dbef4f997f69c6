import type { Surroundings } from "@gha2pulumi/workflow";

/** A part of a migration that is written by itself. */
export type Phase = "prepare" | "switch" | "clean-up";

/** The phases in their order, with what each does. `prepare` and `switch` at once are a migration without phases. */
export const phases: ReadonlyMap<Phase, string> = new Map([
  [
    "prepare",
    "the settings program is there with `live` false, roles trust Pulumi too, secrets get to Pulumi; nothing runs differently",
  ],
  ["switch", "`live` is true, and the workflows lose what moves: from now on Pulumi Deployments runs it"],
  ["clean-up", "the old trust, secrets, keys and variables go, once the deployments have worked"],
]);

/** The phase that was asked for, by `--phase` or the answer `phase`; `undefined`: all of it at once. */
export function phaseOf(surroundings: Surroundings): Phase | undefined {
  return [...phases.keys()].find((phase) => phase === surroundings.get("phase"));
}

/** Whether values of secrets go by Pulumi ESC, where they would be answered by hand otherwise. */
export function goesByEsc(surroundings: Surroundings): boolean {
  return surroundings.get("secrets") === "esc";
}
