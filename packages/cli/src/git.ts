import { execFile } from "node:child_process";
import { posix } from "node:path";
import { gitSettings, type GitSetting, type Path } from "@gha2pulumi/repo";

/** What one call of git gave: its output, or nothing when git is missing or says no. */
type Answer = string | undefined;

// A repository may name programs in its own configuration; reading it must never start one.
const harmless: readonly GitSetting[] = [
  ["core.fsmonitor", "false"],
  ["core.hooksPath", "/dev/null"],
  ["safe.bareRepository", "explicit"],
  // In a partial clone, a missing object would be fetched.
  ["protocol.allow", "never"],
];

// A list of 100,000 long paths is about 10 MB.
const mostOutput = 256 * 1024 * 1024;

/** Runs git in a folder, without a shell. Nothing is written: optional locks are off. */
export function git(folder: string, args: readonly string[], settings: readonly GitSetting[] = []): Promise<Answer> {
  const env = environment(settings);
  return new Promise((resolve) => {
    execFile("git", args, { cwd: folder, env, maxBuffer: mostOutput }, (error, stdout) => {
      resolve(error === null ? stdout : undefined);
    });
  });
}

/** What git is started with: settings go before those of any file. */
export function environment(more: readonly GitSetting[] = []): NodeJS.ProcessEnv {
  const settings = [...harmless, ...more];
  // Inside a hook these name another repository than the folder's.
  const { GIT_DIR: _dir, GIT_WORK_TREE: _tree, GIT_INDEX_FILE: _index, GIT_PREFIX: _prefix, ...rest } = process.env;
  const fixed = { GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", LC_ALL: "C" };
  return { ...rest, ...fixed, ...gitSettings(settings) };
}

/** The top of the work tree a folder lies in; `undefined` outside of one, or without git. */
export async function workTree(folder: string): Promise<string | undefined> {
  const inside = await git(folder, ["rev-parse", "--is-inside-work-tree", "--show-toplevel"]);
  const [answer, top] = (inside ?? "").split("\n");
  return answer === "true" ? top : undefined;
}

/** Those tracked and untracked files that are wanted and not ignored, relative to the folder. */
export async function listFiles(folder: string, wanted: (path: Path) => boolean): Promise<readonly Path[] | undefined> {
  // Git tries each of many pathspecs on each file, which takes four times as long as to list all and sift them here.
  const args = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"];
  const output = await git(folder, args);
  // A file in the middle of a merge is listed once per side.
  return output === undefined
    ? undefined
    : [...new Set(output.split("\0").filter((path) => path !== "" && wanted(path)))];
}

/** Tracked and untracked files that are not ignored and hold one of these words, relative to the folder. */
export async function filesWith(
  folder: string,
  words: readonly string[],
  pathspecs: readonly string[],
): Promise<readonly Path[]> {
  const wanted = words.flatMap((word) => ["-e", word]);
  // What a person's configuration may change of it, colours to submodules, is said anew.
  const plain = ["--no-color", "--no-full-name", "--no-recurse-submodules", "--no-textconv"];
  const args = ["grep", "-l", "-z", "-I", "-F", "--untracked", ...plain, ...wanted, "--", ...pathspecs];
  // Git says no, too, when there is none.
  const output = (await git(folder, args)) ?? "";
  return output.split("\0").filter((path) => path !== "");
}

/** Paths of the work tree with uncommitted changes; of the given targets, those that git ignores too. Without the spared. */
export async function dirtyPaths(
  folder: string,
  targets: readonly Path[],
  spared: readonly Path[] = [],
): Promise<readonly Path[] | undefined> {
  // A new folder is one entry otherwise, and what is spared in it could not be told from the rest.
  const each = spared.length === 0 ? [] : ["--untracked-files=all"];
  const options = ["status", "--porcelain", "-z", "--no-renames", "--ignore-submodules=all", ...each];
  const settings = await withoutFilters(folder);
  const status = await git(folder, options, settings);
  const own = ["--literal-pathspecs", ...options, "--ignored=matching", "--", ...targets];
  const ignored = targets.length === 0 ? "" : await git(folder, own, settings);
  const prefix = (await git(folder, ["rev-parse", "--show-prefix"]))?.replace(/\n$/, "");
  if (status === undefined || ignored === undefined || prefix === undefined) return undefined;
  // Git's answer begins at the top of the work tree, wherever the folder is.
  const known = new Set(spared.map((path) => posix.normalize(`${prefix}${path}`)));
  const entries = `${status}${ignored}`.split("\0").filter((entry) => entry !== "");
  return [...new Set(entries.map((entry) => entry.slice(3)))].filter((path) => !known.has(path)).sort();
}

/** Settings that switch off content filters which the repository's own configuration names: status would run them. */
async function withoutFilters(folder: string): Promise<readonly GitSetting[]> {
  const listed = await git(folder, ["config", "--show-scope", "--name-only", "-z", "--get-regexp", "^filter\\."]);
  const fields = (listed ?? "").split("\0");
  const keys = fields.filter((_, i) => i % 2 === 1 && (fields[i - 1] === "local" || fields[i - 1] === "worktree"));
  const drivers = new Set(keys.map((key) => key.replace(/\.[^.]*$/, "")));
  return [...drivers].flatMap((driver): readonly GitSetting[] => [
    [`${driver}.clean`, ""],
    [`${driver}.process`, ""],
    [`${driver}.required`, "false"],
  ]);
}

/** `owner/name` of the GitHub repository this was cloned from, when the remote says so. */
export async function originRepository(folder: string): Promise<string | undefined> {
  return repositoryOf((await git(folder, ["config", "--get", "remote.origin.url"]))?.trim() ?? "");
}

/** The default branch as the last clone or fetch saw it. */
export async function originDefaultBranch(folder: string): Promise<string | undefined> {
  const prefix = "refs/remotes/origin/";
  const head = (await git(folder, ["symbolic-ref", "-q", `${prefix}HEAD`]))?.trim() ?? "";
  return head.startsWith(prefix) ? head.slice(prefix.length) : undefined;
}

// github.com, GitHub Enterprise Cloud with data residency, and the usual name of a server of one's own.
const gitHubHost = /^(github\.[a-z0-9.-]+|ssh\.github\.com|[a-z0-9-]+\.ghe\.com)$/i;

const remoteForms: readonly RegExp[] = [
  /^https?:\/\/(?:[^@/]*@)?(?<host>[^/:]+)(?::\d+)?\/(?<path>.+)$/,
  /^(?:git\+)?ssh:\/\/(?:[^@/]*@)?(?<host>[^/:]+)(?::\d+)?\/(?<path>.+)$/,
  /^[^@/\s]+@(?<host>[^/:]+):(?<path>.+)$/,
];

/** `owner/name` of a GitHub address, https or ssh; `undefined` for every other address. */
export function repositoryOf(url: string): string | undefined {
  for (const form of remoteForms) {
    const { host, path } = form.exec(url)?.groups ?? {};
    if (host === undefined || path === undefined || !gitHubHost.test(host)) continue;
    const bare = path.replace(/\/+$/, "").replace(/\.git$/, "");
    return /^[\w.-]+\/[\w.-]+$/.test(bare) ? bare : undefined;
  }
  return undefined;
}
