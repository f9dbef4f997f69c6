import { environmentsAnswer, requiredChecksAnswer } from "@gha2pulumi/migrate";
import type { GitHub } from "./github.ts";
import { isTrouble } from "./github-error.ts";
import { fullName, type RepositoryFacts } from "./repositories.ts";

/** What files cannot tell and GitHub does, under the keys by which a person would answer it. */
export interface Observed {
  readonly answers: ReadonlyMap<string, string>;
  /** What this credential was not allowed to see. */
  readonly unseen: readonly string[];
}

/**
 * Observes a repository; everything is only read. What may not be seen stays unknown. Variables are not observed: one
 * that is a switch (`if: vars.DEPLOY == 'true'`) would be taken for its value of today, and nobody could turn it any more.
 */
export async function observe(gitHub: GitHub, facts: RepositoryFacts): Promise<Observed> {
  const at = { owner: facts.owner, repo: facts.name };
  const unseen: string[] = [];
  const seen = async <T>(what: string, ask: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await ask();
    } catch (error) {
      // GitHub also says "not found" to who may not know: taken for "there is none", that would lose a gate.
      if (!isTrouble(error, "denied") && !isTrouble(error, "missing")) throw error;
      unseen.push(what);
      return undefined;
    }
  };
  const environments = await seen("environments", async () => {
    const pages = await gitHub.pages("GET /repos/{owner}/{repo}/environments", at);
    return pages.flatMap((page) => page.environments ?? []);
  });
  const required = await seen("required checks", () => requiredChecks(gitHub, facts));
  const permissions = await seen("workflow permissions", () =>
    gitHub.get("GET /repos/{owner}/{repo}/actions/permissions/workflow", at),
  );
  const subject = await seen("form of OIDC subjects", () =>
    gitHub.get("GET /repos/{owner}/{repo}/actions/oidc/customization/sub", at),
  );
  const answers: (readonly [string, string])[] = [
    ["repository", fullName(facts)],
    ["repository-ids", facts.ids],
    ["default-branch", facts.defaultBranch],
  ];
  if (required === undefined && !unseen.includes("required checks")) unseen.push("required checks");
  if (environments !== undefined) {
    const seen = environments.map(({ name, protection_rules: rules = [] }) => ({ name, guarded: rules.length > 0 }));
    answers.push(["environments.protected", environmentsAnswer(seen)]);
  }
  if (required !== undefined) answers.push(["checks.required", required]);
  if (permissions !== undefined) answers.push(["workflow-permissions", permissions.default_workflow_permissions]);
  const subjects = formOf(subject);
  if (subjects !== undefined) answers.push(["oidc.subjects", subjects]);
  return { answers: new Map(answers), unseen };
}

/**
 * With names or with ids: https://docs.github.com/en/rest/actions/oidc. Of a template of its own claims, which may be any,
 * and of a server that does not tell, nothing is said.
 */
function formOf(
  subject: { readonly use_default?: boolean; readonly use_immutable_subject?: boolean } | undefined,
): string | undefined {
  if (subject?.use_default !== true || subject.use_immutable_subject === undefined) return undefined;
  return subject.use_immutable_subject ? "ids" : "names";
}

/** The checks that the default branch requires, as an answer; `undefined` where this credential is not shown all. */
async function requiredChecks(
  gitHub: GitHub,
  { owner, name, defaultBranch }: RepositoryFacts,
): Promise<string | undefined> {
  const at = { owner, repo: name, branch: defaultBranch };
  const rules = (await gitHub.pages("GET /repos/{owner}/{repo}/rules/branches/{branch}", at)).flat();
  const byRules = rules.map((rule) =>
    rule.type === "required_status_checks"
      ? (rule.parameters?.required_status_checks ?? []).map(({ context }) => context)
      : [],
  );
  const { protected: isProtected, protection } = await gitHub.get("GET /repos/{owner}/{repo}/branches/{branch}", at);
  return requiredChecksAnswer({
    protected: isProtected,
    classic: protection?.enabled === true,
    classicChecks: protection?.required_status_checks?.contexts,
    rules: byRules,
  });
}
