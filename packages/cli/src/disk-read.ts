import { lstatSync, readFileSync, realpathSync, statSync } from "node:fs";
import { sep } from "node:path";
import {
  baseName,
  namesOnly,
  mostBytes,
  notText,
  tooLarge,
  unfitText,
  type FileProblem,
  type Path,
} from "@gha2pulumi/repo";
import { reasonOf, systemCode } from "./fault.ts";

/** What reading one file gave. `absent`: it is in git's index, but deleted in the folder. */
export type Read =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "absent" }
  | { readonly kind: "problem"; readonly problem: FileProblem };

/** Reads one file of the root as text. Line endings and a byte order mark stay as they are. */
export function readFile(root: string, path: Path): Read {
  const place = `${root}/${path}`;
  try {
    const link = lstatSync(place).isSymbolicLink();
    const trouble = linkTrouble(root, path, link) ?? kindTrouble(path, place);
    if (trouble !== undefined) return { kind: "problem", problem: trouble };
    return textOf(path, place);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return { kind: "absent" };
    return problem("GP186", path, `it cannot be read: ${reasonOf(error)}`, "check its permissions");
  }
}

function kindTrouble(path: Path, place: string): FileProblem | undefined {
  const stats = statSync(place);
  if (stats.isDirectory()) {
    return trouble("GP183", path, "it is a folder, where a file is expected", "rename the folder, or remove it");
  }
  // A pipe would be waited for without end.
  if (!stats.isFile()) return trouble("GP187", path, "it is not an ordinary file", "replace it by a file");
  return undefined;
}

/** What is wrong with where a path really leads, through links of its own or of its folders. */
export function linkTrouble(root: string, path: Path, link: boolean): FileProblem | undefined {
  try {
    const real = realpathSync(`${root}/${path}`);
    if (isInside(root, real)) return undefined;
    return trouble("GP185", path, "it is a link that leads out of the folder, and is not followed", "copy the file");
  } catch (error) {
    if (!link) throw error;
    const what = systemCode(error) === "ELOOP" ? "it is a link that leads back to itself" : "it is a broken link";
    return trouble("GP184", path, what, "point it at a file of this folder, or remove it");
  }
}

/** Whether a real path is the root or lies below it. */
export function isInside(root: string, real: string): boolean {
  return real === root || real.startsWith(root.endsWith(sep) ? root : `${root}${sep}`);
}

function textOf(path: Path, place: string): Read {
  if (namesOnly.has(baseName(path))) return { kind: "text", text: "" };
  if (statSync(place).size > mostBytes) return { kind: "problem", problem: tooLarge(path) };
  const text = decode(readFileSync(place));
  if (text === undefined) return { kind: "problem", problem: notText(path) };
  const unfit = unfitText(path, text);
  return unfit === undefined ? { kind: "text", text } : { kind: "problem", problem: unfit };
}

/** The text of UTF-8 bytes, byte order mark included; `undefined` when they are not UTF-8. */
export function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function trouble(code: string, path: Path, message: string, help: string): FileProblem {
  return { code, path, message, help };
}

function problem(code: string, path: Path, message: string, help: string): Read {
  return { kind: "problem", problem: trouble(code, path, message, help) };
}
