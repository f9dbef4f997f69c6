// Accounts, the App, and what is known of a repository without its contents.
import { createPublicKey, randomBytes, verify } from "node:crypto";
import { ok, paged, textsOf, type Asked, type Reply, type Routes } from "./routing.ts";
import * as shape from "./shapes.ts";
import {
  accountOf,
  fullName,
  notFound,
  permissionOf,
  Refusal,
  repositoryAt,
  visible,
  type AppFacts,
  type Environment,
  type Fields,
  type Json,
  type Repository,
  type World,
} from "./world.ts";

const at = (world: World, { params }: Asked): Repository =>
  repositoryAt(world, params["owner"] ?? "", params["repo"] ?? "");

const appPermissions = {
  contents: "write",
  issues: "write",
  metadata: "read",
  pull_requests: "write",
  actions_variables: "read",
  administration: "read",
  environments: "read",
};
const permissionsOf = ({ workflows }: AppFacts): Fields => ({
  ...appPermissions,
  ...(workflows ? { workflows: "write" } : {}),
});
const appEvents = ["issue_comment", "pull_request", "push"];

/** The App whose JWT a request bears, if its signature is that of the App's key. GitHub: RS256, `iss` is the App's id. */
export function appBehind(world: World, bearer: string): AppFacts | undefined {
  const [head = "", claims = "", signature = ""] = bearer.split(".");
  const { app } = world;
  if (!app || signature === "") return undefined;
  const key = createPublicKey(app.publicKey);
  if (!verify("RSA-SHA256", Buffer.from(`${head}.${claims}`), key, Buffer.from(signature, "base64url")))
    return undefined;
  const { iss, exp } = JSON.parse(Buffer.from(claims, "base64url").toString()) as { iss: number | string; exp: number };
  // By the wall clock, which a client has: the rig's own may run faster.
  return String(iss) === String(app.id) && exp * 1000 > Date.now() ? app : undefined;
}

function installation(world: World, app: AppFacts): Fields {
  const began = shape.time(0);
  return {
    id: app.installationId,
    account: shape.account(world, app.owner),
    repository_selection: "all",
    access_tokens_url: `${world.url}/app/installations/${app.installationId}/access_tokens`,
    repositories_url: `${world.url}/installation/repositories`,
    html_url: `${world.gitUrl}/organizations/${app.owner.login}/settings/installations/${app.installationId}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: app.owner.id,
    target_type: app.owner.type,
    permissions: permissionsOf(app),
    events: appEvents,
    created_at: began,
    updated_at: began,
    single_file_name: null,
    suspended_by: null,
    suspended_at: null,
  };
}

function theApp(world: World): AppFacts {
  if (!world.app) throw notFound();
  return world.app;
}

function list(world: World, asked: Asked, repositories: readonly Repository[]): Reply {
  return paged(
    world,
    asked,
    repositories.map((one) => shape.repository(world, one, asked.by.actor)),
  );
}

/** `GET /search/repositories`: the qualifiers that name repositories, and words of their names. */
function search(world: World, asked: Asked): Reply {
  const words = (asked.query.get("q") ?? "").split(/\s+/).filter((word) => word !== "");
  const fits = (one: Repository, word: string): boolean => {
    const [key = "", value = ""] = word.split(/:(.*)/);
    if (!word.includes(":")) return one.name.includes(word);
    if (key === "org" || key === "user") return one.owner.login.toLowerCase() === value.toLowerCase();
    if (key === "repo") return fullName(one).toLowerCase() === value.toLowerCase();
    if (key === "topic") return one.topics.includes(value);
    if (key === "archived") return String(one.archived) === value;
    if (key === "fork") return value === "true" || value === "only" ? one.fork || value === "true" : !one.fork;
    if (key === "template") return String(one.template) === value;
    if (key === "is") return one.visibility === value || (value === "archived" && one.archived);
    if (key === "in") return true;
    throw new Refusal(422, "Validation Failed", [{ resource: "Search", field: "q", code: "invalid" }]);
  };
  // Without `fork:true` a search leaves forks out.
  const forks = words.some((word) => word.startsWith("fork:"));
  const found = visible(world).filter((one) => (forks || !one.fork) && words.every((word) => fits(one, word)));
  return paged(
    world,
    asked,
    found.slice(0, 1000).map((one) => ({ ...shape.repository(world, one, asked.by.actor), score: 1 })),
    (items) => ({ total_count: found.length, incomplete_results: false, items }),
  );
}

function variables(world: World, asked: Asked, held: Readonly<Record<string, string>>): Reply {
  const stamp = shape.time(at(world, asked).createdAt);
  const items = Object.entries(held).map(([name, value]) => ({ name, value, created_at: stamp, updated_at: stamp }));
  return paged(world, asked, items, (page) => ({ total_count: items.length, variables: page }));
}

function environment(world: World, one: Repository, given: Environment, index: number): Fields {
  const id = one.id * 100 + index;
  const rule = (type: string, facts: Fields): Fields => ({ id, node_id: `GA_${id}`, type, ...facts });
  const reviewers = (given.reviewers ?? []).map((login) => ({
    type: "User",
    reviewer: shape.account(world, accountOf(world, login)),
  }));
  const rules = [
    ...(given.waitMinutes === undefined ? [] : [rule("wait_timer", { wait_timer: given.waitMinutes })]),
    ...(reviewers.length === 0 ? [] : [rule("required_reviewers", { prevent_self_review: false, reviewers })]),
    ...(given.branches === undefined ? [] : [rule("branch_policy", {})]),
  ];
  const isProtected = given.branches === "protected";
  return {
    id,
    node_id: `EN_${id}`,
    name: given.name,
    url: `${shape.urlOf(world, one)}/environments/${encodeURIComponent(given.name)}`,
    html_url: `${shape.pageOf(world, one)}/deployments/activity_log?environments_filter=${encodeURIComponent(given.name)}`,
    created_at: shape.time(one.createdAt),
    updated_at: shape.time(one.createdAt),
    protection_rules: rules,
    deployment_branch_policy:
      given.branches === undefined ? null : { protected_branches: isProtected, custom_branch_policies: !isProtected },
  };
}

function environmentAt(world: World, asked: Asked): Environment {
  const name = asked.params["environment_name"];
  const found = at(world, asked).environments.find((one) => one.name === name);
  if (!found) throw notFound();
  return found;
}

function permission(world: World, asked: Asked): Json {
  const one = at(world, asked);
  const login = asked.params["username"] ?? "";
  const known = world.accounts.get(login.toLowerCase());
  if (!known) throw new Refusal(404, `${login} is not a user`);
  const held = permissionOf(one, login);
  // The older field knows four words: `maintain` reads as write, `triage` as read.
  const old = held === "maintain" ? "write" : held === "triage" ? "read" : held;
  const rank = ["none", "read", "triage", "write", "maintain", "admin"].indexOf(held);
  const permissions = { pull: rank >= 1, triage: rank >= 2, push: rank >= 3, maintain: rank >= 4, admin: rank >= 5 };
  return { permission: old, role_name: held, user: { ...shape.account(world, known), permissions, role_name: held } };
}

export const repositoryRoutes: Routes = {
  "GET /user": (world, { by }) => {
    // An installation is nobody: it has no user to ask about.
    if (by.kind === "installation") throw new Refusal(403, "Resource not accessible by integration");
    const stamp = shape.time(0);
    const none = { name: null, company: null, blog: null, location: null, email: null, hireable: null, bio: null };
    const counts = { public_repos: 0, public_gists: 0, followers: 0, following: 0 };
    return ok({ ...shape.account(world, by.actor), ...none, ...counts, created_at: stamp, updated_at: stamp });
  },
  "GET /app": (world) => {
    const app = theApp(world);
    const stamp = shape.time(0);
    return ok({
      id: app.id,
      slug: app.slug,
      node_id: `A_${app.id}`,
      owner: shape.account(world, app.owner),
      name: app.slug,
      description: "",
      external_url: `${world.gitUrl}/${app.slug}`,
      html_url: `${world.gitUrl}/apps/${app.slug}`,
      created_at: stamp,
      updated_at: stamp,
      permissions: permissionsOf(app),
      events: appEvents,
    });
  },
  "GET /app/installations": (world, asked) => paged(world, asked, [installation(world, theApp(world))]),
  "GET /app/installations/{installation_id}": (world, { params }) => {
    if (params["installation_id"] !== String(theApp(world).installationId)) throw notFound();
    return ok(installation(world, theApp(world)));
  },
  "GET /orgs/{org}/installation": (world, { params }) => {
    if (params["org"]?.toLowerCase() !== theApp(world).owner.login.toLowerCase()) throw notFound();
    return ok(installation(world, theApp(world)));
  },
  "POST /app/installations/{installation_id}/access_tokens": (world, { params }) => {
    const app = theApp(world);
    if (params["installation_id"] !== String(app.installationId)) throw notFound();
    const token = `ghs_${randomBytes(18).toString("hex")}`;
    world.credentials.set(token, { token, actor: app.actor, kind: "installation", workflows: app.workflows });
    // An hour of the wall clock: a client compares it with its own.
    const expires_at = shape.time(Date.now() + 3_600_000);
    return ok({ token, expires_at, permissions: permissionsOf(app), repository_selection: "all" }, 201);
  },
  "GET /installation/repositories": (world, asked) => {
    const { app } = world;
    if (asked.by.kind !== "installation" || !app)
      throw new Refusal(403, "Resource not accessible by personal access token");
    const all = visible(world, app.owner.login).map((one) => shape.repository(world, one, asked.by.actor));
    return paged(world, asked, all, (repositories) => ({ total_count: all.length, repositories }));
  },
  "GET /orgs/{org}/repos": (world, asked) => {
    const owner = world.accounts.get((asked.params["org"] ?? "").toLowerCase());
    if (owner?.type !== "Organization") throw notFound();
    return list(world, asked, visible(world, owner.login));
  },
  "GET /users/{username}/repos": (world, asked) => {
    const owner = world.accounts.get((asked.params["username"] ?? "").toLowerCase());
    if (!owner) throw notFound();
    // Of anybody else's only the public ones.
    return list(
      world,
      asked,
      visible(world, owner.login).filter((one) => one.visibility === "public"),
    );
  },
  "GET /user/repos": (world, asked) => list(world, asked, visible(world)),
  "GET /search/repositories": search,
  // Answered where the limits are kept.
  "GET /rate_limit": () => ok({}),
  "GET /repos/{owner}/{repo}": (world, asked) => ok(shape.repository(world, at(world, asked), asked.by.actor)),
  "GET /repos/{owner}/{repo}/topics": (world, asked) => ok({ names: at(world, asked).topics }),
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": (world, asked) => ok(permission(world, asked)),
  "GET /repos/{owner}/{repo}/actions/variables": (world, asked) => variables(world, asked, at(world, asked).variables),
  "GET /repos/{owner}/{repo}/actions/organization-variables": (world, asked) => {
    const one = at(world, asked);
    if (one.owner.type !== "Organization") throw notFound();
    return variables(world, asked, one.organizationVariables);
  },
  "GET /repos/{owner}/{repo}/environments": (world, asked) => {
    const one = at(world, asked);
    const all = one.environments.map((given, i) => environment(world, one, given, i));
    return paged(world, asked, all, (environments) => ({ total_count: all.length, environments }));
  },
  "GET /repos/{owner}/{repo}/environments/{environment_name}": (world, asked) => {
    const one = at(world, asked);
    const found = environmentAt(world, asked);
    return ok(environment(world, one, found, one.environments.indexOf(found)));
  },
  "GET /repos/{owner}/{repo}/environments/{environment_name}/deployment-branch-policies": (world, asked) => {
    const { branches } = environmentAt(world, asked);
    const patterns = branches === undefined || branches === "protected" ? [] : branches;
    const policies = patterns.map((name, id) => ({ id, node_id: `GP_${id}`, name, type: "branch" }));
    return paged(world, asked, policies, (page) => ({ total_count: policies.length, branch_policies: page }));
  },
  "GET /repos/{owner}/{repo}/environments/{environment_name}/variables": (world, asked) =>
    variables(world, asked, environmentAt(world, asked).variables ?? {}),
  "GET /repos/{owner}/{repo}/actions/oidc/customization/sub": (world, asked) => {
    const { useDefault, claims } = at(world, asked).oidcSubject;
    return ok({ use_default: useDefault, ...(claims ? { include_claim_keys: claims } : {}) });
  },
  "GET /repos/{owner}/{repo}/actions/permissions/workflow": (world, asked) => {
    at(world, asked);
    return ok({ default_workflow_permissions: "read", can_approve_pull_request_reviews: false });
  },
  "GET /repos/{owner}/{repo}/rules/branches/{branch}": (world, asked) => {
    const one = at(world, asked);
    return paged(world, asked, asked.params["branch"] === one.defaultBranch ? one.rules : []);
  },
  "GET /repos/{owner}/{repo}/branches/{branch}/protection/required_status_checks": (world, asked) => {
    const one = at(world, asked);
    if (asked.params["branch"] !== one.defaultBranch || one.requiredChecks === undefined)
      throw new Refusal(404, "Branch not protected");
    const url = `${shape.urlOf(world, one)}/branches/${one.defaultBranch}/protection/required_status_checks`;
    const checks = one.requiredChecks.map((context) => ({ context, app_id: null }));
    return ok({ url, contexts_url: `${url}/contexts`, strict: false, contexts: one.requiredChecks, checks });
  },
  "GET /repos/{owner}/{repo}/labels": (world, asked) => {
    const one = at(world, asked);
    return paged(
      world,
      asked,
      [...one.labels.keys()].map((name) => shape.label(world, one, name)),
    );
  },
  "POST /repos/{owner}/{repo}/labels": (world, asked) => {
    const one = at(world, asked);
    const [name = ""] = textsOf([asked.body["name"] ?? null]);
    if (name === "" || one.labels.has(name))
      throw new Refusal(422, "Validation Failed", [
        { resource: "Label", code: name === "" ? "missing_field" : "already_exists", field: "name" },
      ]);
    one.labels.set(name, textsOf([asked.body["color"] ?? null])[0] ?? "ededed");
    return ok(shape.label(world, one, name), 201);
  },
};
