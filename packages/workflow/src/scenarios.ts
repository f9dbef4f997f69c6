import { byText, type Event } from "@gha2pulumi/repo";
import { atomsOf, type Atoms } from "./atoms.ts";
import { defaultBranchStandIn } from "./context.ts";
import { isLiteralPattern, namesOf, passesFilter } from "./filter.ts";
import type { Input, Trigger, Workflow, Written } from "./model.ts";
import { calledWorkflows, type Repository } from "./repository.ts";
import { defaultTypes, starts, texts } from "./starts.ts";

/** A branch that no filter and no condition names. */
export const otherBranch = "other-branch";
/** The same among tags. */
const otherTag = "other-tag";
/** More events than this say that a workflow is not a finite table; the rest of its inputs are then left open. */
const mostDispatches = 64;

/** The events that can make a difference to a workflow: one of each class, for each of its triggers. */
export function scenarios(workflow: Workflow, repository: Repository): readonly Event[] {
  const atoms = atomsOf(workflow, repository);
  const isCalled = calledWorkflows(repository).has(workflow.path);
  return workflow.triggers
    .flatMap((trigger) => eventsOf(trigger, workflow, atoms, repository, isCalled))
    .filter((event) => starts(workflow, event));
}

/** One event of each kind that `on:` names, whether or not its filters let any through. */
export function kindsOfEvents(workflow: Workflow, repository: Repository): readonly Event[] {
  const atoms = atomsOf(workflow, repository);
  const isCalled = calledWorkflows(repository).has(workflow.path);
  const events = workflow.triggers.flatMap((trigger) => eventsOf(trigger, workflow, atoms, repository, isCalled));
  return [...new Map(events.map((event) => [event.kind, event])).values()];
}

function eventsOf(
  trigger: Trigger,
  workflow: Workflow,
  atoms: Atoms,
  repository: Repository,
  isCalled: boolean,
): readonly Event[] {
  const branch = repository.surroundings.get("default-branch") ?? defaultBranchStandIn;
  switch (trigger.event) {
    case "push":
      return [
        ...branchesOf(trigger, atoms).map((name): Event => ({ kind: "push", branch: name, files: undefined })),
        ...tagsOf(trigger, atoms).map((tag): Event => ({ kind: "tag", tag })),
      ];
    case "pull_request":
    case "pull_request_target":
      return pullRequests(trigger, atoms);
    case "schedule":
      return trigger.crons.map((cron): Event => ({ kind: "schedule", cron: cron.text, zone: cron.zone, branch }));
    case "workflow_run":
      return runsOf(trigger, atoms, branch);
    case "workflow_dispatch":
      return dispatches(trigger, workflow, atoms, branch);
    case "workflow_call":
      return isCalled ? [] : [{ kind: "call", workflow: workflow.path }];
    default:
      return (trigger.types?.map((type) => type.text) ?? [undefined]).map((type): Event => ({
        kind: "other",
        name: trigger.event,
        type,
        branch,
      }));
  }
}

/**
 * Runs of other workflows, by their branch and how they end; what else they end as (`skipped`, `timed_out`) conditions
 * compare with one of these. https://docs.github.com/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_run
 */
function runsOf(trigger: Trigger, atoms: Atoms, branch: string): readonly Event[] {
  const types = trigger.types ? texts(trigger.types) : ["completed", "requested"];
  return branchesOf(trigger, atoms).flatMap((head) =>
    types.flatMap((type) =>
      (type === "completed" ? ["success", "failure", "cancelled"] : [""]).map((conclusion): Event => ({
        kind: "workflow_run",
        type,
        conclusion,
        head,
        branch,
      })),
    ),
  );
}

function branchesOf(trigger: Trigger, atoms: Atoms): readonly string[] {
  // Conditions compare without regard to case, filters do not: a name that only differs in case may pass them.
  const told = [...atoms.branches, ...atoms.names].flatMap((name) => [name, name.toLowerCase()]);
  return distinct([
    ...named(trigger.branches),
    ...named(trigger.branchesIgnore),
    ...told,
    ...within(told, texts(trigger.branches ?? [])),
    otherBranch,
  ]);
}

function tagsOf(trigger: Trigger, atoms: Atoms): readonly string[] {
  const wanted = trigger.tags !== undefined || trigger.tagsIgnore !== undefined || trigger.branches === undefined;
  if (!wanted) return [];
  const isFiltered = trigger.tags !== undefined || trigger.tagsIgnore !== undefined;
  // Where no filter speaks of tags, a bare name is a branch's, unless it looks like a version.
  const told = [...atoms.tags, ...[...atoms.names].filter((name) => isFiltered || /^v?(?:\d|\*)/.test(name))];
  return distinct([
    ...named(trigger.tags),
    ...named(trigger.tagsIgnore),
    ...told,
    ...within(told, texts(trigger.tags ?? [])),
    otherTag,
  ]);
}

/** Names that stand for those that match a told pattern and a filter: `*-rc*` and `v*` give `v*-rc*`. */
function within(told: readonly string[], filters: readonly string[]): readonly string[] {
  return told.flatMap((pattern) =>
    filters.flatMap((filter) => {
      const isOpen = pattern.includes("*") && !isLiteralPattern(filter) && !filter.startsWith("!");
      if (!isOpen || passesFilter([filter], pattern)) return [];
      const found = joined(pattern, filter.replace(/\*+/g, "*")).find((name) => passesFilter([filter], name));
      return found === undefined ? [] : [found];
    }),
  );
}

/** What a pattern (`v1*`, `*-rc`, `*-rc*`) can make of the names of a filter, likely ones first. */
function joined(pattern: string, name: string): readonly string[] {
  const core = pattern.replace(/^\*|\*$/g, "");
  const cuts = Array.from({ length: name.length + 1 }, (_, i) => i);
  if (!pattern.startsWith("*"))
    return cuts
      .map((at) => `${core}${name.slice(at)}`)
      .filter((one) => one.includes("*"))
      .reverse();
  const isOpen = pattern.endsWith("*");
  return cuts.reverse().flatMap((at) => {
    const front = `${name.slice(0, at)}${core}`;
    const rest = name.slice(at);
    return (isOpen ? [`${front}${rest.replace(/\*$/, "")}*`, `${front}${rest}`] : [front]).filter((one) =>
      one.includes("*"),
    );
  });
}

/** The names filters speak about: literal ones, and a sample for each pattern. */
function named(patterns: readonly Written[] | undefined): readonly string[] {
  return texts(patterns ?? []).flatMap((pattern) =>
    isLiteralPattern(pattern) ? [pattern.replace(/^!/, "")] : namesOf(pattern),
  );
}

function pullRequests(trigger: Trigger, atoms: Atoms): readonly Event[] {
  const actions = distinct([...(trigger.types ? texts(trigger.types) : defaultTypes)]);
  const yesNo = (both: boolean): readonly boolean[] => (both ? [false, true] : [false]);
  return branchesOf(trigger, atoms).flatMap((base) =>
    actions.flatMap((action) =>
      yesNo(atoms.fork).flatMap((fork) =>
        yesNo(atoms.draft).flatMap((draft) =>
          [undefined, ...(atoms.hasLabels ? ["other-label"] : []), ...atoms.labels].flatMap((label) =>
            ["someone", ...atoms.actors].flatMap((actor) =>
              (action === "closed" ? [false, true] : [false]).map((merged): Event => ({
                kind: "pull_request",
                target: trigger.event === "pull_request_target",
                base,
                action,
                merged,
                fork,
                draft,
                labels: label === undefined ? [] : [label],
                actor,
                files: undefined,
              })),
            ),
          ),
        ),
      ),
    ),
  );
}

function dispatches(trigger: Trigger, workflow: Workflow, atoms: Atoms, branch: string): readonly Event[] {
  let inputs: readonly ReadonlyMap<string, string>[] = [new Map()];
  for (const input of trigger.inputs.values()) {
    const choices = choicesOf(input, atoms);
    if (choices.length === 0 || inputs.length * choices.length > mostDispatches) continue;
    inputs = inputs.flatMap((given) =>
      choices.map((choice) => (choice === undefined ? given : new Map([...given, [input.name, choice]]))),
    );
  }
  const told = [...atoms.branches, ...atoms.names];
  // Where conditions tell branches apart, the default branch is one of those they name, or none of them.
  const usual = branch === defaultBranchStandIn ? [] : [branch];
  const branches = told.length === 0 ? [branch] : distinct([...usual, ...told, otherBranch]);
  // A person may choose a tag as well: https://docs.github.com/actions/how-tos/manage-workflow-runs/manually-run-a-workflow
  const tags = atoms.tagged ? distinct([...atoms.tags, otherTag]) : [];
  const from = [...branches.map((name) => ({ branch: name })), ...tags.map((tag) => ({ branch: otherBranch, tag }))];
  return from.flatMap((ref) =>
    inputs.map((given): Event => ({ kind: "dispatch", workflow: workflow.path, inputs: given, ...ref })),
  );
}

/** `undefined` among the choices stands for any other text. */
function choicesOf(input: Input, atoms: Atoms): readonly (string | undefined)[] {
  if (input.type === "choice") return input.options;
  const compared = atoms.inputs.get(input.name);
  if (input.type === "boolean") return compared ? ["false", "true"] : [];
  const usual =
    input.default && input.default.text !== "" && !input.default.text.includes("${{") ? [input.default.text] : [];
  const texts = distinct([...usual, ...[...(compared ?? [])].sort(byText)]);
  return texts.length === 0 ? [] : [...texts, undefined];
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}
