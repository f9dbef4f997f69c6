import {
  callObstacles,
  configVariable,
  type CallAuth,
  type CallConfig,
  type CallOperation,
  type CallOwn,
  type CallRequest,
  type CallVariable,
} from "./call-request.ts";
import { optionVariable } from "../option-variable.ts";
import { pinned, pinnedActions } from "../pinned-actions.ts";
import { callFile } from "./call-script.ts";

/** Seconds between two questions for the state of a deployment; grows to six times as many while nothing changes. */
const pollSeconds = 5;

type Line = readonly [key: string, text: string | number | boolean | undefined];

/**
 * The lines of the steps that ask Pulumi Deployments for an operation, as items of a list of steps in column 0.
 * Conditions for this to be right, which the caller has to see to: the stack has deployment settings with all
 * triggers off; the job has `id-token: write` for OIDC; the stack's secrets provider is Pulumi Cloud where a secret
 * output is wanted. Pre-run commands are taken to start in the folder of the project, which Pulumi does not document.
 */
export function callStep(request: CallRequest): readonly string[] {
  const obstacles = callObstacles(request);
  if (obstacles.length > 0) throw new Error(`This cannot be a call step: ${obstacles.join("; ")}`);
  return [...loginStep(request), ...askingStep(request)];
}

/** The step itself, behind the one that logs in. */
export function askingStep(request: CallRequest): readonly string[] {
  return [...header(request), ...comments(request).map((line) => `  ${line}`), "  shell: bash", ...body(request)];
}

/** The keys of a step that say what it is called and when it runs, as the beginning of an item of a list. */
export function header(request: CallRequest): readonly string[] {
  return step([
    ["name", request.name ?? (typeof request.operation === "string" ? `Pulumi ${request.operation}` : "Pulumi")],
    ["id", request.id],
    ["if", request.if],
    ["continue-on-error", switchOf(request.continueOnError)],
  ]);
}

/** GitHub takes a boolean there, or an expression, and no text. `false` is what it is without a word. */
function switchOf(text: string | undefined): string | boolean | undefined {
  return text === "true" ? true : text === "false" ? undefined : text;
}

function operationText({ operation }: CallRequest): string {
  return typeof operation === "string" ? operation : operation.text;
}

/** The step that trades GitHub's identity for a token of Pulumi Cloud; none where the workflow has one. */
export function loginStep(request: CallRequest): readonly string[] {
  const { auth } = request;
  if (auth.kind === "token") return [];
  const inputs: readonly Line[] = [
    ["organization", request.organization],
    ["requested-token-type", `urn:pulumi:token-type:access_token:${auth.tokenType}`],
    ["scope", auth.scope],
    ["token-expiration", request.timeoutMinutes * 60 + 300],
    ["export-environment-variables", "false"],
    ["cloud-url", apiOf(request)],
  ];
  return [
    ...header({ ...request, name: "Log in to Pulumi Cloud", id: auth.stepId }),
    `  uses: ${pinned(pinnedActions.pulumiAuth)}`,
    "  with:",
    ...entries(inputs, "    "),
  ];
}

const ending: Readonly<Record<CallOperation, string>> = {
  update: "updated the stack",
  preview: "previewed the stack",
  refresh: "refreshed the stack",
  destroy: "destroyed the stack",
};

function comments(request: CallRequest): readonly string[] {
  return [
    "# Pulumi Deployments does the work, with the deployment settings of the stack. This step asks for it and succeeds",
    `# only once that has ${typeof request.operation === "string" ? ending[request.operation] : "ended well"}. Cancelling this workflow does not cancel the deployment.`,
  ];
}

function body(request: CallRequest): readonly string[] {
  return [
    "  env:",
    ...callEnvironment(request).map((line) => (line === "" ? "" : `    ${line}`)),
    // `exec`: the runner's signals go to the shell of the step, which has to be the script itself.
    `  run: exec bash "$GITHUB_WORKSPACE/${callFile}"`,
  ];
}

/** The lines of the environment through which the script of the calls gets all it reads. */
export function callEnvironment(request: CallRequest): readonly string[] {
  const sent = sentVariables(request);
  const switches = request.options.filter(({ isSwitch }) => isSwitch);
  return [
    ...entries(fixedVariables(request), ""),
    ...ownSettings(request.own),
    ...preRun(request.config),
    ...outputs(request),
    ...(sent.length === 0
      ? []
      : ["# Each becomes an environment variable of the deployment, without SEND_PLAIN_ or SEND_SECRET_."]),
    ...entries(
      sent.map(({ name, text, secret }) => [`SEND_${secret ? "SECRET" : "PLAIN"}_${name}`, text]),
      "",
    ),
    ...(switches.length === 0
      ? []
      : ["# An environment variable of the deployment, without SEND_SWITCH_, where it says true."]),
    ...entries(
      switches.map(({ flag, text }) => [`SEND_SWITCH_${optionVariable(flag)}`, text]),
      "",
    ),
  ];
}

function fixedVariables(request: CallRequest): readonly Line[] {
  const { revision } = request;
  return [
    ["PULUMI_ACCESS_TOKEN", token(request.auth)],
    ["CALL_API", apiOf(request)],
    ["CALL_OPERATION", operationText(request)],
    ["CALL_ORGANIZATION", request.organization],
    ["CALL_PROJECT", request.project],
    ["CALL_STACK", request.stack],
    ["CALL_COMMIT", revision.kind === "commit" ? revision.text : ""],
    ["CALL_BRANCH", revision.kind === "branch" ? revision.text : ""],
    ["CALL_TIMEOUT_SECONDS", request.timeoutMinutes * 60],
    ["POLL_SECONDS", pollSeconds],
  ];
}

function token(auth: CallAuth): string {
  return auth.kind === "token" ? auth.text : `\${{ steps.${auth.stepId}.outputs.pulumi-access-token }}`;
}

/** `pulumi login` takes the address of the console for that of the API; the API itself answers only on its own. */
function apiOf(request: CallRequest): string {
  const url = request.cloudUrl.replace(/\/+$/, "");
  return url === "https://app.pulumi.com" ? "https://api.pulumi.com" : url;
}

function sentVariables(request: CallRequest): readonly CallVariable[] {
  return [
    ...request.environment,
    ...request.options
      .filter(({ isSwitch }) => !isSwitch)
      .map(({ flag, text }) => ({ name: optionVariable(flag), text, secret: false })),
    ...request.config.map(({ text, secret, hidden }, index) => ({
      name: configVariable(index),
      text,
      secret: secret || hidden,
    })),
  ];
}

/** What the stack's settings say otherwise for its other operations. */
function ownSettings({ prepared, awsRole }: CallOwn): readonly string[] {
  if (prepared === undefined && awsRole === undefined) return [];
  return [
    "# In place of what the settings of the stack say for its other operations.",
    ...entries([["CALL_AWS_ROLE", awsRole]], ""),
    ...(prepared === undefined ? [] : entries([["CALL_SKIP_INSTALL", String(prepared.skipInstall)]], "")),
    ...(prepared === undefined
      ? []
      : prepared.commands.length === 0
        ? entries([["CALL_COMMANDS", ""]], "")
        : block("CALL_COMMANDS", prepared.commands.join("\n"), "", "|-")),
  ];
}

function preRun(config: readonly CallConfig[]): readonly string[] {
  if (config.length === 0) return [];
  return [
    "# Run before the operation, after the commands of the settings; the values are in the variables named here.",
    ...block("CALL_PRE_RUN", config.map(configCommand).join("\n"), "", "|-"),
  ];
}

/** Each pre-run command has a shell of its own, in which the variables of the deployment are set. */
function configCommand(config: CallConfig, index: number): string {
  const flags = [config.secret ? "--secret" : "--plaintext", ...(config.path ? ["--path"] : [])].join(" ");
  const stack = '"$PULUMI_CI_ORGANIZATION/$PULUMI_CI_PROJECT/$PULUMI_CI_STACK"';
  const key = `'${config.key.replaceAll("'", "'\\''")}'`;
  const sought = `pulumi config get${config.unless === "path" ? " --path" : ""} --stack ${stack} -- ${key} >/dev/null 2>&1 || `;
  return `${config.unless === undefined ? "" : sought}pulumi config set ${flags} --stack ${stack} -- ${key} "$${configVariable(index)}"`;
}

function outputs(request: CallRequest): readonly string[] {
  if (request.outputs.length === 0) return [];
  const wanted = request.outputs.map(({ output, as }) => `${as}=${output}`);
  return [
    "# Outputs of this step, and the outputs of the stack they are read from.",
    ...block("CALL_OUTPUTS", wanted.join("\n"), "", "|-"),
  ];
}

function step(lines: readonly Line[]): readonly string[] {
  return entries(lines, "  ").map((line, index) => (index === 0 ? `- ${line.slice(2)}` : line));
}

/** Keys and values, each on a line of its own; what is `undefined` is left out. */
export function entries(lines: readonly Line[], indent: string): readonly string[] {
  return lines.flatMap(([key, text]) =>
    text === undefined ? [] : [`${indent}${key}: ${typeof text === "string" ? scalar(text) : String(text)}`],
  );
}

function block(key: string, text: string, indent: string, style = "|"): readonly string[] {
  const lines = text.replace(/\n$/, "").split("\n");
  return [`${indent}${key}: ${style}`, ...lines.map((line) => (line === "" ? "" : `${indent}  ${line}`))];
}

/** Texts that YAML 1.1 or 1.2 would not read as text if they stood without quotes. */
const otherThanText = /^(?:true|false|yes|no|on|off|y|n|null|~)$/i;
const plainText = /^(?:[A-Za-z/]|\$\{\{)[^\u0000-\u001f\u007f-\u00a0\u2028\u2029\ufeff]*$/;

/** A text as a YAML scalar of one line: plain where that reads well and is safe, quoted otherwise. */
function scalar(text: string): string {
  const risky = otherThanText.test(text) || /: |:$| #|\s$/.test(text);
  if (plainText.test(text) && !risky) return text;
  return /^[\u0020-\u007e]*$/.test(text) ? `'${text.replaceAll("'", "''")}'` : doubleQuoted(text);
}

/** JSON, with what YAML would fold, refuse or take for the end of a line escaped too. */
function doubleQuoted(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u00a0\u2028\u2029\ufeff]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
