import { byText, type Trail } from "@gha2pulumi/repo";
import {
  configurationKeys,
  oidcFields,
  settingText,
  stackLabel,
  startsByItself,
  type Setting,
  type StackSettings,
} from "@gha2pulumi/deployments";
import { environmentTasks, loginTasks } from "../call/login-tasks.ts";
import type { Phase } from "../phases/phase.ts";
import { guardVariable, isGuarded } from "../phases/guard-variable.ts";
import { snapshotFile } from "../phases/planned-phase.ts";
import { settingsFolder, settingsPlace } from "../settings-place.ts";
import { vanishingChecks, type VanishingCheck } from "../vanishing-checks.ts";
import { callsLeft } from "./files.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedTask } from "./plan-document.ts";
import { plannedSecrets } from "./secrets.ts";

/** A configuration value that the settings program asks for. */
export interface Required {
  readonly config: string;
  readonly secret: boolean;
  readonly from: Trail;
}

/** What the settings of a stack ask for, each once. */
export function requiredOf(settings: StackSettings): readonly Required[] {
  const values: readonly Setting[] = [
    ...(settings.organization ? [settings.organization] : []),
    settings.branch,
    settings.repository,
    ...settings.environment.values(),
    ...settings.oidc.flatMap((oidc) => oidcFields(oidc).map(([, value]) => value)),
  ];
  const required = values.flatMap((value) =>
    value.value.flatMap((piece) =>
      typeof piece === "string" ? [] : [{ config: piece.config, secret: piece.secret, from: value.from }],
    ),
  );
  return [...new Map(required.map((one) => [one.config, one])).values()];
}

/** What only the owner can do, in the order it has to be done: all of it, or what belongs to one phase. */
export function plannedTasks(outcome: Outcome, at: (trail: Trail) => string, only?: Phase): readonly PlannedTask[] {
  return ownersTasks(outcome, at, only).flatMap(({ phase, ...task }) =>
    only === undefined || phase === only ? [task] : [],
  );
}

function ownersTasks(
  outcome: Outcome,
  at: (trail: Trail) => string,
  only: Phase | undefined,
): readonly (PlannedTask & { readonly phase: Phase })[] {
  const { plan, world, findings } = outcome;
  if (plan.settings.length === 0) return [];
  const task = (text: string, trail?: Trail, phase: Phase = "prepare"): PlannedTask & { readonly phase: Phase } => ({
    text,
    location: trail ? at(trail) : null,
    phase,
  });
  const isByFile = only !== undefined;
  const keys = configurationKeys(plan.settings, world.language);
  const keyOf = (one: Required): string =>
    keys.find(({ piece }) => piece.config === one.config && piece.secret === one.secret)?.key ?? one.config;
  const required = new Map(plan.settings.flatMap(requiredOf).map((one) => [one.config, one]));
  const stacks = plan.settings.map(stackLabel).join(", ");
  const upserts = findings.intents.filter(
    (intent) =>
      intent.occurrences[0].operates.upsert &&
      plan.decisions.some((decision) => decision.intent === intent && ["move", "call"].includes(decision.disposition)),
  );
  const triggers = plan.settings.some(startsByItself);
  return [
    task(
      "Install the Pulumi GitHub App for this repository, and check that it is connected to your Pulumi organisation.",
    ),
    task(
      `Check that these stacks exist in Pulumi Cloud: ${stacks}.${upserts.length > 0 ? " The workflow created missing ones; Deployments does not." : ""}`,
    ),
    ...reviewTasks({ plan, world }).map(({ text, phase }) => task(text, undefined, phase)),
    ...[...required.values()].map((one) =>
      task(
        `In ${folderOf(world)}, answer \`pulumi config set ${one.secret ? "--secret " : ""}${keyOf(one)}\`.`,
        one.from,
      ),
    ),
    ...(plan.settings.some((settings) => settings.oidc.length > 0)
      ? [task("Let each role trust Pulumi's issuer for the subjects listed under trust.")]
      : []),
    ...(isByFile ? [task(kept("prepare"))] : []),
    task(
      `Run \`pulumi up\` in ${folderOf(world)} ${isByFile ? "as it is, with `live` false" : `with \`live\` set to false${triggers ? "" : " (nothing waits for it: there is no trigger and no schedule)"}`}, start a preview by hand in Pulumi Cloud, and compare it with the last one of the workflow.`,
    ),
    ...loginTasks(plan.calls, world).map((text) => task(text)),
    ...environmentTasks(plan.calls).map((text) => task(text)),
    ...(plan.calls.some((call) => call.asksOrganization)
      ? [task("Set the repository variable `PULUMI_ORGANIZATION` to the organisation of these stacks.")]
      : []),
    ...(isByFile && triggers ? [task(kept("switch"), undefined, "switch")] : []),
    triggers
      ? task(
          isByFile && isGuarded(world.tree)
            ? `Set the repository variable, \`gh variable set ${guardVariable} --body true\`, then in ${folderOf(world)} of this change, where \`live\` is true, run \`pulumi up\`, and merge it.`
            : isByFile
              ? `In ${folderOf(world)} of this change, where \`live\` is true, run \`pulumi up\`, and merge the change at once: two deployers must not both be on.`
              : "Set `live` to true, run `pulumi up` again, and merge this change at the same time: two deployers must not both be on.",
          undefined,
          "switch",
        )
      : task(
          plan.calls.length > 0
            ? "Merge this change only then: its steps ask for deployments with those settings."
            : "Merge this change only then: what it takes out of the workflows is started in Pulumi Cloud from then on.",
          undefined,
          "switch",
        ),
    ...otherBranches({ plan, world }).map((text) => task(text, undefined, "switch")),
    ...checkTasks(vanishingChecks(plan.removals, world)).map((text) => task(text, undefined, "switch")),
    ...calleeTask(outcome).map((text) => task(text, undefined, "clean-up")),
    ...lastTask(outcome).map((text) => task(text, undefined, "clean-up")),
  ];
}

function calleeTask(outcome: Outcome): readonly string[] {
  const paths = callsLeft(outcome).map((path) => `\`${path}\``);
  return paths.length === 0
    ? []
    : [
        `Delete ${paths.join(", ")} if no other repository or branch calls ${paths.length === 1 ? "it" : "them"}: nothing in this one does any more.`,
      ];
}

function lastTask(outcome: Outcome): readonly string[] {
  const what = [
    ...(plannedSecrets(outcome).some(({ goes }) => goes !== "stays") ? ["the secrets listed for it"] : []),
    ...(outcome.plan.settings.some(({ oidc }) => oidc.length > 0) ? ["the old trust"] : []),
  ];
  return what.length === 0 ? [] : [`When the first deployments have worked: retire ${what.join(", and ")}.`];
}

/**
 * Branches besides the one that is merged into, where stacks are deployed from several: GitHub runs a workflow as it is on the
 * branch that was pushed. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#push
 */
function otherBranches({ plan, world }: Pick<Outcome, "plan" | "world">): readonly string[] {
  const base = world.surroundings.get("default-branch");
  const named = plan.settings.flatMap((one) => (one.deployCommits ? (settingText(one.branch) ?? []) : []));
  const branches = [...new Set(named.map((name) => name.replace(/^refs\/heads\//, "")))].sort(byText);
  const others = branches.filter((name) => name !== base);
  if (branches.length < 2) return [];
  const list = others.map((name) => `\`${name}\``).join(", ");
  return [
    `Bring the change of the workflows to ${list} ${base === undefined ? "(all of them) " : ""}at the same time: GitHub runs the workflow that stands on the branch that is pushed, and both would deploy.`,
  ];
}

/** Pulumi Cloud keeps no earlier settings, so the way back is taken along. */
function kept(phase: Phase): string {
  return `Keep what is live: \`gha2pulumi settings snapshot --out ${snapshotFile(phase)}\`, with a token in PULUMI_ACCESS_TOKEN.`;
}

/** What review stacks copy their configuration from, and what of the workflow goes once its own stacks are gone. */
function reviewTasks({
  plan,
  world,
}: Pick<Outcome, "plan" | "world">): readonly { readonly text: string; readonly phase: Phase }[] {
  return plan.settings
    .filter(({ pullRequestTemplate }) => pullRequestTemplate)
    .flatMap(({ directory, project, stack }) => {
      const file = `${directory === "." ? "" : `${directory}/`}Pulumi.${stack}.yaml`;
      const drains = plan.decisions.flatMap(({ intent: { occurrences } }) => {
        const [{ review, operates, site, project: own }] = occurrences;
        return review && operates.operation === "destroy" && own === project
          ? [`\`${site.job}\` of \`${site.workflow}\``]
          : [];
      });
      return [
        ...(world.tree.has(file)
          ? []
          : [
              {
                text: `Commit \`${file}\` with the configuration that every review stack copies; there is none yet.`,
                phase: "prepare" as const,
              },
            ]),
        {
          text: `Keep a list of the stacks that the workflow made (\`pulumi stack ls --project ${project}\`). When none is left, delete the job ${[...new Set(drains)].join(", ")}.`,
          phase: "switch" as const,
        },
      ];
    });
}

function folderOf({ program, tree, surroundings }: Outcome["world"]): string {
  const place = program === settingsFolder ? settingsPlace(tree, surroundings) : undefined;
  if (place !== undefined) return `${place.of}/ of the repository ${place.repository}`;
  return program === "" ? "the repository's root" : `${program}/`;
}

/**
 * A required check that no run gives blocks every pull request: it stays "expected" for ever. Only its owner sees which
 * checks are required, and those that no pull request has cannot be.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-protected-branches/troubleshooting-required-status-checks
 */
function checkTasks(checks: readonly VanishingCheck[]): readonly string[] {
  const known = checks.filter(({ required, named }) => required && named === undefined);
  const inFiles = checks.flatMap(({ text, named }) => (named ? [`\`${text}\` (\`${named.from.path}\`)`] : []));
  const open = checks.filter(({ required, reach }) => required === undefined && reach !== "none");
  const named = (all: readonly VanishingCheck[]): string => all.map(({ text }) => `\`${text}\``).join(", ");
  return [
    ...(known.length > 0
      ? [
          `Take these required checks out of the branch protection rules and rulesets before you merge: ${named(known)}.`,
        ]
      : []),
    ...(inFiles.length > 0
      ? [`Take these checks out of the files that name them before you merge: ${inFiles.join(", ")}.`]
      : []),
    ...(open.length > 0
      ? [
          `If one of these checks is required by a branch protection rule or a ruleset, take it out there before you merge, or answer \`checks.required\` with its name to keep its job: ${named(open)}.${open.every(({ exact }) => exact) ? "" : " Only a run can tell what `*` stands for."}`,
        ]
      : []),
  ];
}
