import {
  readYaml,
  type Path,
  type Span,
  type YamlEntry,
  type YamlFile,
  type YamlNode,
  type YamlProblem,
} from "@gha2pulumi/repo";
import { readTriggers, readInputs } from "./read-triggers.ts";
import { child, entriesOf, nodesOf, wordsOf, writtenOf } from "./read-node.ts";
import { brokenExpression } from "./expression/template.ts";
import { shapeProblems, stepProblems } from "./schema/faults.ts";
import { undeclaredInputs } from "./undeclared-inputs.ts";
import type { CompositeAction, Concurrency, Defaults, Entries, Job, Step, Workflow, Written } from "./model.ts";

/**
 * A workflow file as a model. Reads every key that
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax knows and this tool uses;
 * never throws: what cannot be read is a problem with its place.
 */
export function readWorkflow(path: Path, text: string): Workflow {
  const file = readYaml(path, text);
  const jobs = readJobs(child(file.root, "jobs"));
  const triggers = readTriggers(child(file.root, "on"));
  const problems = [
    ...file.problems.map(withTag),
    ...ownProblems(file, jobs, triggers.length),
    ...brokenExpressions(file.root),
    ...undeclaredInputs(
      file.root,
      triggers.flatMap(({ inputs }) => [...inputs.keys()]),
    ),
  ];
  return {
    path,
    name: writtenOf(child(file.root, "name"))?.text ?? path,
    triggers,
    env: entriesOf(child(file.root, "env")),
    defaults: readDefaults(child(file.root, "defaults")),
    concurrency: readConcurrency(child(file.root, "concurrency")),
    permissions: readPermissions(child(file.root, "permissions")),
    jobs,
    outputs: readCallOutputs(child(file.root, "on")),
    problems,
    runnable: !problems.some((problem) => problem.fatal),
  };
}

/** A composite action of the repository, or `undefined` for any other kind (JavaScript, Docker) or an unreadable file. */
export function readCompositeAction(path: Path, text: string): CompositeAction | undefined {
  const { root, problems } = readYaml(path, text);
  const runs = child(root, "runs");
  if (problems.some((problem) => problem.fatal)) return undefined;
  if (writtenOf(child(runs, "using"))?.text !== "composite") return undefined;
  const inputs = readInputs(child(root, "inputs"));
  return {
    path,
    inputs,
    outputs: readOutputValues(child(root, "outputs")),
    steps: readSteps(child(runs, "steps")),
    problems: [
      ...problems.filter(({ code }) => code === "unread"),
      ...stepProblems(child(runs, "steps")),
      ...brokenExpressions(runs),
      ...undeclaredInputs(root, [...inputs.keys()]),
    ],
  };
}

function readJobs(node: YamlNode | undefined): ReadonlyMap<string, Job> {
  const jobs = new Map<string, Job>();
  if (node?.kind === "map") for (const entry of node.entries) jobs.set(entry.key, readJob(entry));
  // GitHub compares the ids in `needs:` without case.
  const ids = new Map([...jobs.keys()].map((id) => [id.toLowerCase(), id]));
  const named = (need: Written): Written => ({ ...need, text: ids.get(need.text.toLowerCase()) ?? need.text });
  return new Map([...jobs].map(([id, job]) => [id, { ...job, needs: job.needs.map(named) }]));
}

function readJob({ key, keySpan, value }: YamlEntry): Job {
  const at = (name: string): YamlNode | undefined => child(value, name);
  const secrets = at("secrets");
  const environment = at("environment");
  const container = at("container");
  const services = at("services");
  return {
    id: key,
    name: writtenOf(at("name")),
    needs: wordsOf(at("needs")) ?? [],
    if: writtenOf(at("if")),
    matrix: child(at("strategy"), "matrix"),
    maxParallel: writtenOf(child(at("strategy"), "max-parallel")),
    environment: writtenOf(environment?.kind === "map" ? child(environment, "name") : environment),
    environmentUrl: writtenOf(child(environment, "url")),
    container: writtenOf(container?.kind === "map" ? child(container, "image") : container),
    services: services?.kind === "map" ? services.entries.map((entry) => entry.key) : [],
    runsOn: readRunsOn(at("runs-on")),
    timeoutMinutes: writtenOf(at("timeout-minutes")),
    continueOnError: writtenOf(at("continue-on-error")),
    concurrency: readConcurrency(at("concurrency")),
    permissions: readPermissions(at("permissions")),
    outputs: entriesOf(at("outputs")),
    env: entriesOf(at("env")),
    defaults: readDefaults(at("defaults")),
    steps: readSteps(at("steps")),
    uses: writtenOf(at("uses")),
    with: lowered(entriesOf(at("with"))),
    secrets: writtenOf(secrets)?.text === "inherit" ? "inherit" : entriesOf(secrets),
    span: { path: keySpan.path, start: keySpan.start, end: value.span.end },
  };
}

function readSteps(node: YamlNode | undefined): readonly Step[] {
  return nodesOf(node).map((step, index): Step => {
    const at = (name: string): YamlNode | undefined => child(step, name);
    return {
      index,
      id: writtenOf(at("id"))?.text,
      name: writtenOf(at("name")),
      if: writtenOf(at("if")),
      uses: writtenOf(at("uses")),
      run: writtenOf(at("run")),
      with: lowered(entriesOf(at("with"))),
      env: entriesOf(at("env")),
      workingDirectory: writtenOf(at("working-directory")),
      shell: writtenOf(at("shell")),
      continueOnError: writtenOf(at("continue-on-error")),
      timeoutMinutes: writtenOf(at("timeout-minutes")),
      span: step.span,
    };
  });
}

/**
 * Inputs by their names in lower case: a runner hands them over as `INPUT_<NAME>` in upper case, so case never counts.
 * https://docs.github.com/actions/reference/workflows-and-actions/metadata-syntax#inputs
 */
function lowered(entries: Entries): Entries {
  return new Map([...entries].map(([name, value]) => [name.toLowerCase(), value]));
}

function readRunsOn(node: YamlNode | undefined): Job["runsOn"] {
  if (node?.kind !== "map") return wordsOf(node) ?? [];
  return [...(wordsOf(child(node, "labels")) ?? []), ...(wordsOf(child(node, "group")) ?? [])];
}

function readDefaults(node: YamlNode | undefined): Defaults {
  const run = child(node, "run");
  return { workingDirectory: writtenOf(child(run, "working-directory")), shell: writtenOf(child(run, "shell")) };
}

function readConcurrency(node: YamlNode | undefined): Concurrency | undefined {
  const group = writtenOf(node?.kind === "map" ? child(node, "group") : node);
  return (
    group && {
      group,
      cancelInProgress: writtenOf(child(node, "cancel-in-progress")),
      queue: writtenOf(child(node, "queue")),
    }
  );
}

/** `permissions: read-all` and `permissions: {}` are kept apart from a missing key, which means the repository's default. */
function readPermissions(node: YamlNode | undefined): Entries | undefined {
  if (node === undefined) return undefined;
  const all = writtenOf(node);
  return all ? new Map([["*", all]]) : entriesOf(node);
}

function readCallOutputs(on: YamlNode | undefined): Entries {
  return readOutputValues(child(child(on, "workflow_call"), "outputs"));
}

function readOutputValues(node: YamlNode | undefined): Entries {
  if (node?.kind !== "map") return new Map();
  const values = node.entries.map((entry) => [entry.key, writtenOf(child(entry.value, "value"))] as const);
  return new Map(values.flatMap(([key, value]) => (value ? [[key, value] as const] : [])));
}

/** `if: !cancelled()` without quotes is a tag to YAML, and GitHub knows none. */
function withTag(problem: YamlProblem): YamlProblem {
  if (problem.code !== "tag") return problem;
  return { ...problem, message: "a value begins with `!` and is not quoted, which GitHub refuses", fatal: true };
}

function ownProblems(file: YamlFile, jobs: ReadonlyMap<string, Job>, triggers: number): readonly YamlProblem[] {
  const whole: Span = file.root?.span ?? { path: file.path, start: 0, end: 0 };
  const fatal = (message: string, span: Span): YamlProblem => ({ code: "syntax", message, span, fatal: true });
  if (file.problems.some((problem) => problem.fatal)) return [];
  const problems: YamlProblem[] = [];
  if (file.root?.kind !== "map") return [fatal("a workflow must be a mapping with `on:` and `jobs:`", whole)];
  problems.push(...shapeProblems(file.root));
  if (triggers === 0) problems.push(fatal("`on:` is missing or empty, so nothing ever starts this workflow", whole));
  for (const job of jobs.values()) {
    if (!/^[A-Za-z_][\w-]*$/.test(job.id)) problems.push(fatal(`\`${job.id}\` is no name of a job`, job.span));
    for (const need of job.needs) {
      if (need.text === job.id) problems.push(fatal(`the job \`${job.id}\` needs itself`, need.span));
      else if (!jobs.has(need.text)) problems.push(fatal(`the job \`${need.text}\` does not exist`, need.span));
    }
  }
  if (problems.length === 0)
    problems.push(...circles(jobs).map((job) => fatal(`the job \`${job.id}\` needs itself, through others`, job.span)));
  return problems;
}

/** Expressions that are not closed or do not parse: GitHub refuses a workflow with one of them. */
function brokenExpressions(node: YamlNode | undefined): readonly YamlProblem[] {
  switch (node?.kind) {
    case "list":
      return node.items.flatMap(brokenExpressions);
    case "map":
      return node.entries.flatMap((entry) => brokenExpressions(entry.value));
    case "scalar": {
      const broken = node.text.includes("${{") ? brokenExpression(node.text) : undefined;
      return broken === undefined ? [] : [{ code: "syntax", message: broken, span: node.span, fatal: true }];
    }
    case "null":
    case undefined:
      return [];
  }
}

/** Jobs that wait for themselves through `needs:`; GitHub refuses such a file. */
function circles(jobs: ReadonlyMap<string, Job>): readonly Job[] {
  const done = new Map<string, boolean>();
  const ends = (id: string): boolean => {
    const seen = done.get(id);
    if (seen !== undefined) return seen;
    done.set(id, false);
    const result = (jobs.get(id)?.needs ?? []).every((need) => ends(need.text));
    done.set(id, result);
    return result;
  };
  return [...jobs.values()].filter((job) => !ends(job.id));
}
