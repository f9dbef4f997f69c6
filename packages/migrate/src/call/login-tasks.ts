import { literal } from "@gha2pulumi/repo";
import type { Job, Surroundings } from "@gha2pulumi/workflow";
import type { Intent } from "../intents.ts";
import { stackName } from "../runtime.ts";
import type { World } from "../world.ts";
import type { Call } from "./plan-calls.ts";

/**
 * What an administrator has to do before calls can log in by OIDC, and what the permission opens besides.
 * https://www.pulumi.com/docs/administration/guides/oidc-issuers/github/
 */
export function loginTasks(calls: readonly Call[], world: World): readonly string[] {
  const policies = new Set(calls.flatMap((call) => policyOf(call, world)));
  if (policies.size === 0) return [];
  return [
    "In Pulumi Cloud, as an administrator of the organisation, register GitHub as an OIDC issuer: Settings, Access Management, OIDC Issuers, Register issuer, with the URL `https://token.actions.githubusercontent.com`.",
    ...policies,
    ...widened(calls, world),
  ];
}

/**
 * What a call behind an environment needs for the approval to go on guarding the stack: the token asks for any deployment
 * of it, and whoever reads it in a job without the environment asks for one past its reviewers.
 */
export function environmentTasks(calls: readonly Call[]): readonly string[] {
  const behind = new Map<string, Set<string>>();
  for (const { intents, login } of calls) {
    if (login.auth.kind !== "token") continue;
    for (const { occurrences } of intents)
      for (const { name } of occurrences.flatMap(({ gates }) => gates.filter(({ kind }) => kind === "environment")))
        behind.set(name, (behind.get(name) ?? new Set()).add(stackName(occurrences[0])));
  }
  return [...behind].map(
    ([name, stacks]) =>
      `Keep the Pulumi token of the environment \`${name}\` as a secret of that environment alone (or answer \`call.login\` with \`oidc\`): any job that reads it can ask for a deployment of ${[...stacks].sort().join(", ")}, past the environment's reviewers.`,
  );
}

/** The policy that lets the repository have the kind of token it asks for, and lets in nothing but these jobs. */
function policyOf({ login: { auth }, organization, intents }: Call, { surroundings }: World): readonly string[] {
  if (auth.kind !== "oidc") return [];
  const repository = surroundings.get("repository") ?? "OWNER/REPOSITORY";
  const audience = organization.includes("${{") ? "ORGANISATION" : organization;
  const whose = auth.scope === undefined ? "" : ` for \`${auth.scope.replace(":", " ")}\``;
  const subjects = [...new Set(intents.flatMap((intent) => subjectsOf(intent, surroundings)))].sort();
  return subjects.map(
    (subject) =>
      `Give that issuer a policy: Allow, token type ${auth.tokenType}${whose}, \`aud\` is \`urn:pulumi:org:${audience}\`, \`sub\` is \`repo:${repository}:${subject}\` (with ids in it, where the repository's subjects have them). The token has to be allowed to run deployments of these stacks. (Personal tokens are in every edition of Pulumi Cloud, organization tokens from Team, team tokens from Enterprise on.)`,
  );
}

/**
 * Whom GitHub says a job to be, behind the repository: its environment where it has one, else what started it. A `*` is
 * what only a run can tell.
 * https://docs.github.com/actions/reference/openid-connect-reference#example-subject-claims
 */
function subjectsOf({ on, occurrences: [{ site }] }: Intent, surroundings: Surroundings): readonly string[] {
  const { environment } = site.jobPlay;
  if (environment !== undefined) return [`environment:${literal(environment.text) ?? "*"}`];
  const head = surroundings.get("default-branch") ?? "*";
  return on.flatMap(({ event, branches, tags }) => {
    const kept = branches.filter((branch) => !branch.startsWith("!")).map((branch) => branch.replaceAll("**", "*"));
    switch (event) {
      case "pull_request":
        return ["pull_request"];
      case "push":
        return [
          ...(kept.length > 0 ? kept : tags.length > 0 ? [] : ["*"]).map((name) => `ref:refs/heads/${name}`),
          ...tags.filter((tag) => !tag.startsWith("!")).map((tag) => `ref:refs/tags/${tag}`),
        ];
      case "release":
        return ["ref:refs/tags/*"];
      case "schedule":
      case "workflow_run":
      case "repository_dispatch":
        return [`ref:refs/heads/${head}`];
      default:
        return ["ref:refs/heads/*"];
    }
  });
}

function widened(calls: readonly Call[], world: World): readonly string[] {
  const jobs = new Map<string, string>();
  for (const { path, job: id, login, gone, index } of calls) {
    const job = world.repository.workflows.get(path)?.jobs.get(id);
    if (!login.widens || job === undefined) continue;
    const others = othersOf(job, [...gone, index]);
    const who = others.length === 0 ? "no other step is in it" : `so may ${others.join(", ")}`;
    jobs.set(
      `${path} ${id}`,
      `The job \`${id}\` of ${path} may ask for GitHub's identity from now on (\`id-token: write\` is new); ${who}. Check that no cloud role trusts all of this repository.`,
    );
  }
  return [...jobs.values()];
}

/** The steps beside the call, by what they use or that they are scripts. */
function othersOf(job: Job, own: readonly number[]): readonly string[] {
  const steps = job.steps.filter(({ index }) => !own.includes(index));
  return [...new Set(steps.map(({ uses }) => (uses === undefined ? "its scripts" : `\`${uses.text}\``)))];
}
