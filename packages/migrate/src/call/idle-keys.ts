import { escaped, type YamlEdit } from "@gha2pulumi/repo";
import type { Entries, Job, Step, Workflow } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import type { Findings, Intent } from "../intents.ts";
import type { Removal } from "../removable.ts";
import { indexOf } from "../story-index.ts";
import { providerTokens } from "../tokens.ts";
import type { World } from "../world.ts";
import { needsNoLogin, needsNoToken } from "./call-later.ts";
import { textWithout, type Stretch } from "./text-without.ts";
import { stepsAway } from "./call-logins.ts";
import type { Call } from "./plan-calls.ts";

/**
 * Keys of a cloud, tokens of providers and Pulumi's own that a workflow, or one of its jobs, gives to all steps, and that
 * nothing reads any more: their lines go. `calls` are those of the file, `going` what else leaves it, with the operations
 * in that.
 */
export function idleKeys(
  calls: readonly Call[],
  going: Pick<Removal, "jobs" | "steps"> & { readonly intents: readonly Intent[] },
  workflow: Workflow,
  findings: Findings,
  world: World,
): readonly YamlEdit[] {
  const ofClouds = namesOf([...calls.flatMap((call) => call.intents), ...going.intents]);
  const steps = going.steps.flatMap(({ job, index }) => {
    const found = workflow.jobs.get(job)?.steps.find((step) => step.index === index);
    return found === undefined ? [] : [found];
  });
  const away = new Set([...stepsAway(calls), ...steps]);
  const gone = [...away, ...[...workflow.jobs.values()].filter(({ id }) => going.jobs.includes(id))];
  const plays = indexOf(findings.stories).plays;
  const source = world.tree.get(workflow.path) ?? "";
  const isIdle = (job: Job, doesWithout: (entry: Entry) => boolean): boolean => {
    const own = [...(plays.get(job) ?? [])];
    const isOut = (entry: Entry): boolean => away.has(entry.step.step) || doesWithout(entry);
    // GitHub hands no variables on to a called workflow: what it is given stands in the text.
    return job.uses !== undefined || (own.length > 0 && own.every((entries) => entries.every(isOut)));
  };
  const isIdleName = (name: string, jobs: readonly Job[]): boolean => {
    if (name !== pulumiToken)
      return ofClouds.has(name) && jobs.every((job) => isIdle(job, (entry) => needsNoLogin(entry, world.tree)));
    const asking = calls.filter((call) => jobs.some(({ id }) => id === call.job));
    const isNew = asking.every(({ login }) => login.auth.kind === "oidc");
    return isNew && jobs.every((job) => isIdle(job, (entry) => needsNoToken(entry, world.tree)));
  };
  const asked = calls.map(({ text, before }) => [text, ...before].join("\n")).join("\n");
  const edits = (at: readonly string[], env: Entries, jobs: readonly Job[], within: Stretch): readonly YamlEdit[] => {
    const keys = [...env].flatMap(([name, { text }]) => (/\bsecrets\b/.test(text) ? [name] : []));
    const rest = keys.length === 0 ? "" : textWithout(source, within, spansOf(gone));
    const idle = keys.filter((name) => isIdleName(name, jobs) && !isRead(name, rest) && !asked.includes(`env.${name}`));
    return idle.length > 0 && idle.length === env.size
      ? [{ kind: "remove", at: [...at, "env"] }]
      : idle.map((name): YamlEdit => ({ kind: "remove", at: [...at, "env", name] }));
  };
  const staying = [...workflow.jobs.values()].filter(({ id }) => !going.jobs.includes(id));
  const touched = staying.filter(({ id }) => [...calls, ...going.steps].some(({ job }) => job === id));
  return [
    ...edits([], workflow.env, staying, { start: 0, end: source.length }),
    ...touched.flatMap((job) => edits(["jobs", job.id], job.env, [job], job.span)),
  ];
}

const pulumiToken = "PULUMI_ACCESS_TOKEN";

/** What operations that are called or go log in to clouds with, by the names of variables. */
function namesOf(intents: readonly Intent[]): ReadonlySet<string> {
  if (intents.length === 0) return new Set();
  const identities = intents.flatMap(({ occurrences }) => occurrences.flatMap((one) => one.identities));
  return new Set([...identities.flatMap(({ carriers }) => carriers), ...providerTokens]);
}

function spansOf(all: readonly (Step | Job)[]): readonly Stretch[] {
  return all.map(({ span }) => span);
}

/** Whether a text has a name anywhere but as the key that gives it a value, or as that of a secret. */
function isRead(name: string, text: string): boolean {
  return new RegExp(`(?<!\\bsecrets\\.)(?<![\\w-])${escaped(name)}(?![\\w-])(?!["']?[ \\t]*:)`).test(text);
}
