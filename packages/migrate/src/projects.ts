import {
  entry,
  listItems,
  mapEntries,
  readYaml,
  scalarText,
  type Path,
  type Span,
  type Text,
  type Tree,
  type YamlNode,
} from "@gha2pulumi/repo";
import { normalise } from "@gha2pulumi/workflow";
import { folderPath } from "./folder.ts";
import { runnerPython } from "./installs.ts";

/** A stack that has a `Pulumi.<stack>.yaml`. */
export interface StackFile {
  readonly name: string;
  readonly path: Path;
  /** ESC environments it imports: `environment:`. */
  readonly environments: readonly string[];
  readonly secretsProvider: string | undefined;
  /** Values of its `config:` that are plain texts, by their full keys (`network:region`). */
  readonly config: ReadonlyMap<string, string>;
  /** The stack's secrets are encrypted with a passphrase. */
  readonly salted: boolean;
}

/** A folder with a `Pulumi.yaml`. https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
export interface Project {
  readonly directory: Path;
  readonly path: Path;
  readonly name: string | undefined;
  readonly runtime: string | undefined;
  /** Where its Python is: in a folder, or in the environment of `poetry`; `runner`: it is that of the shell. */
  readonly python: string;
  /** The program by which Deployments installs its dependencies; `undefined`: whichever, or none that is known. */
  readonly installer: string | undefined;
  /** It names packages whose SDKs `pulumi install` makes: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
  readonly hasPackages: boolean;
  readonly backendUrl: { readonly text: string; readonly span: Span } | undefined;
  readonly refreshes: boolean;
  /** The folder of its stacks' files. */
  readonly stackFolder: Path;
  readonly stacks: ReadonlyMap<string, StackFile>;
}

/** A key of configuration with its namespace, which is the project's name where none is written. */
export function fullKey(key: string, project: string | undefined): string {
  return key.includes(":") ? key : `${project ?? ""}:${key}`;
}

const projectFile = /^(?:(.*)\/)?Pulumi\.ya?ml$/;

/** Every Pulumi project of a tree, by folder; files brought from other repositories are not among them. */
export function findProjects(tree: Tree): ReadonlyMap<Path, Project> {
  const projects = new Map<Path, Project>();
  for (const [path, text] of tree) {
    const found = projectFile.exec(path);
    if (!found || path.startsWith("@")) continue;
    const directory = found[1] ?? ".";
    projects.set(directory, readProject(directory, path, text, tree));
  }
  return projects;
}

function readProject(directory: Path, path: Path, text: string, tree: Tree): Project {
  const { root } = readYaml(path, text);
  const runtime = entry(root, "runtime");
  const url = entry(entry(root, "backend"), "url");
  // `stackConfigDir`, or the old spelling `config: <folder>`.
  const folder = scalarText(entry(root, "stackConfigDir")) ?? scalarText(entry(root, "config"));
  const stackFolder = normalise(folder === undefined ? directory : `${directory}/${folder}`);
  return {
    directory,
    path,
    name: scalarText(entry(root, "name")),
    runtime: runtimeOf(runtime),
    python: pythonOf(directory, runtime, tree),
    installer: installerOf(directory, runtime, tree),
    hasPackages: mapEntries(entry(root, "packages")).length > 0,
    backendUrl: url?.kind === "scalar" ? { text: url.text, span: url.span } : undefined,
    refreshes: scalarText(entry(entry(root, "options"), "refresh")) === "always",
    stackFolder,
    stacks: findStacks(stackFolder, scalarText(entry(root, "name")), tree),
  };
}

/** The language of the program in a folder; `undefined` where no project file names one. */
export function runtimeIn(directory: Text, tree: Tree): string | undefined {
  const folder = folderPath(directory);
  const path = ["Pulumi.yaml", "Pulumi.yml"].map((name) => (folder === "." ? name : `${folder}/${name}`));
  const found = path.find((one) => tree.has(one));
  return found === undefined ? undefined : runtimeOf(entry(readYaml(found, tree.get(found) ?? "").root, "runtime"));
}

function runtimeOf(runtime: YamlNode | undefined): string | undefined {
  return scalarText(runtime?.kind === "map" ? entry(runtime, "name") : runtime);
}

/** In the order in which `pulumi install` looks for them where the project file names no program. */
const locks: ReadonlyMap<string, readonly (readonly [file: string, installer: string])[]> = new Map([
  [
    "nodejs",
    [
      ["yarn.lock", "yarn"],
      ["pnpm-lock.yaml", "pnpm"],
      ["bun.lock", "bun"],
      ["bun.lockb", "bun"],
      ["package-lock.json", "npm"],
      ["npm-shrinkwrap.json", "npm"],
    ],
  ],
  [
    "python",
    [
      ["uv.lock", "uv"],
      ["poetry.lock", "poetry"],
      ["requirements.txt", "pip"],
    ],
  ],
]);

/** https://www.pulumi.com/docs/iac/concepts/projects/project-file/#runtime-options */
function installerOf(directory: Path, runtime: YamlNode | undefined, tree: Tree): string | undefined {
  const options = entry(runtime, "options");
  const language = runtimeOf(runtime) ?? "";
  const named = scalarText(entry(options, language === "nodejs" ? "packagemanager" : "toolchain"));
  if (named !== undefined && named !== "auto" && locks.has(language)) return named;
  const prefix = directory === "." ? "" : `${directory}/`;
  return locks.get(language)?.find(([file]) => tree.has(prefix + file))?.[1];
}

/**
 * uv and Poetry have an environment of their own: https://www.pulumi.com/docs/iac/languages-sdks/python/#runtime-options.
 * Where the project file names none, a lock file tells; beside `requirements.txt` it may be there for something else.
 */
function pythonOf(directory: Path, runtime: YamlNode | undefined, tree: Tree): string {
  const options = entry(runtime, "options");
  const isPip = tree.has(directory === "." ? "requirements.txt" : `${directory}/requirements.txt`);
  const toolchain = scalarText(entry(options, "toolchain")) ?? (isPip ? "pip" : installerOf(directory, runtime, tree));
  if (toolchain === "poetry") return toolchain;
  return scalarText(entry(options, "virtualenv")) ?? (toolchain === "uv" ? ".venv" : runnerPython);
}

function findStacks(folder: Path, project: string | undefined, tree: Tree): ReadonlyMap<string, StackFile> {
  const stacks = new Map<string, StackFile>();
  const prefix = folder === "." ? "" : `${folder}/`;
  for (const [path, text] of tree) {
    const name = path.startsWith(prefix) ? /^Pulumi\.(.+)\.ya?ml$/.exec(path.slice(prefix.length))?.[1] : undefined;
    if (name === undefined || name.includes("/") || name.endsWith(".deploy")) continue;
    const { root } = readYaml(path, text);
    const environment = entry(root, "environment");
    const imports = environment?.kind === "map" ? entry(environment, "imports") : environment;
    stacks.set(name, {
      name,
      path,
      environments: listItems(imports).flatMap((item) => scalarText(item) ?? mapEntries(item)[0]?.key ?? []),
      secretsProvider: scalarText(entry(root, "secretsprovider")),
      config: new Map(
        mapEntries(entry(root, "config")).flatMap(({ key, value }) =>
          value.kind === "scalar" ? [[fullKey(key, project), value.text] as const] : [],
        ),
      ),
      salted: entry(root, "encryptionsalt") !== undefined,
    });
  }
  return stacks;
}
