import { shown } from "./stand-ins.ts";
import { written, type Bound, type Path, type Text } from "@gha2pulumi/repo";
import { setting, settingLabel, type Oidc, type Setting } from "@gha2pulumi/deployments";
import { clouds } from "./clouds/index.ts";
import { keyDetail, type Naming } from "./cloud.ts";
import type { Identity, Occurrence, Preparation, RunnerPool } from "./intent.ts";
import { optionVariable } from "./option-variable.ts";
import { keptName, ownerName, settingOf } from "./settings-value.ts";
import { stackParts } from "./stack-name.ts";
import type { World } from "./world.ts";

/** An identity as the proof compares it: the cloud, and the values that say who it is there. */
export function oidcLabel(oidc: Oidc): readonly string[] {
  switch (oidc.kind) {
    case "aws":
      return ["aws", settingLabel(oidc.roleARN)];
    case "gcp":
      return ["gcp", ...[oidc.projectId, oidc.workloadPoolId, oidc.serviceAccount].map(settingLabel)];
    case "azure":
      return ["azure", ...[oidc.clientId, oidc.tenantId, oidc.subscriptionId].map(settingLabel)];
  }
}

/** What the program sees in a deployment: its environment, and the roles it takes. */
export function runtimeOf(occurrence: Occurrence): {
  readonly environment: ReadonlyMap<string, Setting>;
  readonly oidc: readonly Oidc[];
} {
  const { scope } = occurrence;
  const names = [occurrence.project ?? "", occurrence.stack ?? ""].filter((part) => part !== "");
  const required: Naming["required"] = (what, from, note) =>
    setting([{ config: [...names, what].join("-"), secret: false }], from, note);
  const naming: Naming = {
    required,
    ofKey: (what, identity, usual, note) => {
      const key = keyName(identity, scope);
      return required(key === undefined || key === usual ? what : `${what}-for-${key}`, identity.from, note);
    },
    setting: (bound, note) => settingOf(bound, scope, note, false),
  };
  const oidc = oidcOf(occurrence, naming).map(([, settings]) => settings);
  const environment = new Map<string, Setting>();
  for (const [name, bound] of [...ownEnvironment(occurrence)].sort(([a], [b]) => (a < b ? -1 : 1)))
    environment.set(name, settingOf(bound, scope, "", true));
  for (const identity of occurrence.identities)
    for (const cloud of clouds)
      for (const [name, value] of cloud.left?.(identity, occurrence.environment, naming) ?? [])
        environment.set(name, value);
  for (const modifier of occurrence.operates.modifiers) {
    if (modifier.treatment !== "option") continue;
    environment.set(
      optionVariable(modifier.name),
      settingOf({ text: modifier.value, from: modifier.from }, scope, "a flag of the CLI", true),
    );
  }
  return { environment, oidc };
}

/** The logins that a deployment makes by itself, one for each cloud, with the identity each takes the place of. */
function oidcOf({ identities }: Occurrence, naming: Naming): readonly (readonly [Identity, Oidc])[] {
  const found: (readonly [Identity, Oidc])[] = [];
  for (const identity of identities) {
    const settings = clouds.map((cloud) => cloud.oidc(identity, naming)).find((one) => one !== undefined);
    if (settings && !found.some(([, one]) => one.kind === settings.kind)) found.push([identity, settings]);
  }
  return found;
}

const unnamed: Naming = {
  required: (what, from, note) => setting([what], from, note),
  ofKey: (what, { from }, _usual, note) => setting([what], from, note),
  setting: (bound, note) => settingOf(bound, undefined, note, false),
};

/** The environment of an operation without what its logins leave there, or are made of: a deployment makes its own. */
export function ownEnvironment(occurrence: Occurrence): ReadonlyMap<string, Bound> {
  const carried = new Set(oidcOf(occurrence, unnamed).flatMap(([{ carriers }]) => carriers));
  return new Map([...occurrence.environment].filter(([name]) => !carried.has(name)));
}

/** `production-AWS_ACCESS_KEY_ID`: which key a login has, as it is named in configuration; `undefined`: nothing names it. */
function keyName({ details }: Identity, scope: string | undefined): string | undefined {
  const holes = (details.get(keyDetail)?.text ?? []).filter((piece) => typeof piece !== "string");
  const names = holes.map((hole) => {
    const name = ownerName(hole)?.name;
    return name === undefined ? hole.expression : [...(scope ? [scope] : []), keptName(name)].join("-");
  });
  return names.length === 0 ? undefined : names.join("-");
}

/** Commands a deployment has to run that a workflow asks for: it does the checks before it does so. */
export function calledPreparations(occurrence: Occurrence): readonly Preparation[] {
  return preparations({ ...occurrence, prepare: occurrence.prepare.filter(({ checks }) => !checks) });
}

/** The id of the pool of agents that was named for the owner's own runners; anything else names none. */
export function agentPoolOf(pool: RunnerPool, world: World): string | undefined {
  const answer = world.surroundings.get(pool.key) ?? "";
  return /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(answer) ? answer.toLowerCase() : undefined;
}

/** Commands a deployment has to run itself: none when all they do is install what Deployments installs anyway. */
export function preparations(occurrence: Pick<Occurrence, "directory" | "prepare">): readonly Preparation[] {
  const own = occurrence.prepare.every((one) => one.isDefault && one.directory === occurrence.directory);
  return own ? [] : occurrence.prepare;
}

/**
 * One pre-run command. Each runs in a shell of its own; where it starts is not documented, examples take the project's
 * folder, so a command for another folder goes there from the top of the clone.
 */
export function preRunCommand({ command, directory }: Preparation, project: Path): string {
  if (directory === project) return command;
  const folder = directory === "." ? "" : `/${directory}`;
  return `cd "$(git rev-parse --show-toplevel)"${/^[\w./-]*$/.test(folder) ? folder : `'${folder.replaceAll("'", "'\\''")}'`} && ${command}`;
}

/** The last part of a stack's name, where organisation and project are told apart from it. */
function ownName(name: Text): Text {
  return stackParts(name)?.stack ?? name;
}

/** The full name of a stack as every report shows it; parts nobody has written down are `<organization>`, `<STACK>`. */
export function stackName(occurrence: Occurrence): string {
  const { organization, organizationText, project, directory, stack, operates, scope } = occurrence;
  const owner =
    organization ?? (organizationText ? settingLabel(settingOf(organizationText, scope, "", false)) : "<organization>");
  return [
    owner,
    project ?? `(${directory ?? written(operates.directory)})`,
    stack ?? (operates.stack ? shown(written(ownName(operates.stack.text))) : "(none named)"),
  ].join("/");
}
