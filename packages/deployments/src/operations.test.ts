import { expect, test } from "vitest";
import type { Event, Trail } from "@gha2pulumi/repo";
import { operations } from "./operations.ts";
import { setting, type StackSettings } from "./settings.ts";

const at: Trail = [{ path: "deployment-settings/index.ts", start: 0, end: 1 }];
const config = (name: string) => setting([{ config: name, secret: false }], at);

const base: StackSettings = {
  organization: setting("acme", at),
  project: "network",
  stack: "prod",
  branch: setting("main", at),
  directory: "infra",
  repository: setting("acme/network", at),
  repositoryBlock: "github",
  deployCommits: true,
  previewPullRequests: true,
  pullRequestTemplate: false,
  paths: [setting("infra/**", at)],
  preRunCommands: [],
  environment: new Map(),
  skipInstallDependencies: false,
  skipIntermediateDeployments: false,
  deleteAfterDestroy: false,
  oidc: [],
  executorImage: undefined,
  agentPool: undefined,
  cache: false,
  schedules: [
    { kind: "operation", cron: setting("0 6 * * 1", at), operation: "refresh", from: at },
    { kind: "drift", cron: setting("0  7 * * 1", at), autoRemediate: false, from: at },
    { kind: "drift", cron: setting("0 8 * * 1", at), autoRemediate: true, from: at },
  ],
  reasons: new Map(),
  from: at,
};

const push = (branch: string, ...files: string[]): Event => ({ kind: "push", branch, files });
const pull = (more: Partial<Extract<Event, { kind: "pull_request" }>> = {}): Event => ({
  kind: "pull_request",
  target: false,
  base: "main",
  action: "opened",
  merged: false,
  fork: false,
  draft: false,
  labels: [],
  actor: "mona",
  files: ["infra/vpc.ts"],
  ...more,
});
const schedule = (cron: string): Event => ({ kind: "schedule", cron, zone: "UTC", branch: "main" });
const dispatch = (branch: string): Event => ({ kind: "dispatch", workflow: "a.yml", inputs: new Map(), branch });

const scheduled = (cron: string): Partial<StackSettings> => ({
  schedules: [{ kind: "operation", cron: setting(cron, at), operation: "refresh", from: at }],
});
const eitherDay = scheduled("0 6 1 * 1");
const named = scheduled("0 6 * * MON");

/** `update`, `preview?` when uncertain, `preview (draft-previews)` with what it assumes. */
const shown = (settings: StackSettings, event: Event): string =>
  operations(settings, event)
    .map(({ operation, on, certain, assuming }) => {
      const sure = certain === true ? "" : "?";
      return `${on === "stack" ? "" : "review "}${operation}${sure}${assuming.length > 0 ? ` (${assuming.join(", ")})` : ""}`;
    })
    .join("; ");

test.each<[string, Partial<StackSettings>, Event, string]>([
  ["a push to the branch", {}, push("main", "infra/vpc.ts"), "update"],
  ["a push elsewhere", {}, push("topic", "infra/vpc.ts"), ""],
  ["a push of other files", {}, push("main", "README.md"), ""],
  ["some change that passes", {}, { kind: "push", branch: "main", files: undefined }, "update"],
  ["pushes turned off", { deployCommits: false }, push("main", "infra/vpc.ts"), ""],
  ["the long spelling of the branch", { branch: setting("refs/heads/main", at) }, push("main", "infra/a.ts"), "update"],
  ["a branch that only ends alike", { branch: setting("x/main", at) }, push("main", "infra/a.ts"), ""],
  ["a configured branch", { branch: config("BRANCH") }, push("main", "infra/a.ts"), "update?"],
  [
    "a configured branch, turned off",
    { branch: config("BRANCH"), deployCommits: false },
    push("main", "infra/a.ts"),
    "",
  ],
  ["a configured branch, other files", { branch: config("BRANCH") }, push("main", "README.md"), ""],
  ["a configured filter", { paths: [config("FILTER")] }, push("main", "README.md"), "update?"],
  ["a filter that is not documented", { paths: [setting("infra/?", at)] }, push("main", "infra/a"), "update?"],
  ["a tag", {}, { kind: "tag", tag: "v1" }, ""],
  ["a pull request", {}, pull(), "preview"],
  ["new commits", {}, pull({ action: "synchronize" }), "preview"],
  ["reopened", {}, pull({ action: "reopened" }), "preview"],
  ["labelled", {}, pull({ action: "labeled" }), ""],
  ["ready for review", {}, pull({ action: "ready_for_review" }), ""],
  ["closed", {}, pull({ action: "closed", merged: true }), ""],
  ["another base", {}, pull({ base: "release" }), ""],
  ["other files in a pull request", {}, pull({ files: ["README.md"] }), ""],
  ["previews turned off", { previewPullRequests: false }, pull(), ""],
  ["a draft", {}, pull({ draft: true }), "preview (draft-previews)"],
  ["a fork's draft", {}, pull({ draft: true, fork: true }), "preview (draft-previews, fork-previews)"],
  ["a template", { pullRequestTemplate: true, previewPullRequests: false }, pull(), "review update"],
  ["a template's end", { pullRequestTemplate: true }, pull({ action: "closed" }), "review destroy"],
  ["a schedule", {}, schedule("0 6 * * 1"), "refresh"],
  ["a schedule with other spaces", {}, schedule(" 0 7 * * 1"), "detect-drift"],
  ["a schedule that remediates", {}, schedule("0 8 * * 1"), "remediate-drift"],
  ["a schedule in other words", {}, schedule("0 8 * * MON"), "remediate-drift"],
  ["a schedule by both kinds of days", eitherDay, schedule("0 6 1 * 1"), "refresh (either-day)"],
  ["a schedule with a name", named, schedule("0 6 * * 1"), "refresh?"],
  ["a schedule that few read", named, schedule("@daily"), "refresh?"],
  ["another schedule", {}, schedule("0 9 * * 1"), ""],
  ["a release", {}, { kind: "other", name: "release", type: "published", branch: "main" }, ""],
  ["a call", {}, { kind: "call", workflow: "a.yml" }, ""],
])("%s", (_, settings, event, expected) => {
  expect(shown({ ...base, ...settings }, event)).toBe(expected);
});

test("any operation can be started by hand", () => {
  const here = operations(base, dispatch("main"));
  expect(here.map((one) => one.operation)).toEqual([
    "update",
    "preview",
    "refresh",
    "destroy",
    "detect-drift",
    "remediate-drift",
  ]);
  expect(here[0]).toMatchObject({ certain: true, assuming: ["manual-start"] });
  expect(operations(base, dispatch("topic"))[0]?.assuming).toEqual(["manual-start", "manual-branch"]);
  expect(operations({ ...base, branch: config("B") }, dispatch("main"))[0]?.assuming).toContain("manual-branch");
});

test("what is not certain says why", () => {
  const [one] = operations({ ...base, branch: config("BRANCH") }, push("main", "infra/a.ts"));
  expect(one).toMatchObject({ certain: undefined, note: "the branch is configuration: `<BRANCH>`" });
});
