import type { Token } from "../claims.ts";
import type { Cell, Comparison } from "../compare.ts";
import type { Json } from "../rule.ts";

/**
 * The comparison as data, for a program that checks it again: who gets in at each step, with a token as witness where
 * only some do, and the one that gets in beyond the intent, if any. Sizes are in characters that count for the quota.
 */
export function proofJson(comparison: Comparison, sizes: Readonly<Record<string, number>>, quota: number): string {
  const { rows, beyond, transitionBlocked, finalBlocked, notes, stays } = comparison;
  const document = {
    format: "gha2pulumi-trust-proof-1",
    who: rows.map(({ from, who, before, transition, final }) => ({
      issuer: from,
      who,
      before: cellJson(before),
      transition: cellJson(transition),
      final: cellJson(final),
    })),
    beyondTheIntent:
      beyond.kind === "none" ? null : beyond.kind === "token" ? tokenJson(beyond.token) : { unknown: beyond.because },
    transitionBlocked,
    finalWaitsFor: finalBlocked,
    stays,
    notes,
    characters: { ...sizes, quota },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function cellJson(cell: Cell): Json {
  if (cell.kind === "some") return { some: tokenJson(cell.token) };
  return cell.kind === "unknown" ? { unknown: [...cell.because] } : cell.kind;
}

function tokenJson({ issuer, claims }: Token): Json {
  const own = [...claims].filter(([name]) => name !== "iss");
  return {
    issuer,
    ...Object.fromEntries(own.map(([name, values]) => [name, values.length === 1 ? values.join() : values])),
  };
}
