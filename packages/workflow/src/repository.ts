import type { Bound, Path, Tree } from "@gha2pulumi/repo";
import type { Surroundings } from "./context.ts";
import type { CompositeAction, Workflow } from "./model.ts";
import type { Command } from "./play-model.ts";

/** What GitHub Actions finds in a repository: its workflows and the composite actions they may call. */
export interface Repository {
  readonly workflows: ReadonlyMap<Path, Workflow>;
  readonly actions: ReadonlyMap<Path, CompositeAction>;
  /** Those of them that are files of other repositories. */
  readonly brought: readonly Path[];
  readonly tree: Tree;
  readonly surroundings: Surroundings;
  readonly written: VariablesWritten;
  /** Branches that a program tells apart by a file beside the workflows: each has events of its own. */
  readonly branches: readonly string[];
}

/**
 * Variables for later steps that what a command runs writes to `$GITHUB_ENV`: a script, a target of `make`. Which programs
 * run others is not known here.
 */
export type VariablesWritten = (command: Command) => readonly (readonly [name: string, value: Bound])[];

/** The folder or file a local `uses:` names: `./x`, `$/x`, or the repository by its own full name; else `undefined`. */
export function localPath(uses: string, repository: Repository): Path | undefined {
  const own = repository.surroundings.get("repository");
  if (uses.startsWith("./") || uses.startsWith("$/")) return clean(uses.slice(2));
  const [name, ref] = uses.split("@", 2);
  if (name === undefined) return undefined;
  const parts = name.split("/");
  const full = parts.slice(0, 2).join("/");
  const isOwn = own !== undefined && full.toLowerCase() === own.toLowerCase();
  if (isOwn && isHead(ref, repository.surroundings)) return clean(parts.slice(2).join("/"));
  const brought = clean(`@${full}@${ref ?? ""}/${parts.slice(2).join("/")}`);
  const isThere = repository.brought.some((path) => path === brought || path.startsWith(`${brought}/`));
  return isThere ? brought : undefined;
}

/** Whether a ref is that of the files that are read: the default branch. What a tag or another branch holds is not known. */
function isHead(ref: string | undefined, surroundings: Surroundings): boolean {
  const name = ref?.replace(/^refs\/heads\//, "");
  const branch = surroundings.get("default-branch");
  return name === undefined || (branch === undefined ? /^(?:main|master)$/.test(name) : name === branch);
}

/** What `uses:` says, and the file that says it. */
export interface CallPlace {
  readonly text: string;
  readonly span: { readonly path: Path };
}

/**
 * The file of a workflow that a job calls; `undefined` when it is of another repository. What a workflow
 * names by `./` is a file of its own repository at its own commit, also where it was brought from another one:
 * https://docs.github.com/en/actions/how-tos/reuse-automations/reuse-workflows#calling-a-reusable-workflow
 */
export function calledPath({ text: uses, span }: CallPlace, repository: Repository): Path | undefined {
  const caller = span.path;
  const end = caller.startsWith("@") ? caller.lastIndexOf("/.github/workflows/") : -1;
  if (end < 0 || !uses.startsWith("./")) return localPath(uses, repository);
  const brought = `${caller.slice(0, end)}/${clean(uses.slice(2))}`;
  return repository.brought.includes(brought) ? brought : undefined;
}

/** The composite action in a folder, in `action.yml` or `action.yaml`; `undefined` where there is none that was read. */
export function findAction(folder: Path, repository: Repository): CompositeAction | undefined {
  const at = folder === "" || folder === "." ? "" : `${folder}/`;
  return repository.actions.get(`${at}action.yml`) ?? repository.actions.get(`${at}action.yaml`);
}

function clean(path: string): Path {
  return path
    .split("/")
    .filter((part) => part !== "" && part !== ".")
    .join("/");
}

const known = new WeakMap<Repository, ReadonlySet<Path>>();

/** Every workflow a job of the repository calls, so that one nobody calls can stand for itself. */
export function calledWorkflows(repository: Repository): ReadonlySet<Path> {
  const called = known.get(repository) ?? findCalled(repository);
  known.set(repository, called);
  return called;
}

function findCalled(repository: Repository): ReadonlySet<Path> {
  const called = new Set<Path>();
  for (const workflow of repository.workflows.values()) {
    for (const job of workflow.jobs.values()) {
      const path = job.uses && calledPath(job.uses, repository);
      if (path !== undefined) called.add(path);
    }
  }
  return called;
}
