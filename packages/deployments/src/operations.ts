import { and, cronTimes, isUtc, sameTimes, known, unknown, type Event, type Fact, type Trail } from "@gha2pulumi/repo";
import { pathsTrigger } from "./paths.ts";
import { settingLabel, settingText, type Schedule, type Setting, type StackSettings } from "./settings.ts";

/** The operations Pulumi Deployments knows. */
export type Operation = "update" | "preview" | "refresh" | "destroy" | "detect-drift" | "remediate-drift";

/** What the documentation leaves open and a case therefore takes for granted, under a stable name. */
export type DeploymentAssumption = "draft-previews" | "fork-previews" | "manual-start" | "manual-branch" | "either-day";

/** One operation an event starts, or may start. */
export interface DeploymentOperation {
  readonly operation: Operation;
  /** `review-stack`: not on this stack but on the one made from it for the pull request. */
  readonly on: "stack" | "review-stack";
  /** `undefined`: what is written does not tell whether it starts; `note` says why. */
  readonly certain: boolean | undefined;
  readonly note: string;
  readonly assuming: readonly DeploymentAssumption[];
  readonly from: Trail;
}

type Row<Kind extends Event["kind"]> = (
  settings: StackSettings,
  event: Extract<Event, { kind: Kind }>,
) => readonly (DeploymentOperation | undefined)[];

/** What each kind of event starts. A line per rule, with the page that states it. */
const table: { readonly [Kind in Event["kind"]]: Row<Kind> } = {
  // deployments/concepts/settings/source: every push to the configured branch, a merge included, is an update.
  push: (settings, event) => [
    started("update", trigger(settings, "deployCommits", event.branch, event.files), reason(settings, "deployCommits")),
  ],
  // deployments/concepts/settings/tag-filtering: tags need `deployTags`, which provider 1.3.0 cannot declare.
  tag: () => [],
  // deployments/concepts/settings/source: opened or new commits, base branch = configured branch, is a preview.
  // deployments/concepts/review-stacks: a template's review stack lives from opening to closing or merging.
  pull_request: (settings, event) => {
    const review = trigger(settings, "pullRequestTemplate", event.base, event.files);
    const from = reason(settings, "pullRequestTemplate");
    if (event.action === "closed")
      return [started("destroy", review, from, pullRequestAssumptions(event), "review-stack")];
    if (!PREVIEWED.includes(event.action)) return [];
    const preview = trigger(settings, "previewPullRequests", event.base, event.files);
    return [
      started("preview", preview, reason(settings, "previewPullRequests"), pullRequestAssumptions(event)),
      started("update", review, from, pullRequestAssumptions(event), "review-stack"),
    ];
  },
  // deployments/concepts/schedules and drift: five cron fields, in UTC.
  schedule: (settings, event) =>
    settings.schedules.map((schedule) =>
      started(
        scheduledOperation(schedule),
        isUtc(event.zone) ? sameCron(schedule.cron, event.cron) : known(false, schedule.from),
        schedule.from,
        cronTimes(event.cron)?.eitherDay === true ? ["either-day"] : [],
      ),
    ),
  // deployments/concepts/triggers: any operation can be started by hand. `pulumi deployment run --git-branch` takes
  // it to another branch than the configured one.
  dispatch: (settings, event) => {
    const onBranch = sameBranch(settings.branch, event.branch);
    const here = onBranch.kind === "known" && onBranch.value;
    const assuming: readonly DeploymentAssumption[] = here ? ["manual-start"] : ["manual-start", "manual-branch"];
    return ON_DEMAND.map((operation) => started(operation, known(true, settings.from), settings.from, assuming));
  },
  call: () => [],
  workflow_run: () => [],
  // Releases, issues, merge queues and the rest are not heard by Deployments.
  other: () => [],
};

/** Actions of a pull request that bring commits. Others (labels, a changed base) are not documented to start anything. */
const PREVIEWED: readonly string[] = ["opened", "synchronize", "reopened"];

const ON_DEMAND: readonly Operation[] = ["update", "preview", "refresh", "destroy", "detect-drift", "remediate-drift"];

/** What an event makes Deployments do for one stack, with the triggers as they are once `live` is true. */
export function operations(settings: StackSettings, event: Event): readonly DeploymentOperation[] {
  const row = table[event.kind] as Row<Event["kind"]>;
  return row(settings, event).filter((operation) => operation !== undefined);
}

/** An operation unless it surely does not start. */
function started(
  operation: Operation,
  starts: Fact<boolean>,
  from: Trail,
  assuming: readonly DeploymentAssumption[] = [],
  on: DeploymentOperation["on"] = "stack",
): DeploymentOperation | undefined {
  if (starts.kind === "unknown") return { operation, on, certain: undefined, note: starts.note, assuming, from };
  return starts.value ? { operation, on, certain: true, note: "", assuming, from } : undefined;
}

type Trigger = "deployCommits" | "previewPullRequests" | "pullRequestTemplate";

/** A trigger fires when it is on, the branch is the configured one, and some changed file passes the path filters. */
function trigger(
  settings: StackSettings,
  name: Trigger,
  branch: string,
  files: Parameters<typeof pathsTrigger>[1],
): Fact<boolean> {
  const on = known(settings[name], reason(settings, name));
  return and(and(on, sameBranch(settings.branch, branch)), passesPaths(settings, files));
}

function passesPaths(settings: StackSettings, files: Parameters<typeof pathsTrigger>[1]): Fact<boolean> {
  const from = reason(settings, "paths");
  const passes = pathsTrigger(settings.paths.map(settingText), files);
  if (passes !== undefined) return known(passes, from);
  const filters = settings.paths.map((path) => `\`${settingLabel(path)}\``).join(", ");
  return unknown("unsupported", `the documentation does not say whether the path filters ${filters} match`, from);
}

/** The branch of a stack whose settings take it from configuration: the name is not known, and an event may be about it. */
export const configuredBranch = "(configured branch)";

/** `main` and `refs/heads/main` name one branch: both spellings are accepted, an event has the first. */
function sameBranch(configured: Setting, branch: string): Fact<boolean> {
  const bare = settingText(configured)?.replace(/^refs\/heads\//, "");
  if (bare !== undefined) return known(bare === branch, configured.from);
  if (branch === configuredBranch) return known(true, configured.from);
  return unknown("unobserved", `the branch is configuration: \`${settingLabel(configured)}\``, configured.from);
}

/** Five cron fields, as the API's `CreateScheduledDeploymentRequest` says; of names and other signs it says nothing. */
function sameCron(configured: Setting, cron: string): Fact<boolean> {
  const text = settingText(configured);
  if (text === undefined)
    return unknown("unobserved", `the schedule is configuration: \`${settingLabel(configured)}\``, configured.from);
  const same = /[A-Za-z]/.test(text) ? undefined : sameTimes(text, cron);
  if (same !== undefined) return known(same, configured.from);
  const note = `the documentation does not say when \`${text}\` is, or whether that is \`${cron}\``;
  return unknown("unsupported", note, configured.from);
}

/** What a schedule starts. A drift schedule that remediates looks first, and repairs what it finds (deployments/concepts/drift). */
export function scheduledOperation(schedule: Schedule): Operation {
  if (schedule.kind === "operation") return schedule.operation;
  return schedule.autoRemediate ? "remediate-drift" : "detect-drift";
}

/** Neither drafts nor forks are mentioned for GitHub; the pages of other hosts treat drafts like the rest. */
function pullRequestAssumptions(event: Extract<Event, { kind: "pull_request" }>): readonly DeploymentAssumption[] {
  return [...(event.draft ? (["draft-previews"] as const) : []), ...(event.fork ? (["fork-previews"] as const) : [])];
}

function reason(settings: StackSettings, name: string): Trail {
  return settings.reasons.get(name) ?? settings.from;
}
