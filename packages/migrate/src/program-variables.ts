import { hasWord, type Path } from "@gha2pulumi/repo";
import { programIn, unreadModules } from "./program-files.ts";
import type { World } from "./world.ts";

/**
 * A program that takes variables by names which are put together while it runs, or all that there are: which ones it
 * reads, its text does not say.
 */
const anyName = new RegExp(
  [
    /\benv\s*\[(?!\s*(["'`])[\w.]+\1\s*\])/,
    /(?:keys|values|entries|assign|fromEntries)\([^()]*\bprocess\.env\b(?!\.)|\.\.\.\s*process\.env\b(?!\.)/,
    /=\s*process\.env\s*(?:[;,)\n]|$)/,
    /\bos\.environ\b(?!\s*\[\s*["']|\.get\(\s*["']|\.pop\(\s*["']|\.setdefault\(\s*["'])|\bos\.environ\.(?:get|pop)\(\s*[^"'\s]/,
    /\b(?:getenv|Getenv|LookupEnv|GetEnvironmentVariable)\(\s*[^"'`\s)]/,
    /\bos\.Environ\(|\bGetEnvironmentVariables\(|\bSystem\.getenv\(\s*\)/,
  ]
    .map(({ source }) => source)
    .join("|"),
);

/**
 * Whether the program of a project reads a variable: `undefined` where it is not in the tree, takes in code that is not,
 * or reads variables by names that its text does not have.
 */
export function readsVariable(name: string, directory: Path | undefined, world: World): boolean | undefined {
  if (directory === undefined || !world.projects.has(directory)) return undefined;
  const texts = programIn(directory, world).map(([, text]) => text);
  if (texts.some((text) => hasWord(text, name))) return true;
  if (texts.length === 0 || unreadModules(directory, world).length > 0) return undefined;
  return texts.some((text) => anyName.test(text)) ? undefined : false;
}
