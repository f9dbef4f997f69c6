import type { DeclaredStacks, LiveStack } from "@gha2pulumi/migrate";
import { isJsonFields, jsonField, type Json, type Tree } from "@gha2pulumi/repo";
import { grammarsFor, surroundingsOf } from "./analyse.ts";
import type { Cloud } from "./cloud.ts";
import { strange } from "./cloud-fault.ts";
import { readFolder } from "./disk.ts";
import { loadEngine, type Engine } from "./engine.ts";
import { barOn } from "./progress.ts";

/** What a folder declares for Pulumi Cloud. */
export interface DeclaredFolder {
  readonly root: string;
  readonly tree: Tree;
  readonly declared: DeclaredStacks;
  readonly engine: Engine;
}

/** Reads the settings programs of a folder; nothing of it is run. */
export async function declaredIn(request: {
  readonly folder: string;
  readonly answer: readonly string[];
}): Promise<DeclaredFolder> {
  const folder = await readFolder(request.folder, { include: [], exclude: [] });
  const surroundings = await surroundingsOf(folder, request.answer, []);
  const engine = await loadEngine();
  const declared = await engine.declaredStacks(
    { tree: folder.tree, surroundings },
    await grammarsFor(folder.tree, surroundings),
  );
  return { root: folder.root, tree: folder.tree, declared, engine };
}

// As many at once as a person's browser would ask: limits are unpublished.
const atOnce = 4;

/** What Pulumi Cloud holds for stacks, by their full names. */
export async function liveStacks(cloud: Cloud, names: readonly string[]): Promise<ReadonlyMap<string, LiveStack>> {
  const bar = barOn(process.stderr, names.length);
  const found = new Map<string, LiveStack>();
  const left = [...names];
  const next = async (): Promise<void> => {
    for (let name = left.shift(); name !== undefined; name = left.shift()) {
      bar.step(name);
      found.set(name, await liveStack(cloud, name));
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, next));
  } finally {
    left.length = 0;
    bar.end();
  }
  return new Map(names.flatMap((name) => (found.has(name) ? [[name, found.get(name) as LiveStack]] : [])));
}

/** A stack without settings and one that is not there answer alike, so the stack itself is asked for as well. */
async function liveStack(cloud: Cloud, name: string): Promise<LiveStack> {
  const settings = await cloud.get(`${name}/deployments/settings`);
  if (settings !== undefined && !isJsonFields(settings))
    throw strange(`GET ${name}/deployments/settings`, "it is no object");
  if (settings === undefined && (await cloud.get(name)) === undefined)
    return { settings: null, schedules: [], exists: false };
  return { settings: settings ?? null, schedules: await schedulesOf(cloud, name), exists: true };
}

async function schedulesOf(cloud: Cloud, name: string): Promise<readonly Json[]> {
  const path = `${name}/deployments/schedules`;
  const answer = await cloud.get(path);
  if (answer === undefined) return [];
  const schedules = jsonField(answer, "schedules");
  if (schedules === null) return [];
  if (!Array.isArray(schedules)) throw strange(`GET ${path}`, "it has no schedules");
  return schedules as readonly Json[];
}
