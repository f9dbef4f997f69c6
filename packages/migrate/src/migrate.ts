import { apply, type Change } from "@gha2pulumi/repo";
import { readTypescript } from "@gha2pulumi/deployments";
import { decide, type Plan } from "./decide.ts";
import type { ProvenWorld } from "./effects.ts";
import { findIntents, type Findings } from "./intents.ts";
import { prove, type Case } from "./prove.ts";
import { documentOf } from "./report/document.ts";
import type { PlanDocument } from "./report/plan-document.ts";
import { readWorld, type Snapshot } from "./world.ts";
import { write } from "./write.ts";

export interface Migration {
  readonly document: PlanDocument;
  readonly changes: readonly Change[];
}

/** From a repository to what becomes of it: the plan, the changes, and the proof that they do what is meant. */
export async function migrate(before: Snapshot): Promise<Migration> {
  const world = await readProven(before);
  const findings = findIntents(world);
  const { plan, changes, refused } = await planned(findings, world);
  const after = changes.length === 0 ? world : await readProven({ ...before, tree: apply(before.tree, changes) });
  const proof: readonly Case[] = prove(world, after);
  return { document: documentOf({ world, findings, plan, changes, proof, refused }), changes };
}

/** A settings program that cannot be added to holds everything back that was to go into it. */
async function planned(findings: Findings, world: ProvenWorld): Promise<{ plan: Plan; changes: readonly Change[]; refused: string | undefined }> {
  const plan = decide(findings, world, undefined);
  const { changes, refused } = await write(plan, world);
  return refused === undefined ? { plan, changes, refused } : { plan: decide(findings, world, refused), changes: [], refused };
}

async function readProven(snapshot: Snapshot): Promise<ProvenWorld> {
  const { settings, gaps } = await readTypescript(snapshot.tree);
  return { ...readWorld(snapshot), settings, gaps };
}
