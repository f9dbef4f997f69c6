import { innermost, literal, location, written } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import type { Findings, Intent } from "./intents.ts";
import type { World } from "./world.ts";

/**
 * An operation whose organisation is not written out, of a stack that another operation names with its organisation: the
 * CLI takes the one that the token belongs to, or its default, and only its owner knows whether the two are one stack.
 * Settings of both would be written over one another. https://www.pulumi.com/docs/iac/concepts/stacks/#stack-names
 */
export function organizationElsewhere(intent: Intent, { intents }: Findings, world: World): readonly Blocker[] {
  const [one] = intent.occurrences;
  const { project, stack, organization, operates } = one;
  if (project === undefined || stack === undefined || operates.hidden) return [];
  // Other backends have no organisations: `stateElsewhere` has a word about them.
  if (one.backend.kind === "diy") return [];
  const own = spelled(one);
  const others = intents
    .map(({ occurrences: [first] }) => first)
    .filter((other) => other.project === project && other.stack === stack && !other.operates.hidden)
    .filter((other) => other.backend.kind !== "diy" && mayBeOne(other, one));
  const [other] = others;
  if (other === undefined) return [];
  const from = other.operates.stack?.from ?? other.operates.from;
  const is = own === undefined ? "no organisation is named" : `its organisation is \`${own}\``;
  const message = `${is}, and ${location(world.tree, innermost(from))} works on the same stack of \`${spelled(other) ?? "the token's own"}\`: whether the two are one cannot be told`;
  const known = others.flatMap((found) => found.organization ?? []);
  const question = {
    kind: "organization",
    key: "organization",
    choices: [...new Set(known)],
    names: [`${project}/${stack}`],
    from: operates.stack?.from ?? operates.from,
  } as const;
  return [blocker("GP295", message, operates.from, organization === undefined ? question : undefined)];
}

/** Whether an organisation may be that of an operation, of which it is not known; two that are known differ in more than case. */
function mayBeOne(other: Occurrence, one: Occurrence): boolean {
  const [theirs, own] = [other, one].map(spelled);
  if (theirs === own) return false;
  if (one.organization === undefined) return true;
  return theirs?.toLowerCase() === own?.toLowerCase();
}

/** The organisation as it is written; `undefined`: it is not. */
function spelled({ organization, organizationText }: Occurrence): string | undefined {
  if (organization !== undefined) return organization;
  return organizationText && (literal(organizationText.text) ?? written(organizationText.text));
}
