import { byText, innermost, location, type Change, type Path, type Splice, type Tree } from "@gha2pulumi/repo";
import { settingText, stackLabel, startsByItself, type Oidc, type Setting, type StackSettings } from "../settings.ts";
import { LIVE, type ConfigPiece, type KeyOf } from "./config-key.ts";
import type { Writing } from "./format.ts";
import { codeSpan, commentText } from "./source-text.ts";
import type { StackNamer } from "./stack-fields.ts";

/** The folder of the settings program: a Pulumi project of its own, since a stack must not configure itself. */
export const FOLDER: Path = "deployment-settings";

/** How the file of a project begins, in every language. */
export function projectHead({ of }: Writing): string {
  return `name: deployment-settings
description: How Pulumi Deployments runs the stacks of ${of}
`;
}

/** The version of the provider whose properties every program is written for. */
export const PROVIDER_VERSION = "1.3.0";

/** The version of Pulumi's SDK, for every language that has one. */
export const SDK_VERSION = "3.270.0";

/** What stands above a program, without the sign that makes it a comment. `retain` is that option in its language. */
export function projectHeader(settings: readonly StackSettings[], retain: string, { of }: Writing): string {
  const vcs = settings.some((one) => one.repositoryBlock === "vcs");
  const block = vcs
    ? `The \`vcs\` block stands here because it was asked for. Where pushes start no updates with it, go back
to \`github\`, see https://github.com/pulumi/pulumi-pulumiservice/issues/754.`
    : `The \`github\` block stands here rather than its successor \`vcs\`: with \`vcs\`, pushes stopped starting
updates, see https://github.com/pulumi/pulumi-pulumiservice/issues/754.`;
  return `How Pulumi Deployments runs the stacks of ${of}.
A place such as deploy.yml:12:5 is a line and column of a workflow as it was before the move.
${block}
\`${retain}\`: a stack that is taken out of this program keeps its settings.
`;
}

/**
 * Exact versions: the resources mean what 1.3.0 sends to the service. Without a TypeScript of its own, a program is
 * compiled by the SDK's 3.8, which knows neither the target nor the module kind below; the SDK takes none above 6.
 */
const packageJson = `{
  "name": "deployment-settings",
  "private": true,
  "main": "index.ts",
  "dependencies": {
    "@pulumi/pulumi": "${SDK_VERSION}",
    "@pulumi/pulumiservice": "${PROVIDER_VERSION}"
  },
  "devDependencies": {
    "typescript": "5.9.3"
  }
}
`;

const tsconfigJson = `{
  "compilerOptions": {
    "strict": true,
    "target": "ES2022",
    "module": "NodeNext",
    "moduleResolution": "NodeNext",
    "skipLibCheck": true,
    "noEmit": true
  },
  "files": ["index.ts"]
}
`;

/** The names that a program gives to what it asks for and to what it declares. */
export interface Naming {
  readonly keyOf: KeyOf;
  readonly nameOf: StackNamer;
}

/** The files of the project beside its program. */
export function projectFiles(
  settings: readonly StackSettings[],
  naming: Naming,
  tree: Tree,
  writing: Writing,
): ReadonlyMap<Path, string> {
  return new Map([
    [`${FOLDER}/Pulumi.yaml`, `${projectHead(writing)}runtime: nodejs\n${liveConfig(writing)}`],
    [
      `${FOLDER}/README.md`,
      readme(settings, naming, tree, { needs: "Node.js 22 or newer and ", install: "npm install\n" }, writing),
    ],
    [`${FOLDER}/package.json`, packageJson],
    [`${FOLDER}/tsconfig.json`, tsconfigJson],
    ...stackFiles(settings, writing),
  ]);
}

/** What stands above the switch of a program. */
export function switchComment(settings: readonly StackSettings[]): string {
  return settings.some(startsByItself)
    ? `The one switch in front of every trigger and schedule below.
Phase 1, live: false. The settings exist and nothing starts by itself: start a preview and compare it.
Phase 2, live: true. Run \`pulumi up\` and merge: Pulumi Deployments does what the workflows did.`
    : `The one switch in front of every trigger and schedule. There is none below yet: the workflows ask for each
deployment, whether this is true or false.`;
}

const liveComment = `  # false: no trigger and no schedule is on. What a stack's own file says goes before this.
`;

/** The switch in a project's file, where the program is written switched off. */
export function liveConfig(writing: Writing): string {
  return writing.live === "off" ? `config:\n${liveComment}  ${liveText(writing)}` : "";
}

/** The declaration of the switch, with a value of its own where that stands in the project. */
export function liveText({ live }: Writing): string {
  return `${LIVE}:\n    type: boolean\n${live === "off" ? "    default: false\n" : ""}`;
}

/** The file of the program's own stack, which imports the environments that hold its secrets. */
export function stackFiles(
  settings: readonly StackSettings[],
  { environments }: Writing,
): readonly (readonly [Path, string])[] {
  const stack = stackOfProgram(settings).stack;
  if (environments.length === 0 || stack === undefined) return [];
  return [[`${FOLDER}/Pulumi.${stack}.yaml`, `environment:\n${environments.map((one) => `  - ${one}\n`).join("")}`]];
}

/** Every value of the settings, in the order of the program. */
export function allSettings(settings: StackSettings): readonly Setting[] {
  return [
    settings.organization,
    settings.branch,
    settings.repository,
    ...settings.paths,
    ...settings.preRunCommands,
    ...settings.environment.values(),
    ...settings.oidc.flatMap(oidcValues),
    settings.executorImage,
    settings.agentPool,
    ...settings.schedules.map((schedule) => schedule.cron),
  ].filter((one) => one !== undefined);
}

function oidcValues(oidc: Oidc): readonly (Setting | undefined)[] {
  switch (oidc.kind) {
    case "aws":
      return [oidc.roleARN, oidc.sessionName, oidc.duration];
    case "gcp":
      return [oidc.projectId, oidc.workloadPoolId, oidc.providerId, oidc.serviceAccount];
    case "azure":
      return [oidc.clientId, oidc.tenantId, oidc.subscriptionId];
  }
}

export function configPieces(settings: readonly StackSettings[]): readonly ConfigPiece[] {
  const pieces = settings.flatMap(allSettings).flatMap((one) => one.value);
  return pieces.filter((piece): piece is ConfigPiece => typeof piece !== "string");
}

/** One `pulumi config set …` line per key, sorted, each with the first place that needs it. */
export function configLines(settings: readonly StackSettings[], keyOf: KeyOf, tree: Tree): readonly string[] {
  const lines = new Map<string, string>();
  for (const one of settings.flatMap(allSettings)) {
    for (const piece of one.value) {
      if (typeof piece === "string") continue;
      const key = keyOf(piece);
      const where = commentText(location(tree, innermost(one.from)));
      // Without a value the command asks for the secret, which keeps it out of the shell's history.
      const command = piece.secret ? `pulumi config set --secret ${key}` : `pulumi config set ${key} "…"`;
      if (!lines.has(key)) lines.set(key, `${command} # ${where}`);
    }
  }
  return [...lines].sort(([a], [b]) => byText(a, b)).map(([, line]) => line);
}

const OWN_ORGANIZATION = `
\`<organization>\` is the one that this program's own stack is in.
`;

/** What one language needs before a program of it runs: an end of a sentence, and lines of a shell. */
export interface Setup {
  readonly needs: string;
  readonly install: string;
}

export function readme(
  settings: readonly StackSettings[],
  naming: Naming,
  tree: Tree,
  setup: Setup,
  writing: Writing,
): string {
  const stacks = settings.map((one) => `- ${codeSpan(stackLabel(one))}`).join("\n");
  const program = stackOfProgram(settings);
  const lines = configLines(settings, naming.keyOf, tree);
  const asked = writing.environments.length === 0 ? lines : lines.filter((line) => !isSecretLine(line));
  const answers = [...(writing.live === "off" ? [] : [`pulumi config set ${LIVE} false`]), ...asked];
  return `# Deployment settings

This Pulumi program declares how Pulumi Deployments runs these stacks:

${stacks}
${settings.some((one) => one.organization === undefined) ? OWN_ORGANIZATION : ""}
## What to run

The stacks must exist in Pulumi Cloud, and the Pulumi GitHub App must be installed for ${writing.of}. Settings that
a stack has there already are overwritten: import them first, see below.

In this folder, with ${setup.needs}a Pulumi access token that may administer these stacks:

\`\`\`sh
${setup.install}pulumi stack init ${program.organization ?? "<organization>"}/${program.stack ?? `<name of ${writing.of}>`}
\`\`\`

Answer what is asked below. Then, in two phases:

${(writing.live === "off" ? steps.byFile : steps.byHand)(settings.some(startsByItself))}${answersSection(answers, writing, program.stack)}
## Settings that are there already

Where somebody made settings for a stack before (\`pulumi deployment settings get --stack <organization>/<project>/<stack>\`
shows them), import them ahead of the first \`pulumi up\`: \`pulumi preview --diff\` then shows what of them would change.
Secrets always differ, since they are not given back.

\`\`\`sh
${importLines(settings, naming.nameOf).join("\n")}
\`\`\`

## How to go back

${wayBack(writing, settings.some(startsByItself))
  .map((text, at) => `${at + 1}. ${text}\n`)
  .join("")}`;
}

function wayBack(writing: Writing, triggers: boolean): readonly string[] {
  const off = writing.live === "off" ? `\`${LIVE}\` false in \`Pulumi.yaml\`` : `\`pulumi config set ${LIVE} false\``;
  return [
    ...(triggers ? [`${off} and \`pulumi up\`: nothing starts by itself any more, and schedules are gone.`] : []),
    "Revert the change to the workflows.",
    "`pulumi destroy` if the program should go too. It leaves the settings on the stacks, with every trigger off.",
  ];
}

/** One line a stack, by which its settings come under the name they have in the program. */
function importLines(settings: readonly StackSettings[], nameOf: StackNamer): readonly string[] {
  return settings.map((one) => {
    const [name, id] = [nameOf(one), stackLabel(one)].map(shellWord);
    return `pulumi import --generate-code=false --protect=false pulumiservice:index:DeploymentSettings ${name} ${id}`;
  });
}

/** One word of a shell, on one line. */
function shellWord(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${commentText(text).replaceAll("'", `'\\''`)}'`;
}

const preview = `Start a preview
   of each stack (\`pulumi deployment run preview --stack <organization>/<project>/<stack>\`) and compare it with what the
   workflow showed.`;

/** The two ways the switch is set: in the settings stack, or in the project, where a change of this repository does it. */
const steps = {
  byHand: (
    triggers: boolean,
  ): string => `1. \`pulumi config set ${LIVE} false\` and \`pulumi up\`: the settings exist, and nothing starts by itself. ${preview}
${
  triggers
    ? `2. \`pulumi config set ${LIVE} true\` and \`pulumi up\`, then merge the change to the workflows: from now on Pulumi
   Deployments does what they did.`
    : `2. Merge the change to the workflows: from now on they ask Pulumi Deployments. Nothing waits for \`${LIVE}\`: these
   settings have no trigger and no schedule.`
}
`,
  byFile:
    (): string => `1. \`${LIVE}\` is false in \`Pulumi.yaml\`. \`pulumi up\`: the settings exist, and nothing starts by itself. ${preview}
2. The change of the second phase (\`gha2pulumi migrate --phase switch\`) sets \`${LIVE}\` to true there and takes out of the
   workflows what moves. On its branch, \`pulumi up\`; then merge it at once: from now on Pulumi Deployments does what
   they did.

Do not set \`${LIVE}\` with \`pulumi config set\`: that would go before \`Pulumi.yaml\`.
`,
};

function answersSection(answers: readonly string[], { environments }: Writing, stack: string | undefined): string {
  const kept = "Commit the `Pulumi.<stack>.yaml` this writes: secrets are encrypted in it.";
  const asked = answers.length === 0 ? "" : `\n\`\`\`sh\n${answers.join("\n")}\n\`\`\`\n\n${kept}\n`;
  const imported = `
Secrets come from Pulumi ESC: ${environments.map(codeSpan).join(", ")}. What each has to hold is listed, by name, in the
file of its name in \`esc/\`. A workflow of one use carries the values from GitHub (\`gha2pulumi secrets\` says how).
${
  stack === undefined
    ? `\n\`\`\`sh\n${environments.map((one) => `pulumi config env add ${one}\n`).join("")}\`\`\`\n`
    : `\`Pulumi.${stack}.yaml\` imports them.\n`
}`;
  const all = `${asked}${environments.length === 0 ? "" : imported}`;
  return `\n## What to answer\n${all === "" ? "\nNothing.\n" : all}`;
}

const isSecretLine = (line: string): boolean => line.startsWith("pulumi config set --secret ");

/** The program's own stack is named after the repository, so that those of one organisation do not meet. */
function stackOfProgram(settings: readonly StackSettings[]): {
  readonly organization: string | undefined;
  readonly stack: string | undefined;
} {
  const organization = common(settings.map((one) => one.organization && settingText(one.organization)));
  const repository = common(settings.map((one) => settingText(one.repository)?.split("/").at(-1)));
  return { organization, stack: repository };
}

/** The one plain name that all have. */
function common(names: readonly (string | undefined)[]): string | undefined {
  const [first] = names;
  return names.every((name) => name === first) && /^[A-Za-z0-9_.][A-Za-z0-9_.-]*$/.test(first ?? "")
    ? first
    : undefined;
}

/** New stacks and questions join the lists of the README beside a program, where that still has them. */
export function readmeChange(
  missing: readonly StackSettings[],
  { keyOf, nameOf }: Naming,
  path: Path,
  tree: Tree,
): readonly Change[] {
  const readme = `${path.slice(0, path.lastIndexOf("/") + 1)}README.md`;
  const text = tree.get(readme) ?? "";
  const asked = [...text.matchAll(/^pulumi config set [^\r\n]*/gm)];
  const imports = [...text.matchAll(/^pulumi import [^\r\n]*/gm)];
  const known = new Set(asked.map(([line]) => command(line)));
  const lines = configLines(missing, keyOf, tree).filter((line) => !known.has(command(line)));
  const list =
    /^This Pulumi program declares how Pulumi Deployments runs these stacks:(?:\r?\n){2}(?:- `[^\r\n]*\r?\n)+/m;
  const splices = [
    ...addedLines(
      text,
      endOf(list.exec(text)),
      missing.map((one) => `- ${codeSpan(stackLabel(one))}`),
    ),
    ...addedLines(text, endOf(asked.at(-1)), lines),
    ...addedLines(text, endOf(imports.at(-1)), importLines(missing, nameOf)),
  ];
  return splices.length === 0 ? [] : [{ kind: "edit", path: readme, splices }];
}

function endOf(found: RegExpExecArray | null | undefined): number | undefined {
  return found ? found.index + found[0].replace(/[\r\n]+$/, "").length : undefined;
}

function addedLines(text: string, at: number | undefined, lines: readonly string[]): readonly Splice[] {
  if (at === undefined || lines.length === 0) return [];
  const newline = text.includes("\r\n") ? "\r\n" : "\n";
  return [{ start: at, end: at, text: lines.map((line) => `${newline}${line}`).join("") }];
}

/** A line without the place that asked: `pulumi config set --secret TOKEN`. */
const command = (line: string): string => line.replace(/ #.*$/, "");
