/** What the subject of Pulumi Deployments' tokens says; `*` stands for any operation, where a policy may use wildcards. */
export interface DeploymentSubject {
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  readonly operation: string;
}

/**
 * The `sub` claim of a token that Pulumi Deployments issues for one run.
 * https://www.pulumi.com/docs/deployments/guides/oidc/ — `scope` is always `write`.
 */
export function deploymentSubject({ organization, project, stack, operation }: DeploymentSubject): string {
  return `pulumi:deploy:org:${organization}:project:${project}:stack:${stack}:operation:${operation}:scope:write`;
}

/** The operations that the documentation lists for the claim. What it says on drift runs is documented nowhere. */
export const documentedOperations = ["preview", "update", "refresh", "destroy"] as const;

/** A GitHub repository, with the ids that immutable subjects carry where they are known. */
export interface Repository {
  readonly owner: string;
  readonly name: string;
  readonly ids: { readonly owner: string; readonly repository: string } | undefined;
}

/** What ran, as GitHub's subject tells it. An environment hides the branch. `any` is a policy's `*`. */
export type Ran =
  | { readonly kind: "branch" | "tag" | "environment"; readonly name: string }
  | { readonly kind: "ref"; readonly ref: string }
  | { readonly kind: "pull-request" }
  | { readonly kind: "any" };

/** A `sub` claim, or a policy's pattern for one, read. A template is what `include_claim_keys` asked for. */
export type Subject =
  | { readonly kind: "github"; readonly repository: Repository; readonly ran: Ran }
  | { readonly kind: "github-template"; readonly claims: readonly (readonly [string, string])[] }
  | ({ readonly kind: "deployment" } & DeploymentSubject)
  | { readonly kind: "environment"; readonly organization: string; readonly environment: string }
  | { readonly kind: "esc-attributes"; readonly attributes: readonly (readonly [string, string])[] };

/** GitHub writes a colon inside a value as `%3A`, and nothing else so. */
const escaped = (value: string): string => value.replaceAll(":", "%3A");
const unescaped = (value: string): string => value.replaceAll("%3A", ":");

/** Claims that a customised template may list: https://docs.github.com/en/rest/actions/oidc */
const templateClaims = new Set(
  `repo repository repository_id repository_owner repository_owner_id repository_visibility ref ref_type ref_protected
  base_ref head_ref environment environment_node_id job_workflow_ref job_workflow_sha workflow workflow_ref workflow_sha
  actor actor_id event_name run_id run_number run_attempt runner_environment enterprise enterprise_id`.split(/\s+/),
);

/** Whether a subject of GitHub's may have this part in front of a value. */
export function isSubjectClaim(name: string): boolean {
  return templateClaims.has(name) || name === "pull_request";
}

/** ESC's `subjectAttributes`, in the order in which they may be listed. */
const escAttributes = [
  "rootEnvironment.name",
  "currentEnvironment.name",
  "pulumi.user.login",
  "pulumi.organization.login",
];

/** The subject as the token or the policy has it: the inverse of `readSubject`. */
export function printSubject(subject: Subject): string {
  switch (subject.kind) {
    case "github":
      return `repo:${printRepository(subject.repository)}:${printRan(subject.ran)}`;
    case "github-template":
      return subject.claims.map(([name, value]) => `${name}:${escaped(value)}`).join(":");
    case "deployment":
      return deploymentSubject(subject);
    case "environment":
      return `pulumi:environments:org:${subject.organization}:env:${subject.environment}`;
    case "esc-attributes":
      return ["pulumi:environments", ...subject.attributes.map(([name, value]) => `${name}:${value}`)].join(":");
  }
}

/** The subject that a text is, wildcards included, or `undefined` when it follows neither grammar. */
export function readSubject(text: string): Subject | undefined {
  return text.startsWith("pulumi:") ? readPulumi(text) : readGitHub(text);
}

/** `acme/infra`, or `acme@1001/infra@2002` where ids are in the subject: neither name can hold an `@`. */
function printRepository({ owner, name, ids }: Repository): string {
  return ids === undefined ? `${owner}/${name}` : `${owner}@${ids.owner}/${name}@${ids.repository}`;
}

function printRan(ran: Ran): string {
  switch (ran.kind) {
    case "branch":
      return `ref:refs/heads/${ran.name}`;
    case "tag":
      return `ref:refs/tags/${ran.name}`;
    case "ref":
      return `ref:${ran.ref}`;
    case "environment":
      return `environment:${escaped(ran.name)}`;
    case "pull-request":
      return "pull_request";
    case "any":
      return "*";
  }
}

function readGitHub(text: string): Subject | undefined {
  const standard = /^repo:([^:/]+\/[^:/]+):(.+)$/s.exec(text);
  const repository = standard?.[1] === undefined ? undefined : readRepository(standard[1]);
  const ran = standard?.[2] === undefined ? undefined : readRan(standard[2]);
  return repository && ran ? { kind: "github", repository, ran } : readTemplate(text);
}

function readRepository(text: string): Repository | undefined {
  const [owner = "", name = ""] = text.split("/");
  const withIds = /^([^@]+)@([^@]+)\/([^@]+)@([^@]+)$/.exec(text);
  if (withIds === null) return text.includes("@") ? undefined : { owner, name, ids: undefined };
  const [, ownerName = "", ownerId = "", repositoryName = "", repositoryId = ""] = withIds;
  return { owner: ownerName, name: repositoryName, ids: { owner: ownerId, repository: repositoryId } };
}

function readRan(text: string): Ran | undefined {
  if (text === "*") return { kind: "any" };
  if (text === "pull_request") return { kind: "pull-request" };
  const [, key, value] = /^(ref|environment):([^:]+)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) return undefined;
  if (key === "environment") return { kind: "environment", name: unescaped(value) };
  const [, folder, name] = /^refs\/(heads|tags)\/(.+)$/s.exec(value) ?? [];
  if (name === undefined) return { kind: "ref", ref: value };
  return { kind: folder === "heads" ? "branch" : "tag", name };
}

function readTemplate(text: string): Subject | undefined {
  const parts = text.split(":");
  const claims = parts.flatMap((name, i) => (i % 2 === 0 ? [[name, unescaped(parts[i + 1] ?? "")] as const] : []));
  const sound = parts.length % 2 === 0 && claims.every(([name, value]) => templateClaims.has(name) && value !== "");
  return sound ? { kind: "github-template", claims } : undefined;
}

/** Names of organisations, projects and stacks hold no colon, so the parts cannot run into one another. */
function readPulumi(text: string): Subject | undefined {
  const run = /^pulumi:deploy:org:([^:]+):project:([^:]+):stack:([^:]+):operation:([^:]+):scope:write$/.exec(text);
  if (run) {
    const [, organization = "", project = "", stack = "", operation = ""] = run;
    return { kind: "deployment", organization, project, stack, operation };
  }
  const [, organization, environment] = /^pulumi:environments:org:([^:]+):env:([^:]+)$/.exec(text) ?? [];
  if (organization !== undefined && environment !== undefined) {
    return { kind: "environment", organization, environment };
  }
  return readAttributes(text);
}

function readAttributes(text: string): Subject | undefined {
  const parts = text.split(":");
  if (parts[1] !== "environments" || parts.length < 4 || parts.length % 2 !== 0) return undefined;
  const rest = parts.slice(2);
  const attributes = rest.flatMap((name, i) => (i % 2 === 0 ? [[name, rest[i + 1] ?? ""] as const] : []));
  const sound = attributes.every(([name, value]) => escAttributes.includes(name) && value !== "");
  return sound ? { kind: "esc-attributes", attributes } : undefined;
}

/** Whom a subject means, in the words of the table: `acme/infra  branch main`, `acme/infra/prod  update`. */
export function describeSubject(text: string): string {
  const subject = readSubject(text);
  switch (subject?.kind) {
    case undefined:
      return text;
    case "github":
      return `${printRepository(subject.repository)}  ${describeRan(subject.ran)}`;
    case "github-template":
      return subject.claims.map(([name, value]) => `${name} ${value}`).join(", ");
    case "deployment": {
      const { organization, project, stack, operation } = subject;
      return `${organization}/${project}/${stack}  ${operation === "*" ? "any operation" : operation}`;
    }
    case "environment":
      return `${subject.organization}  environment ${subject.environment}`;
    case "esc-attributes":
      return subject.attributes.map(([name, value]) => `${name} ${value}`).join(", ");
  }
}

function describeRan(ran: Ran): string {
  switch (ran.kind) {
    case "branch":
    case "tag":
    case "environment":
      return `${ran.kind} ${ran.name}`;
    case "ref":
      return ran.ref;
    case "pull-request":
      return "pull requests";
    case "any":
      return "anything that runs";
  }
}
