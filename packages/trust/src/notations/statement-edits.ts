import { statementJson } from "../policy/aws.ts";
import type { AwsReadStatement, AwsRule, AwsStatement } from "../rule.ts";

/** What has to be done to a list of statements, in its order. `after` is the place behind which to insert. */
export type StatementEdit =
  | { readonly kind: "insert"; readonly after: number; readonly statement: AwsReadStatement }
  | { readonly kind: "replace"; readonly at: number; readonly statement: AwsReadStatement }
  | { readonly kind: "remove"; readonly at: number };

export type StatementEdits =
  | { readonly kind: "edits"; readonly edits: readonly StatementEdit[] }
  | { readonly kind: "refused"; readonly reason: string };

/** The edits from one policy to another. Statements that say the same stay as they are written. */
export function statementEdits(before: AwsRule, after: AwsRule): StatementEdits {
  const refused = (reason: string): StatementEdits => ({ kind: "refused", reason });
  if (before.version !== after.version || before.id !== after.id) return refused("its Version or Id would change");
  if (after.statements.length === 0) return refused("a role without a statement is none");
  const places = placesOf(before.statements, after.statements);
  const known = places.filter((place) => place !== undefined);
  if (known.some((place, i) => place <= (known[i - 1] ?? -1)))
    return refused("its statements would change their order");
  const edits: StatementEdit[] = [];
  let last = -1;
  for (const [i, statement] of after.statements.entries()) {
    const place = places[i];
    if (place !== undefined) last = place;
    if (place !== undefined && sameStatement(before.statements[place], statement)) continue;
    if (statement.kind === "unread") return refused("a statement that is not read would change");
    edits.push(
      place === undefined ? { kind: "insert", after: last, statement } : { kind: "replace", at: place, statement },
    );
  }
  const kept = new Set(known);
  const gone = before.statements.flatMap((_, at) => (kept.has(at) ? [] : [{ kind: "remove", at } as const]));
  return { kind: "edits", edits: [...edits, ...gone] };
}

/** The place in the old list of each statement of the new one: of the same content, else of the same Sid or turn. */
function placesOf(before: readonly AwsStatement[], after: readonly AwsStatement[]): readonly (number | undefined)[] {
  const taken = new Set<number>();
  const take = (place: number): number | undefined => {
    if (place < 0 || taken.has(place)) return undefined;
    taken.add(place);
    return place;
  };
  const free = (test: (one: AwsStatement, at: number) => boolean): number =>
    before.findIndex((one, at) => !taken.has(at) && test(one, at));
  const same = after.map((statement) => take(free((one) => sameStatement(one, statement))));
  const named = after.map(
    (statement, i) => same[i] ?? take(free((one) => one.sid !== undefined && one.sid === statement.sid)),
  );
  // A changed statement without a Sid stands where it stood: between the same neighbours.
  return after.map((statement, i) => {
    if (named[i] !== undefined || statement.sid !== undefined) return named[i];
    const at = (i === 0 ? -1 : (named[i - 1] ?? -2)) + 1;
    const own = before[at];
    return own !== undefined && own.sid === undefined ? take(at) : undefined;
  });
}

function sameStatement(a: AwsStatement | undefined, b: AwsStatement): boolean {
  return a !== undefined && a.kind === b.kind && JSON.stringify(statementJson(a)) === JSON.stringify(statementJson(b));
}
