import type { Entry, Wish } from "./search.ts";
import { anything } from "./search.ts";

/** All that a person can change. The page is a function of it and of the data, drawn anew after every change. */
export interface View {
  readonly wish: Wish;
  /** From 0 on. */
  readonly page: number;
  /** Repositories whose details are shown, by their numbers. */
  readonly open: ReadonlySet<number>;
  /** Groups that are shown to their end, by their ids. */
  readonly whole: ReadonlySet<string>;
  /** There is no room for pictures that go from left to right. */
  readonly narrow: boolean;
}

export const atFirst: View = { wish: anything, page: 0, open: new Set(), whole: new Set(), narrow: false };

/** What every part of the page is given. */
export interface Seen {
  readonly entries: readonly Entry[];
  readonly view: View;
  readonly change: (part: Partial<View>) => void;
}

/** Makes a group of the overview the filter of the list, and goes there. */
export function show({ view, change }: Seen, part: Partial<Wish>): void {
  change({ wish: { ...anything, order: view.wish.order, ...part }, page: 0 });
  const list = document.getElementById("repositories");
  list?.focus();
  list?.scrollIntoView();
}

/** The set with the one in it, or without it where it was there. */
export function toggled<T>(set: ReadonlySet<T>, one: T): ReadonlySet<T> {
  const next = new Set(set);
  if (!next.delete(one)) next.add(one);
  return next;
}
