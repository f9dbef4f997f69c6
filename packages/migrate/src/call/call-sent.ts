import { grouped, literal, written, type Bound } from "@gha2pulumi/repo";
import { settingLabel } from "@gha2pulumi/deployments";
import { filledIn, type Step } from "@gha2pulumi/workflow";
import { isFetched } from "../fetched-names.ts";
import type { Intent } from "../intents.ts";
import { ownEnvironment } from "../runtime.ts";
import { isPerRun, settingOf } from "../settings-value.ts";
import { contextOf, isOfRunner } from "../runner-names.ts";
import { isOnRunner } from "../runner-paths.ts";
import { stackOf } from "../stack-settings.ts";
import type { Group, Host } from "./call-group.ts";
import type { CallVariable } from "./call-request.ts";
import { holdsAllSecrets, mayBeSecret } from "./call-secrecy.ts";

/** Names that calls of a stack send, by the stack. */
export type SentNames = ReadonlyMap<string | undefined, ReadonlySet<string>>;

/** Names whose values depend on the event or the run, or that other operations of their stack have not. */
export function varyingNames(group: readonly Intent[], peers: readonly Intent[], forced: SentNames): readonly string[] {
  // What is another value for another stack stands in the settings of each.
  const stacks = [...grouped(group, stackOf)].map(([stack, own]) =>
    varyingOfStack(
      own,
      peers.filter((one) => stackOf(one) === stack),
      forced,
    ),
  );
  return [...new Set(stacks.flat())];
}

function varyingOfStack(group: readonly Intent[], peers: readonly Intent[], forced: SentNames): readonly string[] {
  const texts = new Map<string, Set<string>>();
  const open = new Set<string>(group.flatMap((intent) => [...(forced.get(stackOf(intent)) ?? [])]));
  // What a login leaves is no value: the deployment logs in by itself.
  const all = peers.flatMap(({ occurrences }) =>
    occurrences.map((one) => ({ environment: ownEnvironment(one), scope: one.scope })),
  );
  for (const { environment, scope } of all) {
    for (const [name, bound] of environment) {
      const setting = settingOf(bound, scope, "", true);
      // The same secret may have one value in a GitHub environment and another one without.
      texts.set(name, (texts.get(name) ?? new Set()).add(`${written(bound.text)} ${settingLabel(setting)}`));
      if (isPerRun(setting)) open.add(name);
    }
  }
  const everywhere = (name: string): boolean => all.every(({ environment }) => environment.has(name));
  const own = new Set(
    group.flatMap(({ occurrences }) => occurrences.flatMap((one) => [...ownEnvironment(one).keys()])),
  );
  return [...texts].flatMap(([name, values]) =>
    !own.has(name) ? [] : open.has(name) || values.size > 1 || !everywhere(name) ? [name] : [],
  );
}

/** Values of the run, as the step can hand them over; or the name of one that only its script has. */
export function sentVariables(
  names: readonly string[],
  group: Group,
  step: Step,
  { jobs, steps }: Host,
): readonly CallVariable[] | string {
  const sent: CallVariable[] = [];
  for (const name of names) {
    const own = step.env.get(name);
    const context = contextOf(name);
    const isGiven = group.some(({ occurrences: [one] }) => isOfRunner(one.environment.get(name)));
    if (isGiven && context === undefined) return `its program reads \`${name}\`, which is there on a runner alone`;
    // What only a command before it reads is no variable of the job.
    const isCarried = name.startsWith(filledIn);
    const bounds = group.flatMap((intent) => intent.occurrences.flatMap((one) => one.environment.get(name) ?? []));
    const exported = exportedText(steps, step, name) ?? loginText(name, bounds);
    const isVaried = new Set(bounds.map(({ text }) => written(text))).size > 1;
    if (!own && isVaried && exportedTexts(steps, step, name).size > 1)
      return `which login leaves \`${name}\` depends on the event`;
    const isOutside =
      jobs.every(({ job, workflow }) => job.env.has(name) || workflow.env.has(name)) ||
      step.uses !== undefined ||
      isCarried ||
      exported !== undefined ||
      isLeft(name, group);
    if (!own && !isOutside && !isGiven) return `\`${name}\` is set in its script`;
    if (bounds.some(({ text }) => isOnRunner(text))) return `\`${name}\` is a path of the runner`;
    if (bounds.some(({ text }) => holdsAllSecrets(text))) return `\`${name}\` holds every secret there is`;
    const secret = bounds.some(({ text }) => mayBeSecret(text));
    const [carried] = isCarried ? bounds : [];
    sent.push({
      name,
      text:
        own?.text ??
        (carried && written(carried.text)) ??
        (isGiven ? `\${{ ${context} }}` : exported) ??
        `\${{ env.${name} }}`,
      secret,
    });
  }
  return sent.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** A step before it has put the name into the environment of the job. */
function isLeft(name: string, group: Group): boolean {
  return group.every(({ occurrences }) =>
    occurrences.every(({ environment }) => [environment.get(name)].some((bound) => bound && isFetched(bound))),
  );
}

/** A project that a login takes from the account it is written with; `env` may not have it any more. */
function loginText(name: string, bounds: readonly Bound[]): string | undefined {
  const texts = new Set(bounds.map(({ text }) => literal(text)));
  const [text] = texts;
  return name === "GOOGLE_CLOUD_PROJECT" && texts.size === 1 ? text : undefined;
}

/** A value that a login step puts into the environment, as its input is written: the step itself may go. */
function exportedText(steps: readonly Step[], before: Step, name: string): string | undefined {
  return [...exportedTexts(steps, before, name)].at(-1);
}

/** What the inputs of the login steps in front of a step say that they put into the environment, the last one last. */
function exportedTexts(steps: readonly Step[], before: Step, name: string): ReadonlySet<string> {
  const input = { AWS_REGION: "aws-region", AWS_DEFAULT_REGION: "aws-region", GOOGLE_CLOUD_PROJECT: "project_id" }[
    name
  ];
  const all = steps.flatMap((one) => (one.index < before.index && input && one.with.get(input)?.text) || []);
  return new Set([...all.slice(0, -1).filter((text) => text !== all.at(-1)), ...all.slice(-1)]);
}
