import type { Path } from "@gha2pulumi/repo";
import { namesModules, withImported } from "./imported.ts";
import type { Once } from "./intent.ts";
import { entryOf, program as source } from "./program-entry.ts";
import type { World } from "./world.ts";

type Files = readonly (readonly [path: Path, text: string])[];

/** What a project runs, as far as it is in the tree. */
interface Program {
  readonly files: Files;
  /** Where it takes in code of this repository that is not in the tree. */
  readonly unread: readonly Once[];
}

/**
 * The sources of a project's program that are in the tree: those of its own folder, without the folders of other
 * projects, and what they take in from elsewhere.
 */
export function programIn(directory: Path, world: World): Files {
  return programOf(directory, world).files;
}

/**
 * Where a program takes in code of this repository that is not in the tree: modules outside its folder, packages of the
 * same workspace, an entry that is elsewhere. What that code reads of the run nobody has looked for.
 */
export function unreadModules(directory: Path | undefined, world: World): readonly Once[] {
  return directory === undefined || !world.projects.has(directory) ? [] : programOf(directory, world).unread;
}

/** Every operation of a project asks for it, and its files do not change. */
const read = new WeakMap<World, Map<Path, Program>>();

function programOf(directory: Path, world: World): Program {
  const known = read.get(world) ?? new Map<Path, Program>();
  read.set(world, known);
  const program = known.get(directory) ?? readProgram(directory, world);
  known.set(directory, program);
  return program;
}

function readProgram(directory: Path, { tree, projects }: World): Program {
  const project = projects.get(directory);
  const entry = project && entryOf(project, tree);
  const own = [...tree.keys()].filter((path) => projectOf(path, projects) === directory);
  const sources = own.filter((path) => source.test(path) || namesModules(path));
  const read = withImported([...sources, ...(entry?.files ?? [])], tree);
  const files = new Set(read.paths);
  const unread = [...(entry?.files.length === 0 ? [entry.from] : []), ...read.missing].map(missing);
  if (project?.runtime === "yaml")
    for (const path of own) if (path === project.path || /(?:^|\/)Main\.(?:yaml|json)$/.test(path)) files.add(path);
  // What a build does where it finds itself in CI is no part of the program.
  const texts = [...files].filter((path) => !namesModules(path)).map((path) => [path, tree.get(path) ?? ""] as const);
  return { files: [...texts, ...scriptsOf(texts, own, tree)], unread };
}

/** Scripts in its folder that a program names: it may run them. */
function scriptsOf(texts: Files, own: readonly Path[], tree: World["tree"]): Files {
  return own.flatMap((path) => {
    const name = /[^/]+\.(?:sh|bash)$/.exec(path)?.[0];
    return name !== undefined && texts.some(([, text]) => text.includes(name)) ? [[path, tree.get(path) ?? ""]] : [];
  });
}

function missing(place: Once["from"][0]): Once {
  return { kind: "module", from: [place], isOfCommand: true };
}

function projectOf(path: Path, projects: World["projects"]): Path | undefined {
  if (path.startsWith("@")) return undefined;
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth > 0; depth--) {
    const folder = folders.slice(0, depth).join("/");
    if (projects.has(folder)) return folder;
  }
  return ".";
}
