import type { Event } from "@gha2pulumi/repo";
import type { Operates } from "./intent.ts";
import { lookUp } from "./look-up.ts";
import { operationWords } from "./operation-words.ts";

/**
 * An operation that a person types in when starting the workflow by hand is any of the four: any other text fails, and
 * a deployment can be started by hand with each of them too.
 */
export function typedOperations(operates: Operates, event: Event): readonly Operates[] {
  const isTyped = isTypedOperation(operates.operationText);
  if (operates.operation !== undefined || operates.hidden || event.kind !== "dispatch" || !isTyped) return [operates];
  const known = typed.get(operates) ?? anyOperation.map((operation) => ({ ...operates, operation }));
  typed.set(operates, known);
  return known;
}

const anyOperation = ["update", "preview", "refresh", "destroy"] as const;
const typed = new WeakMap<Operates, readonly Operates[]>();

/** What a call asks for is looked up by the word that is typed, in a table that has every one of them. */
function isTypedOperation(text: string): boolean {
  const key = /(?:github\.event\.)?inputs\.[\w-]+/.exec(text)?.[0] ?? "";
  return key !== "" && (text === `\${{ ${key} }}` || text === lookUp(key, operationWords));
}
