import { literal, written } from "@gha2pulumi/repo";
import { actionDuty } from "../duty-actions.ts";
import type { Entry } from "../job-entries.ts";

const checkout = /^actions\/checkout$/i;
const logins = /^(aws-actions\/configure-aws-credentials|google-github-actions\/auth|azure\/login)$/i;
const setup = /(^|\/)(setup|install)[-\w]*$|^pulumi\/(auth-actions|setup-pulumi)$/i;
/** They ask an account, a cluster or a registry, and fail without a login. */
const ofClouds = /^(aws|gcloud|gsutil|az|kubectl|helm|terraform|docker|pulumi)$/;

/** A step that logs in to a cloud. */
export function isLogin({ command }: Entry): boolean {
  return command.kind === "uses" && logins.test(command.action);
}

/** Whether a command does without any login of the job: one that looks, a checkout, a set-up, a report to somebody. */
export function needsNoLogin(entry: Entry): boolean {
  const { command, duty, operates } = entry;
  if (operates.length > 0) return false;
  if (command.kind === "uses")
    return isSetUp(command.action) || isLogin(entry) || actionDuty(command.action) === "stands";
  return command.kind === "run" && duty === "serves" && !ofClouds.test(programOf(entry));
}

/** Whether a command does without the files that steps before it have written: checkouts, set-ups and logins. */
export function needsNoFiles(entry: Entry): boolean {
  const { command, operates } = entry;
  return command.kind === "uses" && operates.length === 0 && (isSetUp(command.action) || isLogin(entry));
}

function isSetUp(action: string): boolean {
  return checkout.test(action) || setup.test(action);
}

/** The program a command runs, without its folder; `""` for an action, or where it cannot be told. */
export function programOf({ command }: Entry): string {
  return command.kind === "run" ? (literal(command.words[0] ?? [])?.replace(/^.*\//, "") ?? "") : "";
}

/** The words of a command, joined by spaces. */
export function wordsOf({ command }: Entry): string {
  return command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
}
