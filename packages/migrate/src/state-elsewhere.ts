import { innermost, location, type Trail } from "@gha2pulumi/repo";
import { mayBe } from "./asked-by-request.ts";
import { blocker, type Blocker } from "./blocker.ts";
import type { Backend, Occurrence } from "./intent.ts";
import type { Intent } from "./intents.ts";
import { stateQuestion } from "./job-question.ts";
import { partsNamed } from "./stack-name.ts";
import { missingToken } from "./state.ts";
import type { World } from "./world.ts";

/**
 * Operations in Pulumi Cloud of stacks whose state another one of `all` keeps elsewhere: a stack of the same project and
 * name in another backend is another stack, and only one of the two is what runs.
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/
 */
export function stateElsewhere(
  intents: readonly Intent[],
  all: readonly Intent[],
  world: World,
): ReadonlyMap<Intent, Blocker> {
  const said = all.flatMap(({ occurrences }) => occurrences).filter(({ backend }) => isSaid(backend));
  const places = new Set(said.map(({ backend }) => placeOfState(backend)));
  const found = new Map<Intent, Blocker>();
  for (const intent of intents) {
    const [one] = intent.occurrences;
    const { project, stack, operates } = one;
    if (project === undefined || stack === undefined || operates.hidden) continue;
    if (!intent.occurrences.every(({ backend }) => backend.kind === "pulumi-cloud")) continue;
    const here = placeOfState(one.backend);
    // Mostly there is one place for all.
    if (places.size === 1 && places.has(here)) continue;
    const key = stateQuestion(project, stack);
    const answer = world.surroundings.get(key);
    if (answer === "pulumi-cloud") continue;
    const other = said.find((another) => mayBeOf(another, project, stack) && placeOfState(another.backend) !== here);
    if (!other) continue;
    const at = fromOf(other);
    const message = `its state is in ${here}, and that of the same stack in ${placeOfState(other.backend)} at ${location(world.tree, innermost(at))}: which of them is what runs cannot be told`;
    const question = {
      kind: "state",
      key,
      choices: ["keep", "pulumi-cloud"],
      names: [project, stack],
      from: at,
    } as const;
    found.set(intent, blocker("GP296", message, operates.from, answer === undefined ? question : undefined));
  }
  return found;
}

function mayBeOf({ project, operates, stack: known }: Occurrence, name: string, stack: string): boolean {
  if (project !== name || operates.hidden !== undefined) return false;
  if (known !== undefined) return known === stack;
  const parts = partsNamed(operates.stack);
  return parts === undefined || mayBe(parts.stack, stack);
}

function placeOfState(backend: Backend): string {
  if (backend.kind === "unknown") return backend.note;
  if (backend.kind === "diy") return backend.url === undefined ? backend.note : `\`${backend.url}\``;
  return backend.url === undefined ? "Pulumi Cloud" : `the Pulumi Cloud at \`${backend.url}\``;
}

function isSaid(backend: Backend): boolean {
  return backend.kind !== "unknown" && missingToken(backend) === undefined;
}

function fromOf({ backend, operates }: Occurrence): Trail {
  return backend.from ?? operates.from;
}
