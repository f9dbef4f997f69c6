import { matchesGlob } from "./shell/glob.ts";

/**
 * A branch, tag, label or person as contexts have it. What only stands for others (`other-branch`, `rel*`, and what
 * `namesOf` makes up for a filter) is marked, so that whatever is made of it can be told from a name somebody wrote.
 */
export function marked(name: string): string {
  return name.replace(/^(?:other-branch|other-tag|other-label|someone)$|\*/g, (found) =>
    standIn(found === "*" ? "sample" : found),
  );
}

/** A piece of a name that is only one of many. */
export function standIn(piece: string): string {
  return `‹${piece}›`;
}

/** A name as filters match it and people read it, without the marks of what stands for others. */
export function unmarked(name: string): string {
  return name.replace(/[‹›]/g, "");
}

/** Whether a text holds the mark of a name that stands for others. */
export function isMarked(text: string): boolean {
  return /[‹›]/.test(text);
}

const mark = /‹[^›]*›/g;

/**
 * Whether a text may be another one, where either stands for others: `false` when what is written of it rules that out.
 * Never `true` unless both are the same.
 */
export function mayEqual(left: string, right: string): boolean | undefined {
  if (left === right) return true;
  if (isMarked(left) && isMarked(right)) return affixesMeet(asGlob(left), asGlob(right)) ? undefined : false;
  const [glob, text] = isMarked(left) ? [asGlob(left), right] : [asGlob(right), left];
  return text !== "" && matchesGlob(text, glob) ? undefined : false;
}

/** Whether a text that stands for others matches a shell pattern: where all of them do, where none can, or neither. */
export function mayMatch(text: string, pattern: string): boolean | undefined {
  if (/[?[]/.test(pattern)) return undefined;
  if (matchesGlob(text, pattern)) return true;
  return affixesMeet(asGlob(text), pattern) ? undefined : false;
}

function asGlob(text: string): string {
  return text.replace(mark, "*");
}

/** Whether what two patterns begin and end with can go together. Both may hold more that cannot: then it is not seen. */
function affixesMeet(left: string, right: string): boolean {
  const ends = (text: string): readonly [string, string] => {
    const parts = text.split("*");
    return [parts[0] ?? "", parts.at(-1) ?? ""];
  };
  const [[a, z], [b, y]] = [ends(left), ends(right)];
  return (a.startsWith(b) || b.startsWith(a)) && (z.endsWith(y) || y.endsWith(z));
}

/** Whether a shell pattern, or a plain name, takes a text that may stand for others; `undefined` where some match. */
export function matchesName(text: string, pattern: string, told: ReadonlySet<string>): boolean | undefined {
  if (!isMarked(text)) return isMarked(pattern) ? equalsName(pattern, text, told) : matchesGlob(text, pattern);
  if (text === pattern || !/[*?[]/.test(pattern)) return equalsName(text, pattern, told);
  const answer = isMarked(pattern) ? undefined : mayMatch(text, pattern);
  return answer ?? (told.has(withoutRefs(pattern.replace(/\*+/g, "*"))) ? false : undefined);
}

/** Whether two texts are the same, of which either may stand for others: not for those that have been told. */
export function equalsName(left: string, right: string, told: ReadonlySet<string>): boolean | undefined {
  if (!isMarked(left) && !isMarked(right)) return left === right;
  const other = isMarked(left) ? right : left;
  return mayEqual(left, right) ?? (!isMarked(other) && told.has(withoutRefs(other)) ? false : undefined);
}

/** The pattern of a text test: `startsWith` has the text in front, `endsWith` behind, `contains` anywhere. */
export function patternOf(test: "prefix" | "suffix" | "contains", text: string): string {
  return `${test === "prefix" ? "" : "*"}${text}${test === "suffix" ? "" : "*"}`.replace(/\*+/g, "*");
}

/** A pattern or name without `refs/heads/` or `refs/tags/` in front: what filters and samples have. */
export function withoutRefs(text: string): string {
  return text.replace(/^\*?refs\/(?:heads|tags)\//, "");
}

/** Whether every literal that a context path is compared with has events of its own (see `atomsOf`), and as what. */
export function isToldPath(path: string): "ref" | "person" | "label" | undefined {
  const name = path.toLowerCase();
  if (refPaths.has(name) || name.startsWith("env.")) return "ref";
  if (name === "github.actor" || name === "github.triggering_actor" || name.endsWith("user.login")) return "person";
  return name.endsWith("labels.*.name") ? "label" : undefined;
}

const refPaths: ReadonlySet<string> = new Set([
  "github.ref",
  "github.ref_name",
  "github.base_ref",
  "github.event.pull_request.base.ref",
  "github.head_ref",
  "github.event.workflow_run.head_branch",
]);
