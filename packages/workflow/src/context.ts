import type { Event } from "@gha2pulumi/repo";
import { eventName } from "@gha2pulumi/repo";
import { isMarked, marked } from "./stand-in.ts";
import { files } from "./shell/state.ts";
import { closedObject, openObject, unknownValue, type Value } from "./expression/value.ts";

/** What files cannot tell, by key: `repository` (`owner/name`), `default-branch`, `vars.STACK`. */
export type Surroundings = ReadonlyMap<string, string>;

/** The branch that `schedule` and other events without a branch of their own run on, when nobody has told its name. */
export const defaultBranchStandIn = "(default branch)";

/** Whether a text holds something that stands for other values, or a path that only the runner has. */
export function isStandIn(text: string): boolean {
  return isMarked(text) || text.includes(files.workspace);
}

/** The ref an event runs on, as `github.ref` has it; `undefined` when no file tells. */
export function refOf(event: Event): string | undefined {
  switch (event.kind) {
    case "push":
      return `refs/heads/${marked(event.branch)}`;
    case "tag":
      return `refs/tags/${marked(event.tag)}`;
    case "pull_request":
      // A closed one has the merge ref or, once it is merged, the base branch.
      if (event.target) return `refs/heads/${marked(event.base)}`;
      return event.action === "closed" ? undefined : "refs/pull/‹number›/merge";
    case "other":
      if (!onDefaultBranch.has(event.name)) return undefined;
      break;
    case "dispatch":
      if (event.tag !== undefined) return `refs/tags/${marked(event.tag)}`;
      break;
    case "schedule":
    case "workflow_run":
      break;
    case "call":
      return undefined;
  }
  return event.branch === defaultBranchStandIn ? undefined : `refs/heads/${marked(event.branch)}`;
}

/**
 * Events that run on the default branch. Others bring a ref of their own, as `release` does its tag and a review its pull
 * request: the rows `GITHUB_REF` of https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows
 */
const onDefaultBranch: ReadonlySet<string> = new Set(
  `branch_protection_rule check_run check_suite delete discussion discussion_comment fork gollum issue_comment issues label
  milestone public repository_dispatch status watch`.split(/\s+/),
);

/** The note of what the answer `repository` tells. */
export const ownRepository = "the repository's own name";

const computed = "computed while it runs";

/**
 * The `github` context of an event: what the event fixes is known, every other key is open.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#github-context
 */
export function githubContext(event: Event, surroundings: Surroundings): Value {
  const repository = surroundings.get("repository");
  const ref = refOf(event);
  const known: Record<string, Value> = {
    event_name:
      event.kind === "call"
        ? unknownValue("github.event_name", ["github.event_name"], "depends on the caller")
        : eventName(event),
  };
  if (repository !== undefined) {
    known["repository"] = repository;
    known["repository_owner"] = repository.split("/")[0] ?? "";
  }
  if (ref !== undefined) {
    known["ref"] = ref;
    known["ref_name"] = ref.replace(/^refs\/(heads|tags|pull)\//, "");
    known["ref_type"] = ref.startsWith("refs/tags/") ? "tag" : "branch";
  }
  if (event.kind === "pull_request") {
    known["base_ref"] = marked(event.base);
    known["actor"] = marked(event.actor);
    known["triggering_actor"] = marked(event.actor);
    if (!event.target) known["ref_type"] = "branch";
  } else if (event.kind !== "call") {
    // Both are empty strings on every event that is not about a pull request.
    known["base_ref"] = "";
    known["head_ref"] = "";
  }
  known["event"] = eventPayload(event, repository);
  known["workspace"] = files.workspace;
  return openObject("github", known, computed);
}

/** What payloads hold besides who sent them and where: each event has its own fields of these, and none of the others. */
const payloadFields =
  `action after assignee base_ref before changes check_run check_suite client_payload comment commits compare created
  deleted deployment deployment_status discussion forced forkee head_commit inputs issue label master_branch merge_group
  milestone number pull_request pusher pusher_type reason ref ref_type release requested_reviewer requested_team review
  schedule workflow workflow_job workflow_run`.split(/\s+/);

/** Of events whose payload is documented whole: https://docs.github.com/webhooks/webhook-events-and-payloads */
const ownFields: ReadonlyMap<Event["kind"], ReadonlySet<string>> = new Map(
  (
    [
      ["push", "after base_ref before commits compare created deleted forced head_commit pusher ref"],
      ["tag", "after base_ref before commits compare created deleted forced head_commit pusher ref"],
      [
        "pull_request",
        "action after assignee before changes label milestone number pull_request reason requested_reviewer requested_team",
      ],
      ["dispatch", "inputs ref workflow"],
    ] as const
  ).map(([kind, names]) => [kind, new Set(names.split(" "))]),
);

/** Fields that the payload of an event lacks: as any property that is not there they are `null`, and empty as a text. */
function lacking({ kind }: Event): Record<string, Value> {
  const own = ownFields.get(kind);
  return own ? Object.fromEntries(payloadFields.filter((name) => !own.has(name)).map((name) => [name, null])) : {};
}

function eventPayload(event: Event, repository: string | undefined): Value {
  // Only `act`, which runs workflows elsewhere, puts one there: https://nektosact.com/usage/index.html#skipping-steps
  const known: Record<string, Value> = { ...lacking(event), act: null };
  if (repository !== undefined) {
    const names = { full_name: repository, name: repository.slice(repository.indexOf("/") + 1) };
    known["repository"] = openObject("github.event.repository", names, computed);
  }
  switch (event.kind) {
    case "pull_request":
      known["action"] = event.action;
      known["pull_request"] = pullRequest(event, repository);
      break;
    case "dispatch":
      known["inputs"] = openObject("github.event.inputs", Object.fromEntries(event.inputs), "typed in by hand");
      break;
    case "schedule":
      known["schedule"] = event.cron;
      known["pull_request"] = null;
      known["inputs"] = null;
      break;
    case "push":
    case "tag":
      known["ref"] = refOf(event) ?? null;
      known["deleted"] = false;
      break;
    case "other":
      if (event.type !== undefined) known["action"] = event.type;
      known["pull_request"] = event.name.startsWith("pull_request")
        ? openObject("github.event.pull_request", {}, computed)
        : null;
      known["inputs"] = null;
      break;
    case "workflow_run":
      known["action"] = event.type;
      known["pull_request"] = null;
      known["inputs"] = null;
      known["workflow_run"] = openObject(
        "github.event.workflow_run",
        { conclusion: event.conclusion === "" ? null : event.conclusion, head_branch: marked(event.head) },
        computed,
      );
      break;
    case "call":
      break;
  }
  return openObject("github.event", known, computed);
}

function pullRequest(event: Event & { kind: "pull_request" }, repository: string | undefined): Value {
  const own: Value = repository ?? unknownValue("github.repository", ["github.repository"], ownRepository);
  const foreign = "github.event.pull_request.head.repo.full_name";
  const head = openObject(
    "github.event.pull_request.head",
    {
      repo: openObject(
        "github.event.pull_request.head.repo",
        {
          fork: event.fork,
          full_name: event.fork ? unknownValue(foreign, [foreign], "depends on whether it comes from a fork") : own,
        },
        computed,
      ),
    },
    computed,
  );
  return openObject(
    "github.event.pull_request",
    {
      base: openObject(
        "github.event.pull_request.base",
        {
          ref: marked(event.base),
          repo: openObject("github.event.pull_request.base.repo", { full_name: own }, computed),
        },
        computed,
      ),
      head,
      merged: event.merged,
      draft: event.draft,
      state: event.action === "closed" ? "closed" : "open",
      labels: event.labels.map((name) => closedObject({ name: marked(name) })),
      user: openObject("github.event.pull_request.user", { login: marked(event.actor) }, computed),
    },
    computed,
  );
}
