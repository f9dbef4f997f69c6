import { jsonField, type Json } from "@gha2pulumi/repo";
import type { Engine } from "./engine.ts";
import { strangeAnswer, type GitHubReading } from "./github-reading.ts";

/** What GitHub tells about a repository, as answers; and what it does not show to this token. */
export interface Observed {
  readonly answers: ReadonlyMap<string, string>;
  readonly unseen: readonly string[];
}

const perPage = 100;
/** Pages of a list; a repository with more is not known in full, and so not at all. */
const mostPages = 10;

/**
 * The default branch, the environments that may hold a job back, and the checks that the default branch requires. What is
 * not there and what may not be seen GitHub answers alike: both stay unknown. Variables are left out, as the bot leaves
 * them out: one that is a switch would be taken for its value of today.
 */
export async function observeRepository(
  gitHub: GitHubReading,
  repository: string,
  { environmentsAnswer, requiredChecksAnswer }: Pick<Engine, "environmentsAnswer" | "requiredChecksAnswer">,
): Promise<Observed> {
  const at = `/repos/${repository}`;
  const branch = jsonField(await gitHub.get(at), "default_branch");
  if (typeof branch !== "string") throw strangeAnswer(at);
  const environments = await listOf(gitHub, `${at}/environments`, "environments");
  const rules = await listOf(gitHub, `${at}/rules/branches/${encodeURIComponent(branch)}`, undefined);
  const shown = await gitHub.look(`${at}/branches/${encodeURIComponent(branch)}`);
  const required =
    rules === undefined || shown === undefined ? undefined : requiredChecksAnswer(branchSeen(rules, shown));
  const answers: readonly (readonly [string, string | undefined])[] = [
    ["repository", repository],
    ["default-branch", branch],
    ["environments.protected", environments && environmentsAnswer(environments.map(environmentSeen))],
    ["checks.required", required],
  ];
  return {
    answers: new Map(answers.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const]))),
    unseen: answers.flatMap(([key, value]) => (value === undefined ? [key] : [])),
  };
}

async function listOf(
  gitHub: GitHubReading,
  path: string,
  field: string | undefined,
): Promise<readonly Json[] | undefined> {
  const all: Json[] = [];
  for (let page = 1; page <= mostPages; page += 1) {
    const found = await gitHub.look(`${path}?per_page=${perPage}&page=${page}`);
    if (found === undefined) return undefined;
    const list = field === undefined ? found : jsonField(found, field);
    if (!Array.isArray(list)) throw strangeAnswer(path);
    all.push(...(list as readonly Json[]));
    if (list.length < perPage) return all;
  }
  return undefined;
}

/** https://docs.github.com/en/rest/deployments/environments#list-environments; without a list of rules, it may have one. */
function environmentSeen(one: Json): { readonly name: string; readonly guarded: boolean } {
  const [name, rules] = [jsonField(one, "name"), jsonField(one, "protection_rules")];
  if (typeof name !== "string") throw strangeAnswer("an environment");
  return { name, guarded: !Array.isArray(rules) || rules.length > 0 };
}

/** https://docs.github.com/en/rest/repos/rules#get-rules-for-a-branch */
function branchSeen(rules: readonly Json[], branch: Json): Parameters<Engine["requiredChecksAnswer"]>[0] {
  const protection = jsonField(branch, "protection");
  const contexts = jsonField(jsonField(protection, "required_status_checks"), "contexts");
  const texts = (list: Json | undefined): readonly string[] | undefined =>
    Array.isArray(list) && list.every((one): one is string => typeof one === "string") ? list : undefined;
  return {
    protected: jsonField(branch, "protected") !== false,
    classic: jsonField(protection, "enabled") === true,
    classicChecks: texts(contexts),
    rules: rules.map((rule) => {
      if (jsonField(rule, "type") !== "required_status_checks") return [];
      const list = jsonField(jsonField(rule, "parameters"), "required_status_checks");
      const names = texts(Array.isArray(list) ? list.map((one: Json) => jsonField(one, "context") ?? null) : undefined);
      if (names === undefined) throw strangeAnswer("a rule");
      return names;
    }),
  };
}
