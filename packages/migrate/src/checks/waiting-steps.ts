import type { Step, Written } from "@gha2pulumi/workflow";
import { together, type NamedCheck, type NamesFound } from "./named-check.ts";
import { isFoundIn } from "./search-pattern.ts";

interface Row {
  readonly action: string;
  readonly input: string;
  readonly kind: NamedCheck["kind"];
}

/** Actions that wait for a check, the input that names it, and how; documentation is at `https://github.com/<action>`. */
const rows: readonly Row[] = [
  { action: "fountainhead/action-wait-for-check", input: "checkname", kind: "name" },
  { action: "lewagon/wait-on-check-action", input: "check-name", kind: "name" },
  { action: "lewagon/wait-on-check-action", input: "check-regexp", kind: "pattern" },
  { action: "poseidon/wait-for-status-checks", input: "match_pattern", kind: "pattern" },
];

/** The checks that a step waits for by their names. One that waits for whatever there is names none. */
export function checksAwaited({ uses, with: inputs }: Step): NamesFound {
  const action = actionOf(uses);
  return together(
    rows.flatMap((row) => {
      const value = row.action === action ? inputs.get(row.input) : undefined;
      return value === undefined || value.text.trim() === "" ? [] : [named(value, row)];
    }),
  );
}

/** Whether a step waits for whatever checks there are: one of these actions, with no name of any. */
export function awaitsAnyCheck({ uses, with: inputs }: Step): boolean {
  const own = rows.filter(({ action }) => action === actionOf(uses));
  return own.length > 0 && own.every(({ input }) => (inputs.get(input)?.text ?? "").trim() === "");
}

function actionOf(uses: Step["uses"]): string | undefined {
  return uses?.text.split("@", 1)[0]?.toLowerCase();
}

function named({ text, span }: Written, { kind }: Row): NamesFound {
  const because = text.includes("${{")
    ? "the check that it waits for is named in the run"
    : kind === "pattern" && isFoundIn(text, [""]) === undefined
      ? "its regular expression for checks is not one that is read"
      : undefined;
  if (because !== undefined) return { checks: [], unread: [{ because, from: span }] };
  return { checks: [{ kind, text, how: "waits for", from: span }], unread: [] };
}
