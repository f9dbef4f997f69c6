import { isModule, isSource, modulesOf, projectFolders } from "./modules.ts";
import type { Path } from "./span.ts";

/** Which files of a repository matter to a plan, by their paths alone: the same for a disk and for GitHub. */

/**
 * Files of which it only matters that they are there: lockfiles tell which package manager is used, others that an
 * environment is opened which only Nix can read.
 */
export const namesOnly: ReadonlySet<string> = new Set([
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
  "flake.nix",
  "shell.nix",
  "devenv.nix",
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
  ".yarnrc",
  ".npmrc",
  "bunfig.toml",
  "pip.conf",
  "nuget.config",
  "NuGet.Config",
  "NuGet.config",
  "go.mod",
  "pyproject.toml",
  "Pipfile",
  "global.json",
  "project.json",
  "nx.json",
  "turbo.json",
  "turbo.jsonc",
  "deno.json",
  "deno.jsonc",
  "devbox.json",
  "pixi.toml",
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

/** The environment of Flox: https://flox.dev/docs/man/manifest.toml */
const flox = /(?:^|\/)\.flox\/env\/manifest\.toml$/;

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

/** Which stack a branch has: the first versions of `pulumi/actions` read it. https://github.com/pulumi/actions/issues/89 */
export const branchFile = ".pulumi/ci.json";

const settingsFolder = "deployment-settings/";

const names: ReadonlySet<string> = new Set([...named, ...namesOnly, ...programFiles]);

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

/** Projects of .NET, which may take in sources from other folders: read only beside a `Pulumi.yaml`. */
const dotnetProject = /\.(?:cs|fs|vb)proj$/;

/** Whether discovery looks at a file of this path. Programs are taken in first and sifted by `withoutStrayPrograms`. */
export function isWanted(path: Path): boolean {
  return isModule(path) || isNamed(path) || dotnetProject.test(path);
}

function isNamed(path: Path): boolean {
  if (isSource(path)) return path.startsWith(settingsFolder) || names.has(baseName(path));
  if (path.startsWith(".github/") && /\.ya?ml$/.test(path)) return true;
  if (path.startsWith(settingsFolder) || path === answersFile || path === branchFile || hasCheckRules(path))
    return true;
  if (mise.test(path) || miseTasks.test(path) || flox.test(path)) return true;
  const name = baseName(path);
  return names.has(name) || patterns.test(name);
}

/** Drops every program and module of which no folder above holds a `Pulumi.yaml`: a repository may have thousands. */
export function withoutStrayPrograms(paths: readonly Path[]): readonly Path[] {
  const projects = projectFolders(paths);
  const { taken } = modulesOf(paths);
  return paths.filter((path) => {
    if (path.startsWith(settingsFolder) || taken.has(path)) return true;
    const isProgram = programFiles.has(baseName(path)) || dotnetProject.test(path);
    return isProgram ? projects.has(folderOf(path)) : isNamed(path);
  });
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
