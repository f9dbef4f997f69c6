import type { Path } from "./span.ts";

/** The changed files of a push or pull request; `undefined` stands for "some change that passes every path filter". */
export type ChangedFiles = readonly Path[] | undefined;

/** Something that happens to a repository, as data. Branches and tags are bare names, without `refs/…/`. */
export type Event =
  | { readonly kind: "push"; readonly branch: string; readonly files: ChangedFiles }
  | { readonly kind: "tag"; readonly tag: string }
  | {
      readonly kind: "pull_request";
      /** `pull_request_target` runs the base branch's workflow with secrets. */
      readonly target: boolean;
      readonly base: string;
      readonly action: string;
      readonly merged: boolean;
      readonly fork: boolean;
      readonly draft: boolean;
      readonly labels: readonly string[];
      readonly actor: string;
      readonly files: ChangedFiles;
    }
  /** `zone` is the time zone that `cron` is in. */
  | { readonly kind: "schedule"; readonly cron: string; readonly zone: string; readonly branch: string }
  /** A person starts the workflow `workflow` by hand with these inputs; `branch` is where they start it, unless `tag` is. */
  | {
      readonly kind: "dispatch";
      readonly workflow: Path;
      readonly inputs: ReadonlyMap<string, string>;
      readonly branch: string;
      readonly tag?: string | undefined;
    }
  /** A reusable workflow that nothing in the repository calls is called from elsewhere. */
  | { readonly kind: "call"; readonly workflow: Path }
  /** A run of another workflow, on the branch `head`, begins or ends (`type`); `conclusion` is "" until it has ended. */
  | {
      readonly kind: "workflow_run";
      readonly type: string;
      readonly conclusion: string;
      readonly head: string;
      readonly branch: string;
    }
  /** Any other event of `on:`: `release`, `delete`, `repository_dispatch`, … */
  | { readonly kind: "other"; readonly name: string; readonly type: string | undefined; readonly branch: string };

/** The name of an event as GitHub writes it in `on:`. */
export function eventName(event: Event): string {
  switch (event.kind) {
    case "push":
    case "tag":
      return "push";
    case "pull_request":
      return event.target ? "pull_request_target" : "pull_request";
    case "schedule":
      return "schedule";
    case "dispatch":
      return "workflow_dispatch";
    case "call":
      return "workflow_call";
    case "workflow_run":
      return "workflow_run";
    case "other":
      return event.name;
  }
}

/**
 * Whether a time zone is the one that Deployments has, and GitHub where none is written; by any of its names:
 * https://data.iana.org/time-zones/tzdb/etcetera and …/backward
 */
export function isUtc(zone: string): boolean {
  return /^(?:etc\/)?(?:utc|uct|universal|zulu|greenwich|gmt(?:[+-]?0)?)$/i.test(zone);
}
