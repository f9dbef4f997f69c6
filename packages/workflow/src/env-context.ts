import { written, type Bound } from "@gha2pulumi/repo";
import { lazyObject, unknownValue, type Value } from "./expression/value.ts";
import type { Job } from "./model.ts";
import type { Command, StepPlay } from "./play-model.ts";
import { toValue } from "./text-value.ts";

/**
 * The names that steps so far may have put into the environment beside those that were read; `undefined`: any name.
 * The `env` context holds what `env:` and `$GITHUB_ENV` set; variables of the runner itself are not in it, so that a name
 * which nothing sets is empty there.
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#env-context
 */
export type Exported = ReadonlySet<string> | undefined;

const note = "set by an earlier step or nowhere";

/** The `env` context of a step. */
export function envContext(environment: ReadonlyMap<string, Bound>, exported: Exported): Value {
  const known = (): Readonly<Record<string, Value>> =>
    Object.fromEntries([
      ["ACT", ""],
      ...[...(exported ?? [])].map((name) => [name, unknownValue(`env.${name}`, [`env.${name}`], note)] as const),
      ...[...environment].map(([name, bound]) => [name, toValue(bound.text)] as const),
    ]);
  return lazyObject(exported === undefined ? { path: "env", note } : undefined, known);
}

/**
 * What the environment of a job may hold when it begins. A runner of one's own may run a script of its owner's first.
 * https://docs.github.com/actions/how-tos/manage-runners/self-hosted-runners/run-scripts
 */
export function exportedAtStart({ runsOn }: Job): Exported {
  const isHosted = runsOn.length > 0 && runsOn.every(({ text }) => /^(?:ubuntu|windows|macos)-[\w.-]+$/.test(text));
  return isHosted ? new Set() : undefined;
}

/** The same behind some steps. */
export function exportedBehind(before: Exported, plays: readonly StepPlay[]): Exported {
  const commands = plays.flatMap((play) => play.commands);
  const speaks = plays.some(({ step }) => /set-env|env:GITHUB_ENV/i.test(step.run?.text ?? ""));
  const found = commands.map(exportsOf);
  if (before === undefined || speaks || found.includes(undefined)) return undefined;
  const names = found.flatMap((one) => one ?? []);
  return names.length === 0 ? before : new Set([...before, ...names]);
}

/**
 * Programs that write no variables for later steps. Any script may, and so may what runs one: an installation by its
 * hooks, Pulumi by its program.
 */
const plainPrograms = /^(?:exit|echo|printf|cd|mkdir|cp|mv|rm|ls|cat|git|go mod download|corepack enable)(?: |$)/;

function exportsOf(command: Command): readonly string[] | undefined {
  switch (command.kind) {
    case "script":
      return undefined;
    case "uses":
      return actions.get(command.action.toLowerCase());
    case "run": {
      const text = [...command.words, command.writes ?? []].map((word) => written(word)).join(" ");
      return plainPrograms.test(text) && !/GITHUB_ENV|\/github\/env/.test(text) ? [] : undefined;
    }
  }
}

/** The names that actions put into the environment, as their sources say. */
const actions: ReadonlyMap<string, readonly string[]> = new Map([
  ["actions/checkout", []],
  ["actions/cache", []],
  ["actions/cache/restore", []],
  ["actions/cache/save", []],
  ["actions/upload-artifact", []],
  ["actions/download-artifact", []],
  ["actions/setup-node", ["NODE_AUTH_TOKEN", "NPM_CONFIG_USERCONFIG"]],
  ["pnpm/action-setup", ["PNPM_HOME"]],
  [
    "aws-actions/configure-aws-credentials",
    [
      "AWS_ACCESS_KEY_ID",
      "AWS_DEFAULT_REGION",
      "AWS_PROFILE",
      "AWS_REGION",
      "AWS_SECRET_ACCESS_KEY",
      "AWS_SESSION_TOKEN",
    ],
  ],
  [
    "google-github-actions/auth",
    [
      "CLOUDSDK_AUTH_ACCESS_TOKEN",
      "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
      "CLOUDSDK_CORE_PROJECT",
      "CLOUDSDK_PROJECT",
      "GCLOUD_PROJECT",
      "GCP_PROJECT",
      "GOOGLE_APPLICATION_CREDENTIALS",
      "GOOGLE_CLOUD_PROJECT",
      "GOOGLE_GHA_CREDS_PATH",
    ],
  ],
]);
