import { grouped, type YamlEdit } from "@gha2pulumi/repo";
import type { Entries, Job, Step, Workflow } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import { indexOf } from "../story-index.ts";
import type { Findings } from "../intents.ts";
import { providerTokens } from "../tokens.ts";
import type { World } from "../world.ts";
import { isLogin, needsNoLogin } from "./call-later.ts";
import type { Call } from "./plan-calls.ts";

/**
 * The calls of one file with the steps of their jobs, or of their action, that log in to a cloud for nobody else: they
 * go, its credentials leave the runner. One stays where anything behind it that stays may use it, in any play of its job,
 * or reads its outputs.
 */
export function withoutLogins(calls: readonly Call[], world: World): readonly Call[] {
  return [...grouped(calls, ({ job, host }) => `${host.kind} ${job}`).values()].flatMap((own) => {
    const [first, ...others] = own;
    return [{ ...first, gone: [...idleLogins(own, world), ...first.gone] }, ...others];
  });
}

function idleLogins(calls: readonly [Call, ...Call[]], world: World): readonly number[] {
  const [{ host, path }] = calls;
  const text = (world.tree.get(path) ?? "").toLowerCase();
  const away = stepsAway(calls);
  const isUsed = (step: Step, entries: readonly Entry[]): boolean => {
    const at = entries.findIndex((entry) => entry.step.step === step);
    return at >= 0 && !isIdle(entries.slice(at), away, world);
  };
  return host.steps
    .filter(
      (step) =>
        calls.some(({ index }) => step.index < index) &&
        !away.has(step) &&
        host.plays.some((entries) => entries.some((entry) => entry.step.step === step && isLogin(entry))) &&
        !host.plays.some((entries) => isUsed(step, entries)) &&
        (step.id === undefined || !text.includes(`steps.${step.id.toLowerCase()}.`)),
    )
    .map((step) => step.index);
}

/** The steps that calls replace, and those that go with them; a script that stays around its call is none. */
function stepsAway(calls: readonly Call[]): ReadonlySet<Step> {
  return new Set(
    calls.flatMap(({ host, index, isKept, gone }) =>
      host.steps.filter((step) => (step.index === index && !isKept) || gone.includes(step.index)),
    ),
  );
}

function isIdle(entries: readonly Entry[], away: ReadonlySet<Step>, world: World): boolean {
  return entries.every((entry) => away.has(entry.step.step) || needsNoLogin(entry, world.tree));
}

/**
 * Keys of a cloud and tokens of providers that a workflow, or one of its jobs, gives to all steps, and that nothing reads
 * any more: their lines go. `removed` are jobs that go altogether.
 */
export function idleKeys(
  calls: readonly Call[],
  workflow: Workflow,
  removed: readonly string[],
  findings: Findings,
  world: World,
): readonly YamlEdit[] {
  const names = new Set([
    ...calls.flatMap(({ intents }) =>
      intents.flatMap(({ occurrences }) =>
        occurrences.flatMap(({ identities }) => identities.flatMap((one) => one.carriers)),
      ),
    ),
    ...providerTokens,
  ]);
  const away = stepsAway(calls);
  const plays = indexOf(findings.stories).plays;
  const source = world.tree.get(workflow.path) ?? "";
  const isIdleJob = (job: Job): boolean => {
    const own = [...(plays.get(job) ?? [])];
    // GitHub hands no variables on to a called workflow: what it is given stands in the text.
    return job.uses !== undefined || (own.length > 0 && own.every((entries) => isIdle(entries, away, world)));
  };
  const staying = [...workflow.jobs.values()].filter(({ id }) => !removed.includes(id));
  const calling = staying.filter(({ id }) => calls.some(({ job }) => job === id));
  const edits = (at: readonly string[], env: Entries, jobs: readonly Job[], within: Span): readonly YamlEdit[] => {
    const keys = [...env].flatMap(([name, { text }]) => (names.has(name) && /\bsecrets\b/.test(text) ? [name] : []));
    if (keys.length === 0 || !jobs.every(isIdleJob)) return [];
    const rest = textWithout(
      source,
      within,
      [...away].map(({ span }) => span),
    );
    const asked = calls.map(({ text, before }) => [text, ...before].join("\n")).join("\n");
    const idle = keys.filter((name) => !isRead(name, rest) && !asked.includes(`env.${name}`));
    return idle.length === env.size
      ? [{ kind: "remove", at: [...at, "env"] }]
      : idle.map((name): YamlEdit => ({ kind: "remove", at: [...at, "env", name] }));
  };
  return [
    ...edits([], workflow.env, staying, { start: 0, end: source.length }),
    ...calling.flatMap((job) => edits(["jobs", job.id], job.env, [job], job.span)),
  ];
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function textWithout(source: string, { start, end }: Span, gone: readonly Span[]): string {
  const inside = gone.filter((one) => one.start >= start && one.end <= end).sort((a, b) => a.start - b.start);
  let at = start;
  const kept: string[] = [];
  for (const one of inside) {
    kept.push(source.slice(at, one.start));
    at = Math.max(at, one.end);
  }
  return [...kept, source.slice(at, end)].join("\n");
}

/** Whether a text has a name anywhere but as the key that gives it a value, or as that of a secret. */
function isRead(name: string, text: string): boolean {
  return new RegExp(`(?<!\\bsecrets\\.)(?<![\\w-])${name}(?![\\w-])(?!["']?[ \\t]*:)`).test(text);
}
