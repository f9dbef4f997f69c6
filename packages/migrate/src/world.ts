import { byText, type Path, type Tree } from "@gha2pulumi/repo";
import { readRepository, type Group, type Repository, type Surroundings } from "@gha2pulumi/workflow";
import type { SettingsFile } from "@gha2pulumi/deployments";
import { branchesOfFile } from "./branch-stacks.ts";
import { groupsOf } from "./concurrency.ts";
import { findForeignSettings, type ForeignSettings } from "./foreign-settings.ts";
import { isScriptFile } from "./script-file.ts";
import { withGuardUnset } from "./phases/guard-variable.ts";
import { writtenInside } from "./written-inside.ts";
import { findSettingsFiles } from "./settings-files.ts";
import { answeredBranches } from "./stack-answer.ts";
import { findProjects, type Project } from "./projects.ts";

/** `surroundings` holds what files cannot tell: the bot observes it, a person answers it, the key is the same. */
export interface Snapshot {
  readonly tree: Tree;
  readonly surroundings: Surroundings;
}

/** A call of the CLI in a script; names of npm packages (`@pulumi/aws`) are none. */
const runsPulumi = /(?:^|[^@\w/-])pulumi(?:[ "']|$)/im;

/** A snapshot read once: its workflows and its Pulumi projects. */
export interface World extends Snapshot {
  readonly repository: Repository;
  readonly projects: ReadonlyMap<Path, Project>;
  /** Every concurrency group of the workflows. */
  readonly groups: () => readonly Group[];
  /** Deployment settings that are declared where this tool does not write. */
  readonly foreignSettings: readonly ForeignSettings[];
  /** Those of a file that the CLI has dropped, of stacks of the projects there are. */
  readonly settingsFiles: readonly SettingsFile[];
  /** Some script of the repository mentions Pulumi, so a workflow that runs scripts may do so without the word. */
  readonly scriptsMentionPulumi: boolean;
}

export function readWorld({ tree, surroundings: told }: Snapshot): World {
  const surroundings = withGuardUnset(tree, told);
  // In the order of their names, so that the order in which files were found decides nothing.
  const snapshot: Snapshot = { surroundings, tree: new Map([...tree].sort(([a], [b]) => byText(a, b))) };
  const repository = readRepository(snapshot.tree, snapshot.surroundings, writtenInside(snapshot.tree), [
    ...branchesOfFile(snapshot.tree),
    ...answeredBranches(surroundings),
  ]);
  const projects = findProjects(snapshot.tree);
  const settingsFiles = findSettingsFiles(snapshot.tree, projects);
  const read = new Set(settingsFiles.map(({ path }) => path));
  return {
    ...snapshot,
    repository,
    groups: groupsOf(repository),
    projects,
    foreignSettings: findForeignSettings(snapshot.tree).filter(({ path }) => !read.has(path)),
    settingsFiles,
    scriptsMentionPulumi: [...snapshot.tree].some(([path, text]) => isScriptFile(path) && runsPulumi.test(text)),
  };
}
