import { further, type Bound, type Trail } from "@gha2pulumi/repo";
import type { Contexts } from "./expression/evaluate.ts";
import type { Entries, Job } from "./model.ts";
import type { JobPlay } from "./play-model.ts";
import { bindAll } from "./play-step.ts";

/** A reusable workflow that is not in the tree, as one step that calls it: what it does cannot be read. */
export function remoteCall(
  job: Job,
  contexts: Contexts,
  environment: ReadonlyMap<string, Bound>,
  calls: Trail | undefined,
): JobPlay["steps"][number] {
  const uses = job.uses;
  const trail: Trail = calls ? further(calls, job.span) : [job.span];
  const [action = "", ref = ""] = (uses?.text ?? "").split("@", 2);
  const inputs = new Map([
    ...bindAll(job.with, contexts, calls),
    ...(job.secrets === "inherit" ? [] : bindAll(job.secrets, contexts, calls)),
  ]);
  const none: Entries = new Map();
  return {
    step: {
      index: 0,
      id: undefined,
      name: undefined,
      if: undefined,
      uses,
      run: undefined,
      with: job.with,
      env: none,
      workingDirectory: undefined,
      shell: undefined,
      continueOnError: undefined,
      timeoutMinutes: undefined,
      span: job.span,
    },
    trail,
    runs: { value: true, note: "", names: [] },
    afterFailure: false,
    reads: [],
    commands: [
      {
        kind: "uses",
        action,
        ref,
        inputs,
        environment,
        directory: ["."],
        certainty: true,
        excused: false,
        from: uses ? further(trail, uses.span) : trail,
      },
    ],
  };
}
