import { apply, type Tree } from "@gha2pulumi/repo";
import { readSettings, settingLabel, type StackSettings } from "@gha2pulumi/deployments";
import { migrate, type PlannedSettings } from "@gha2pulumi/migrate";
import { grammars } from "../support/grammars.ts";
import { goDuration } from "./resources.ts";
import type { Fields } from "./settings-shape.ts";

/** A settings program that the tool has written or extended, and what was planned for it. */
export interface Program {
  readonly name: string;
  readonly files: ReadonlyMap<string, string>;
  readonly planned: readonly PlannedSettings[];
  /** What the program itself declares; a person's own settings are among these alone. */
  readonly declared: readonly StackSettings[];
  /** A value for every key it asks for. */
  readonly config: ReadonlyMap<string, { readonly value: string; readonly secret: boolean }>;
}

/** The organisation of every stack in a `file://` backend. */
const OWN = "organization";

/** The program that comes of one repository; `undefined` when none does. */
export async function programOf(
  name: string,
  before: Tree,
  surroundings: ReadonlyMap<string, string>,
): Promise<Program | undefined> {
  const { document, changes } = await migrate({ tree: before, surroundings }, grammars);
  if (document.settings.length === 0) return undefined;
  const after = apply(before, changes);
  const changed = changes.map(({ path }) => path).find((path) => after.get(path)?.includes("new service.Deployment"));
  const folder = changed?.slice(0, changed.lastIndexOf("/") + 1) ?? "deployment-settings/";
  const files = new Map(
    [...after].filter(([path]) => path.startsWith(folder)).map(([path, text]) => [path.slice(folder.length), text]),
  );
  const declared = (await readSettings(after, grammars)).settings;
  return { name, files, planned: document.settings, declared, config: configOf([...files.values()].join("\n")) };
}

function configOf(text: string): Program["config"] {
  const programs = [...text.matchAll(/config\.require(Secret|_secret)?\(\s*["']([^"']+)["']\s*\)/g)];
  const yaml = [...text.matchAll(/^ {2}"?([^\s"]+)"?:\n {4}type: string\n( {4}secret: true\n)?/gm)];
  const asked = [...programs, ...yaml.map(([whole, key, secret]) => [whole, secret, key])];
  return new Map(
    asked.map(([, secret, key = ""]) => [key, { value: `value-of-${key}`, secret: secret !== undefined }] as const),
  );
}

/** Full names of the stacks that a program declares settings for. */
export function stacksOf(program: Program): readonly string[] {
  return program.declared.map((one) => {
    const organization = one.organization ? filled(program, settingLabel(one.organization)) : OWN;
    return `${organization}/${one.project}/${one.stack}`;
  });
}

export function stackName(program: Program, planned: PlannedSettings): string {
  return `${planned.organization === null ? OWN : filled(program, planned.organization)}/${planned.project}/${planned.stack}`;
}

/** A label of the plan with the values that were configured for what it leaves open. */
function filled(program: Program, label: string): string {
  return label.replace(/<([^<>]+)>/g, (whole, key: string) => {
    // Keys of Pulumi YAML have `/` for `.`.
    return (program.config.get(key) ?? program.config.get(key.replaceAll(".", "/")))?.value ?? whole;
  });
}

/** The triggers that are on once `live` is, as the engine names them. */
export function triggersOf(program: Program, planned: PlannedSettings): readonly string[] {
  const block = declaredOf(program, planned)?.repositoryBlock ?? "github";
  return planned.fields
    .filter(({ name, value }) => triggers.includes(name) && value === "true")
    .map(({ name }) => `${block}.${name}`);
}

const triggers: readonly string[] = ["deployCommits", "previewPullRequests", "pullRequestTemplate"];

/** What the service has to hold for a stack: read from the plan's fields alone, but for what is secret. */
export function expectedSettings(program: Program, planned: PlannedSettings, live: boolean): Fields {
  const all = (name: string): readonly string[] =>
    planned.fields.filter((field) => field.name === name).map(({ value }) => filled(program, value));
  const on = (name: string): Fields => (all(name)[0] === "true" ? { [name]: true } : {});
  const one = (name: string, rest: string): Fields => some(rest, all(name)[0]);
  const directory = all("repoDir")[0];
  const isVcs = declaredOf(program, planned)?.repositoryBlock === "vcs";
  return {
    sourceContext: {
      git: { ...one("branch", "branch"), ...some("repoDir", directory === "." ? undefined : directory) },
    },
    [isVcs ? "vcs" : "gitHub"]: {
      ...(isVcs ? { provider: "github" } : {}),
      ...one("repository", "repository"),
      ...(live ? Object.assign({}, ...triggers.map(on)) : {}),
      ...some("paths", all("paths")),
    },
    ...some("operationContext", {
      ...some("preRunCommands", all("preRunCommands")),
      ...some("environmentVariables", variables(program, planned)),
      ...some("options", {
        ...on("skipInstallDependencies"),
        ...on("skipIntermediateDeployments"),
        ...on("deleteAfterDestroy"),
      }),
      ...some("oidc", oidc(program, planned)),
    }),
    ...some("executorContext", one("executorImage", "executorImage")),
    ...one("agentPoolId", "agentPoolID"),
    ...some("cacheOptions", on("cache")["cache"] === true ? { enable: true } : {}),
  };
}

function some(name: string, value: Fields | readonly string[] | string | undefined): Fields {
  const nothing = value === undefined || (typeof value === "object" && Object.keys(value).length === 0);
  return nothing ? {} : { [name]: value };
}

function declaredOf(program: Program, planned: PlannedSettings): StackSettings | undefined {
  return program.declared.find(({ project, stack }) => project === planned.project && stack === planned.stack);
}

function variables(program: Program, planned: PlannedSettings): Fields {
  const prefix = "environmentVariables.";
  const own = declaredOf(program, planned);
  return Object.fromEntries(
    planned.fields
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name, value }) => {
        const variable = name.slice(prefix.length);
        const pieces = own?.environment.get(variable)?.value ?? [];
        const secret = pieces.some((piece) => typeof piece !== "string" && piece.secret);
        return [variable, secret ? { secret: filled(program, value) } : filled(program, value)];
      }),
  );
}

function oidc(program: Program, planned: PlannedSettings): Fields {
  const roles: Record<string, Record<string, string>> = {};
  for (const { name, value } of planned.fields) {
    const [, cloud = "", key = ""] = /^oidc\.(\w+)\.(\w+)$/.exec(name) ?? [];
    if (cloud === "") continue;
    const text = key === "duration" ? (goDuration(value) ?? value) : filled(program, value);
    roles[cloud] = { ...roles[cloud], [key === "roleARN" ? "roleArn" : key]: text };
  }
  return roles;
}

/** The schedules of a stack once `live` is on: `refresh at 5 4 * * 1`. */
export function schedulesOf(planned: PlannedSettings): readonly string[] {
  return planned.fields.filter(({ name }) => name === "schedule").map(({ value }) => value);
}

/** What is particular about a program: which properties it has and which triggers, not what else they hold. */
function traitsOf(program: Program): readonly string[] {
  const fields = program.planned.flatMap(({ organization, fields }) => [
    ...(organization === null ? ["the program's own organisation"] : []),
    ...fields.map(({ name, value }) => {
      if (name.startsWith("environmentVariables.")) return "environmentVariables";
      // Each kind of schedule is a resource, or a request, of its own.
      if (name === "schedule") return `${name} of ${value.split(" ")[0] ?? ""}`;
      return value === "true" || value === "false" || value === "." ? `${name}=${value}` : name;
    }),
  ]);
  const config = [...program.config.values()].map(({ secret }) => (secret ? "a secret" : "configuration"));
  return [...fields, ...config, program.planned.length > 1 ? "several stacks" : "one stack"];
}

/** Few programs that have, together, every trait that any has. */
export function covering(programs: readonly Program[]): readonly Program[] {
  const left = new Set(programs.flatMap(traitsOf));
  const rest = new Set(programs);
  const chosen: Program[] = [];
  while (left.size > 0) {
    const adds = (program: Program): number => new Set(traitsOf(program).filter((trait) => left.has(trait))).size;
    const [best] = [...rest].sort((a, b) => adds(b) - adds(a));
    if (best === undefined) break;
    traitsOf(best).forEach((trait) => left.delete(trait));
    rest.delete(best);
    chosen.push(best);
  }
  return chosen;
}
