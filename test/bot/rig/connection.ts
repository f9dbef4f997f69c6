// Lists of GraphQL: in pages, and only what is wanted.
import { Refusal, type Thread } from "./world.ts";

export type Node = { readonly [field: string]: unknown };

export interface Bounds {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
}

/** A connection, with GitHub's rule that a request says how much it wants, up to a hundred. */
export function connection(field: string, bounds: Bounds, items: readonly object[]): Node {
  const wanted = bounds.first ?? bounds.last;
  if (wanted === null || wanted === undefined) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${field}\` connection.`;
    throw new Refusal(200, message, [], "MISSING_PAGINATION_BOUNDARIES");
  }
  if (wanted > 100) {
    const message = `Requesting ${wanted} records on the \`${field}\` connection exceeds the \`first\` limit of 100 records.`;
    throw new Refusal(200, message, [], "EXCESSIVE_PAGINATION");
  }
  const cursor = (index: number): string => Buffer.from(`cursor:${index}`).toString("base64");
  const indexOf = (text: string | null | undefined): number | undefined =>
    text ? Number(Buffer.from(text, "base64").toString().split(":")[1]) : undefined;
  const from = (indexOf(bounds.after) ?? -1) + 1;
  const to = indexOf(bounds.before) ?? items.length;
  const start = bounds.first === null || bounds.first === undefined ? Math.max(from, to - wanted) : from;
  const end = bounds.first === null || bounds.first === undefined ? to : Math.min(to, start + wanted);
  const nodes = items.slice(start, end);
  return {
    totalCount: items.length,
    nodes,
    edges: nodes.map((node, i) => ({ node, cursor: cursor(start + i) })),
    pageInfo: {
      hasNextPage: end < items.length,
      hasPreviousPage: start > 0,
      startCursor: nodes.length > 0 ? cursor(start) : null,
      endCursor: nodes.length > 0 ? cursor(end - 1) : null,
    },
  };
}

/** Which issues or pull requests a list is to have. */
export interface PullsWanted {
  readonly states?: readonly string[] | null;
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
  readonly labels?: readonly string[] | null;
}

export const stateOf = ({ open, pull }: Thread): string =>
  open ? "OPEN" : pull?.mergedAt === undefined ? "CLOSED" : "MERGED";

export const wants =
  ({ states, headRefName, baseRefName, labels }: PullsWanted) =>
  (thread: Thread): boolean =>
    (!states || states.includes(stateOf(thread))) &&
    (!headRefName || thread.pull?.headRef === headRefName) &&
    (!baseRefName || thread.pull?.baseRef === baseRefName) &&
    (!labels || labels.some((name) => thread.labels.has(name)));
