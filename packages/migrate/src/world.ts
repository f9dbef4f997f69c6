import type { Path, Tree } from "@gha2pulumi/repo";
import { readRepository, type Repository, type Surroundings } from "@gha2pulumi/workflow";
import { findProjects, type Project } from "./projects.ts";

/** `surroundings` holds what files cannot tell: the bot observes it, a person answers it, the key is the same. */
export interface Snapshot {
  readonly tree: Tree;
  readonly surroundings: Surroundings;
}

/** A snapshot read once: its workflows and its Pulumi projects. */
export interface World extends Snapshot {
  readonly repository: Repository;
  readonly projects: ReadonlyMap<Path, Project>;
}

export function readWorld(snapshot: Snapshot): World {
  return { ...snapshot, repository: readRepository(snapshot.tree, snapshot.surroundings), projects: findProjects(snapshot.tree) };
}
