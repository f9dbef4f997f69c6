import { literal } from "@gha2pulumi/repo";
import type { Job, Step } from "@gha2pulumi/workflow";
import type { Findings } from "../intents.ts";
import type { Entry } from "../job-entries.ts";
import type { World } from "../world.ts";

const logins = /^(aws-actions\/configure-aws-credentials|google-github-actions\/auth|azure\/login)$/i;

/**
 * The steps of a job that log in to a cloud for nobody but the operation that becomes a call. They go: its credentials
 * leave the runner. One stays where any step that stays may use it, or reads its outputs.
 */
export function loginSteps(job: Job, replaced: Step, { stories }: Findings, world: World): readonly number[] {
  const plays = stories.flatMap(({ jobs }) => jobs.filter((played) => played.job.job === job));
  const entries = plays.flatMap((played) => played.entries).filter(({ step }) => step.step !== replaced);
  const isLogin = ({ command }: Entry): boolean => command.kind === "uses" && logins.test(command.action);
  // Another operation of the job may still run in it, and so may whatever is not known to do without a cloud.
  const mayUse = entries.some(
    (entry) =>
      !isLogin(entry) &&
      (entry.operates.length > 0 || ["gates", "outside", "follows"].includes(entry.duty) || callsCloud(entry)),
  );
  if (mayUse) return [];
  const text = world.tree.get(replaced.span.path) ?? "";
  const steps = new Set(entries.filter(isLogin).map(({ step }) => step.step));
  return [...steps]
    .filter((step) => step.index < replaced.index && (step.id === undefined || !text.includes(`steps.${step.id}.`)))
    .map((step) => step.index)
    .sort((a, b) => a - b);
}

/** Even a look at the account (`aws sts get-caller-identity`) fails without the login. */
function callsCloud({ command }: Entry): boolean {
  if (command.kind !== "run") return false;
  return /^(aws|gcloud|gsutil|az|kubectl|helm|terraform|docker)$/.test(literal(command.words[0] ?? []) ?? "");
}
