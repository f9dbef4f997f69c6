import { byText } from "@gha2pulumi/repo";
import type {
  Audit,
  AuditedOperation,
  AuditedReason,
  AuditedRepository,
  AuditedSettings,
  AuditedTask,
  Disposition,
  Given,
  Shape,
} from "./audit-document.ts";
import { forecastOf, repositoryForecast } from "./forecast.ts";
import type { PlanDocument, PlannedOperation, PlannedSettings } from "./plan-document.ts";
import { stackNames } from "./stack-names.ts";

/** What an audit keeps of a repository's plan. */
export function auditedRepository(name: string, document: PlanDocument): AuditedRepository {
  const asked = document.questions.filter((one) => one.default === null);
  return {
    name,
    failure: null,
    operations: document.operations.map(auditedOperation),
    questions: asked.length,
    asked,
    tasks: document.tasks.map(({ text }) => text),
    changes: document.changes.map(({ path, kind }) => ({ path, kind })),
    verdicts: document.proof.verdicts,
    settings: document.settings.map(auditedSettings),
    forecast: repositoryForecast(document.operations),
    campaign: null,
  };
}

/** A repository without a plan, and why there is none. */
export function failedRepository(name: string, failure: string): AuditedRepository {
  return {
    name,
    failure,
    operations: [],
    questions: 0,
    asked: [],
    tasks: [],
    changes: [],
    verdicts: { same: 0, missing: 0, extra: 0, changed: 0, undecided: 0 },
    settings: [],
    forecast: repositoryForecast([]),
    campaign: null,
  };
}

const nothingGiven: Given = { runsPerMonth: [], minutesPerRun: null };

/** Many repositories in one table. `given` is what a person assumes where no file tells a number. */
export function auditOf(repositories: readonly AuditedRepository[], given: Given = nothingGiven): Audit {
  const all = repositories.flatMap(({ operations }) => operations);
  const of = (disposition: Disposition): number => all.filter((one) => one.disposition === disposition).length;
  const shapes = shapesOf(repositories);
  return {
    schemaVersion: 1,
    repositories,
    dispositions: { move: of("move"), call: of("call"), keep: of("keep"), ask: of("ask") },
    reasons: reasonsOf(repositories),
    workflows: shapes.reduce((total, { workflows }) => total + workflows.length, 0),
    shapes,
    tasks: tasksOf(repositories),
    forecast: forecastOf(repositories, given),
  };
}

/** The fewest shapes, from the most common on, that cover two thirds of the workflows, and their share in percent. */
export function covering({ shapes, workflows }: Audit): { readonly shapes: number; readonly percent: number } {
  let covered = 0;
  let taken = 0;
  while (covered * 3 < workflows * 2) covered += shapes[taken++]?.workflows.length ?? workflows;
  return { shapes: taken, percent: workflows === 0 ? 0 : Math.round((covered * 100) / workflows) };
}

function auditedOperation(one: PlannedOperation): AuditedOperation {
  const stacks = stackNames(one);
  return {
    workflow: one.workflow,
    job: one.job,
    location: one.location,
    operation: one.operation,
    stack: stacks.join(" "),
    stacks,
    disposition: one.disposition,
    codes: unique(one.reasons.map(({ code }) => code)),
    events: unique(one.on.map(({ event }) => event)),
    identities: unique(one.identities.map(({ kind }) => kind)),
    gates: unique(one.gates.map(({ kind }) => kind)),
    reasons: one.reasons,
    on: one.on,
    waitsFor: one.gates,
    as: one.identities,
  };
}

/** What the settings of a stack start, read back out of their fields. */
function auditedSettings({ organization, project, stack, fields }: PlannedSettings): AuditedSettings {
  const values = (name: string): readonly string[] => fields.filter((one) => one.name === name).map((one) => one.value);
  const [branch = "(branch not told)"] = values("branch");
  const paths = values("paths");
  const changed = paths.length === 0 ? "" : `, paths ${paths.join(" ")}`;
  const isOn = (name: string): boolean => values(name).includes("true");
  const schedules = values("schedule").map((text) => {
    const [operation = "", cron = ""] = text.split(" at ");
    return { when: `schedule ${cron}`, operation };
  });
  return {
    stack: [organization, project, stack].filter((part) => part !== null).join("/"),
    starts: [
      ...(isOn("deployCommits") ? [{ when: `push ${branch}${changed}`, operation: "update" }] : []),
      ...(isOn("previewPullRequests") ? [{ when: `pull_request ${branch}${changed}`, operation: "preview" }] : []),
      ...(isOn("pullRequestTemplate")
        ? [{ when: `pull_request ${branch}${changed}, a stack of its own`, operation: "update" }]
        : []),
      ...schedules,
    ],
  };
}

/**
 * The shape of a whole repository: the shapes of its workflows that run Pulumi, each once, a line each. Two repositories
 * of one shape differ in names and numbers only, so one of them tells how it goes with the other. "" where none does.
 */
export function shapeOf({ operations }: Pick<PlanDocument, "operations">): string {
  const byWorkflow = grouped(operations.map(auditedOperation), ({ workflow }) => workflow);
  return unique([...byWorkflow.values()].map(shapeOfWorkflow)).join("\n");
}

/** `preview on pull_request, update on push; as aws-oidc; behind environment: keep`. */
function shapeOfWorkflow(all: readonly AuditedOperation[]): string {
  const union = (of: (one: AuditedOperation) => readonly string[]): string => unique(all.flatMap(of)).join(", ");
  const operations = union(({ operation, events }) => events.map((event) => `${operation} on ${event}`));
  const identities = union((one) => one.identities);
  const gates = union((one) => one.gates);
  return [
    operations === "" ? "on no event" : operations,
    identities === "" ? "" : `; as ${identities}`,
    gates === "" ? "" : `; behind ${gates}`,
    `: ${union(({ disposition }) => [disposition])}`,
  ].join("");
}

function reasonsOf(repositories: readonly AuditedRepository[]): readonly AuditedReason[] {
  const found = repositories.flatMap(({ name, operations }) =>
    operations.flatMap(({ disposition, codes }) => codes.map((code) => ({ disposition, code, name }))),
  );
  return [...grouped(found, ({ disposition, code }) => `${disposition} ${code}`).values()]
    .flatMap((all) =>
      all.slice(0, 1).map(({ disposition, code }) => ({
        disposition,
        code,
        operations: all.length,
        repositories: namesIn(all),
      })),
    )
    .sort((a, b) => b.operations - a.operations || byText(a.code, b.code) || byText(a.disposition, b.disposition));
}

function shapesOf(repositories: readonly AuditedRepository[]): readonly Shape[] {
  const workflows = repositories.flatMap(({ name, operations }) =>
    [...grouped(operations, ({ workflow }) => workflow)].map(([path, own]) => ({
      repository: name,
      path,
      shape: shapeOfWorkflow(own),
    })),
  );
  return [...grouped(workflows, ({ shape }) => shape)]
    .map(([shape, all]) => ({
      shape,
      workflows: all.map(({ repository, path }) => ({ repository, path })),
    }))
    .sort((a, b) => b.workflows.length - a.workflows.length || byText(a.shape, b.shape));
}

/** Tasks that differ only by the names in them are one. */
function tasksOf(repositories: readonly AuditedRepository[]): readonly AuditedTask[] {
  const found = repositories.flatMap(({ name, tasks }) => tasks.map((text) => ({ task: withoutNames(text), name })));
  return [...grouped(found, ({ task }) => task)]
    .map(([task, all]) => ({ task, times: all.length, repositories: namesIn(all) }))
    .sort((a, b) => b.times - a.times || byText(a.task, b.task));
}

function withoutNames(task: string): string {
  return task.replace(/: (?=[^:]*[/`])[^:]*$/, ": …").replace(/(?<=pulumi config set )[^`]*/, "…");
}

function namesIn(all: readonly { readonly name: string }[]): number {
  return new Set(all.map(({ name }) => name)).size;
}

function unique(all: readonly string[]): readonly string[] {
  return [...new Set(all)].sort(byText);
}

function grouped<T>(all: readonly T[], key: (one: T) => string): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const one of all) groups.set(key(one), [...(groups.get(key(one)) ?? []), one]);
  return groups;
}
