import type { Event } from "@gha2pulumi/repo";
import { eventName, isUtc } from "@gha2pulumi/repo";
import { passesFilter, passesIgnore, pathsPass } from "./filter.ts";
import type { Trigger, Workflow, Written } from "./model.ts";

/**
 * Whether an event starts a workflow: its name is in `on:` and it passes that trigger's filters. Whether GitHub runs
 * the file at all is another question (`runnable`): what a broken file means is still worth showing.
 */
export function starts(workflow: Workflow, event: Event): boolean {
  return workflow.triggers.some((trigger) => trigger.event === eventName(event) && passes(trigger, workflow, event));
}

/** The types that start a workflow when `types:` is not written, for events where that is not "all". */
export const defaultTypes: readonly string[] = ["opened", "synchronize", "reopened"];

function passes(trigger: Trigger, workflow: Workflow, event: Event): boolean {
  switch (event.kind) {
    case "push":
      return passesBranch(trigger, event.branch) && passesPaths(trigger, event.files);
    case "tag":
      return passesTag(trigger, event.tag);
    case "pull_request": {
      const types = trigger.types?.map((type) => type.text) ?? defaultTypes;
      return (
        types.includes(event.action) &&
        passesNames(trigger.branches, trigger.branchesIgnore, event.base) &&
        passesPaths(trigger, event.files)
      );
    }
    case "schedule":
      return trigger.crons.some((cron) => cron.text === event.cron && isSameZone(cron.zone, event.zone));
    case "dispatch":
    case "call":
      return event.workflow === workflow.path;
    case "workflow_run":
      return (
        (trigger.types === undefined || texts(trigger.types).includes(event.type)) &&
        passesNames(trigger.branches, trigger.branchesIgnore, event.head)
      );
    case "other":
      return (
        event.type === undefined ||
        trigger.types === undefined ||
        trigger.types.some((type) => type.text === event.type)
      );
  }
}

/**
 * `on.push` with only tag filters starts for no branch, and with only branch filters for no tag.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#onpushbranchestagsbranches-ignoretags-ignore
 */
function passesBranch(trigger: Trigger, branch: string): boolean {
  const forTagsOnly =
    (trigger.tags ?? trigger.tagsIgnore) !== undefined && (trigger.branches ?? trigger.branchesIgnore) === undefined;
  return !forTagsOnly && passesNames(trigger.branches, trigger.branchesIgnore, branch);
}

function passesTag(trigger: Trigger, tag: string): boolean {
  const forBranchesOnly =
    (trigger.branches ?? trigger.branchesIgnore) !== undefined && (trigger.tags ?? trigger.tagsIgnore) === undefined;
  // Path filters are not looked at for tags.
  return !forBranchesOnly && passesNames(trigger.tags, trigger.tagsIgnore, tag);
}

function passesNames(
  only: readonly Written[] | undefined,
  except: readonly Written[] | undefined,
  name: string,
): boolean {
  return (
    (only === undefined || passesFilter(texts(only), name)) &&
    (except === undefined || passesIgnore(texts(except), name))
  );
}

function passesPaths(trigger: Trigger, files: readonly string[] | undefined): boolean {
  if (files === undefined) return trigger.paths === undefined || texts(trigger.paths).some(mayMatchPath);
  return pathsPass(files, {
    paths: trigger.paths && texts(trigger.paths),
    pathsIgnore: trigger.pathsIgnore && texts(trigger.pathsIgnore),
  });
}

/** GitHub compares with paths such as `infra/index.ts`, so a pattern that begins with `./` or `/` matches none. */
export function mayMatchPath(pattern: string): boolean {
  return !/^(!|\.\/|\/)/.test(pattern);
}

const isSameZone = (one: string, other: string): boolean => one === other || (isUtc(one) && isUtc(other));

export function texts(written: readonly Written[]): readonly string[] {
  return written.map((word) => word.text);
}
