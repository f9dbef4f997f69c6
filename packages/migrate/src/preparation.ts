import { literal, sameText, written, type Bound, type Tree } from "@gha2pulumi/repo";
import { filledIn, type Command } from "@gha2pulumi/workflow";
import { programKind } from "./duty-programs.ts";
import { isFetched } from "./fetched-names.ts";
import { folderPath } from "./folder.ts";
import { findsFiles } from "./install-files.ts";
import { installOf } from "./installs.ts";
import type { Preparation, Reason } from "./intent.ts";
import type { Entry } from "./entry.ts";
import { isReference } from "./literal-secrets.ts";
import type { Project } from "./projects.ts";
import { npmCommand, npmRegistry } from "./npm-registry.ts";
import type { Scope } from "./scope.ts";
import { injectedToken, mayInstallWith } from "./package-tokens.ts";
import { carriedLine, type CarriedLine } from "./carried-line.ts";
import { shellWord } from "./shell-word.ts";
import { withoutStandIns } from "./stand-ins.ts";
import { isAutomaticToken } from "./tokens.ts";

/** Names that only steer the CLI in the runner. */
export const forCli: ReadonlySet<string> = new Set([
  "PULUMI_BACKEND_URL",
  "PULUMI_STACK",
  "PULUMI_STACK_NAME",
  "PULUMI_ROOT",
  "PULUMI_CI",
  "IS_PR_WORKFLOW",
  "COMMENT_ON_PR",
  "PULUMI_PREFER_YARN",
]);

/** Those, and names that a deployment sets by itself. */
const runnerOnly: ReadonlySet<string> = new Set([...forCli, "PATH", "HOME", "PWD", "SHELL", "PULUMI_ACCESS_TOKEN"]);

/** Whether a deployment carries a variable: none of those, and none under which mise hands a task its words (`usage_stack`). */
function isCarried(name: string): boolean {
  return !runnerOnly.has(name) && /^[A-Za-z_]\w*$/.test(name) && !name.startsWith("usage_");
}

/** What the program sees and a deployment has to carry: without tokens of the run, and without the runner's own names. */
export function environmentOf(command: Command, scope: Scope): ReadonlyMap<string, Bound> {
  // Where a step has put the value of a reference into the environment, that stands over the reference for the job.
  const own = [...command.environment].filter(
    ([name, { text }]) =>
      !(isReference(written(text)) && [scope.exports.get(name)].some((one) => one && isFetched(one))),
  );
  const all = new Map([...scope.exports, ...own]);
  const kept = [...all].filter(([name, bound]) => isCarried(name) && !isAutomaticToken(bound));
  return new Map(kept.map(([name, { text, from }]) => [name, { text: withoutStandIns(text), from }]));
}

/**
 * A command before the operation as a deployment would run it. Literal variables of its own are written in front of
 * it; `preparationEnvironment` has the others.
 */
export function preparation(
  entry: Entry,
  environment: ReadonlyMap<string, Bound>,
  project: Pick<Project, "runtime" | "installer" | "hasPackages"> | undefined,
): readonly Preparation[] {
  const { command } = entry;
  const registry = command.kind === "uses" && entry.duty === "prepares" ? npmRegistry(command.inputs) : undefined;
  if (registry)
    return [{ ...noInstall, command: npmCommand(registry), directory: ".", checks: false, from: command.from }];
  const directory = folderPath(command.directory);
  if (entry.duty !== "prepares" || command.kind !== "run" || directory === undefined) return [];
  if (entry.refreshes) return [{ ...noInstall, command: refreshing, directory, checks: false, from: command.from }];
  const line = lineOf(command, environment);
  const own = extraVariables(command, environment).flatMap(([name, { text }]) => {
    const value = literal(text);
    return value === undefined ? [] : [`${name}=${shellWord(value)}`];
  });
  const words = command.words.map((word) => shellWord(literal(word) ?? written(word)));
  return [
    {
      command: line?.command ?? [...own, ...words].join(" "),
      directory,
      ...installing(entry, command, project, own.length === 0),
      checks: entry.checks,
      from: command.from,
    },
  ];
}

/** Whether a command installs no more than Deployments does, in whichever folder: it needs none of the files before it. */
export function isDefaultInstall({ installs, command }: Entry): boolean {
  const install = command.kind === "run" ? installOf(command.words.map((word) => written(word)).join(" ")) : undefined;
  return installs && (install === undefined || install.kind === "default" || install.kind === "tool");
}

const noInstall = { installs: false, isDefault: false } as const;

/** What a command installs for the program of a project; `undefined`: of any. */
function installing(
  entry: Entry,
  { words }: Command & { readonly kind: "run" },
  project: Pick<Project, "runtime" | "installer" | "hasPackages"> | undefined,
  isAlone: boolean,
): Pick<Preparation, "installs" | "isDefault"> {
  const install = installOf(words.map((word) => written(word)).join(" "));
  // A wrapper of an install is none of those.
  if (install === undefined) return { installs: entry.installs, isDefault: entry.installs && isAlone };
  const isOf = (own: string | undefined, chosen: string | undefined): boolean =>
    own === undefined || chosen === undefined || own === chosen;
  const isOfLanguage = isOf(install.runtime, project?.runtime);
  // Of an install by the language's own program, as Deployments' is documented, no SDK comes about.
  const makesPackages = project?.hasPackages === true && words[0] !== undefined && literal(words[0]) === "pulumi";
  const isChosen = isOfLanguage && isOf(install.installer, project?.installer) && !makesPackages;
  return {
    installs: isOfLanguage && install.kind !== "tool" && install.kind !== "apart",
    isDefault: isAlone && (install.kind === "tool" || (isChosen && install.kind === "default" && hasFiles(entry))),
  };
}

/** Whether an install finds the files without which it fails; what may fail, or not run, fails for nobody. */
function hasFiles({ command, before }: Entry): boolean {
  if (command.kind !== "run" || command.excused || command.certainty !== true) return true;
  const folder = folderPath(command.directory);
  return folder === undefined || findsFiles(command.words.map((word) => written(word)).join(" "), folder, before.tree);
}

/** A deployment names its stack in these variables; that it is selected before its commands run is documented nowhere. */
const refreshing = 'pulumi config refresh --stack "$PULUMI_CI_ORGANIZATION/$PULUMI_CI_PROJECT/$PULUMI_CI_STACK"';

/** A command that writes a file needs what its line reads; any other program, all variables it has. */
function lineOf(
  command: Command & { readonly kind: "run" },
  environment: ReadonlyMap<string, Bound>,
): CarriedLine | undefined {
  return carriedLine(
    command,
    environment,
    new Map(command.writes === undefined ? extraVariables(command, environment) : []),
  );
}

/** Programs that read few variables, or none: what else stands around them is not carried along. */
const readsOnly: readonly (readonly [program: RegExp, names: RegExp])[] = [
  [/^(mkdir|cp|mv|ln|rm|chmod|touch)$/, /^$/],
  [/^aws$/, /^AWS_|_proxy$/i],
  [/^az$/, /^(AZURE|ARM)_|_proxy$/i],
  [/^gcloud$/, /^(CLOUDSDK|GOOGLE)_|_proxy$/i],
  [/^helm$/, /^(HELM_|KUBE|XDG_)|_proxy$/i],
  [/^kubectl$/, /^KUBE|_proxy$/i],
  [/^git$/, /^(GIT|SSH)_|_proxy$/i],
];

/** Variables a command before the operation has and the operation has not, or has with another value. */
function extraVariables(
  command: Command,
  environment: ReadonlyMap<string, Bound>,
): readonly (readonly [string, Bound])[] {
  const program = command.kind === "run" ? (literal(command.words[0] ?? []) ?? "") : "";
  const read = readsOnly.find(([names]) => names.test(program))?.[1];
  return [...command.environment]
    .map(([name, { text, from }]) => [name, { text: withoutStandIns(text), from }] as const)
    .filter(([name, bound]) => {
      const own = environment.get(name);
      return (read?.test(name) ?? true) && isCarried(name) && !(own && sameText(own.text, bound.text));
    });
}

/** Values only the owner has that commands before the operation need: they go into the deployment's environment too. */
export function preparationEnvironment(
  earlier: readonly Entry[],
  environment: ReadonlyMap<string, Bound>,
  tree: Tree,
): { readonly added: ReadonlyMap<string, Bound>; readonly obstacles: readonly Reason[] } {
  const added = new Map<string, Bound>();
  const obstacles: Reason[] = [];
  for (const entry of earlier.filter((one) => one.duty === "prepares")) {
    const { command } = entry;
    obstacles.push(...redirected(command, environment));
    if (command.kind === "run" && command.line) {
      const line = lineOf(command, new Map([...environment, ...added]));
      if (!line)
        obstacles.push({
          code: "GP227",
          message: `\`${filledIn}…\` names for two values before the operation are one`,
          from: command.from,
        });
      for (const [name, bound] of line?.added ?? []) added.set(name, bound);
      if (command.writes !== undefined) continue;
    }
    for (const [name, bound] of extraVariables(entry.command, environment)) {
      if (literal(bound.text) !== undefined) continue;
      const known = environment.get(name) ?? added.get(name);
      if (isAutomaticToken(bound) && entry.installs) {
        // Under this name a deployment has a token by itself, which one of the owner's would take away from the program.
        const commands = earlier.map((one) => one.command);
        if (name !== injectedToken || mayInstallWith(name, commands, tree)) added.set(name, ownToken(name, bound));
      } else if (isAutomaticToken(bound))
        obstacles.push({
          code: "GP227",
          message: `a command before it uses the run's own token as \`${name}\`; a deployment has another one`,
          from: bound.from,
        });
      else if (known && !sameText(known.text, bound.text))
        obstacles.push({
          code: "GP227",
          message: `\`${name}\` has another value before the operation than in it`,
          from: bound.from,
        });
      else added.set(name, bound);
    }
  }
  return { added, obstacles };
}

/** Names that say where a tool's settings are, or which of them count. */
const redirects =
  /^(KUBECONFIG|AWS_(PROFILE|CONFIG_FILE|SHARED_CREDENTIALS_FILE)|AZURE_CONFIG_DIR|CLOUDSDK_\w+|HELM_\w+|GIT_CONFIG\w*|NPM_CONFIG_\w+)$/i;

/** Such a name that the operation has and a command before it has not: in a deployment both have it. */
function redirected(command: Command, environment: ReadonlyMap<string, Bound>): readonly Reason[] {
  const words = command.kind === "run" ? command.words.map((word) => written(word)).join(" ") : "";
  if (programKind(words) !== "sets-up") return [];
  return [...environment]
    .filter(([name, bound]) => redirects.test(name) && !sameText(command.environment.get(name)?.text, bound.text))
    .map(([name, { from }]) => ({
      code: "GP227",
      message: `\`${name}\` is set for the operation alone; a deployment would set it for the commands before it too`,
      from,
    }));
}

/** A token of the owner's in place of the run's own, for packages that are installed with it: GP624 says so. */
function ownToken(name: string, { from }: Bound): Bound {
  const path = `secrets.${name}`;
  return { text: [{ expression: path, names: [path], note: ownTokenNote }], from };
}

/** Tells such a value from a secret that the workflow has. */
export const ownTokenNote = "a token of the owner's in place of the run's own";
