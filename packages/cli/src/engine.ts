import type { PlanDocument } from "@gha2pulumi/migrate";
import type { Change, Tree } from "@gha2pulumi/repo";

/** The files of a repository, and what files cannot tell. */
export interface Snapshot {
  readonly tree: Tree;
  readonly surroundings: ReadonlyMap<string, string>;
}

/** What `@gha2pulumi/migrate` offers the command line. */
export interface Engine {
  readonly migrate: (before: Snapshot) => Promise<{
    readonly document: PlanDocument;
    readonly changes: readonly Change[];
  }>;
  readonly renderMarkdown: (document: PlanDocument) => string;
  readonly explanations?: ReadonlyMap<string, { readonly title: string; readonly text: string }>;
}

/** Loads the engine when it is first needed: it is most of the program. */
export async function loadEngine(): Promise<Engine> {
  return (await import("@gha2pulumi/migrate")) as unknown as Engine;
}
