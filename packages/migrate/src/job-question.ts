import type { JobPlay } from "@gha2pulumi/workflow";

/** The key under which a person answers something about a job. */
export function jobQuestion(
  about: "stack" | "leaves" | "schedule" | "login-key" | "pull-request-head",
  job: JobPlay,
): string {
  const file = job.workflow.path.split("/").at(-1) ?? job.workflow.path;
  return `${about}/${file}/${job.caller.id}`;
}

/** What a person said of the unknown steps of a job, or of those of every job. */
export function leavesAnswer(job: JobPlay, surroundings: ReadonlyMap<string, string>): string | undefined {
  return surroundings.get(jobQuestion("leaves", job)) ?? surroundings.get("leaves");
}

/** The key under which a person says which of two states of a stack is the live one. */
export function stateQuestion(project: string, stack: string): string {
  return `state/${project}/${stack}`;
}
