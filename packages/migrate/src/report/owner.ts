import { byText, type Path, type Trail } from "@gha2pulumi/repo";
import { stackLabel, type Setting, type StackSettings } from "@gha2pulumi/deployments";
import type { Plan } from "../decision.ts";
import type { Outcome } from "./outcome.ts";
import type { PlannedSecret, PlannedTask } from "./plan-document.ts";
import { oidcFields } from "./settings-fields.ts";

/** Secrets of the workflows that change: which go into configuration, which nothing needs any more, which stay. */
export function plannedSecrets({ plan, changes, world }: Outcome): readonly PlannedSecret[] {
  const touched = new Set(changes.filter((change) => change.kind !== "create").map((change) => change.path));
  const used = new Map<string, Set<Path>>();
  for (const path of touched)
    for (const name of secretNames(world.tree.get(path) ?? "")) used.set(name, (used.get(name) ?? new Set()).add(path));
  const gone = new Set(changes.filter((change) => change.kind === "delete").map((change) => change.path));
  const config = new Set(plan.settings.flatMap(configNames));
  return [...used]
    .filter(([name]) => name !== "GITHUB_TOKEN")
    .map(([name, paths]): PlannedSecret => {
      const others = [...world.tree]
        .filter(([path, text]) => path.startsWith(".github/") && !gone.has(path) && secretNames(text).includes(name))
        .map(([path]) => path);
      const usedBy = [...new Set([...paths, ...others])].sort(byText);
      if (config.has(name))
        return {
          name,
          usedBy,
          goes: "config",
          note:
            others.length > 0 ? `${others.join(", ")} still reads it` : "becomes configuration of the settings program",
        };
      if (others.length > 0) return { name, usedBy, goes: "stays", note: `${others.join(", ")} still reads it` };
      return {
        name,
        usedBy,
        goes: "retire",
        note: "nothing reads it once the change is merged and the deployments work",
      };
    })
    .sort((a, b) => byText(a.name, b.name));
}

function secretNames(text: string): readonly string[] {
  return [...new Set([...text.matchAll(/\bsecrets\.([A-Za-z_]\w*)/g)].map((found) => found[1] ?? ""))];
}

/** Configuration names without the environment in front. */
function configNames(settings: StackSettings): readonly string[] {
  return requiredOf(settings).map(({ config }) => config.split(".").at(-1) ?? config);
}

interface Required {
  readonly config: string;
  readonly secret: boolean;
  readonly from: Trail;
}

function requiredOf(settings: StackSettings): readonly Required[] {
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

/** What only the owner can do, in the order it has to be done. */
export function plannedTasks({ plan, world, findings }: Outcome, at: (trail: Trail) => string): readonly PlannedTask[] {
  if (plan.settings.length === 0) return [];
  const task = (text: string, trail?: Trail): PlannedTask => ({
    text,
    location: trail ? at(trail) : null,
  });
  const required = new Map(plan.settings.flatMap(requiredOf).map((one) => [one.config, one]));
  const stacks = plan.settings.map(stackLabel).join(", ");
  const upserts = findings.intents.filter(
    (intent) =>
      intent.occurrences[0].operates.upsert &&
      plan.decisions.some((decision) => decision.intent === intent && ["move", "call"].includes(decision.disposition)),
  );
  const triggers = plan.settings.some(
    (one) => one.deployCommits || one.previewPullRequests || one.schedules.length > 0,
  );
  const removed = removedJobs(plan, world);
  return [
    task(
      "Install the Pulumi GitHub App for this repository, and check that it is connected to your Pulumi organisation.",
    ),
    task(
      `Check that these stacks exist in Pulumi Cloud: ${stacks}.${upserts.length > 0 ? " The workflow created missing ones; Deployments does not." : ""}`,
    ),
    ...[...required.values()].map((one) =>
      task(
        `In ${folderOf(world)}, answer \`pulumi config set ${one.secret ? "--secret " : ""}${one.config}\`.`,
        one.from,
      ),
    ),
    ...(plan.settings.some((settings) => settings.oidc.length > 0)
      ? [task("Let each role trust Pulumi's issuer for the subjects listed under trust.")]
      : []),
    task(
      `Run \`pulumi up\` in ${folderOf(world)} with \`live\` set to false, start a preview by hand in Pulumi Cloud, and compare it with the last one of the workflow.`,
    ),
    ...(plan.calls.some((call) => call.asksOrganization)
      ? [task("Set the repository variable `PULUMI_ORGANIZATION` to the organisation of these stacks.")]
      : []),
    triggers
      ? task(
          "Set `live` to true, run `pulumi up` again, and merge this change at the same time: two deployers must not both be on.",
        )
      : task("Merge this change only then: its steps ask for deployments with those settings."),
    ...(removed.length > 0
      ? [task(`Take the checks of the removed jobs out of the branch protection rules: ${removed.join(", ")}.`)]
      : []),
    task("When the first deployments have worked: retire the secrets listed for it, and the old trust."),
  ];
}

function folderOf({ program }: Outcome["world"]): string {
  return program === "" ? "the repository's root" : `${program}/`;
}

function removedJobs(plan: Plan, world: Outcome["world"]): readonly string[] {
  return plan.removals.flatMap((removal) =>
    removal.jobs.map((job) => `\`${world.repository.workflows.get(removal.path)?.jobs.get(job)?.name?.text ?? job}\``),
  );
}
