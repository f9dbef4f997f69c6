import { byText, innermost, location, type Change, type Path, type Splice, type Tree } from "@gha2pulumi/repo";
import { settingText, stackLabel, type Oidc, type Setting, type StackSettings } from "../settings.ts";
import { LIVE, type ConfigPiece, type KeyOf } from "./config-key.ts";
import { codeSpan, commentText } from "./source-text.ts";

/** The folder of the settings program: a Pulumi project of its own, since a stack must not configure itself. */
export const FOLDER: Path = "deployment-settings";

const pulumiYaml = `name: deployment-settings
description: How Pulumi Deployments runs the stacks of this repository
runtime: nodejs
`;

/** The version of the provider whose properties every program is written for. */
export const PROVIDER_VERSION = "1.3.0";

/** The version of Pulumi's SDK, for every language that has one. */
export const SDK_VERSION = "3.270.0";

/** What stands above a program, without the sign that makes it a comment. `retain` is that option in its language. */
export function projectHeader(settings: readonly StackSettings[], retain: string): string {
  const vcs = settings.some((one) => one.repositoryBlock === "vcs");
  const block = vcs
    ? `The \`vcs\` block stands here because it was asked for. Where pushes start no updates with it, go back
to \`github\`, see https://github.com/pulumi/pulumi-pulumiservice/issues/754.`
    : `The \`github\` block stands here rather than its successor \`vcs\`: with \`vcs\`, pushes stopped starting
updates, see https://github.com/pulumi/pulumi-pulumiservice/issues/754.`;
  return `How Pulumi Deployments runs the stacks of this repository.
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

/** The files of the project beside its program. */
export function projectFiles(settings: readonly StackSettings[], keyOf: KeyOf, tree: Tree): ReadonlyMap<Path, string> {
  return new Map([
    [`${FOLDER}/Pulumi.yaml`, pulumiYaml],
    [
      `${FOLDER}/README.md`,
      readme(settings, keyOf, tree, { needs: "Node.js 22 or newer and ", install: "npm install\n" }),
    ],
    [`${FOLDER}/package.json`, packageJson],
    [`${FOLDER}/tsconfig.json`, tsconfigJson],
  ]);
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

export function readme(settings: readonly StackSettings[], keyOf: KeyOf, tree: Tree, setup: Setup): string {
  const stacks = settings.map((one) => `- ${codeSpan(stackLabel(one))}`).join("\n");
  const answers = [`pulumi config set ${LIVE} false`, ...configLines(settings, keyOf, tree)].join("\n");
  return `# Deployment settings

This Pulumi program declares how Pulumi Deployments runs these stacks:

${stacks}
${settings.some((one) => one.organization === undefined) ? OWN_ORGANIZATION : ""}
## What to run

The stacks must exist in Pulumi Cloud, and the Pulumi GitHub App must be installed for this repository. Settings made
in the console before are overwritten: compare them first.

In this folder, with ${setup.needs}a Pulumi access token that may administer these stacks:

\`\`\`sh
${setup.install}pulumi stack init ${stackOfProgram(settings)}
\`\`\`

Answer what is asked below. Then, in two phases:

1. \`pulumi config set ${LIVE} false\` and \`pulumi up\`: the settings exist, and nothing starts by itself. Start a preview
   of each stack (\`pulumi deployment run preview --stack <organization>/<project>/<stack>\`) and compare it with what the
   workflow showed.
2. \`pulumi config set ${LIVE} true\` and \`pulumi up\`, then merge the change to the workflows: from now on Pulumi
   Deployments does what they did.

## What to answer

\`\`\`sh
${answers}
\`\`\`

Commit the \`Pulumi.<stack>.yaml\` this writes: secrets are encrypted in it.

## How to go back

1. \`pulumi config set ${LIVE} false\` and \`pulumi up\`: nothing starts by itself any more, and schedules are gone.
2. Revert the change to the workflows.
3. \`pulumi destroy\` if the program should go too. It leaves the settings on the stacks, with every trigger off.
`;
}

/** The program's own stack is named after the repository, so that those of one organisation do not meet. */
function stackOfProgram(settings: readonly StackSettings[]): string {
  const organization = common(settings.map((one) => one.organization && settingText(one.organization)));
  const repository = common(settings.map((one) => settingText(one.repository)?.split("/").at(-1)));
  return `${organization ?? "<organization>"}/${repository ?? "<name of this repository>"}`;
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
  keyOf: KeyOf,
  path: Path,
  tree: Tree,
): readonly Change[] {
  const readme = `${path.slice(0, path.lastIndexOf("/") + 1)}README.md`;
  const text = tree.get(readme) ?? "";
  const asked = [...text.matchAll(/^pulumi config set [^\r\n]*/gm)];
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
