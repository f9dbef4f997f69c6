import { splice, type Path } from "@gha2pulumi/repo";
import { comparedLiterals, type ComparedLiterals } from "./expression/literals.ts";
import { parseExpression } from "./expression/parse.ts";
import { expressionsIn } from "./expression/template.ts";
import type { Workflow, Written } from "./model.ts";
import { calledPath, localPath, type Repository } from "./repository.ts";
import { isShell } from "./shell-environment.ts";
import { isToldPath, patternOf, withoutRefs } from "./stand-in.ts";

/**
 * The literals that the conditions and scripts of a workflow, and of what it calls, tell events apart by. A branch, tag
 * or person with `*` stands for all whose names look so: `rel*`.
 */
export interface Atoms {
  readonly branches: ReadonlySet<string>;
  /** Names compared with a ref by its bare name, which a tag may have as well as a branch. */
  readonly names: ReadonlySet<string>;
  readonly tags: ReadonlySet<string>;
  readonly inputs: ReadonlyMap<string, ReadonlySet<string>>;
  readonly labels: ReadonlySet<string>;
  readonly actors: ReadonlySet<string>;
  /** Labels are read at all, so one that no literal names may make a difference too. */
  readonly hasLabels: boolean;
  readonly fork: boolean;
  readonly draft: boolean;
  readonly merged: boolean;
  /** Tags are told from branches. */
  readonly tagged: boolean;
}

interface Sets {
  readonly branches: Set<string>;
  readonly names: Set<string>;
  readonly tags: Set<string>;
  readonly labels: Set<string>;
  readonly actors: Set<string>;
  readonly inputs: Map<string, Set<string>>;
}

/** Every event of a workflow asks for them again, and a repository does not change. */
const known = new WeakMap<Repository, Map<Path, Atoms>>();

/** Reads the literals out of every expression and script of a workflow and of the local files it calls. */
export function atomsOf(workflow: Workflow, repository: Repository): Atoms {
  const own = known.get(repository) ?? new Map<Path, Atoms>();
  known.set(repository, own);
  const atoms = own.get(workflow.path) ?? readAtoms(workflow, repository);
  own.set(workflow.path, atoms);
  return atoms;
}

function readAtoms(workflow: Workflow, repository: Repository): Atoms {
  const sets: Sets = {
    branches: new Set(repository.branches),
    names: new Set(),
    tags: new Set(),
    labels: new Set(),
    actors: new Set(),
    inputs: new Map(),
  };
  let all = "";
  for (const path of reachable(workflow.path, repository, new Set())) {
    const text = repository.tree.get(path) ?? "";
    all += `${text}\n`;
    for (const source of conditionSources(text)) addExpression(source, sets);
    addScripts(withoutOtherLanguages(path, text, repository), sets);
  }
  for (const names of [sets.branches, sets.names, sets.tags])
    for (const name of names) if (!mayBeName(name)) names.delete(name);
  return {
    ...sets,
    // Contexts are found whatever their case, and by `['draft']` as by `.draft`; to vary too much does no harm.
    hasLabels: /\blabels\b/i.test(all),
    fork: /\bhead\W{1,4}repo\b|\bfork\b/i.test(all),
    draft: /\bdraft\b/i.test(all),
    merged: /\bmerged\b/i.test(all),
    tagged: /refs\/tags|ref_type/i.test(all),
  };
}

/** What a workflow's events are told apart by as one set: a name or pattern in it has an event of its own. */
export function toldBy({ branches, names, tags, labels, actors }: Atoms): ReadonlySet<string> {
  return new Set([...branches, ...names, ...tags, ...labels, ...actors]);
}

/** What no branch or tag can be called matches none: https://git-scm.com/docs/git-check-ref-format */
function mayBeName(name: string): boolean {
  return !/^\*?$|[\s~^:?[\\"'\x00-\x1f]|\.\.|\/$|\.lock$/.test(name);
}

function addExpression(source: string, sets: Sets): void {
  const parsed = parseExpression(source);
  if (parsed.kind !== "parsed") return;
  for (const compared of comparedLiterals(parsed.node)) addLiterals(compared, sets);
  // Names without a literal count too: `if: inputs.dry_run` tells events apart by a boolean.
  for (const found of source.matchAll(/\b(?:github\.event\.)?inputs\.([\w-]+)/g))
    if (found[1] !== undefined) entry(sets.inputs, found[1]);
  // Whatever is made of the labels before they are compared, as by `join`, every text beside them may be one.
  if (/\blabels\b/i.test(source))
    for (const found of source.matchAll(/'([^']{2,})'/g)) if (found[1] !== undefined) sets.labels.add(found[1]);
}

function addLiterals({ path: written, test, literals }: ComparedLiterals, sets: Sets): void {
  const path = written.toLowerCase();
  const input = /^(?:github\.event\.)?inputs\.([\w-]+)$/.exec(written)?.[1];
  for (const literal of literals) {
    if (input !== undefined) entry(sets.inputs, input).add(literal);
    else if (path === "github.event.label.name") sets.labels.add(literal);
    else if (isToldPath(path) === "person") sets.actors.add(literal);
    else if (isToldPath(path) === "ref") addRef(test === "equals" ? literal : patternOf(test, literal), sets);
  }
}

/** A literal or pattern that a ref is compared with, in full or by its bare name. */
function addRef(text: string, sets: Sets): void {
  // What every branch or every tag has in front tells no names apart.
  const bare = text.replace(/^\*|\*$/g, "");
  if (text.includes("*") && ["refs/heads/", "refs/tags/"].some((front) => front.includes(bare))) return;
  const target = /^\*?refs\/heads\//.test(text)
    ? sets.branches
    : /^\*?refs\/tags\//.test(text)
      ? sets.tags
      : sets.names;
  target.add(withoutRefs(text));
}

function entry(map: Map<string, Set<string>>, key: string): Set<string> {
  const set = map.get(key) ?? new Set<string>();
  map.set(key, set);
  return set;
}

/** Every `${{ … }}` of a file, and every `if:` written without the braces. */
function conditionSources(text: string): readonly string[] {
  const bare = [...text.matchAll(/^[^\S\n]*(?:- )?if:[ \t]*([^\n]*)$/gm)].map((found) =>
    (found[1] ?? "").trim().replace(/^(["'])(.*)\1$/, "$2"),
  );
  return [
    ...expressionsIn(text).map((expression) => expression.source),
    ...bare.filter((source) => source !== "" && !source.includes("${{")),
  ];
}

/** The text of a file without scripts that no shell runs, whose names would be taken for branches: `x !== undefined)`. */
function withoutOtherLanguages(path: Path, text: string, { workflows, actions }: Repository): string {
  const jobs = [...(workflows.get(path)?.jobs.values() ?? [])];
  const steps = [...jobs.flatMap((job) => job.steps), ...(actions.get(path)?.steps ?? [])];
  const others = steps.flatMap(({ uses, run, shell, with: inputs }): readonly Written[] => {
    const script = /^actions\/github-script@/i.test(uses?.text ?? "") ? inputs.get("script") : undefined;
    const isOther = shell !== undefined && !isShell(shell.text);
    return [script, isOther ? run : undefined].flatMap((one) => one ?? []);
  });
  // An alias repeats a step with its place.
  const spans = new Map(others.map(({ span }) => [span.start, span]));
  return splice(
    text,
    [...spans.values()].map(({ start, end }) => ({ start, end, text: "" })),
  );
}

/** What scripts compare a ref or a person with: `[ "$GITHUB_REF_NAME" = main ]`, `[[ $REF == rel* ]]`, `case … in main)`. */
function addScripts(text: string, sets: Sets): void {
  const outside = text
    .replace(/\b(?:startsWith|endsWith|contains)\([^()]*\)/gi, "")
    // The name of an event is no branch's.
    .replace(/(?:\b|GITHUB_)event_name\b\}?["']?\s*(?:\}\}["']?\s*)?(?:==?|!=)\s*["']?[\w-]+["']?/gi, "");
  for (const found of outside.matchAll(/refs\/(heads|tags)\/([\w*][\w./*-]*)/g))
    (found[1] === "heads" ? sets.branches : sets.tags).add((found[2] ?? "").replace(/\*+/g, "*"));
  if (/actor|user\W{1,4}login/i.test(text))
    for (const found of text.matchAll(/(?<![\w-])[\w-]+\[bot\]/g)) sets.actors.add(found[0]);
  if (!/GITHUB_(BASE_|HEAD_)?REF|github\.(ref|base_ref|head_ref)|\.base\.ref/i.test(text)) return;
  // A test of a shell has blanks on both sides of `=`; `mode=max` gives something a value.
  const compared = [
    ...outside.matchAll(
      /(?:(?<=\s)=(?=\s)|==|!=)\s*["']?([A-Za-z*][\w./*-]*["']?[\w./*-]*)["']?[^\S\n]*(?:\]|\)|&&|\|\||;|$)/gm,
    ),
  ].map((found) => found[1] ?? "");
  const cases = [...text.matchAll(/(?:^|;;|\bin\b)[^\S\n]*\(?(["']?[A-Za-z*][\w./*|"' -]*)\)/gm)].flatMap((found) =>
    (found[1] ?? "").split("|"),
  );
  for (const name of [...compared, ...cases].map((part) => part.replace(/["'\s]/g, "").replace(/\*+/g, "*")))
    if (name !== "true" && name !== "false") addRef(name, sets);
}

/** A file and every local workflow and action it uses, through all of them. */
export function reachable(path: Path, repository: Repository, seen: Set<Path>): ReadonlySet<Path> {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const found of (repository.tree.get(path) ?? "").matchAll(/uses:\s*["']?([^\s"'#]+)/g)) {
    const local =
      calledPath({ text: found[1] ?? "", span: { path } }, repository) ?? localPath(found[1] ?? "", repository);
    if (local === undefined) continue;
    const file = [local, `${local}/action.yml`, `${local}/action.yaml`].find((candidate) =>
      repository.tree.has(candidate),
    );
    if (file !== undefined) reachable(file, repository, seen);
  }
  return seen;
}
