import { literal, location, innermost, type Text } from "@gha2pulumi/repo";
import type { StackSettings } from "@gha2pulumi/deployments";
import { blocker, type Blocker } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { stackParts } from "./stack-name.ts";
import { withoutStandIns } from "./stand-ins.ts";
import type { World } from "./world.ts";

/**
 * Operations of stacks that a request of a workflow starts deployments of: the settings of those are in Pulumi Cloud, and in
 * no file, so a settings program would put others in their place. `all` are the operations that requests are looked for in.
 */
export function askedByRequest(
  intents: readonly Intent[],
  all: readonly Intent[],
  { tree, declared }: World & { readonly declared: readonly StackSettings[] },
): ReadonlyMap<Intent, Blocker> {
  const requests = all.flatMap((intent) => intent.occurrences).filter((other) => other.operates.called?.isRequest);
  const found = new Map<Intent, Blocker>();
  for (const intent of intents) {
    const { project, stack, operates } = intent.occurrences[0];
    if (project === undefined || stack === undefined) continue;
    if (declared.some((settings) => settings.project === project && settings.stack === stack)) continue;
    const request = requests.find(({ operates: { stack: named }, project: own }) => {
      const parts = named && stackParts(withoutStandIns(named.text));
      // The CLI takes the project of its folder where its words name none.
      const of = parts?.project ?? (own === undefined ? undefined : [own]);
      return parts !== undefined && of !== undefined && mayBe(of, project) && mayBe(parts.stack, stack);
    });
    if (!request) continue;
    const message = `${location(tree, innermost(request.operates.from))} asks for deployments of its stack, whose settings no file declares; a settings program would replace them`;
    found.set(intent, blocker("GP517", message, operates.from));
  }
  return found;
}

/** A name that is open in part may be any that begins and ends as it does. */
export function mayBe(text: Text, name: string): boolean {
  const plain = literal(text);
  if (plain !== undefined) return plain === name;
  const [first] = text;
  const last = text.at(-1);
  return (typeof first !== "string" || name.startsWith(first)) && (typeof last !== "string" || name.endsWith(last));
}
