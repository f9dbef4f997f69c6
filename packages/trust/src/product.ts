import { byText, rememberedBy } from "@gha2pulumi/repo";
import { accepts, fold, start, step, type Glob, type Places } from "./glob.ts";

/** Texts that no glob of a set tells apart: which of them match, and the shortest such text. */
export interface TextClass {
  readonly text: string;
  readonly matched: readonly boolean[];
}

/** A glob as a machine that is built where it is walked: places get a number when they are first met. */
interface Machine {
  readonly glob: Glob;
  readonly places: Places[];
  readonly numbers: Map<string, number>;
  readonly steps: Map<number, number>[];
}

/** Above this many states of the product we give up; twenty stacks of one project need about a thousand. */
const mostStates = 50_000;

/** A class with the names of the globs that match it. */
export interface NamedClass {
  readonly text: string;
  readonly matched: readonly string[];
}

/** The text classes of globs in any order: the walk goes by characters, so the order of the machines decides nothing. */
export function namedClasses(globs: readonly Glob[]): readonly NamedClass[] | undefined {
  return classesOnce([...new Map(globs.map((one) => [nameOf(one), one]))].sort(([a], [b]) => byText(a, b)));
}

type Named = readonly (readonly [string, Glob])[];

/** Questions about one rule ask for the same ones many times. */
const classesOnce = rememberedBy(
  200,
  (globs: Named) => globs.map(([name]) => name).join("\n"),
  (globs): readonly NamedClass[] | undefined =>
    textClasses(globs.map(([, one]) => one))?.map(({ text, matched }) => ({
      text,
      matched: globs.flatMap(([name], at) => (matched[at] ? [name] : [])),
    })),
);

/**
 * Every way in which texts can relate to the globs, each with a shortest text that does: a breadth-first walk through
 * the product of the globs' machines. `undefined` when there are too many states.
 */
export function textClasses(globs: readonly Glob[], most = mostStates): readonly TextClass[] | undefined {
  const [machines, own] = distinct(globs);
  const first = machines.map((_, i): Standing => [i, 0]).filter((one) => isAlive(machines, one));
  const queue: { readonly at: readonly Standing[]; readonly text: string }[] = [{ at: first, text: "" }];
  const seen = new Set([first.join(" ")]);
  const classes = new Map<string, TextClass>();
  for (const { at, text } of queue) {
    const accepted = new Set(at.flatMap((one) => (acceptsHere(machines, one) ? [one[0]] : [])));
    const key = [...accepted].join();
    if (!classes.has(key)) classes.set(key, { text, matched: own.map((i) => accepted.has(i)) });
    for (const code of alphabet(machines, at)) {
      const next = at
        .map(([i, place]): Standing => [i, walk(machines[i] as Machine, place, code)])
        .filter((one) => isAlive(machines, one));
      const name = next.join(" ");
      if (seen.has(name)) continue;
      if (seen.size >= most) return undefined;
      seen.add(name);
      queue.push({ at: next, text: text + String.fromCharCode(code) });
    }
  }
  return [...classes.values()];
}

/** A machine by its number, and the number of the place where it stands. One that can match no more stands nowhere. */
type Standing = readonly [machine: number, place: number];

function placesOf(machines: readonly Machine[], [i, place]: Standing): Places {
  return machines[i]?.places[place] ?? [];
}

function isAlive(machines: readonly Machine[], at: Standing): boolean {
  return placesOf(machines, at).length > 0;
}

function acceptsHere(machines: readonly Machine[], at: Standing): boolean {
  const glob = machines[at[0]]?.glob;
  return glob !== undefined && accepts(glob, placesOf(machines, at));
}

/** One machine for globs that are alike (a rule repeats what is meant), and for each glob the number of its machine. */
function distinct(globs: readonly Glob[]): readonly [readonly Machine[], readonly number[]] {
  const first = new Map(globs.map((one) => [nameOf(one), one]));
  const number = new Map([...first.keys()].map((name, at) => [name, at]));
  return [[...first.values()].map(machine), globs.map((one) => number.get(nameOf(one)) ?? 0)];
}

const names = new WeakMap<Glob, string>();

/** The same text for globs that are alike, and for no others. */
export function nameOf(glob: Glob): string {
  const name = names.get(glob) ?? `${Number(glob.anyCase)} ${glob.pieces.join()}`;
  names.set(glob, name);
  return name;
}

function machine(glob: Glob): Machine {
  const first = start(glob);
  return { glob, places: [first], numbers: new Map([[first.join(), 0]]), steps: [new Map<number, number>()] };
}

/** The number of the place that one character leads to. */
function walk({ glob, places, numbers, steps }: Machine, from: number, code: number): number {
  const known = steps[from]?.get(code);
  if (known !== undefined) return known;
  const next = step(glob, places[from] ?? [], code);
  const name = next.join();
  const number = numbers.get(name) ?? places.length;
  if (number === places.length) {
    places.push(next);
    steps.push(new Map());
    numbers.set(name, number);
  }
  steps[from]?.set(code, number);
  return number;
}

/** Characters to stand for all that no glob waits for, the readable ones first. */
const others = Array.from("xyzuvwabcdefghijklmnopqrst0123456789", (one) => one.charCodeAt(0));

/** The characters that some glob waits for here, after one that none does: the rest would lead where that one leads. */
function alphabet(machines: readonly Machine[], at: readonly Standing[]): readonly number[] {
  const awaited = new Set<number>();
  for (const one of at) {
    const glob = machines[one[0]]?.glob;
    for (const place of placesOf(machines, one)) {
      const piece = glob?.pieces[place];
      if (piece === undefined || piece < 0) continue;
      awaited.add(piece);
      if (glob?.anyCase) awaited.add(String.fromCharCode(piece).toUpperCase().charCodeAt(0));
    }
  }
  // A character of another case would be awaited by a glob that takes any case.
  const folded = new Set([...awaited].map(fold));
  const other = others.find((code) => !folded.has(code)) ?? free(folded);
  return [other, ...[...awaited].sort((a, b) => a - b)];
}

/** A character outside every list; each list is finite, so one of them is free. */
function free(taken: ReadonlySet<number>): number {
  let code = 0x3000;
  while (taken.has(code)) code += 1;
  return code;
}
