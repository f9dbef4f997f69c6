import { oidcFields } from "../entries.ts";
import { normal } from "../live/answer.ts";
import { hasTrigger, settingLabel, settingText, type Oidc, type Setting, type StackSettings } from "../settings.ts";

const triggers = ["deployCommits", "previewPullRequests", "pullRequestTemplate"] as const;
const options = ["skipInstallDependencies", "skipIntermediateDeployments", "deleteAfterDestroy"] as const;

/**
 * Settings with what a file says beside them: triggers that are on in either, and what only the file says and makes no
 * other operation of it (an image, a pool, the name of a session). Everything else is as `wanted` has it: whether that
 * is what the file says, `unexpressed` tells.
 */
export function withFile(wanted: StackSettings, file: StackSettings): StackSettings {
  const filtered = hasTrigger(wanted) ? wanted.paths : file.paths;
  return {
    ...wanted,
    repository: settingText(wanted.repository) === undefined ? file.repository : wanted.repository,
    branch: settingText(wanted.branch) === undefined ? file.branch : wanted.branch,
    deployCommits: wanted.deployCommits || file.deployCommits,
    previewPullRequests: wanted.previewPullRequests || file.previewPullRequests,
    pullRequestTemplate: wanted.pullRequestTemplate || file.pullRequestTemplate,
    paths: filtered,
    skipIntermediateDeployments: wanted.skipIntermediateDeployments || file.skipIntermediateDeployments,
    executorImage: wanted.executorImage ?? file.executorImage,
    agentPool: wanted.agentPool ?? file.agentPool,
    oidc: wanted.oidc.map((one) => namedAs(one, file.oidc)),
    reasons: new Map([...[...file.reasons].filter(([name]) => isOn(name, file)), ...wanted.reasons]),
  };
}

function isOn(name: string, file: StackSettings): boolean {
  return [...triggers, ...options].some((one) => one === name && file[one]);
}

/** The session of a role as the file names it. */
function namedAs(role: Oidc, others: readonly Oidc[]): Oidc {
  const other = others.find(({ kind }) => kind === role.kind);
  if (role.kind !== "aws" || other?.kind !== "aws") return role;
  return { ...role, sessionName: other.sessionName, duration: role.duration ?? other.duration };
}

/**
 * What a file says and settings do not, each as a person reads it. A trigger or an option that is off says nothing; of a
 * secret only its name can be compared.
 */
export function unexpressed(file: StackSettings, settings: StackSettings): readonly string[] {
  const found: string[] = [];
  const compare = (name: string, said: string, other: string | undefined): void => {
    if (said !== other) found.push(`\`${name}\` is ${shown(said)} in it, and ${shown(other)} otherwise`);
  };
  const text = (name: string, said: Setting | undefined, other: Setting | undefined, form = settingLabel): void => {
    if (said !== undefined && isTold(said)) compare(name, form(said), other && form(other));
  };
  text("branch", file.branch, settings.branch, bareBranch);
  text("repository", file.repository, settings.repository, (one) => settingLabel(one).toLowerCase());
  compare("repoDir", file.directory, settings.directory);
  for (const name of [...triggers, ...options]) if (file[name]) compare(name, "true", String(settings[name]));
  if (file.paths.length > 0 || hasTrigger(file))
    compare("paths", labels(file.paths, true), labels(settings.paths, true));
  if (file.preRunCommands.length > 0 || hasTrigger(file))
    compare("preRunCommands", labels(file.preRunCommands), labels(settings.preRunCommands));
  for (const [name, said] of file.environment) {
    const other = settings.environment.get(name);
    const isSame = isSecret(said) ? other !== undefined && isSecret(other) : false;
    if (!isSame) compare(name, settingLabel(said), other && settingLabel(other));
  }
  for (const role of file.oidc) {
    const other = new Map(settings.oidc.filter(({ kind }) => kind === role.kind).flatMap(fieldsOf));
    for (const [name, said] of fieldsOf(role)) compare(`${role.kind}.${name}`, said, other.get(name));
  }
  // What already starts would run with these too.
  const more = hasTrigger(file) ? settings : { environment: new Map<string, Setting>(), oidc: [] };
  for (const [name, other] of more.environment)
    if (!file.environment.has(name)) found.push(lacking(name, settingLabel(other)));
  for (const { kind } of more.oidc)
    if (!file.oidc.some((role) => role.kind === kind)) found.push(lacking("oidc", kind));
  text("executorImage", file.executorImage, settings.executorImage);
  text("agentPoolId", file.agentPool, settings.agentPool);
  return found;
}

const shown = (text: string | undefined): string => (text ? `\`${text}\`` : "nothing");
const lacking = (name: string, other: string): string => `\`${name}\` is nothing in it, and ${shown(other)} otherwise`;
const isTold = (value: Setting): boolean => settingText(value) !== undefined;
const isSecret = (value: Setting): boolean =>
  value.value.length > 0 && value.value.every((piece) => typeof piece !== "string" && piece.secret);
const bareBranch = (value: Setting): string => normal("branch", settingLabel(value));

/** Path filters count in any order (deployments/concepts/settings/path-filtering); commands do not. */
function labels(values: readonly Setting[], sorted = false): string {
  const all = values.map(settingLabel);
  return (sorted ? all.sort() : all).join(", ");
}

/** Each value of a role; `1h` and `1h0m0s` are one duration, and the service gives back the second. */
function fieldsOf(role: Oidc): readonly (readonly [string, string])[] {
  return oidcFields(role).map(([name, value]) => {
    const label = settingLabel(value);
    return [name, name === "duration" ? label.replace(/(\d[hm])(?:0m)?0s$/, "$1") : label];
  });
}
