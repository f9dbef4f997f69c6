import type { Migration, PlanDocument, Snapshot } from "@gha2pulumi/migrate";

/** What `@gha2pulumi/migrate` offers the command line. */
export interface Engine {
  readonly migrate: (before: Snapshot) => Promise<Migration>;
  readonly renderMarkdown: (document: PlanDocument) => string;
  readonly explanations?: ReadonlyMap<string, { readonly title: string; readonly text: string }>;
}

/** Loads the engine when it is first needed: it is most of the program. */
export async function loadEngine(): Promise<Engine> {
  return await import("@gha2pulumi/migrate");
}
