import { innermost, location, type Trail } from "@gha2pulumi/repo";
import { mayBe } from "./asked-by-request.ts";
import { blocker, type Blocker } from "./blocker.ts";
import type { Backend, Occurrence } from "./intent.ts";
import type { Findings, Intent } from "./intents.ts";
import { stateQuestion } from "./job-question.ts";
import { stackParts } from "./stack-name.ts";
import { withoutStandIns } from "./stand-ins.ts";
import { noToken } from "./state.ts";
import type { World } from "./world.ts";

/**
 * An operation in Pulumi Cloud of a stack whose state another operation keeps elsewhere: a stack of the same project and
 * name in another backend is another stack, and only one of the two is what runs.
 * https://www.pulumi.com/docs/iac/concepts/state-and-backends/
 */
export function stateElsewhere(intent: Intent, { intents }: Findings, world: World): readonly Blocker[] {
  const [one] = intent.occurrences;
  const { project, stack, operates } = one;
  if (project === undefined || stack === undefined || operates.hidden) return [];
  if (!intent.occurrences.every(({ backend }) => backend.kind === "pulumi-cloud")) return [];
  const key = stateQuestion(project, stack);
  const answer = world.surroundings.get(key);
  if (answer === "pulumi-cloud") return [];
  const here = placeOfState(one.backend);
  const other = intents
    .flatMap(({ occurrences }) => occurrences)
    .find((found) => mayBeOf(found, project, stack) && placeOfState(found.backend) !== here && isSaid(found.backend));
  if (!other) return [];
  const at = fromOf(other);
  const message = `its state is in ${here}, and that of the same stack in ${placeOfState(other.backend)} at ${location(world.tree, innermost(at))}: which of them is what runs cannot be told`;
  const question = {
    kind: "state",
    key,
    choices: ["keep", "pulumi-cloud"],
    names: [project, stack],
    from: at,
  } as const;
  return [blocker("GP296", message, operates.from, answer === undefined ? question : undefined)];
}

function mayBeOf({ project, operates, stack: known }: Occurrence, name: string, stack: string): boolean {
  if (project !== name || operates.hidden !== undefined) return false;
  if (known !== undefined) return known === stack;
  const parts = operates.stack && stackParts(withoutStandIns(operates.stack.text));
  return parts === undefined || mayBe(parts.stack, stack);
}

function placeOfState(backend: Backend): string {
  if (backend.kind === "unknown") return backend.note;
  if (backend.kind === "diy") return backend.url === undefined ? backend.note : `\`${backend.url}\``;
  return backend.url === undefined ? "Pulumi Cloud" : `the Pulumi Cloud at \`${backend.url}\``;
}

/** That no token is in sight may only mean that the step fails. */
function isSaid(backend: Backend): boolean {
  return backend.kind === "diy"
    ? backend.url !== undefined || backend.note !== noToken
    : backend.kind === "pulumi-cloud";
}

function fromOf({ backend, operates }: Occurrence): Trail {
  return backend.from ?? operates.from;
}
