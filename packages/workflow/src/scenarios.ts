import { byText, type Event, type Path } from "@gha2pulumi/repo";
import { defaultBranchStandIn } from "./context.ts";
import { comparedLiterals } from "./expression/literals.ts";
import { parseExpression } from "./expression/parse.ts";
import { expressionsIn } from "./expression/template.ts";
import { samplesOf, isLiteralPattern } from "./filter.ts";
import type { Input, Trigger, Workflow, Written } from "./model.ts";
import { calledWorkflows, localPath, type Repository } from "./repository.ts";
import { defaultTypes, starts, texts } from "./starts.ts";

/** The literals that the conditions of a workflow, and of what it calls, tell events apart by. */
export interface Atoms {
  readonly branches: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly labels: ReadonlySet<string>;
  readonly actors: ReadonlySet<string>;
  readonly actions: ReadonlySet<string>;
  readonly fork: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
}

/** A branch that no filter and no condition names. */
export const otherBranch = "other-branch";
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
      return trigger.crons.map((cron): Event => ({ kind: "schedule", cron: cron.text, branch }));
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

function branchesOf(trigger: Trigger, atoms: Atoms): readonly string[] {
  return distinct([...named(trigger.branches), ...named(trigger.branchesIgnore), ...atoms.branches, otherBranch]);
}

function tagsOf(trigger: Trigger, atoms: Atoms): readonly string[] {
  const wanted = trigger.tags !== undefined || trigger.tagsIgnore !== undefined || trigger.branches === undefined;
  return wanted ? distinct([...named(trigger.tags), ...named(trigger.tagsIgnore), ...atoms.tags, "other-tag"]) : [];
}

/** The names filters speak about: literal ones, and a sample for each pattern. */
function named(patterns: readonly Written[] | undefined): readonly string[] {
  return texts(patterns ?? []).flatMap((pattern) =>
    isLiteralPattern(pattern) ? [pattern.replace(/^!/, "")] : samplesOf(pattern),
  );
}

function pullRequests(trigger: Trigger, atoms: Atoms): readonly Event[] {
  const actions = distinct([...(trigger.types ? texts(trigger.types) : defaultTypes)]);
  const yesNo = (both: boolean): readonly boolean[] => (both ? [false, true] : [false]);
  return branchesOf(trigger, atoms).flatMap((base) =>
    actions.flatMap((action) =>
      yesNo(atoms.fork).flatMap((fork) =>
        yesNo(atoms.draft).flatMap((draft) =>
          [undefined, ...atoms.labels].flatMap((label) =>
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
  const branches = distinct([branch, ...atoms.branches]);
  return branches.flatMap((name) =>
    inputs.map((given): Event => ({ kind: "dispatch", workflow: workflow.path, inputs: given, branch: name })),
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

/** Reads the literals out of every expression and script of a workflow and of the local files it calls. */
export function atomsOf(workflow: Workflow, repository: Repository): Atoms {
  const sets = {
    branches: new Set<string>(),
    tags: new Set<string>(),
    labels: new Set<string>(),
    actors: new Set<string>(),
    actions: new Set<string>(),
  };
  const inputs = new Map<string, Set<string>>();
  const mentioned = new Set<string>();
  for (const path of reachable(workflow.path, repository, new Set())) {
    const text = repository.tree.get(path) ?? "";
    for (const source of conditionSources(text)) {
      const parsed = parseExpression(source);
      if (parsed.kind !== "parsed") continue;
      for (const { path: name, literals } of comparedLiterals(parsed.node)) addLiterals(name, literals, sets, inputs);
      // Names without a literal count too: `if: inputs.dry_run` tells events apart by a boolean.
      for (const found of source.matchAll(/\b(?:github\.event\.)?inputs\.([\w-]+)/g))
        if (found[1] !== undefined) entry(inputs, found[1]);
      for (const word of source.match(/[\w.-]+/g) ?? []) mentioned.add(word);
    }
    for (const found of text.matchAll(/refs\/(heads|tags)\/([\w][\w./-]*)/g))
      sets[found[1] === "heads" ? "branches" : "tags"].add(found[2] ?? "");
    for (const branch of shellBranches(text)) sets.branches.add(branch);
  }
  // What no branch can be called matches none: https://git-scm.com/docs/git-check-ref-format
  for (const name of sets.branches)
    if (name === "" || /[\s~^:?*[\\"'\x00-\x1f]|\.\.|\/$|\.lock$/.test(name)) sets.branches.delete(name);
  const has = (part: string): boolean => [...mentioned].some((word) => word.includes(part));
  return {
    ...sets,
    inputs,
    fork: has("head.repo"),
    draft: has("pull_request.draft"),
    merged: has("pull_request.merged"),
  };
}

function addLiterals(
  path: string,
  literals: readonly string[],
  sets: { branches: Set<string>; tags: Set<string>; labels: Set<string>; actors: Set<string>; actions: Set<string> },
  inputs: Map<string, Set<string>>,
): void {
  const target = refPaths.has(path)
    ? sets.branches
    : path.endsWith("labels.*.name") || path === "github.event.label.name"
      ? sets.labels
      : path === "github.actor" || path === "github.triggering_actor" || path.endsWith("user.login")
        ? sets.actors
        : undefined;
  const input = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(path)?.[1];
  for (const literal of literals) {
    if (input !== undefined) entry(inputs, input).add(literal);
    else if (path === "github.ref" && literal.startsWith("refs/tags/"))
      sets.tags.add(literal.slice("refs/tags/".length));
    else target?.add(literal.replace(/^refs\/heads\//, ""));
  }
}

const refPaths = new Set([
  "github.ref",
  "github.ref_name",
  "github.base_ref",
  "github.event.pull_request.base.ref",
  "github.head_ref",
]);

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set<string>();
  map.set(key, set);
  return set;
}

/** Every `${{ … }}` of a file, and every `if:` written without the braces. */
function conditionSources(text: string): readonly string[] {
  const bare = [...text.matchAll(/^\s*(?:- )?if:[ \t]*([^\n]*)$/gm)].map((found) =>
    (found[1] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2"),
  );
  return [
    ...expressionsIn(text).map((expression) => expression.source),
    ...bare.filter((source) => source !== "" && !source.includes("${{")),
  ];
}

/** Branch names that scripts compare a ref with: `[ "$GITHUB_REF_NAME" = main ]`, `case … in main)`. */
function shellBranches(text: string): readonly string[] {
  if (!/GITHUB_(BASE_|HEAD_)?REF|github\.(ref|base_ref|head_ref)|\.base\.ref/.test(text)) return [];
  const compared = [...text.matchAll(/(?:==?|!=)\s*["']?([A-Za-z][\w./-]*)["']?\s*(?:\]|\)|&&|\|\||;|$)/gm)].map(
    (found) => found[1] ?? "",
  );
  const cases = [...text.matchAll(/^\s*["']?([A-Za-z][\w./|"' -]*)["']?\)\s/gm)].flatMap((found) =>
    (found[1] ?? "").split("|").map((part) => part.replace(/["'\s]/g, "")),
  );
  return [...compared, ...cases]
    .filter((name) => name !== "" && name !== "true" && name !== "false")
    .map((name) => name.replace(/^refs\/heads\//, ""));
}

/** A file and every local workflow and action it uses, through all of them. */
export function reachable(path: Path, repository: Repository, seen: Set<Path>): ReadonlySet<Path> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const found of (repository.tree.get(path) ?? "").matchAll(/uses:\s*["']?([^\s"'#]+)/g)) {
    const local = localPath(found[1] ?? "", repository);
    if (local === undefined) continue;
    const file = [local, `${local}/action.yml`, `${local}/action.yaml`].find((candidate) =>
      repository.tree.has(candidate),
    );
    if (file !== undefined) reachable(file, repository, seen);
  }
  return seen;
}
