import type { Trail } from "./span.ts";

/**
 * Why there is no value.
 * `dynamic`: computed while it runs. `absent`: points at something not in the tree. `unobserved`: lives outside the
 * repository. `unsupported`: seen, but we cannot read it. `ambiguous`: several answers fit.
 */
export type Gap = "dynamic" | "absent" | "unobserved" | "unsupported" | "ambiguous";

export interface Known<T> {
  readonly kind: "known";
  readonly value: T;
  readonly from: Trail;
}

export interface Unknown {
  readonly kind: "unknown";
  readonly gap: Gap;
  readonly note: string;
  readonly from: Trail;
}

/** What we found out: a value, or why there is none. Either way, where. */
export type Fact<T> = Known<T> | Unknown;

/** A value that was found out, with the way to where it stands. */
export function known<T>(value: T, from: Trail): Known<T> {
  return { kind: "known", value, from };
}

/** Why there is no value: the kind of gap, the particular in words, and the way to where it was looked for. */
export function unknown(gap: Gap, note: string, from: Trail): Unknown {
  return { kind: "unknown", gap, note, from };
}

/** The value of a fact, or `undefined` when it has none. */
export function valueOf<T>(fact: Fact<T>): T | undefined {
  return fact.kind === "known" ? fact.value : undefined;
}

/** Three-valued "and": a known `false` decides, whatever the other side is; otherwise an unknown stays unknown. */
export function and(a: Fact<boolean>, b: Fact<boolean>): Fact<boolean> {
  if (a.kind === "known") return a.value ? b : a;
  return b.kind === "known" && !b.value ? b : a;
}

/** Three-valued "or": a known `true` decides, whatever the other side is; otherwise an unknown stays unknown. */
export function or(a: Fact<boolean>, b: Fact<boolean>): Fact<boolean> {
  if (a.kind === "known") return a.value ? a : b;
  return b.kind === "known" && b.value ? b : a;
}

/** The opposite; of an unknown, the same unknown. */
export function not(a: Fact<boolean>): Fact<boolean> {
  return a.kind === "known" ? known(!a.value, a.from) : a;
}
