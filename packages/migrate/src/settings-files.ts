import { unknown, type Path, type Tree, type Unknown } from "@gha2pulumi/repo";
import { readSettingsFile, setting, type SettingsFile, type StackSettings } from "@gha2pulumi/deployments";
import type { Occurrence } from "./intent.ts";
import { looksSecret } from "./literal-secrets.ts";
import type { Project } from "./projects.ts";
import { settingOf } from "./settings-value.ts";
import type { Surroundings } from "@gha2pulumi/workflow";

/** `Pulumi.prod.deploy.yaml`, which `pulumi deployment settings` pulled and pushed before 3.251.0. */
export const settingsFile = /^(?:(.*)\/)?Pulumi\.([^/]+)\.deploy\.ya?ml$/;

/** Commands that read or write such files. */
const usesOne = /\bdeployment settings (?:init|pull|push|configure|env)\b/;

/** Every settings file of the one project whose stacks' files lie in its folder. */
export function findSettingsFiles(tree: Tree, projects: ReadonlyMap<Path, Project>): readonly SettingsFile[] {
  return [...tree].flatMap(([path, text]) => {
    const [, folder = ".", stack] = (path.startsWith("@") ? undefined : settingsFile.exec(path)) ?? [];
    const owners = [...projects.values()].filter(({ stackFolder }) => stackFolder === folder);
    const [owner] = owners;
    if (stack === undefined || owner?.name === undefined || owners.length > 1) return [];
    const file = readSettingsFile(path, text, { project: owner.name, directory: owner.directory, stack });
    return [{ ...file, gaps: [...file.gaps, ...secretsIn(path, text), ...usersOf(path, tree)] }];
  });
}

/** A file that is deleted is shown. */
function secretsIn(path: Path, text: string): readonly Unknown[] {
  const note = "it holds something that looks like a secret: give that a new value, and take it out of the file";
  return looksSecret(text) ? [unknown("unsupported", note, [{ path, start: 0, end: 0 }])] : [];
}

function usersOf(path: Path, tree: Tree): readonly Unknown[] {
  const name = path.slice(path.lastIndexOf("/") + 1);
  return [...tree].flatMap(([user, text]) => {
    if (user === path || /\.md$/i.test(user) || settingsFile.test(user)) return [];
    const named = text.indexOf(name);
    const at = named >= 0 ? named : text.search(usesOne);
    return at < 0 ? [] : [unknown("unsupported", `\`${user}\` uses it`, [{ path: user, start: at, end: at }])];
  });
}

/** The organisation of a file's stack, which no such file names: the one that its operations name, else the answered one. */
export function withOrganization(
  { settings, ...file }: SettingsFile,
  occurrences: readonly Occurrence[],
  surroundings: Surroundings,
): SettingsFile {
  const own = occurrences.filter(({ project, stack }) => project === settings.project && stack === settings.stack);
  const named = own.map(organizationOf);
  const labels = new Set(named.map((one) => JSON.stringify(one?.value ?? null)));
  const answered = surroundings.get("organization");
  const organization =
    own.length > 0
      ? labels.size === 1
        ? named[0]
        : undefined
      : answered === undefined
        ? undefined
        : setting(answered, settings.from);
  return { ...file, settings: { ...settings, organization } };
}

/** The organisation that an operation names, as its stack's settings say it. */
export function organizationOf(occurrence: Occurrence): StackSettings["organization"] {
  const { organization, organizationText, operates, scope } = occurrence;
  if (organization !== undefined) return setting(organization, operates.stack?.from ?? operates.from);
  return organizationText && settingOf(organizationText, scope, "", false);
}
