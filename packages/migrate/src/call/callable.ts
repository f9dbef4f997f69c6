import type { Blocker } from "../blocker.ts";

/**
 * Reasons that keep an operation from moving and that a call takes away, because the workflow keeps what they are
 * about: its triggers, guards, gates, the steps and jobs behind it, and values only the run has.
 * Not among them is whatever the deployment itself would lack: an unknown stack, credentials or files only the job
 * has, flags without a counterpart, another runner.
 */
const callable: ReadonlySet<string> = new Set([
  "GP205", // a condition that no file decides
  "GP206", // a GitHub environment
  "GP208", // another operation of its step, which has to become a call too
  "GP207", // jobs, operations and groups it waits for
  "GP209", // what stays in its job and relies on its step: the call sets that up too, or says why not
  "GP212", // steps behind it
  "GP213", // jobs and workflows behind it
  "GP215", // environment values of the run
  "GP220", // a role that only the run can tell: the call asks for it
  "GP222", // configuration written by the workflow
  "GP229", // what is done before it
  "GP230", // pushes to several branches
  "GP231", // a push that does not update
  "GP232", // tags
  "GP233", // other actions of pull requests
  "GP234", // other base branches
  "GP235", // a pull request that changes a stack
  "GP236", // pull requests that are left out
  "GP237", // values typed in by hand
  "GP238", // other events
  "GP240", // path filters that mean something else
  "GP242", // another role than the stack's: the call asks for its own
  "GP244", // other commands before it than before the stack's other operations: the call sends its own
  "GP243", // another environment than the stack's: the call sends its own
  "GP246", // another path filter than the stack's
  "GP297", // a step before it that ends in an error
  "GP270", // a required check: the job stays, and gives it
  "GP248", // a failure that is passed over
  "GP265", // files before it that its program cannot reach
  "GP252", // unknown steps before it that leave nothing it needs
  "GP282", // a schedule that means something else there
  "GP526", // another job that asks for the same on the same event: each is a call of its own
  "GP533", // a login whose token would end before the call does: it gets a longer one
  "GP285", // another revision, which is checked out in front of the call
  "GP247", // a schedule of another branch
]);

/** Whether a call takes a reason away. */
export function isCallableCode(code: string): boolean {
  return callable.has(code);
}

/** Whether a call takes away everything that stands against moving an operation. */
export function isCallable(blockers: readonly Blocker[]): boolean {
  return blockers.length > 0 && blockers.every(({ reason }) => callable.has(reason.code));
}
