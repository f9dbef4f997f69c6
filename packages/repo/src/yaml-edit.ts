import { isMap, isSeq } from "yaml";
import type { CST, Pair } from "yaml";
import { splice } from "./change.ts";
import type { Path } from "./span.ts";
import { piecesOf, respliced, splicesOf, type Piece } from "./splices.ts";
import { saysSame, withEntries, withItems, without, withValue, type Indices } from "./yaml-compare.ts";
import { extent, refused, removal, type Edited, type Slot } from "./yaml-cut.ts";
import { openYaml, startOf, type YamlDocument, type YamlProblem } from "./yaml-document.ts";
import { fileOf, type YamlNode } from "./yaml-nodes.ts";
import { nodeAt, planOf, type Step, type YamlEdit } from "./yaml-plan.ts";
import { addition, replacements } from "./yaml-replace.ts";

export type { Edited } from "./yaml-cut.ts";
export type { YamlEdit, YamlPath } from "./yaml-plan.ts";

/**
 * The splices that do these edits, whose paths all mean the text as it is given. All or none: a file that does not
 * parse, or whose result would say anything but what was asked for, is refused with a reason.
 */
export function editYaml(path: Path, text: string, edits: readonly YamlEdit[]): Edited {
  const open = openYaml(path, text);
  const before = fileOf(open);
  const obstacle = obstacleOf(before.problems);
  if (obstacle !== undefined) return refused(obstacle);
  const plan = planOf(open, edits);
  if (plan.kind === "refused") return plan;
  const wanted = before.root === undefined ? undefined : intended(open, before.root, plan.steps);
  if (wanted === undefined && plan.steps.length > 0) return refused("the new text is not a YAML value");
  const done = carriedOut(open, plan.steps);
  if (done.kind === "refused") return done;
  const splices = splicesOf(done.pieces, text.length);
  if (splice(text, splices) !== done.open.text)
    throw new Error(`the splices of ${path} do not make the text they stand for`);
  const same = saysSame(fileOf(done.open).root, wanted);
  return same ? { kind: "edited", splices } : refused("what is left would say something else");
}

/** Why a file must not be edited. A key written twice means different things to different readers. */
function obstacleOf(problems: readonly YamlProblem[]): string | undefined {
  return problems.find(({ fatal, code }) => fatal || code === "duplicate-key")?.message;
}

type Done =
  | { readonly kind: "done"; readonly open: YamlDocument; readonly pieces: readonly Piece[] }
  | { readonly kind: "refused"; readonly reason: string };

/** One step at a time, opening the text again after each: cuts made for one text overlap in 17 of 100 cases. */
function carriedOut(open: YamlDocument, steps: readonly Step[]): Done {
  let now = open;
  let pieces = piecesOf(open.text);
  for (const step of steps) {
    const done = stepTaken(now, step);
    if (done.kind === "refused") return done;
    const isInBrackets =
      step.kind !== "remove" && step.text.includes("\n") && slotAt(now, step.at)?.collection.type === "flow-collection";
    const lastFirst = [...done.splices].sort((a, b) => b.start - a.start);
    pieces = lastFirst.reduce(respliced, pieces);
    now = openYaml(open.path, splice(now.text, done.splices));
    const obstacle = obstacleOf(now.problems);
    if (obstacle !== undefined && isInBrackets)
      return { kind: "refused", reason: "it is written between brackets or braces, where several lines have no place" };
    if (obstacle !== undefined) return { kind: "refused", reason: `what is left would not be YAML: ${obstacle}` };
  }
  return { kind: "done", open: now, pieces };
}

function stepTaken(open: YamlDocument, step: Step): Edited {
  const slot = slotAt(open, step.at);
  if (slot === undefined) return refused("it is written in a way that cannot be edited");
  if (step.kind === "put") return addition(open.text, slot, step.text);
  const range = extent(slot.items[slot.index]);
  if (range !== undefined && anchorsLeave(open, range.start, range.end)) {
    return refused("it has an anchor that is used elsewhere");
  }
  return step.kind === "remove" ? removal(open.text, slot) : replacements(open.text, slot, step.text, step.before);
}

/** Does an alias outside the range stand for something inside it? */
function anchorsLeave(open: YamlDocument, start: number, end: number): boolean {
  const inside = (offset: number) => start <= offset && offset <= end;
  return [...open.targets].some(([alias, target]) => inside(startOf(target)) && !inside(startOf(alias)));
}

/** The tokens of the item at a place. Pairs in flow lists, `[a: 1]`, have none of their own. */
function slotAt(open: YamlDocument, at: Indices): Slot | undefined {
  const parent = nodeAt(open, at.slice(0, -1));
  const index = at.at(-1);
  if (index === undefined || !(isMap(parent) || isSeq(parent))) return undefined;
  const collection = parent.srcToken;
  if (collection === undefined || !("items" in collection)) return undefined;
  const items = isMap(parent)
    ? parent.items.map((pair) => (pair as Pair & { srcToken?: CST.CollectionItem }).srcToken)
    : collection.items.filter((item) => extent(item) !== undefined).slice(0, parent.items.length);
  const known = items.filter((item): item is CST.CollectionItem => item !== undefined);
  return known.length === parent.items.length ? { collection, items: known, index } : undefined;
}

/** What the file is meant to say afterwards; nothing when a new text is no value. */
function intended(open: YamlDocument, root: YamlNode, steps: readonly Step[]): YamlNode | undefined {
  let wanted: YamlNode | undefined = root;
  for (const step of steps) {
    if (step.kind === "remove") {
      wanted = without(wanted, step.at);
      continue;
    }
    if (step.kind === "put") {
      const added = fileOf(openYaml(open.path, step.text));
      if (obstacleOf(added.problems) !== undefined || added.root?.kind !== "map") return undefined;
      wanted = withEntries(wanted, step.at, added.root.entries);
      continue;
    }
    const value = valueOf(open, step.at, step.text);
    const before = step.before.map((one) => valueOf(open, step.at, one));
    if (value === undefined || !before.every((one) => one !== undefined)) return undefined;
    wanted = withItems(withValue(wanted, step.at, value), step.at, before);
  }
  return wanted;
}

/** A new value read by itself, at the column where it will stand. */
function valueOf(open: YamlDocument, at: Indices, text: string): YamlNode | undefined {
  const node = nodeAt(open, at);
  const start = node === null || node === undefined ? 0 : startOf(node);
  const column = start - (open.text.lastIndexOf("\n", start - 1) + 1);
  const file = fileOf(openYaml(open.path, " ".repeat(column) + text));
  if (obstacleOf(file.problems) !== undefined) return undefined;
  return file.root ?? { kind: "null", span: { path: open.path, start, end: start } };
}
