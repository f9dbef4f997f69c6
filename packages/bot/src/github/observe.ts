import type { GitHub } from "./github.ts";
import { isTrouble } from "./github-error.ts";
import { fullName, type RepositoryFacts } from "./repositories.ts";

/** What files cannot tell and GitHub does, under the keys by which a person would answer it. */
export interface Observed {
  readonly answers: ReadonlyMap<string, string>;
  /** What this credential was not allowed to see. */
  readonly unseen: readonly string[];
}

/** Observes a repository; everything is only read. What may not be seen stays unknown. */
export async function observe(gitHub: GitHub, facts: RepositoryFacts): Promise<Observed> {
  const at = { owner: facts.owner, repo: facts.name };
  const unseen: string[] = [];
  const seen = async <T>(what: string, ask: () => Promise<T>, none: T): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      if (isTrouble(error, "missing")) return none;
      if (!isTrouble(error, "denied")) throw error;
      unseen.push(what);
      return undefined;
    }
  };
  const environments = await seen(
    "environments",
    async () => {
      const pages = await gitHub.pages("GET /repos/{owner}/{repo}/environments", at);
      return pages.flatMap((page) => page.environments ?? []);
    },
    [],
  );
  const required = await seen("required checks", () => requiredChecks(gitHub, facts), undefined);
  const permissions = await seen(
    "workflow permissions",
    () => gitHub.get("GET /repos/{owner}/{repo}/actions/permissions/workflow", at),
    undefined,
  );
  const variables =
    environments &&
    (await seen(
      "variables",
      () =>
        variablesOf(
          gitHub,
          at,
          environments.map(({ name }) => name),
        ),
      new Map<string, string>(),
    ));
  const answers: (readonly [string, string])[] = [
    ["repository", fullName(facts)],
    ["default-branch", facts.defaultBranch],
  ];
  if (environments !== undefined) {
    const guarded = environments.filter(({ protection_rules: rules = [] }) => rules.length > 0).map(({ name }) => name);
    answers.push(["environments.protected", guarded.length === 0 ? "none" : guarded.join(", ")]);
  }
  if (required !== undefined) answers.push(["checks.required", required.length === 0 ? "none" : required.join("; ")]);
  if (permissions !== undefined) answers.push(["workflow-permissions", permissions.default_workflow_permissions]);
  for (const [name, value] of variables ?? []) answers.push([`vars.${name}`, value]);
  return { answers: new Map(answers), unseen };
}

type At = { readonly owner: string; readonly repo: string };

/** Names of the checks that the default branch requires, by rule sets and by classic protection. */
async function requiredChecks(
  gitHub: GitHub,
  { owner, name, defaultBranch }: RepositoryFacts,
): Promise<readonly string[]> {
  const at = { owner, repo: name, branch: defaultBranch };
  const rules = (await gitHub.pages("GET /repos/{owner}/{repo}/rules/branches/{branch}", at)).flat();
  const byRules = rules.flatMap((rule) =>
    rule.type === "required_status_checks"
      ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
      : [],
  );
  const { protection } = await gitHub.get("GET /repos/{owner}/{repo}/branches/{branch}", at);
  const classic = protection?.required_status_checks?.contexts ?? [];
  return [...new Set([...byRules, ...classic])].sort();
}

/**
 * Variables with one value wherever a job of the repository reads them. What an environment has under the same name
 * goes before it there, so such a name is left out: https://docs.github.com/en/actions/concepts/workflows-and-actions/variables
 */
async function variablesOf(
  gitHub: GitHub,
  at: At,
  environments: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const ofOrganization = await organizationVariables(gitHub, at);
  const ofRepository = (await gitHub.pages("GET /repos/{owner}/{repo}/actions/variables", at)).flatMap(
    (page) => page.variables,
  );
  const several = new Set<string>();
  for (const environment of environments) {
    const pages = await gitHub.pages("GET /repos/{owner}/{repo}/environments/{environment_name}/variables", {
      ...at,
      environment_name: environment,
    });
    for (const { name } of pages.flatMap((page) => page.variables)) several.add(name);
  }
  const all = [...ofOrganization, ...ofRepository].filter(({ name }) => !several.has(name));
  return new Map(all.map(({ name, value }) => [name, value]));
}

type Variable = { readonly name: string; readonly value: string };

async function organizationVariables(gitHub: GitHub, at: At): Promise<readonly Variable[]> {
  try {
    const pages = await gitHub.pages("GET /repos/{owner}/{repo}/actions/organization-variables", at);
    return pages.flatMap((page) => page.variables);
  } catch (error) {
    // A person's own repository has none.
    if (isTrouble(error, "missing")) return [];
    throw error;
  }
}
