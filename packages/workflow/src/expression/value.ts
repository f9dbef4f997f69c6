import { byText, type PossibleItem, type Text } from "@gha2pulumi/repo";

export type Primitive = null | boolean | number | string;

/** A value nothing we were given decides. */
export interface UnknownValue {
  readonly kind: "unknown";
  /** What is left to evaluate, as expression source. */
  readonly source: string;
  /** The context paths it reads (`secrets.ROLE`, `github.sha`), sorted. */
  readonly names: readonly string[];
  /** Why it is unknown, for people: "a secret", "computed while it runs". */
  readonly note: string;
  /** Whether it counts as true, where that much is known. */
  readonly truthy: boolean | undefined;
  /** The text with holes that it stands for, where it does. */
  readonly text: Text | undefined;
  /** The list that it is, where everything that may be in it is known. */
  readonly list: PossibleList | undefined;
}

/** A list of texts of which some may be missing; `json` while it is a text that `fromJSON` has not read yet. */
export interface PossibleList {
  readonly json: boolean;
  readonly items: readonly PossibleItem[];
}

export interface Entry {
  readonly key: string;
  readonly value: Value;
}

/** An object; `entries` are by lower-case key, since GitHub finds keys whatever their case. */
export interface ObjectValue {
  readonly kind: "object";
  readonly entries: ReadonlyMap<string, Entry>;
  /** Set when there may be more keys than `entries`: a missing one is unknown rather than null. */
  readonly open: { readonly path: string; readonly note: string } | undefined;
}

/** What `.*` gives: an array in which an index reaches into every item. */
export interface FilteredValue {
  readonly kind: "filtered";
  readonly items: readonly Value[];
}

export type Value = Primitive | readonly Value[] | ObjectValue | FilteredValue | UnknownValue;

/** Deepest array or object taken over from JSON: everything here is recursive, and real data is not this deep. */
const maxJsonDepth = 200;

export function unknownValue(source: string, names: readonly string[], note: string, truthy?: boolean): UnknownValue {
  return {
    kind: "unknown",
    source,
    names: [...new Set(names)].sort(byText),
    note,
    truthy,
    text: undefined,
    list: undefined,
  };
}

/** An unknown value that is a list of these texts, some of which may be missing. A list and its JSON count as true. */
export function unknownList(
  { source, names, note }: Pick<UnknownValue, "source" | "names" | "note">,
  list: PossibleList,
): UnknownValue {
  return { ...unknownValue(source, names, note, true), list };
}

/** An object all of whose keys are known: any other key is null. */
export function closedObject(known: Readonly<Record<string, Value>>): ObjectValue {
  return { kind: "object", entries: entriesOf(Object.entries(known)), open: undefined };
}

/** An object of which only some keys are known; `path` is how it is written, such as `github.event` or `secrets`. */
export function openObject(path: string, known: Readonly<Record<string, Value>>, note: string): ObjectValue {
  return { kind: "object", entries: entriesOf(Object.entries(known)), open: { path, note } };
}

/** The same for entries that are worked out when somebody first looks at one. */
export function lazyObject(open: ObjectValue["open"], known: () => Readonly<Record<string, Value>>): ObjectValue {
  let entries: ReadonlyMap<string, Entry> | undefined;
  return {
    kind: "object",
    open,
    get entries() {
      return (entries ??= entriesOf(Object.entries(known())));
    },
  };
}

/** An object with one key more, or with another value for it. What stands there otherwise is looked at when asked for. */
export function withEntry(value: ObjectValue, key: string, item: Value): ObjectValue {
  const { entries, open } = value;
  const all = (): ReadonlyMap<string, Entry> => new Map([...entries, [key, { key, value: item }]]);
  return {
    kind: "object",
    open,
    entries: lazyEntries((name) => (name === key ? { key, value: item } : entries.get(name)), all),
  };
}

/** Entries of which one is found by `get`, and the whole only when somebody goes through them. */
export function lazyEntries(
  get: (key: string) => Entry | undefined,
  all: () => ReadonlyMap<string, Entry>,
): ReadonlyMap<string, Entry> {
  const entries: ReadonlyMap<string, Entry> = {
    get,
    has: (key) => get(key) !== undefined,
    get size() {
      return all().size;
    },
    keys: () => all().keys(),
    values: () => all().values(),
    entries: () => all().entries(),
    [Symbol.iterator]: () => all()[Symbol.iterator](),
    forEach: (visit) => {
      for (const [key, entry] of all()) visit(entry, key, entries);
    },
  };
  return entries;
}

/** Data as `JSON.parse` gives it, as a value; `undefined` when it is nested too deeply or is no JSON. */
export function valueOfJson(json: unknown, depth = 0): Value | undefined {
  if (json === null || typeof json === "string" || typeof json === "number" || typeof json === "boolean") return json;
  if (depth > maxJsonDepth || typeof json !== "object") return undefined;
  const pairs = Object.entries(json).map(([key, item]) => [key, valueOfJson(item, depth + 1)] as const);
  const known = pairs.filter((pair): pair is [string, Value] => pair[1] !== undefined);
  if (known.length < pairs.length) return undefined;
  if (Array.isArray(json)) return known.map(([, item]) => item);
  return { kind: "object", entries: entriesOf(known), open: undefined };
}

/** Of two keys that differ only in case, the first counts. */
function entriesOf(pairs: readonly (readonly [string, Value])[]): ReadonlyMap<string, Entry> {
  const entries = new Map<string, Entry>();
  for (const [key, value] of pairs) {
    const lower = key.toLowerCase();
    if (!entries.has(lower)) entries.set(lower, { key, value });
  }
  return entries;
}

export function isObject(value: Value): value is ObjectValue {
  return typeof value === "object" && value !== null && !isList(value) && value.kind === "object";
}

export function isUnknown(value: Value): value is UnknownValue {
  return typeof value === "object" && value !== null && !isList(value) && value.kind === "unknown";
}

export function isPrimitive(value: Value): value is Primitive {
  return value === null || typeof value !== "object";
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** The items of an array or of a filtered array, otherwise `undefined`. */
export function itemsOf(value: Value): readonly Value[] | undefined {
  if (isList(value)) return value;
  return value !== null && typeof value === "object" && value.kind === "filtered" ? value.items : undefined;
}

/** Everything unknown in a value, however deep; an open object counts as one unknown, which is true. */
export function unknownParts(value: Value): readonly UnknownValue[] {
  if (isPrimitive(value)) return [];
  const items = itemsOf(value);
  if (items !== undefined) return items.flatMap(unknownParts);
  if (isList(value) || value.kind === "filtered") return [];
  if (value.kind === "unknown") return [value];
  const inside = [...value.entries.values()].flatMap((entry) => unknownParts(entry.value));
  if (value.open === undefined) return inside;
  return [unknownValue(value.open.path, [value.open.path], value.open.note, true), ...inside];
}

/** Whether a value counts as true, where that is known: null, false, 0, NaN and "" do not, every object does. */
export function truthOf(value: Value): boolean | undefined {
  if (isUnknown(value)) return value.truthy;
  return isPrimitive(value) ? Boolean(value) : true;
}

/** A known value as GitHub writes it into text. */
export function textOfValue(value: Value): string {
  if (value === null) return "";
  if (typeof value === "string") return value;
  // GitHub shows at most 15 decimal places, and no negative zero.
  if (typeof value === "number") return value === 0 ? "0" : String(Number(value.toFixed(15)));
  if (typeof value === "boolean") return String(value);
  return itemsOf(value) === undefined ? "Object" : "Array";
}

/** A known value as a number: null and "" are 0, `0x1f` and `0o17` are read, an object or other text is NaN. */
export function numberOfValue(value: Value): number {
  return isPrimitive(value) ? Number(value) : Number.NaN;
}

/** A value as data for `JSON.stringify`. Objects have no prototype, so that a key `__proto__` is an ordinary one. */
export function jsonOfValue(value: Value): unknown {
  if (isPrimitive(value)) return value;
  const items = itemsOf(value);
  if (items !== undefined) return items.map(jsonOfValue);
  const plain = Object.create(null) as Record<string, unknown>;
  if (isList(value) || value.kind !== "object") return plain;
  for (const { key, value: item } of value.entries.values()) plain[key] = jsonOfValue(item);
  return plain;
}

/** Upper case for comparisons. GitHub leaves the dotless ı alone, which would otherwise equal i. */
export function upper(text: string): string {
  return text.includes("ı")
    ? text
        .split("ı")
        .map((part) => part.toUpperCase())
        .join("ı")
    : text.toUpperCase();
}

type Order = "less" | "equal" | "greater" | "incomparable";

/**
 * How two known values stand to each other.
 * Unlike types become numbers, text ignores case, objects are equal only to themselves, NaN to nothing:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions#operators.
 */
export function order(left: Value, right: Value): Order {
  if (typeof left === "string" && typeof right === "string") return orderOf(upper(left), upper(right));
  if (!isPrimitive(left) || !isPrimitive(right)) return left === right ? "equal" : "incomparable";
  if (left === null && right === null) return "equal";
  return orderOf(numberOfValue(left), numberOfValue(right));
}

function orderOf<T extends string | number>(left: T, right: T): Order {
  if (left === right) return "equal";
  return left < right ? "less" : left > right ? "greater" : "incomparable";
}
