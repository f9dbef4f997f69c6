import { readdirSync, realpathSync, statSync, type Dirent } from "node:fs";
import { isWorkflow, prunedFolders, type FileProblem, type Path } from "@gha2pulumi/repo";
import { linkTrouble } from "./disk-read.ts";
import { reasonOf, systemCode } from "./fault.ts";

/** Paths found below a folder, and folders that could not be read. */
export interface Walked {
  readonly paths: readonly Path[];
  readonly problems: readonly FileProblem[];
}

// Real repositories stay below 20 levels; a loop of bind mounts has no end.
const deepest = 32;

// The largest public repository measured has 44,221 files.
const mostEntries = 400_000;

/** Walks a folder of the root in a fixed order. Links to folders are followed only within `.github`, never out. */
export function walk(root: string, start: Path, wanted: (path: Path) => boolean): Walked {
  const found: Found = { root, wanted, paths: [], problems: [], seen: new Set(), entries: 0 };
  if (start === "") visit("", 0, found);
  else if (isFolder(root, start, found)) visit(start, 0, found);
  return found;
}

interface Found {
  readonly root: string;
  readonly wanted: (path: Path) => boolean;
  readonly paths: Path[];
  readonly problems: FileProblem[];
  readonly seen: Set<string>;
  entries: number;
}

function visit(folder: Path, depth: number, found: Found): void {
  for (const item of entriesOf(folder, found)) {
    if (++found.entries === mostEntries) found.problems.push(tooMany(folder, `more than ${mostEntries} entries`));
    if (found.entries >= mostEntries) return;
    const path = folder === "" ? item.name : `${folder}/${item.name}`;
    if (item.isFile() || isWorkflow(path)) {
      if (found.wanted(path)) found.paths.push(path);
    } else if (item.isDirectory() ? !prunedFolders.has(item.name) : leadsToFolder(path, item, found)) {
      if (depth < deepest) visit(path, depth + 1, found);
      else found.problems.push(tooMany(path, `more than ${deepest} folders deep`));
    } else if (!item.isDirectory() && found.wanted(path)) {
      found.paths.push(path);
    }
  }
}

function entriesOf(folder: Path, found: Found): readonly Dirent[] {
  try {
    const entries = readdirSync(`${found.root}/${folder}`, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) !== "ENOENT") {
      const message = `the folder cannot be read: ${reasonOf(error)}`;
      found.problems.push({
        code: "GP186",
        path: folder === "" ? "." : folder,
        message,
        help: "check its permissions",
      });
    }
    return [];
  }
}

function leadsToFolder(path: Path, item: Dirent, found: Found): boolean {
  return item.isSymbolicLink() && path.startsWith(".github/") && isFolder(found.root, path, found);
}

/** Whether a path is a folder inside the root, seen for the first time: links may run in circles. */
function isFolder(root: string, path: Path, found: Found): boolean {
  try {
    if (!statSync(`${root}/${path}`).isDirectory()) return false;
    const outside = linkTrouble(root, path, true);
    if (outside !== undefined) found.problems.push(outside);
    const real = realpathSync(`${root}/${path}`);
    if (outside !== undefined || found.seen.has(real)) return false;
    found.seen.add(real);
    return true;
  } catch {
    // A broken link: where a file of that name matters, reading it says so.
    return false;
  }
}

function tooMany(path: Path, what: string): FileProblem {
  const message = `${what}; the rest was left out`;
  return { code: "GP188", path: path === "" ? "." : path, message, help: "give a smaller folder" };
}
