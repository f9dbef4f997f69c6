import { eventKey, type Event } from "@gha2pulumi/repo";
import type { Input, Workflow } from "@gha2pulumi/workflow";
import type { Occurrence } from "./intent.ts";

/**
 * The operations of a workflow by what tells them apart, without those of an input's default that is one of all texts a
 * person may type: where the name of the stack is what is typed, a run by hand is one operation, and not two. What other
 * events do with the default stays, and so does a default that is chosen of a list.
 */
export function withoutTypedDefaults(
  groups: ReadonlyMap<string, readonly [Occurrence, ...Occurrence[]]>,
  workflow: Workflow,
): ReadonlyMap<string, readonly [Occurrence, ...Occurrence[]]> {
  const inputs = workflow.triggers
    .filter(({ event }) => event === "workflow_dispatch")
    .flatMap(({ inputs: all }) => [...all.values()])
    .filter(({ type, default: usual }) => type === "string" && usual !== undefined);
  if (inputs.length === 0) return groups;
  const open = new Map<string, Occurrence[]>();
  for (const one of [...groups.values()].flat())
    if (one.stack === undefined && one.event.kind === "dispatch")
      open.set(placeAt(one, one.event), [...(open.get(placeAt(one, one.event)) ?? []), one]);
  const isOneOfAll = (one: Occurrence): boolean => inputs.some((input) => typed(one, input, open));
  return new Map(
    [...groups].flatMap(([key, all]) => {
      const [first, ...rest] = all.filter((one) => !isOneOfAll(one));
      return first === undefined ? [] : [[key, [first, ...rest]] as const];
    }),
  );
}

/** Whether an operation is that of an input's default, and stands among those of any text. */
function typed(
  one: Occurrence,
  { name, default: usual }: Input,
  open: ReadonlyMap<string, readonly Occurrence[]>,
): boolean {
  const { event } = one;
  if (event.kind !== "dispatch" || usual === undefined || event.inputs.get(name) !== usual.text) return false;
  const any: Event = { ...event, inputs: new Map([...event.inputs].filter(([other]) => other !== name)) };
  return (open.get(placeAt(one, any)) ?? []).some(
    (other) => other.certainty === one.certainty && readsItself(other, name),
  );
}

function placeAt({ site, operates }: Occurrence, event: Event): string {
  return JSON.stringify([
    eventKey(event),
    site.job,
    site.step.trail,
    operates.from,
    operates.operation ?? operates.operationText,
  ]);
}

/** The name of its stack has the typed text in it as it is: nothing is compared with it. */
function readsItself({ operates }: Occurrence, name: string): boolean {
  const itself = new RegExp(`^(?:github\\.event\\.)?inputs\\.${name}(?:\\s*\\|\\|\\s*'[^']*')?$`);
  return (operates.stack?.text ?? []).some(
    (piece) => typeof piece !== "string" && itself.test(piece.expression.trim()),
  );
}
