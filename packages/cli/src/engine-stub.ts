import type {
  Explanation,
  Migration,
  PlanDocument,
  PlannedChange,
  PlannedOperation,
  Snapshot,
} from "@gha2pulumi/migrate";
import { isWorkflow, type Change, type FileProblem, type Path, type Tree } from "@gha2pulumi/repo";

// An engine for tests of the command line alone, built in by `build.mjs --engine`. Every workflow that mentions pulumi
// is one update of acme/network/prod, and a comment in it such as `# stub: edit` says what becomes of it.

/** What the stub understands after `# stub:`. */
type Wish = "edit" | "keep" | "ask" | "missing" | "undecided" | "escape" | "defect" | "hostile";

export async function loadExplanations(): Promise<readonly Explanation[]> {
  return [{ code: "GP203", title: "a reason to keep", means: "It is kept.", act: "Look.", example: undefined }];
}

export function renderMarkdown(document: PlanDocument): string {
  return `# Report\n\n${document.operations.length} operations\n`;
}

export async function migrate({ tree, surroundings }: Snapshot): Promise<Migration> {
  const workflows = [...tree].filter(([path, text]) => isWorkflow(path) && text.includes("pulumi"));
  const wishes = new Map(workflows.map(([path, text]) => [path, /# stub: (\w+)/.exec(text)?.[1] as Wish | undefined]));
  const all = new Set(wishes.values());
  if (all.has("defect")) throw new Error("the stub was asked for a defect");
  const operations = [...wishes].map(([path, wish]) => operationOf(path, wish, surroundings));
  const changes = changesOf(tree, wishes);
  return {
    document: documentOf(operations, changes, all, tree),
    changes,
    roles: { artefacts: () => new Map(), verify: () => [] },
  };
}

export function stackNames({ organization, project, stacks }: PlannedOperation): readonly string[] {
  return stacks.map((stack) => [organization, project, stack].join("/"));
}

function changesOf(tree: Tree, wishes: ReadonlyMap<Path, Wish | undefined>): Change[] {
  const changes = [...wishes].flatMap(([path, wish]): Change[] => {
    if (wish === "keep" || wish === "ask") return [];
    if (wish === "edit") return [{ kind: "edit", path, splices: [{ start: 0, end: 0, text: "# edited\n" }] }];
    if (wish === "escape") return [{ kind: "create", path: "../outside.txt", text: "no\n" }];
    return [{ kind: "delete", path }];
  });
  const made: Change = { kind: "create", path: "deployment-settings/index.ts", text: "// settings\n" };
  return changes.length === 0 || tree.has(made.path) ? changes : [...changes, made];
}

function operationOf(path: Path, wish: Wish | undefined, surroundings: ReadonlyMap<string, string>): PlannedOperation {
  return {
    id: `${path}/deploy/update/acme/network/prod`,
    workflow: path,
    job: "deploy",
    step: wish === "hostile" ? "\u001b[31mred\u202e" : "pulumi",
    location: `${path}:1:1`,
    trail: [`${path}:1:1`],
    operation: "update",
    projectDirectory: ".",
    project: "network",
    organization: "acme",
    stacks: ["prod"],
    stackExpression: null,
    on: [{ event: "push", branches: ["main"] }],
    identities: [],
    secrets: [],
    variables: [],
    environment: [...surroundings].map(([name, value]) => ({ name, value })),
    prepare: [],
    gates: [],
    disposition: wish === "keep" || wish === "ask" ? wish : "move",
    reasons: wish === "keep" ? [{ code: "GP203", message: "it is kept", location: `${path}:1:1` }] : [],
  };
}

function documentOf(
  operations: readonly PlannedOperation[],
  changes: readonly Change[],
  wishes: ReadonlySet<Wish | undefined>,
  tree: Tree,
): PlanDocument {
  const verdict = wishes.has("missing") ? "missing" : wishes.has("undecided") ? "undecided" : "same";
  const question = {
    key: "stack.deploy",
    text: `Which stack? The repository has ${[...tree.keys()].join(", ")}.`,
    choices: ["prod", "dev"],
    default: null,
    locations: [],
    effect: "the update moves",
  };
  const effects = ["update acme/network/prod"];
  const played = { event: "push main", files: "infra/vpc.ts", before: effects, assuming: [], notes: [] };
  return {
    schemaVersion: 1,
    backend: { kind: "pulumi-cloud", url: null },
    operations,
    files: operations.map(({ workflow }) => ({ path: workflow, change: "delete", reason: "" })),
    changes: changes.map((change) => plannedChange(change, tree)),
    settings: [],
    trust: [],
    secrets: [],
    checks: [],
    tasks: [],
    questions: wishes.has("ask") ? [question] : [],
    proof: {
      cases:
        operations.length === 0
          ? []
          : [
              {
                ...played,
                after: verdict === "missing" ? [] : effects,
                verdict,
                codes: { missing: ["GP271"], undecided: ["GP276"], same: [] }[verdict],
                accepted: false,
              },
            ],
      assumptions: [],
      verdicts: { same: 0, missing: 0, extra: 0, changed: 0, undecided: 0, [verdict]: operations.length === 0 ? 0 : 1 },
    },
    accepted: [],
    diagnostics: [],
  };
}

function plannedChange(change: Change, tree: Tree): PlannedChange {
  const before = tree.get(change.path) ?? "";
  const base = { path: change.path, sha256: null, diff: `--- a/${change.path}\n+++ b/${change.path}\n` };
  switch (change.kind) {
    case "create":
      return { ...base, kind: "create", text: change.text };
    case "edit":
      return {
        ...base,
        kind: "edit",
        splices: change.splices.map((one) => ({ ...one, before: before.slice(one.start, one.end) })),
      };
    case "delete":
      return { ...base, kind: "delete", before };
  }
}

/** The stub takes any answer. */
export function completed(
  document: PlanDocument,
  hashes: ReadonlyMap<Path, string | null>,
  problems: readonly FileProblem[],
): PlanDocument {
  return {
    ...document,
    changes: document.changes.map((one) => ({ ...one, sha256: hashes.get(one.path) ?? null })),
    diagnostics: problems.map(({ code, path, message, help }) => ({
      code,
      severity: path.startsWith(".github/workflows") ? "error" : "warning",
      message: `${path}: ${message}`,
      location: `${path}:1:1`,
      excerpt: null,
      help,
    })),
  };
}

export function answerProblem(): undefined {
  return undefined;
}

export const phases: ReadonlyMap<string, string> = new Map();
