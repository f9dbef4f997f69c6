import { lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { byText, type Tree } from "@gha2pulumi/repo";

const root = fileURLToPath(new URL("../../fixtures/", import.meta.url));

/** One folder of `fixtures/`: a repository, what its owner told, and what must come out. */
export interface Fixture {
  readonly name: string;
  readonly folder: string;
  readonly before: Tree;
  readonly surroundings: ReadonlyMap<string, string>;
}

export function fixtures(): readonly Fixture[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((kind) => kind.isDirectory())
    .flatMap((kind) => readdirSync(join(root, kind.name)).map((name) => `${kind.name}/${name}`))
    .filter((name) => lstatSync(join(root, name)).isDirectory())
    .sort(byText)
    .map((name) => {
      const folder = join(root, name);
      const caseText = readFileSync(join(folder, "case.md"), "utf8");
      return { name, folder, before: readTree(join(folder, "before")), surroundings: surroundingsIn(caseText) };
    });
}

/** The fixture of a name such as `formats/typescript`. */
export function fixture(name: string): Fixture {
  const found = fixtures().find((one) => one.name === name);
  if (found === undefined) throw new Error(`there is no fixture ${name}`);
  return found;
}

/** `key = value` lines of a case, wherever they stand. */
function surroundingsIn(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^([\w./-]+) = (.*)$/gm)].map((found) => [found[1] ?? "", (found[2] ?? "").trim()]));
}

/** Every file below a folder, byte for byte; nothing is trimmed or normalised. */
export function readTree(folder: string): Tree {
  const tree = new Map<string, string>();
  const walk = (at: string): void => {
    for (const entry of readdirSync(join(folder, at), { withFileTypes: true })) {
      const path = at === "" ? entry.name : `${at}/${entry.name}`;
      if (entry.isDirectory()) walk(path);
      else tree.set(path, readFileSync(join(folder, path), "utf8"));
    }
  };
  walk("");
  return new Map([...tree].sort(([a], [b]) => byText(a, b)));
}

/** Writes a folder anew, so that files which are no longer expected go. */
export function writeTree(folder: string, tree: Tree): void {
  rmSync(folder, { recursive: true, force: true });
  for (const [path, text] of tree) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
}

/** The same tree with its files in reverse order: order must decide nothing. */
export function reversed(tree: Tree): Tree {
  return new Map([...tree].reverse());
}

/** Where two texts begin to differ, with a little around it; "" when they are equal. Whole plans are too long to read. */
export function firstDifference(a: string, b: string): string {
  if (a === b) return "";
  let at = 0;
  while (a[at] === b[at]) at += 1;
  const around = (text: string): string => text.slice(Math.max(0, at - 80), at + 80);
  return `${around(a)}\n≠\n${around(b)}`;
}
