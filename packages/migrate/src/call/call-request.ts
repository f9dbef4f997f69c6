import { optionVariable } from "../option-variable.ts";

/** An operation that Pulumi Deployments can be asked for on behalf of a workflow. */
export type CallOperation = "update" | "preview" | "refresh" | "destroy";

/**
 * How the step gets its token: from GitHub's identity, traded by `pulumi/auth-actions` (the job needs
 * `permissions: id-token: write`, Pulumi Cloud a policy for this repository), or as the workflow already has it.
 */
export type CallAuth =
  | {
      readonly kind: "oidc";
      /** The id of the login step, not yet used in the job. */
      readonly stepId: string;
      readonly tokenType: "organization" | "team" | "personal";
      /** `team:NAME` or `user:NAME`, as the type of token wants it. */
      readonly scope: string | undefined;
    }
  | { readonly kind: "token"; readonly text: string };

/** A value of this run, as it is written in the workflow, that the deployment gets as an environment variable. */
export interface CallVariable {
  readonly name: string;
  readonly text: string;
  readonly secret: boolean;
}

/** A flag of the CLI that the deployment gets as an environment variable. */
export interface CallOption {
  readonly flag: string;
  readonly text: string;
  /** The text says `true` in some runs only; in the others the deployment goes without the variable. */
  readonly isSwitch: boolean;
}

/** A value of this run that is set as configuration of the stack before the operation. */
export interface CallConfig {
  readonly key: string;
  readonly text: string;
  /** It is encrypted in the stack's configuration. */
  readonly secret: boolean;
  /** It is sent as a secret, whatever becomes of it. */
  readonly hidden: boolean;
  /** Whether the key is a path into an object, `--path`. */
  readonly path: boolean;
  /** It is set only where nothing stands under the key, or under that as a path. */
  readonly unless?: "key" | "path" | undefined;
}

/** What a call says in place of the settings of its stack, whose operations differ in it. */
export interface CallOwn {
  /** The commands before the operation, in place of those saved, and whether they install dependencies. */
  readonly prepared?: { readonly commands: readonly string[]; readonly skipInstall: boolean } | undefined;
  /** The role in AWS, as the text of an expression. */
  readonly awsRole?: string | undefined;
}

/** What is deployed: one commit, or whatever a branch holds when the deployment starts. */
export type CallRevision =
  { readonly kind: "commit"; readonly text: string } | { readonly kind: "branch"; readonly text: string };

/** A stack output, and the name under which later steps read it. */
export interface CallOutput {
  readonly output: string;
  readonly as: string;
}

/**
 * A call step to write. Texts are values of the workflow, not source: without quotes of YAML, with their `${{ }}`.
 * Name, id, `if:` and `continue-on-error:` are those of the step it replaces.
 */
export interface CallRequest {
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly if: string | undefined;
  readonly continueOnError: string | undefined;
  /** `text`: an expression that gives one of them. */
  readonly operation: CallOperation | { readonly text: string };
  /** Where no file tells the organisation: the text of an expression, such as `${{ vars.PULUMI_ORGANIZATION }}`. */
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly auth: CallAuth;
  readonly environment: readonly CallVariable[];
  readonly revision: CallRevision;
  readonly outputs: readonly CallOutput[];
  readonly config: readonly CallConfig[];
  readonly own: CallOwn;
  /** Flags of the operation without their dashes, each passed as an environment variable. */
  readonly options: readonly CallOption[];
  readonly timeoutMinutes: number;
  readonly cloudUrl: string;
}

/** The Pulumi Cloud that is meant where a workflow names none. */
export const pulumiCloud = "https://api.pulumi.com";

/** The repository variable that names the organisation where no file of the repository does. */
export const organizationVariable = "PULUMI_ORGANIZATION";

/** The commit a workflow was started for: on every event but those of pull requests, what was checked out. */
export const workflowCommit: CallRevision = { kind: "commit", text: "${{ github.sha }}" };

/**
 * The commit to deploy where pull requests start the workflow too. On them `github.sha` is GitHub's trial merge, which
 * no branch holds and a clone does not bring (https://docs.github.com/actions/reference/events-that-trigger-workflows).
 */
export const headCommit: CallRevision = {
  kind: "commit",
  text: "${{ github.event.pull_request.head.sha || github.sha }}",
};

/** The commit a pull request was merged as, where workflows run when it is closed. */
export const mergeCommit: CallRevision = {
  kind: "commit",
  text: "${{ github.event.pull_request.merge_commit_sha }}",
};

/** The commit that is checked out where the step runs: its script looks. */
export const checkedOut: CallRevision = { kind: "commit", text: "HEAD" };

/** The head of a pull request, whose trial merge no clone brings; for other events what is checked out. */
export const headOrCheckedOut: CallRevision = {
  kind: "commit",
  text: "${{ github.event.pull_request.head.sha || 'HEAD' }}",
};

/** The branch a pull request was to be merged into. */
export const baseBranch: CallRevision = { kind: "branch", text: "${{ github.event.pull_request.base.ref }}" };

const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;
const actionName = /^[A-Za-z_][A-Za-z0-9_-]*$/;
const flagName = /^[a-z][a-z0-9-]*$/;

/** What the script or the executor sets itself; a token of the run would also change who deploys. */
const reserved: readonly string[] = ["CALLED_BY_RUN", "PULUMI_ACCESS_TOKEN", "PULUMI_BACKEND_URL", "PULUMI_OIDC_TOKEN"];
const reservedPrefixes: readonly string[] = ["PULUMI_CI_", "PULUMI_DEPLOY_"];

/** The name of the environment variable that carries a value of the configuration. */
export function configVariable(index: number): string {
  return `RUN_CONFIG_${index + 1}`;
}

/** The reasons why a request cannot be written as a call step; none if it can. */
export function callObstacles(request: CallRequest): readonly string[] {
  const names = sentNames(request);
  return [
    ...unlike(names, variableName, "is not the name of an environment variable"),
    ...names.filter(isReserved).map((name) => `${quoted(name)} is set by Pulumi Deployments or by the step itself`),
    ...repeated(names).map((name) => `the environment variable ${quoted(name)} would be sent twice`),
    ...unlike(
      request.options.map(({ flag }) => flag),
      flagName,
      "is not a flag of pulumi",
    ),
    ...unlike(
      request.outputs.map(({ as }) => as),
      actionName,
      "cannot be the name of a step's output",
    ),
    ...repeated(request.outputs.map(({ as }) => as)).map((name) => `the output ${quoted(name)} would be set twice`),
    ...singleLines([
      ...request.outputs.map(({ output }) => output),
      ...request.config.map(({ key }) => key),
      request.cloudUrl,
    ]),
    ...(Number.isInteger(request.timeoutMinutes) && request.timeoutMinutes > 0
      ? []
      : ["the time limit is not a whole number of minutes"]),
  ];
}

function sentNames(request: CallRequest): readonly string[] {
  return [
    ...request.environment.map(({ name }) => name),
    ...request.options.map(({ flag }) => optionVariable(flag)),
    ...request.config.map((_, index) => configVariable(index)),
  ];
}

function isReserved(name: string): boolean {
  return reserved.includes(name) || reservedPrefixes.some((prefix) => name.startsWith(prefix));
}

function unlike(texts: readonly string[], pattern: RegExp, why: string): readonly string[] {
  return texts.filter((text) => !pattern.test(text)).map((text) => `${quoted(text)} ${why}`);
}

function repeated(names: readonly string[]): readonly string[] {
  return [...new Set(names.filter((name, index) => names.indexOf(name) < index))];
}

function singleLines(texts: readonly string[]): readonly string[] {
  return texts
    .filter((text) => text === "" || /[\u0000-\u001f\u007f-\u009f\u2028\u2029\ufeff]/.test(text))
    .map((text) => `${quoted(text)} is empty or has more than one line`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
