import type { FileProblem } from "./file-problem.ts";
import type { Path } from "./span.ts";

/** Which modules belong to the programs of a repository, by their paths alone. */

/** Modules of a program beside its entry, which may read what only the runner has. */
const sources = new Set("js cjs mjs ts cts mts py go cs fs vb java kt scala".split(" "));
const noModule = /\.d\.[cm]?ts$|[._](?:test|spec)\.\w+$|\.config\.\w+$|_test\.go$/;
const noModuleFolder = /^(?:tests?|__tests__|specs?|e2e|docs?|examples?|bin|obj|sdks?|public|static)$/i;

/** Where Maven, Gradle and sbt have the sources of a program: the folders below are its packages. */
const sourceSet = /^(.*\/)?src\/main\/(?:java|kotlin|scala)\//;

/** Languages whose modules name no files, so that nothing else tells that one was not read. */
const namesNoFile = /\.(?:cs|fs|vb|java|kt|scala)$/;

/** Folders of modules below a project's own; where there are too many modules, those of the deeper ones are left out. */
const deepestModule = 8;
const nearModule = 3;

/** What makes a folder one of another program: below a project at the root these are the applications it deploys. */
const manifest = /(?:^|\/)(?:package\.json|pyproject\.toml|go\.mod|requirements\.txt|Pipfile|global\.json)$/;

/** Modules below a root that has a project, where more are an application's, and those of any other project. */
const mostAtRoot = 300;
const mostOfProject = 1000;

/** Modules of packages beside the projects, which their programs may take in by name or path; more are not looked at. */
const mostBeside = 300;

/** Whether a file may be a module of a program. */
export function isModule(path: Path): boolean {
  return isSource(path) && !noModule.test(path);
}

/** Whether a file is one of a programming language; most files of a large repository are. */
export function isSource(path: Path): boolean {
  const dot = path.lastIndexOf(".");
  return dot >= 0 && sources.has(path.slice(dot + 1));
}

/** Folders with a `Pulumi.yaml`, each with a slash at its end. */
export function projectFolders(paths: readonly Path[]): ReadonlySet<string> {
  return new Set(paths.filter((path) => /(?:^|\/)Pulumi\.ya?ml$/.test(path)).map(folderOf));
}

interface Modules {
  readonly taken: ReadonlySet<Path>;
  readonly left: ReadonlyMap<string, readonly Path[]>;
}

/** What is read and what is told to be unread are two questions about one list of paths. */
const known = new WeakMap<readonly Path[], Modules>();

/** The modules of the projects among some paths, and by project those that are too many to read. */
export function modulesOf(paths: readonly Path[]): Modules {
  const modules = known.get(paths) ?? findModules(paths);
  known.set(paths, modules);
  return modules;
}

function findModules(paths: readonly Path[]): Modules {
  const projectsThere = projectFolders(paths);
  const [projects, others] = [projectsThere, new Set(paths.filter((path) => manifest.test(path)).map(folderOf))].map(
    placing,
  ) as [Placing, Placing];
  const taken = new Set<Path>();
  const below = new Map<string, Map<Path, number>>();
  const beside: Path[] = [];
  for (const path of paths) {
    if (!isModule(path) || path.startsWith(".github/")) continue;
    const [, above = ""] = (path.includes("src/main/") && sourceSet.exec(path)) || [path, path];
    const place = projects(above);
    if (place === undefined && isOfPackage(others(above))) beside.push(path);
    if (place === undefined || place.below.some((one) => noModuleFolder.test(one))) continue;
    const depth = place.below.length;
    if (depth > deepestModule || (depth > 0 && place.project === "" && others(path)?.project)) continue;
    if (depth === 0 && above === path) taken.add(path);
    else below.set(place.project, (below.get(place.project) ?? new Map<Path, number>()).set(path, depth));
  }
  if (projectsThere.size > 0 && beside.length <= mostBeside) for (const path of beside) taken.add(path);
  const left = new Map<string, readonly Path[]>();
  for (const [project, depths] of below) {
    const most = project === "" ? mostAtRoot : mostOfProject;
    const near = [...depths].flatMap(([path, depth]) => (depth <= nearModule ? [path] : []));
    const some = depths.size <= most ? [...depths.keys()] : near.length <= most ? near : [];
    for (const path of some) taken.add(path);
    if (some.length < depths.size)
      left.set(
        project,
        [...depths.keys()].filter((path) => !taken.has(path)),
      );
  }
  return { taken, left };
}

/** Whether a module is one of a package of the repository, that has a manifest of its own. */
function isOfPackage(place: Place | undefined): boolean {
  if (place === undefined || place.project === "") return false;
  return place.below.length <= nearModule && !place.below.some((one) => noModuleFolder.test(one));
}

/** Programs of which too many modules were left out, where no import of theirs tells that they were. */
export function unreadPrograms(paths: readonly Path[]): readonly FileProblem[] {
  const { left } = modulesOf(paths);
  return [...left].flatMap(([project, modules]): readonly FileProblem[] => {
    const silent = modules.filter((path) => namesNoFile.test(path));
    return silent.length === 0
      ? []
      : [
          {
            code: "GP188",
            path: `${project}Pulumi.yaml`,
            message: `its program has ${silent.length} sources in folders below, which were not looked at`,
            help: "look into them for GITHUB_ and RUNNER_",
          },
        ];
  });
}

interface Place {
  readonly project: string;
  /** The names of the folders between. */
  readonly below: readonly string[];
}

type Placing = (path: Path) => Place | undefined;

/** The nearest of some folders that a path lies in: found out once for all the files of a folder. */
function placing(among: ReadonlySet<string>): Placing {
  const places = new Map<string, Place | undefined>();
  return (path) => {
    const folder = folderOf(path);
    if (!places.has(folder)) places.set(folder, placeIn(folder, among));
    return places.get(folder);
  };
}

function placeIn(folder: string, among: ReadonlySet<string>): Place | undefined {
  const names = folder.split("/").slice(0, -1);
  for (let depth = names.length; depth >= 0; depth--) {
    const project = names
      .slice(0, depth)
      .map((name) => `${name}/`)
      .join("");
    if (among.has(project)) return { project, below: names.slice(depth) };
  }
  return undefined;
}

function folderOf(path: Path): Path {
  return path.slice(0, path.lastIndexOf("/") + 1);
}
