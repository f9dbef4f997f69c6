import { grouped, innermost, literal, location, written } from "@gha2pulumi/repo";
import { blocker, type Blocker } from "./blocker.ts";
import type { Occurrence } from "./intent.ts";
import type { Intent } from "./intents.ts";
import { missingToken } from "./state.ts";
import type { World } from "./world.ts";

/**
 * Operations whose organisation is not written out, of stacks that another one of `all` names with its organisation: the
 * CLI takes the one that the token belongs to, or its default, and only its owner knows whether the two are one stack.
 * Settings of both would be written over one another. https://www.pulumi.com/docs/iac/concepts/stacks/#stack-names
 */
export function organizationElsewhere(
  intents: readonly Intent[],
  all: readonly Intent[],
  world: World,
): ReadonlyMap<Intent, Blocker> {
  // Other backends have no organisations: `stateElsewhere` has a word about them.
  const inCloud = ({ backend, operates }: Occurrence): boolean =>
    backend.kind !== "diy" && missingToken(backend) === undefined && !operates.hidden;
  const ofStacks = grouped(all.map(({ occurrences: [one] }) => one).filter(inCloud), nameOf);
  const found = new Map<Intent, Blocker>();
  for (const intent of intents) {
    const [one] = intent.occurrences;
    const name = nameOf(one);
    if (name === undefined || !inCloud(one)) continue;
    const others = (ofStacks.get(name) ?? []).filter((other) => mayBeOne(other, one));
    if (others[0]) found.set(intent, namedOtherwise(one, name, others[0], others, world));
  }
  return found;
}

function nameOf({ project, stack }: Occurrence): string | undefined {
  return project === undefined || stack === undefined ? undefined : `${project}/${stack}`;
}

function namedOtherwise(
  one: Occurrence,
  name: string,
  other: Occurrence,
  others: readonly Occurrence[],
  { tree }: World,
): Blocker {
  const { organization, operates } = one;
  const own = spelled(one);
  const at = location(tree, innermost(other.operates.stack?.from ?? other.operates.from));
  const is = own === undefined ? "no organisation is named" : `its organisation is \`${own}\``;
  const message = `${is}, and ${at} works on the same stack of \`${spelled(other) ?? "the token's own"}\`: whether the two are one cannot be told`;
  const question = {
    kind: "organization",
    key: "organization",
    choices: [...new Set(others.flatMap((found) => found.organization ?? []))],
    names: [name],
    from: operates.stack?.from ?? operates.from,
  } as const;
  return blocker("GP295", message, operates.from, organization === undefined ? question : undefined);
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
