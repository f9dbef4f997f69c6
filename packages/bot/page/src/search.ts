import type { Audit, AuditedRepository } from "@gha2pulumi/migrate";

/** What a person wants to see. An empty text asks for nothing. */
export interface Wish {
  readonly text: string;
  readonly disposition: string;
  readonly reason: string;
  readonly shape: string;
  readonly outcome: string;
  readonly risk: string;
  readonly failure: string;
  readonly order: Order;
}

export const orders = ["name", "most operations", "most questions", "most tasks"] as const;
export type Order = (typeof orders)[number];

export const anything: Wish = {
  text: "",
  disposition: "",
  reason: "",
  shape: "",
  outcome: "",
  risk: "",
  failure: "",
  order: "name",
};

/** A repository with what it is looked for by. */
export interface Entry {
  readonly number: number;
  readonly repository: AuditedRepository;
  readonly words: string;
  readonly shapes: ReadonlySet<string>;
  readonly failure: string;
}

export function entriesOf({ repositories, shapes }: Audit): readonly Entry[] {
  const shapesOf = new Map<string, Set<string>>();
  for (const { shape, workflows } of shapes)
    for (const { repository } of workflows)
      shapesOf.set(repository, (shapesOf.get(repository) ?? new Set()).add(shape));
  return repositories.map((repository, number) => ({
    number,
    repository,
    words: wordsOf(repository),
    shapes: shapesOf.get(repository.name) ?? new Set(),
    failure: repository.failure === null ? "" : withoutPlace(repository.failure),
  }));
}

/** Failures that differ only in their place are one. */
export function withoutPlace(failure: string): string {
  return failure.replace(/^\S+?:\d+(?::\d+)?: /, "");
}

function wordsOf({ name, failure, operations, tasks, asked, campaign }: AuditedRepository): string {
  return [
    name,
    failure ?? "",
    ...operations.flatMap((one) => [
      one.workflow,
      one.job,
      one.stack,
      one.operation,
      ...one.reasons.flatMap(({ code, message }) => [code, message]),
      ...one.as.map(({ role }) => role ?? ""),
    ]),
    ...asked.flatMap(({ key, text }) => [key, text]),
    ...tasks,
    campaign?.outcome ?? "",
    campaign?.reason ?? "",
  ]
    .join("\n")
    .toLowerCase();
}

/** The entries that have all of it, in the order asked for. Every word of the text must be somewhere. */
export function found(entries: readonly Entry[], wish: Wish): readonly Entry[] {
  const words = wish.text.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = ({ repository, words: all, shapes, failure }: Entry): boolean =>
    words.every((word) => all.includes(word)) &&
    // A reason belongs to a disposition: both are looked for in the same operation.
    (wish.disposition + wish.reason === "" ||
      repository.operations.some(
        (one) =>
          (wish.disposition === "" || one.disposition === wish.disposition) &&
          (wish.reason === "" || one.codes.includes(wish.reason)),
      )) &&
    (wish.shape === "" || shapes.has(wish.shape)) &&
    (wish.failure === "" || failure === wish.failure) &&
    (wish.outcome === "" || repository.campaign?.outcome === wish.outcome) &&
    (wish.risk === "" || repository.campaign?.risk === wish.risk);
  const kept = entries.filter(fits);
  const size = sizeOf[wish.order];
  return size === undefined ? kept : kept.toSorted((a, b) => size(b.repository) - size(a.repository));
}

const sizeOf: Readonly<Record<Order, ((one: AuditedRepository) => number) | undefined>> = {
  name: undefined,
  "most operations": ({ operations }) => operations.length,
  "most questions": ({ questions }) => questions,
  "most tasks": ({ tasks }) => tasks.length,
};

/** How often each value occurs, most common first; what is empty does not count. */
export function tally(values: readonly (string | null | undefined)[]): readonly (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
