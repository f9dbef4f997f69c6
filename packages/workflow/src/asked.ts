import { isObject, isPrimitive, lazyEntries, type Entry, type ObjectValue, type Value } from "./expression/value.ts";

/** One thing that was asked of an object: what stands at a path of it, or everything below that. */
interface Question {
  readonly path: readonly string[];
  readonly everything: boolean;
}

interface Asked extends Question {
  readonly answer: string;
}

/** What is asked next, and by each answer to it what is asked then, or what came out in the end. */
type Known<T> = (Question & { readonly next: Map<string, Known<T>> }) | { readonly found: T };

/** Everything that has been found out so far. Owned and changed by `oncePerAnswers`. */
export interface Findings<T> {
  known: Known<T> | undefined;
}

/**
 * Finds something out from an object, unless it did so before from one that answers all that was asked of it alike.
 * `find` has to be pure: which question comes next may depend on nothing but the answers before it.
 */
export function oncePerAnswers<T>(findings: Findings<T>, from: ObjectValue, find: (from: ObjectValue) => T): T {
  let known = findings.known;
  while (known !== undefined && "next" in known) known = known.next.get(answerTo(known, from));
  if (known) return known.found;
  const asked: Asked[] = [];
  const found = find(watched(from, [], asked));
  findings.known = withFinding(findings.known, asked, 0, found);
  return found;
}

function withFinding<T>(known: Known<T> | undefined, asked: readonly Asked[], at: number, found: T): Known<T> {
  const question = asked[at];
  if (question === undefined) return { found };
  const own = known ?? { path: question.path, everything: question.everything, next: new Map<string, Known<T>>() };
  if (!("next" in own) || own.everything !== question.everything || own.path.join("\n") !== question.path.join("\n"))
    throw new Error(`what is asked next depends on more than the answers: ${question.path.join(".")}`);
  own.next.set(question.answer, withFinding(own.next.get(question.answer), asked, at + 1, found));
  return own;
}

function answerTo({ path, everything }: Question, from: ObjectValue): string {
  let value: Value | undefined = from;
  for (const key of path) value = value !== undefined && isObject(value) ? value.entries.get(key)?.value : undefined;
  return everything ? whole(value) : answer(value);
}

/** Of an object only that it is one: whoever wants to know what is in it asks for that. */
function answer(value: Value | undefined): string {
  if (value === undefined) return "nothing";
  if (isPrimitive(value)) return `${typeof value} ${String(value)}`;
  return isObject(value) ? `object ${JSON.stringify(value.open)}` : whole(value);
}

function whole(value: Value | undefined): string {
  const plain = (_: string, part: unknown): unknown =>
    isObject(part as Value) ? { ...(part as ObjectValue), entries: [...(part as ObjectValue).entries] } : part;
  return `whole ${JSON.stringify(value, plain)}`;
}

/** The same object; what is asked of it, however deep, is written down, each question once. */
function watched(value: ObjectValue, path: readonly string[], asked: Asked[]): ObjectValue {
  const seen = new Map<string, Entry | undefined>();
  let isAll = false;
  const all = (): ObjectValue["entries"] => {
    if (!isAll) asked.push({ path, everything: true, answer: whole(value) });
    isAll = true;
    return value.entries;
  };
  const get = (key: string): Entry | undefined => {
    if (seen.has(key)) return seen.get(key);
    const entry = value.entries.get(key);
    const below = [...path, key];
    asked.push({ path: below, everything: false, answer: answer(entry?.value) });
    const inner =
      entry && isObject(entry.value) ? { key: entry.key, value: watched(entry.value, below, asked) } : entry;
    seen.set(key, inner);
    return inner;
  };
  return { kind: "object", open: value.open, entries: lazyEntries(get, all) };
}
