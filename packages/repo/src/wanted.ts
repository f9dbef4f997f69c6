import type { Path } from "./span.ts";

/** Which files of a repository matter to a plan, by their paths alone: the same for a disk and for GitHub. */

/** Lockfiles tell which package manager is used; their content never matters. */
export const lockfiles: ReadonlySet<string> = new Set([
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "yarn.lock",
  "bun.lock",
  "bun.lockb",
  "poetry.lock",
  "Pipfile.lock",
  "uv.lock",
  "pdm.lock",
  "go.sum",
  "packages.lock.json",
]);

const named: readonly string[] = [
  "action.yml",
  "action.yaml",
  "Pulumi.yml",
  "Pulumi.yaml",
  "package.json",
  ".nvmrc",
  ".node-version",
  ".tool-versions",
  ".python-version",
  "mise.toml",
  ".mise.toml",
  "pnpm-workspace.yaml",
  ".pnpmfile.cjs",
  ".pnpmfile.mjs",
  ".yarnrc.yml",
  "go.mod",
  "pyproject.toml",
  "Pipfile",
  "global.json",
  "project.json",
  "tasks.py",
  "noxfile.py",
  "Rakefile",
  "Makefile",
  "makefile",
  "GNUmakefile",
  "justfile",
  "Justfile",
  ".justfile",
];

/** Configuration of mise, and files that are tasks of it: https://mise.jdx.dev/configuration.html */
const mise = /(?:^|\/)(?:\.?mise\/config|\.config\/mise|\.config\/mise\/config)\.toml$/;
const miseTasks = /(?:^|\/)(?:\.?mise-tasks|\.?mise\/tasks|\.config\/mise\/tasks)\/[^.]+(?:\.(?:sh|bash|zsh))?$/;

/** Names with a free part. */
const patterns = /^Pulumi\..+\.ya?ml$|^requirements[^/]*\.txt$|^[tT]askfile[^/]*\.ya?ml$|\.(?:sh|mk|just)$/;

/** The program of a settings project or of any Pulumi project, by language: read only beside a `Pulumi.yaml`. */
const programFiles: ReadonlySet<string> = new Set([
  "index.ts",
  "index.js",
  "__main__.py",
  "main.go",
  "Program.cs",
  "Main.yaml",
  "Main.json",
]);

/** The file that holds answers, at the root. */
export const answersFile = "gha2pulumi.yaml";

const settingsFolder = "deployment-settings/";

const names: ReadonlySet<string> = new Set([...named, ...lockfiles, ...programFiles]);

/**
 * Files in which rules about checks are kept: settings and rulesets that an app puts into force, and Mergify's.
 * https://github.com/repository-settings/app, https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-rulesets/managing-rulesets-for-a-repository#importing-a-ruleset,
 * https://docs.mergify.com/configuration/file-format/
 */
const checkRules =
  /^\.github\/settings\.ya?ml$|^(?:\.github\/)?rulesets\/[^/]+\.(?:json|ya?ml)$|^(?:\.github\/|\.)mergify\.ya?ml$|^\.mergify\/config\.ya?ml$/;

/** Whether a file may hold rules that name checks of pull requests. */
export function hasCheckRules(path: Path): boolean {
  return checkRules.test(path);
}

/** Modules of a program beside its entry, which may read what only the runner has. */
const source = /\.(?:[cm]?[jt]s|py|go|cs|fs|vb|java|kt|scala)$/;
const noModule = /\.d\.[cm]?ts$|[._](?:test|spec|config)\.\w+$|_test\.go$/;
const noModuleFolder = /^(?:tests?|__tests__|specs?|e2e|docs?|examples?|bin|obj|sdks?|public|static)$/i;

/** Folders of modules below a project's own. */
const deepestModule = 3;

/** What makes a folder one of another program: below a project at the root these are the applications it deploys. */
const manifest = /^(?:package\.json|pyproject\.toml|go\.mod|requirements\.txt|Pipfile|global\.json)$/;

/** Modules below a root that has a project; where there are more, they are an application's, and none is read. */
const mostAtRoot = 300;

/** Whether discovery looks at a file of this path. Programs are taken in first and sifted by `withoutStrayPrograms`. */
export function isWanted(path: Path): boolean {
  return isNamed(path) || (source.test(path) && !noModule.test(path));
}

function isNamed(path: Path): boolean {
  if (path.startsWith(".github/") && /\.ya?ml$/.test(path)) return true;
  if (path.startsWith(settingsFolder) || path === answersFile || hasCheckRules(path)) return true;
  if (mise.test(path) || miseTasks.test(path)) return true;
  const name = baseName(path);
  return names.has(name) || patterns.test(name);
}

/** Drops every program and module of which no folder above holds a `Pulumi.yaml`: a repository may have thousands. */
export function withoutStrayPrograms(paths: readonly Path[]): readonly Path[] {
  const projects = new Set(paths.filter((path) => /^Pulumi\.ya?ml$/.test(baseName(path))).map(folderOf));
  const others = new Set(paths.filter((path) => manifest.test(baseName(path))).map(folderOf));
  const modules = new Map(paths.flatMap((path) => (isSource(path) ? [[path, placeIn(path, projects)] as const] : [])));
  const isAtRoot = (path: Path): boolean => {
    const place = modules.get(path);
    return place?.project === "" && place.below.length > 0 && !placeIn(path, others)?.project;
  };
  const atRoot = new Set(paths.filter(isAtRoot));
  return paths.filter((path) => {
    if (path.startsWith(settingsFolder)) return true;
    if (programFiles.has(baseName(path)) && projects.has(folderOf(path))) return true;
    if (isNamed(path) && !programFiles.has(baseName(path))) return true;
    const place = modules.get(path);
    if (place === undefined || place.below.length > deepestModule) return false;
    if (place.below.some((one) => noModuleFolder.test(one))) return false;
    return place.project !== "" || place.below.length === 0 || (atRoot.has(path) && atRoot.size <= mostAtRoot);
  });
}

function isSource(path: Path): boolean {
  return source.test(path) && !path.startsWith(".github/");
}

/** The nearest of some folders that a path lies in, and the names of those between. */
function placeIn(
  path: Path,
  among: ReadonlySet<string>,
): { readonly project: string; readonly below: readonly string[] } | undefined {
  const folders = path.split("/").slice(0, -1);
  for (let depth = folders.length; depth >= 0; depth--) {
    const project = folders
      .slice(0, depth)
      .map((folder) => `${folder}/`)
      .join("");
    if (among.has(project)) return { project, below: folders.slice(depth) };
  }
  return undefined;
}

/** Whether GitHub would run this file: only those directly in the folder are workflows. */
export function isWorkflow(path: Path): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** The last part of a path: the name of its file. */
export function baseName(path: Path): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

function folderOf(path: Path): Path {
  return path.slice(0, path.lastIndexOf("/") + 1);
}

/** Folders that hold other people's files or products of a build. Not `build`: it often holds the scripts of one. */
export const prunedFolders: ReadonlySet<string> = new Set([
  ".git",
  ".hg",
  ".svn",
  ".next",
  ".terraform",
  ".tox",
  ".venv",
  ".yarn",
  "__pycache__",
  "bower_components",
  "dist",
  "node_modules",
  "vendor",
  "venv",
]);

/** Whether a path lies in a folder that discovery does not enter. */
export function isPruned(path: Path): boolean {
  return path
    .split("/")
    .slice(0, -1)
    .some((folder) => prunedFolders.has(folder));
}

/** Endings of the files that may define a cloud role. */
export const roleFileEndings =
  "json yaml yml template tpl tftpl ts mts cts js mjs cjs py go cs java kt tf sh bash".split(" ");

/** Endings of documentation, which may show a role's policy and defines none. */
export const documentationEndings = "md markdown mdx rst adoc".split(" ");

/** What each of them has somewhere: the issuer, the call, the words for a role, or those of a construct. */
export const roleWords = [
  "token.actions.",
  "AssumeRoleWithWebIdentity",
  "assumeRolePolicy",
  "AssumeRolePolicy",
  "assume_role_policy",
  "WebIdentityPrincipal",
  "OpenIdConnectPrincipal",
  "AssumableRoleWithOIDC",
  "ActionsRole",
  "ActionRole",
  "github-oidc",
  "oidc-github",
  "enable_github_oidc",
];

/** Whether a file has one of the words that stand wherever a role for GitHub is defined. */
export function mayDefineRole(text: string): boolean {
  return roleWords.some((word) => text.includes(word));
}
