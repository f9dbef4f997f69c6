import { stackLabel, startsByItself } from "@gha2pulumi/deployments";
import type { Outcome } from "../report/outcome.ts";
import type { PlannedPhase } from "../report/plan-document.ts";
import { guardVariable, isGuarded } from "./guard-variable.ts";
import type { Relay } from "../secrets/relay.ts";
import { shellWord } from "../shell-word.ts";
import { phases, type Phase } from "./phase.ts";

/** What a person has to know of one phase besides its changes: where it leaves a gap, and the way back. */
export function plannedPhase(
  name: Phase,
  outcome: Outcome,
  relay: Relay | undefined,
  isChanging: boolean,
): PlannedPhase {
  const order = [...phases.keys()];
  const after = order[order.indexOf(name) + 1];
  return {
    name,
    does: phases.get(name) ?? "",
    windows: name === "switch" && isChanging ? windowsOf(outcome) : [],
    back: isChanging ? backFrom(name, outcome, relay) : [],
    next: after === undefined ? null : `gha2pulumi migrate --phase ${after}`,
  };
}

/**
 * A merge and a `pulumi up` cannot happen at once. Two deployers are the better of the two gaps: a stack takes one
 * update at a time, and the second finds nothing to do. What is only called has no gap: its step changes with the merge.
 */
function windowsOf({ plan, world }: Outcome): PlannedPhase["windows"] {
  const stacks = plan.settings.filter(startsByItself).map(stackLabel);
  if (stacks.length === 0) return [];
  if (isGuarded(world.tree)) return [guardedWindow(stacks)];
  return [
    {
      what: `Between \`pulumi up\` in ${folderOf(world.program)} and the merge, what starts a workflow also starts a deployment of ${stacks.join(", ")}; Pulumi Cloud lets one update of a stack run at a time.`,
      closes: "gh pr merge",
    },
    {
      what: "Merged before `pulumi up`, nothing would deploy them until it has run, and what was pushed meanwhile is not deployed by itself.",
      closes: caughtUp(stacks),
    },
  ];
}

/** What deploys what nobody has deployed meanwhile. */
function caughtUp([first = ""]: readonly string[]): string {
  return `pulumi up, then for each stack: pulumi deployment run update --stack ${shellWord(first)}`;
}

/** With a guard nothing depends on the merge: the workflows stop first, so that two never deploy. */
function guardedWindow(stacks: readonly string[]): PlannedPhase["windows"][number] {
  return {
    what: `Between setting ${guardVariable} and \`pulumi up\`, nothing deploys ${stacks.join(", ")}; a run that had begun goes on to its end, and what was pushed meanwhile is not deployed by itself.`,
    closes: caughtUp(stacks),
  };
}

function backFrom(name: Phase, { plan, world }: Outcome, relay: Relay | undefined): readonly string[] {
  const folder = folderOf(world.program);
  const hasRoles = plan.settings.some(({ oidc }) => oidc.length > 0);
  switch (name) {
    case "prepare":
      return [
        `If the settings program was run on stacks that had settings before: ${restored(name)} gives them back.`,
        `If the settings program was run: \`pulumi destroy\` in ${folder} before its files go. It leaves the settings on the stacks, with every trigger off.`,
        ...(hasRoles
          ? ["If roles trust Pulumi already: the rollback scripts that `gha2pulumi iam --out` writes."]
          : []),
        ...(relay?.parts ?? []).map(
          ({ target }) =>
            `If the relay has run: \`pulumi env rm <organization>/${target}\`. Secrets in GitHub are as they were.`,
        ),
      ];
    case "switch":
      return [
        `At once, without a change to files: ${restored(name)} takes the triggers and schedules off again.`,
        `\`pulumi up\` in ${folder} as the files are then, with \`live\` false: no trigger and no schedule is left. Run it before the files are merged back, or both deploy; until they are, nothing does.`,
        ...(isGuarded(world.tree)
          ? [`Then \`gh variable delete ${guardVariable}\`, or the workflows do nothing.`]
          : []),
        "Secrets in GitHub and the old trust are still there: the workflows run as before.",
      ];
    case "clean-up":
      return ["Secrets, keys and tokens that were deleted do not come back: make new ones, under the same names."];
  }
}

/** The file that a phase keeps what is live in, before it changes anything: each phase has its own. */
export function snapshotFile(name: Phase): string {
  return `settings-before-${name}.json`;
}

function restored(name: Phase): string {
  return `\`gha2pulumi settings restore ${snapshotFile(name)}\``;
}

function folderOf(program: string): string {
  return program === "" ? "the repository's root" : `${program}/`;
}
