import { grouped } from "@gha2pulumi/repo";
import type { Entry } from "../entries.ts";
import { literalText, settingLabel, type Setting, type SettingPiece } from "../settings.ts";
import { absent, normal, type LiveEntry } from "./answer.ts";

/**
 * One property in which the program and Pulumi Cloud differ. `declared` and `live` are texts as a person reads them, an
 * item of a list each; none where it is absent. `from`: the first entry of the program, if it has one.
 */
export interface Difference {
  readonly name: string;
  readonly declared: readonly string[];
  readonly live: readonly string[];
  /** No program can declare what is live, so that whoever runs this one loses it: the provider writes settings whole. */
  readonly erased: boolean;
  readonly from: Setting | undefined;
}

/** How a program compares with Pulumi Cloud: what differs, and what nobody can compare, since its value is in no file. */
export interface Compared {
  readonly differences: readonly Difference[];
  readonly open: readonly Entry[];
}

/** What stands for the value of a secret, and for one that is not shown. */
export const secretText = "(secret)";
const unshown = "(not shown)";

/** Compares the settings a program declares for a stack with those that are live, property by property. */
export function compared(declared: readonly Entry[], live: readonly LiveEntry[]): Compared {
  const ours = grouped(declared, ({ name }) => name);
  const theirs = grouped(live, ({ name }) => name);
  const all = [...new Set([...ours.keys(), ...theirs.keys()])];
  const isSame = (name: string): boolean => {
    const mine = (ours.get(name) ?? []).map(({ value }) => value);
    const found = theirs.get(name) ?? [];
    // Patterns and commands have an order; schedules have none.
    return name === "schedule" ? sameInAnyOrder(mine, found) : sameLists(name, mine, found);
  };
  return {
    differences: all
      .filter((name) => !isSame(name))
      .map((name) => ({
        name,
        declared: (ours.get(name) ?? []).map(({ value }) => (isSecret(value) ? secretText : settingLabel(value))),
        live: (theirs.get(name) ?? []).map(({ text }) => (text === undefined ? secretText : shown(name, text))),
        erased: (theirs.get(name) ?? []).some(({ declarable }) => !declarable),
        from: ours.get(name)?.[0].value,
      })),
    open: declared.filter(({ name, value }) => literalText(value.value) === undefined && isSame(name)),
  };
}

/** Of what may hold anything, such as a variable, no live value is shown: it may be a secret that nobody marked as one. */
function shown(name: string, text: string): string {
  return /^(?:environmentVariables\.|preRunCommands$)/.test(name) || /^[a-z]\w*Context\./.test(name) ? unshown : text;
}

function sameLists(name: string, mine: readonly Setting[], found: readonly LiveEntry[]): boolean {
  const usual = absent[name];
  const left = mine.filter(({ value }) => literalText(value) === undefined || normalText(name, value) !== usual);
  return left.length === found.length && left.every((one, i) => fits(name, one, found[i]));
}

function sameInAnyOrder(mine: readonly Setting[], found: readonly LiveEntry[]): boolean {
  const rest = [...found];
  for (const one of mine) {
    const at = rest.findIndex((entry) => fits("schedule", one, entry));
    if (at < 0) return false;
    rest.splice(at, 1);
  }
  return rest.length === 0;
}

function normalText(name: string, value: readonly SettingPiece[]): string {
  return normal(name, literalText(value) ?? "");
}

/** Whether a live value may be this one: what is configured stands for any text, and a secret for any secret. */
function fits(name: string, { value }: Setting, live: LiveEntry | undefined): boolean {
  if (live === undefined) return false;
  const secret = value.some((piece) => typeof piece !== "string" && piece.secret);
  if (secret || live.text === undefined) return secret && live.text === undefined;
  if (literalText(value) !== undefined) return normalText(name, value) === live.text;
  return matches(value, live.text);
}

/** Whether a text is the literal pieces in their order, with anything that is not empty between them. */
function matches(value: readonly SettingPiece[], text: string): boolean {
  let at = 0;
  let least = 0;
  for (const piece of value) {
    if (typeof piece !== "string") least += 1;
    else {
      // The first place that fits leaves the most for the rest.
      const found = least === 0 ? (text.startsWith(piece, at) ? at : -1) : text.indexOf(piece, at + least);
      if (found < 0) return false;
      at = found + piece.length;
      least = 0;
    }
  }
  const last = value.at(-1);
  if (typeof last !== "string") return text.length >= at + least;
  return at === text.length || (value.length > 1 && text.endsWith(last) && text.length > at);
}

function isSecret({ value }: Setting): boolean {
  return value.some((piece) => typeof piece !== "string" && piece.secret);
}
