import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { byText } from "@gha2pulumi/repo";
import { rootOf } from "./disk.ts";

/** A repository on this disk, with the name it has among the others. */
export interface FoundRepository {
  readonly name: string;
  readonly folder: string;
}

// `source/host/owner/repository` is as deep as people lay them out.
const deepest = 3;

/**
 * The repositories in folders that a person gave: such a folder itself, or those below it. What has `.git` or
 * `.github` is one, and nothing below it is looked at; links are not followed.
 */
export function repositoriesIn(folders: readonly string[]): readonly FoundRepository[] {
  const found = new Map<string, FoundRepository>();
  for (const given of folders) {
    const root = rootOf(given);
    const inside = below(root, "", 0);
    for (const name of inside) {
      const folder = join(root, name);
      if (!found.has(folder)) found.set(folder, { name: name === "" ? given : name, folder });
    }
  }
  return [...found.values()];
}

function below(root: string, name: string, depth: number): readonly string[] {
  const here = join(root, name);
  if ([".git", ".github"].some((mark) => existsSync(join(here, mark)))) return [name];
  if (depth === deepest) return [];
  return subfolders(here).flatMap((one) => below(root, name === "" ? one : `${name}/${one}`, depth + 1));
}

/** A folder that may not be read holds nothing that could be planned. */
function subfolders(folder: string): readonly string[] {
  try {
    return readdirSync(folder, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && !entry.name.startsWith(".") && entry.name !== "node_modules")
      .map(({ name }) => name)
      .sort(byText);
  } catch {
    return [];
  }
}
