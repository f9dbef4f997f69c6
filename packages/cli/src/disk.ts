import { realpathSync, statSync } from "node:fs";
import { resolve } from "node:path";
import {
  byText,
  isWanted,
  unreadPrograms,
  withoutStrayPrograms,
  type FileProblem,
  type Path,
  type Tree,
} from "@gha2pulumi/repo";
import { refuseInterrupted } from "./disk-journal.ts";
import { readFile } from "./disk-read.ts";
import { walk } from "./disk-walk.ts";
import { Fault, reasonOf, systemCode } from "./fault.ts";
import { listFiles, workTree } from "./git.ts";
import type { Choice } from "./globs.ts";

/** A folder as data: the files that matter for running Pulumi, and what could not be read of them. */
export interface Folder {
  /** The folder's real path on this disk; every path of the tree is relative to it. */
  readonly root: string;
  /** The top of the git work tree it lies in, when there is one. */
  readonly top: string | undefined;
  readonly tree: Tree;
  readonly problems: readonly FileProblem[];
}

// The largest repositories with Pulumi programs in public have about 5,000 files of these names.
const mostFiles = 50_000;

/** Reads a folder. Throws a fault when there is no such folder; everything smaller becomes a problem. */
export async function readFolder(folder: string, choice: Choice = { include: [], exclude: [] }): Promise<Folder> {
  const root = rootOf(folder);
  refuseInterrupted(root);
  // Outside of a work tree the list is none, so both are asked for at once.
  const [top, known] = await Promise.all([workTree(root), listFiles(root, isWanted)]);
  const { paths, problems } = listed(root, top === undefined ? undefined : known);
  const { taken, left } = await chosen(root, paths, choice);
  const texts = new Map<Path, string>();
  const found: FileProblem[] = [...problems, ...left];
  for (const path of taken) {
    const read = readFile(root, path);
    if (read.kind === "text") texts.set(path, read.text);
    else if (read.kind === "problem") found.push(read.problem);
  }
  return { root, top, tree: texts, problems: found.sort((a, b) => byText(a.path, b.path)) };
}

/** The real path of a folder on this disk. */
export function rootOf(folder: string): string {
  const path = resolve(folder);
  try {
    const root = realpathSync(path);
    if (statSync(root).isDirectory()) return root;
  } catch (error) {
    if (systemCode(error) === "ENOENT") {
      throw new Fault(
        undefined,
        `there is no folder ${path}`,
        "give the folder of the repository; --help lists the commands",
      );
    }
    throw new Fault(undefined, `the folder ${path} cannot be read: ${reasonOf(error)}`, "check its permissions");
  }
  throw new Fault(undefined, `${path} is a file, not a folder`, "give the folder of the repository");
}

interface Listed {
  readonly paths: readonly Path[];
  readonly problems: readonly FileProblem[];
}

/** `.github` is read directly, whatever git ignores; the rest comes from git, or from an own walk without it. */
function listed(root: string, known: readonly Path[] | undefined): Listed {
  const github = walk(root, ".github", isWanted);
  // Inside a folder that the surrounding work tree ignores, git lists nothing at all.
  const rest: Listed = known === undefined || known.length === 0 ? walk(root, "", isWanted) : sifted(known);
  const paths = [...new Set([...github.paths, ...rest.paths])];
  return {
    paths: withoutStrayPrograms(paths),
    problems: [...github.problems, ...rest.problems, ...unreadPrograms(paths)],
  };
}

/** The walk of `.github` has what is there already. */
function sifted(paths: readonly Path[]): Listed {
  return { paths: paths.filter((path) => !path.startsWith(".github/")), problems: [] };
}

interface Taken {
  readonly taken: readonly Path[];
  readonly left: readonly FileProblem[];
}

async function chosen(root: string, paths: readonly Path[], choice: Choice): Promise<Taken> {
  const plain = choice.include.length === 0 && choice.exclude.length === 0;
  const all = plain ? paths : await (await import("./globs.ts")).choose(root, paths, choice);
  const sorted = [...all].sort(byText);
  if (sorted.length <= mostFiles) return { taken: sorted, left: [] };
  const problem: FileProblem = {
    code: "GP188",
    path: sorted[mostFiles] ?? "",
    message: `more than ${mostFiles} files have names that matter; this one and those after it were left out`,
    help: "give a smaller folder, or leave files out with --exclude",
  };
  return { taken: sorted.slice(0, mostFiles), left: [problem] };
}
