import { escaped, eventKey, written, type Event } from "@gha2pulumi/repo";
import type { Occurrence } from "./intent.ts";

type Dispatch = Event & { readonly kind: "dispatch" };

/**
 * Occurrences without those on what a person may type among anything else: a text that some other step compares, or that
 * stands there at first, names no stack of its own. They differ from the one on any text by that text alone; where a
 * condition on the way to the operation asks for it, they differ in more, and stay.
 */
export function withoutTyped(all: readonly Occurrence[]): readonly Occurrence[] {
  const general = new Map(
    all.flatMap((one) => (one.event.kind === "dispatch" ? [[placeOf(one, one.event), one]] : [])),
  );
  // What another event does without being asked is an operation of its own, by hand too.
  const given = new Set(all.filter(({ event }) => event.kind !== "dispatch").map(operationOf));
  return all.filter((one) => {
    const { event } = one;
    if (event.kind !== "dispatch" || given.has(operationOf(one))) return true;
    return ![...event.inputs].some(([name, text]) => {
      const inputs = new Map([...event.inputs].filter(([other]) => other !== name));
      const open = general.get(placeOf(one, { ...event, inputs }));
      return open !== undefined && isOpen(open) && wayOf(one) === typed(wayOf(open), name, text);
    });
  });
}

function operationOf({ site, operates, stack, directory }: Occurrence): string {
  return JSON.stringify([site.job, site.step.trail, operates.from, stack, directory]);
}

/** Where an operation stands, and the event that reaches it there. */
function placeOf({ site, operates }: Occurrence, event: Dispatch): string {
  return JSON.stringify([site.job, site.jobPlay.cell, site.step.trail, operates.from, eventKey(event)]);
}

/** Its name is none of which a stack can be told. */
function isOpen({ stack, directory }: Occurrence): boolean {
  return stack === undefined || directory === undefined;
}

/** All that an operation is with what is done before it; what comes behind it is no part of that. */
function wayOf(one: Occurrence): string {
  const { operates } = one;
  return JSON.stringify([
    operates.operation ?? operates.operationText,
    written(operates.stack?.text ?? []),
    written(operates.directory),
    operates.modifiers.map(({ name, value }) => [name, written(value)]),
    one.condition,
    one.revision,
    written(one.organizationText?.text ?? []),
    one.identities.map(({ kind, role, details }) => [kind, written(role ?? []), writtenOf(details)]),
    writtenOf(one.environment),
    one.prepareInFull.map(({ command, directory }) => [command, directory]),
    one.config.map(({ key, value }) => [key, written(value.text)]),
    one.gates.map(({ kind, name }) => [kind, name]),
    one.obstacles.map(({ code, from }) => [code, from]),
  ]);
}

function writtenOf(values: Occurrence["environment"]): readonly (readonly [string, string])[] {
  return [...values].map(([name, { text }]) => [name, written(text)]);
}

/** The same with a text in the place of an input, and of one with something to fall back on. */
function typed(way: string, name: string, text: string): string {
  const reads = new RegExp(`\\$\\{\\{ (?:github\\.event\\.)?inputs\\.${escaped(name)}(?: \\|\\| [^}]*)? \\}\\}`, "g");
  return way.replace(reads, () => JSON.stringify(text).slice(1, -1));
}
