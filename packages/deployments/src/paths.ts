import type { ChangedFiles, Path } from "@gha2pulumi/repo";

// The rules are those of pulumi.com/docs/deployments/concepts/settings/path-filtering. What the page does not say
// (`?`, `[…]`, `{…}`, a leading or trailing `/`, dot files, case) is unknown here, never guessed.

/** One path filter as it is written; `undefined` when its text is not known. */
export type PathFilter = string | undefined;

/** GitHub names at most this many changed files; the rest is never seen by a filter. */
const FILES_SEEN = 300;

/** Glob signs whose meaning is not documented. `\` is among them: no way to escape a sign is described. */
const UNDOCUMENTED = /[?[\]{}()\\!]/;

/** Whether a change of these files passes the filters; `undefined` when the documentation does not tell. */
export function pathsTrigger(filters: readonly PathFilter[], files: ChangedFiles): boolean | undefined {
  // "Some change that passes every path filter" passes ours; without filters every push does, even an empty one.
  if (files === undefined || filters.length === 0) return true;
  const passes = files.map((file) => filePasses(filters, file));
  const sure = passes.filter((pass) => pass === true).length;
  const possible = passes.filter((pass) => pass !== false).length;
  // Which 300 files are seen is not known: only when more pass than can stay unseen, one of them surely is seen.
  if (sure > Math.max(0, files.length - FILES_SEEN)) return true;
  return possible > 0 ? undefined : false;
}

/** A file passes when some include matches, or there is none, and no exclude does. Their order is irrelevant. */
function filePasses(filters: readonly PathFilter[], file: Path): boolean | undefined {
  const excludes = filters.filter((filter) => filter?.startsWith("!"));
  const includes = filters.filter((filter) => !filter?.startsWith("!"));
  const unread = filters.includes(undefined) ? [undefined] : [];
  const included = includes.length === 0 ? true : any(includes.map((filter) => globMatches(filter, file)));
  const excluded = any([...excludes.map((filter) => globMatches(filter?.slice(1), file)), ...unread]);
  if (included === false || excluded === true) return false;
  return included === undefined || excluded === undefined ? undefined : true;
}

function any(values: readonly (boolean | undefined)[]): boolean | undefined {
  if (values.includes(true)) return true;
  return values.includes(undefined) ? undefined : false;
}

/** Whether a glob matches a whole path: `*` is within one component, `**` any number of components, none included. */
export function globMatches(glob: PathFilter, file: Path): boolean | undefined {
  if (glob === undefined) return undefined;
  const pattern = glob.split("/");
  if (UNDOCUMENTED.test(glob) || pattern.some(undocumentedComponent)) return undefined;
  if (covers(pattern, file.split("/"), { dots: false })) return true;
  // What matches only when letter case is ignored or wildcards reach dot files is undocumented.
  return covers(lower(pattern), lower(file.split("/")), { dots: true }) ? undefined : false;
}

/** An empty component comes from a leading, trailing or doubled `/`; `a**` is neither of the two wildcards. */
function undocumentedComponent(component: string): boolean {
  return (
    component === "" || component === "." || component === ".." || /\*\*./.test(component) || /.\*\*/.test(component)
  );
}

const lower = (parts: readonly string[]): readonly string[] => parts.map((part) => part.toLowerCase());

/** Walks the pattern once and keeps every place of the path it may have reached, so no pattern can make it slow. */
function covers(pattern: readonly string[], path: readonly string[], wild: { readonly dots: boolean }): boolean {
  let reached = new Set([0]);
  for (const component of pattern) {
    const next = new Set<number>();
    for (let at = 0; at <= path.length; at++) {
      const part = path[at];
      const here = reached.has(at) || (component === "**" && next.has(at));
      if (!here) continue;
      if (component === "**") next.add(at);
      if (part === undefined || (component.startsWith("*") && part.startsWith(".") && !wild.dots)) continue;
      if (component === "**" || componentMatches(component, part)) next.add(at + 1);
    }
    reached = next;
  }
  return reached.has(path.length);
}

/** Literal pieces in their order, the first at the start and the last at the end. */
function componentMatches(component: string, part: string): boolean {
  const pieces = component.split("*");
  const first = pieces[0] ?? "";
  const last = pieces.length > 1 ? (pieces.at(-1) ?? "") : "";
  if (pieces.length === 1) return component === part;
  if (!part.startsWith(first) || !part.endsWith(last) || part.length < first.length + last.length) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = part.slice(0, part.length - last.length).indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return true;
}
