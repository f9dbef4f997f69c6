/**
 * Branch, tag and path filters as GitHub matches them. They look like shell patterns and are not: `?` and `+` repeat
 * the character before them. https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet
 */

import { remembered } from "@gha2pulumi/repo";
import { standIn, unmarked } from "./stand-in.ts";

/** One step of a pattern: characters it accepts, and how many of them. */
interface Step {
  readonly kind: "step";
  readonly set: CharacterSet;
  readonly optional: boolean;
  readonly many: boolean;
}

/** A place from which the next `length` parts may be skipped together. */
interface Skip {
  readonly kind: "skip";
  readonly length: number;
}

type Part = Step | Skip;

type CharacterSet =
  | { readonly kind: "any" }
  | { readonly kind: "not-slash" }
  | { readonly kind: "ranges"; readonly ranges: readonly (readonly [string, string])[] };

export interface PathFilters {
  readonly paths: readonly string[] | undefined;
  readonly pathsIgnore: readonly string[] | undefined;
}

/** Whether a pattern speaks about a name. A `!` in front is not looked at: it says what follows from a match. */
export function matchesPattern(pattern: string, name: string): boolean {
  const parts = partsOf(bodyOf(pattern));
  return parts !== undefined && accepts(parts, unmarked(name));
}

/** Whether `branches`, `tags` or `paths` let a name through. No pattern at all is no filter. */
export function passesFilter(patterns: readonly string[], name: string): boolean {
  return patterns.length === 0 || lastWord(patterns, name);
}

/** Whether `branches-ignore`, `tags-ignore` or `paths-ignore` let a name through. */
export function passesIgnore(patterns: readonly string[], name: string): boolean {
  return !lastWord(patterns, name);
}

/** The last pattern that matches decides. A list of only `!` patterns lets nothing through, as on GitHub. */
function lastWord(patterns: readonly string[], name: string): boolean {
  return patterns.reduce((included, pattern) => (matchesPattern(pattern, name) ? !negates(pattern) : included), false);
}

/**
 * Whether changed files start a workflow: one file that gets through is enough.
 * Without files (an empty commit) nothing gets through either filter: GitHub's documentation only says that a workflow
 * does not run when all files are ignored, which is then the case. Without filters every change counts.
 * Not handled: beyond 300 files or 1,000 commits GitHub stops looking.
 */
export function pathsPass(files: readonly string[], { paths, pathsIgnore }: PathFilters): boolean {
  const filtered = (paths?.length ?? 0) > 0 || (pathsIgnore?.length ?? 0) > 0;
  return !filtered || files.some((file) => passesFilter(paths ?? [], file) && passesIgnore(pathsIgnore ?? [], file));
}

/** Whether a pattern is a plain name, which matches itself and nothing else. */
export function isLiteralPattern(pattern: string): boolean {
  return pattern !== "" && !/[*?+[\]!\\]/.test(pattern);
}

/**
 * Paths that a pattern matches, the most telling first: `docs/**` gives `docs/sample`. For a pattern with `!`, those it
 * takes out. Empty when none is found that could be one.
 */
export function samplesOf(pattern: string): readonly string[] {
  return [...new Set(namesOf(pattern).map(unmarked))];
}

/**
 * The same as branches or tags: whatever other names may differ in is marked (`v‹0›.‹0›` for `v[0-9].[0-9]`), whichever
 * sign of the pattern leaves it open.
 */
export function namesOf(pattern: string): readonly string[] {
  const parts = partsOf(bodyOf(pattern));
  if (parts === undefined) return [];
  const candidates = [sampleOf(parts, true), sampleOf(parts, false)];
  return [...new Set(candidates)].filter((name) => isPlausibleName(unmarked(name)) && accepts(parts, unmarked(name)));
}

function negates(pattern: string): boolean {
  return pattern.startsWith("!");
}

function bodyOf(pattern: string): string {
  return negates(pattern) ? pattern.slice(1) : pattern;
}

const any: CharacterSet = { kind: "any" };
const notSlash: CharacterSet = { kind: "not-slash" };

function once(set: CharacterSet): Step {
  return { kind: "step", set, optional: false, many: false };
}

function only(character: string): Step {
  return once({ kind: "ranges", ranges: [[character, character]] });
}

function several(set: CharacterSet): Step {
  return { kind: "step", set, optional: true, many: true };
}

/** The parts of a pattern without its `!`; `undefined` when it is no valid pattern and so matches nothing. */
const partsOf = remembered(1000, readParts);

function readParts(pattern: string): readonly Part[] | undefined {
  const characters = Array.from(pattern);
  const parts: Part[] = [];
  for (let at = 0; at < characters.length;) {
    const rest = characters.slice(at, at + 4).join("");
    const read = readPart(characters, at, rest, parts.at(-1));
    if (read === undefined) return undefined;
    if (read.replaces) parts.pop();
    parts.push(...read.parts);
    at += read.length;
  }
  return parts;
}

interface Read {
  readonly parts: readonly Part[];
  /** How many characters of the pattern were read. */
  readonly length: number;
  /** Whether the parts stand for the one before, too. */
  readonly replaces: boolean;
}

function read(length: number, ...parts: readonly Part[]): Read {
  return { parts, length, replaces: false };
}

function readPart(characters: readonly string[], at: number, rest: string, before: Part | undefined): Read | undefined {
  const character = characters[at] ?? "";
  switch (character) {
    case "*":
      return readStars(characters, at, rest);
    case "?":
    case "+": {
      // With nothing before it to repeat, it is the character itself.
      if (before?.kind !== "step") return read(1, only(character));
      const repeated = character === "?" ? { ...before, optional: true } : { ...before, many: true };
      return { parts: [repeated], length: 1, replaces: true };
    }
    case "[":
      return readSet(characters, at);
    case "\\": {
      const escaped = characters[at + 1];
      return escaped === undefined ? undefined : read(2, only(escaped));
    }
    default:
      return read(1, only(character));
  }
}

function readStars(characters: readonly string[], at: number, rest: string): Read {
  if (!rest.startsWith("**")) return read(1, several(notSlash));
  // `**/` where a name or directory starts stands for any number of directories, none included: `**/README.md` matches
  // README.md and `docs/**/*.md` matches docs/README.md.
  const startsDirectory = at === 0 || characters[at - 1] === "/";
  const repeatsSlash = rest[3] === "?" || rest[3] === "+";
  if (!startsDirectory || rest[2] !== "/" || repeatsSlash) return read(2, several(any));
  return read(3, { kind: "skip", length: 2 }, several(any), only("/"));
}

/** `[abc]`, `[0-9a-z]`. Ranges may only lie within a–z, A–Z or 0–9; `!` and `^` have no meaning here. */
function readSet(characters: readonly string[], at: number): Read | undefined {
  const ranges: (readonly [string, string])[] = [];
  let next = at + 1;
  for (; characters[next] !== "]"; next++) {
    if (characters[next] === "\\") next++;
    const first = characters[next];
    const last = characters[next + 2];
    if (first === undefined) return undefined;
    if (characters[next + 1] !== "-" || last === undefined || last === "]") {
      ranges.push([first, first]);
      continue;
    }
    if (!isRange(first, last)) return undefined;
    ranges.push([first, last]);
    next += 2;
  }
  return ranges.length === 0 ? undefined : read(next + 1 - at, once({ kind: "ranges", ranges }));
}

function isRange(first: string, last: string): boolean {
  return first <= last && [/^[a-z]{2}$/, /^[A-Z]{2}$/, /^[0-9]{2}$/].some((range) => range.test(first + last));
}

/**
 * Whether the parts accept a whole name. All places a match may have reached are followed at once, so the work is at
 * most parts × characters; a regular expression could be made to backtrack for ever by a hostile pattern.
 */
function accepts(parts: readonly Part[], name: string): boolean {
  let places = reached(parts, [0]);
  for (const character of name) {
    const next: number[] = [];
    for (const place of places) {
      const part = parts[place];
      if (part?.kind !== "step" || !inSet(part.set, character)) continue;
      next.push(place + 1);
      if (part.many) next.push(place);
    }
    places = reached(parts, next);
  }
  return places.has(parts.length);
}

/** The places that can be reached from some without reading a character. */
function reached(parts: readonly Part[], from: readonly number[]): ReadonlySet<number> {
  const places = new Set<number>();
  const open = [...from];
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    if (places.has(place)) continue;
    places.add(place);
    const part = parts[place];
    if (part?.kind === "skip") open.push(place + 1, place + 1 + part.length);
    if (part?.kind === "step" && part.optional) open.push(place + 1);
  }
  return places;
}

function inSet(set: CharacterSet, character: string): boolean {
  switch (set.kind) {
    case "any":
      return true;
    case "not-slash":
      return character !== "/";
    case "ranges":
      return set.ranges.some(([first, last]) => first <= character && character <= last);
  }
}

/** A name made from a pattern; `full` fills in its wildcards, otherwise they stand for nothing where they may. */
function sampleOf(parts: readonly Part[], full: boolean): string {
  let name = "";
  for (let at = 0; at < parts.length; at++) {
    const part = parts[at];
    if (part?.kind === "skip") {
      if (full) continue;
      at += part.length;
      name += standIn("");
    } else if (part !== undefined) {
      const piece = part.optional && !full ? "" : pieceOf(part, name, parts[at + 1]);
      name += isOpen(part) ? standIn(piece) : piece;
    }
  }
  return name;
}

function pieceOf({ set }: Step, before: string, next: Part | undefined): string {
  return set.kind === "ranges" ? (set.ranges[0]?.[0] ?? "") : wildcardSample(unmarked(before), next);
}

/** Whether a step takes more than one text. */
function isOpen({ set, optional, many }: Step): boolean {
  if (optional || many || set.kind !== "ranges") return true;
  const [first] = set.ranges;
  return set.ranges.some(([from, to]) => from !== first?.[0] || to !== first[0]);
}

/** The word in a wildcard's place, set off from letters and digits next to it: `v*` gives `v-sample`. */
function wildcardSample(before: string, next: Part | undefined): string {
  const follows = next?.kind === "step" && next.set.kind === "ranges" ? (next.set.ranges[0]?.[0] ?? "") : "";
  return `${/[A-Za-z0-9]$/.test(before) ? "-" : ""}sample${/^[A-Za-z0-9]/.test(follows) ? "-" : ""}`;
}

/** Whether a name could be a branch, a tag or a path: not empty, and no empty part between slashes. */
function isPlausibleName(name: string): boolean {
  return name.split("/").every((part) => part !== "" && part !== "." && part !== "..");
}
