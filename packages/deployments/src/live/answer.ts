import { isJsonFields, jsonField, tableOf, type Json } from "@gha2pulumi/repo";
import { isDeclarable } from "./declarable.ts";
import { parted, type RestPath } from "./hidden.ts";

/** One property of a stack's settings in Pulumi Cloud, by the name the declared ones have. `undefined`: a secret. */
export interface LiveEntry {
  readonly name: string;
  readonly text: string | undefined;
  /** A program can declare it; of anything else, a write with PUT leaves nothing. */
  readonly declarable: boolean;
}

/** The names of what the REST API calls otherwise; `gitHub` and `vcs` are two spellings of one block. */
const names: Readonly<Record<string, string>> = tableOf({
  "sourceContext.git.branch": "branch",
  "sourceContext.git.repoDir": "repoDir",
  ...Object.fromEntries(
    ["gitHub", "vcs"].flatMap((block) =>
      ["repository", "deployCommits", "previewPullRequests", "pullRequestTemplate", "paths"].map((name) => [
        `${block}.${name}`,
        name,
      ]),
    ),
  ),
  "operationContext.preRunCommands": "preRunCommands",
  "operationContext.options.skipInstallDependencies": "skipInstallDependencies",
  "operationContext.options.skipIntermediateDeployments": "skipIntermediateDeployments",
  "operationContext.options.deleteAfterDestroy": "deleteAfterDestroy",
  "operationContext.oidc.aws.roleArn": "oidc.aws.roleARN",
  "operationContext.oidc.aws.policyArns": "oidc.aws.policyARNs",
  "executorContext.executorImage": "executorImage",
  "executorContext.executorImage.reference": "executorImage",
  agentPoolID: "agentPoolId",
  "cacheOptions.enable": "cache",
});

/** What says nothing about what deployments do: counted by the service, filled in by it, or told apart by the block. */
const unsaid: ReadonlySet<string> = new Set([
  "version",
  "source",
  "gitHub.installationId",
  "vcs.installationId",
  "executorContext.executorImage.isDefault",
]);

/** What absence of a property means: `false` is not given back, and neither is the root of the repository. */
export const absent: Readonly<Record<string, string>> = tableOf({
  repoDir: ".",
  deployCommits: "false",
  previewPullRequests: "false",
  pullRequestTemplate: "false",
  skipInstallDependencies: "false",
  skipIntermediateDeployments: "false",
  deleteAfterDestroy: "false",
  cache: "false",
});

const variable = "environmentVariables.";

/** What a stack's settings and schedules are in Pulumi Cloud, from the answers of the REST API. */
export function liveEntries(settings: Json, schedules: readonly Json[]): readonly LiveEntry[] {
  const { open, hidden } = parted(settings, () => false);
  const isDefaultImage = jsonField(open, "executorContext", "executorImage", "isDefault") === true;
  const found = [
    ...leaves(open, []).map(({ path, text }) => entryOf(path, normal(nameOf(path), text))),
    ...hidden.map(({ path }) => entryOf(path, undefined)),
    ...schedules.map((one): LiveEntry => ({ name: "schedule", text: scheduleText(one), declarable: true })),
  ];
  return found.filter(
    ({ name, text }) =>
      !unsaid.has(name) &&
      !(name === "executorImage" && isDefaultImage) &&
      !(name === "vcs.provider" && text === "github") &&
      (text !== "" || name.startsWith(variable)) &&
      (text === undefined || text !== absent[name]),
  );
}

const entryOf = (path: RestPath, text: string | undefined): LiveEntry => ({
  name: nameOf(path),
  text,
  declarable: isDeclarable(path),
});

function nameOf(path: RestPath): string {
  const [first, second, third, ...rest] = path;
  if (first === "operationContext" && second === "environmentVariables")
    return `${variable}${[third, ...rest].join(".")}`;
  const whole = path.join(".");
  return names[whole] ?? (whole.startsWith("operationContext.oidc.") ? whole.slice("operationContext.".length) : whole);
}

function leaves(value: Json, path: RestPath): readonly { readonly path: RestPath; readonly text: string }[] {
  // What is off is given back as such, or not at all.
  if (value === null || value === false) return [];
  if (Array.isArray(value)) return value.flatMap((one) => leaves(one as Json, path));
  if (isJsonFields(value)) return Object.entries(value).flatMap(([name, one]) => leaves(one, [...path, name]));
  return [{ path, text: typeof value === "string" ? value : JSON.stringify(value) }];
}

/**
 * Texts that mean the same as one text: the service takes `main` and `refs/heads/main`, the root as nothing, `.` and
 * `/`, and gives back a duration as Go writes it.
 */
export function normal(name: string, text: string): string {
  if (name === "branch") return text.replace(/^refs\/heads\//, "");
  if (name === "repoDir") return text.replace(/^(?:\.?\/)+|\/+$/g, "") || ".";
  return name === "oidc.aws.duration" ? (duration(text) ?? text) : text;
}

/** A duration of hours, minutes and seconds as Go's `Duration.String` has it. */
function duration(text: string): string | undefined {
  const found = /^(?=\d)(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (found === null) return undefined;
  const [hours = 0, minutes = 0, seconds = 0] = found.slice(1).map((one) => Number(one ?? 0));
  const total = hours * 3600 + minutes * 60 + seconds;
  const [h, m, s] = [Math.floor(total / 3600), Math.floor(total / 60) % 60, total % 60];
  return `${h > 0 ? `${h}h` : ""}${h > 0 || m > 0 ? `${m}m` : ""}${s}s`;
}

/** A schedule in the words of a declared one: `refresh at 5 4 * * 1`; one that is paused, or that runs once, says so. */
export function scheduleText(schedule: Json): string {
  const request = jsonField(schedule, "definition", "request");
  const operation = jsonField(request, "operation");
  const isRemedied = jsonField(request, "operationContext", "options", "remediateIfDriftDetected") === true;
  const name = operation === "detect-drift" && isRemedied ? "remediate-drift" : operation;
  const cron = jsonField(schedule, "scheduleCron");
  const when = typeof cron === "string" && cron !== "" ? cron : `once ${textOf(jsonField(schedule, "scheduleOnce"))}`;
  const paused = jsonField(schedule, "paused") === true ? " (paused)" : "";
  return `${typeof name === "string" ? name : "something"} at ${when}${paused}`;
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" ? value : "";
}
