// Each operation of REST once, with a question that it answers.
import { generateKeyPairSync, sign, type KeyObject } from "node:crypto";
import type { Octokit } from "@octokit/core";
import { expect } from "vitest";
import { startGitHub, type GitHub } from "./github.ts";
import { octokitOf } from "./support.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });

/** What the App says who it is with, for ten minutes: https://docs.github.com/apps → generating a JSON web token. */
export function jwt(key: KeyObject = privateKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 60, exp: seconds + 600, iss: 4711 })}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

/** A GitHub that has something of everything. */
export async function startFullGitHub(): Promise<GitHub> {
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const github = await startGitHub({ app: { owner: "acme", publicKey: pem } });
  github.addRepository({
    owner: "acme",
    name: "shop",
    files: new Map<string, string | { text: string; mode: string }>([
      ["Pulumi.yaml", "name: shop\n"],
      ["src/index.ts", "export {};\n"],
      ["src/link", { text: "index.ts", mode: "120000" }],
      ["run.sh", { text: "#!/bin/sh\n", mode: "100755" }],
    ]),
    topics: ["infra"],
    variables: { REGION: "eu-west-1" },
    environments: [
      {
        name: "prod/eu",
        reviewers: ["dana"],
        waitMinutes: 5,
        branches: ["main", "release/*"],
        variables: { ZONE: "a" },
      },
      { name: "dev", branches: "protected" },
    ],
    requiredChecks: ["build"],
    rules: [
      { type: "deletion", ruleset_source_type: "Repository", ruleset_source: "acme/shop", ruleset_id: 42 },
      {
        type: "required_status_checks",
        parameters: {
          required_status_checks: [{ context: "build" }],
          strict_required_status_checks_policy: false,
        },
        ruleset_source_type: "Organization",
        ruleset_source: "acme",
        ruleset_id: 43,
      },
    ],
    oidcSubject: { useDefault: false, claims: ["repo", "environment"] },
    collaborators: { dana: "maintain", migrator: "write", lee: "triage" },
    openPulls: [{ head: "feature/one", title: "One", files: new Map([["one.txt", "1\n"]]), author: "dana" }],
  });
  github.addRepository({
    owner: "dana",
    ownerType: "User",
    name: "toys",
    files: new Map([["a", "a"]]),
    visibility: "public",
  });
  return github;
}

/** A person, the App, and the App where it is installed. */
export interface Clients {
  readonly person: Octokit;
  readonly app: Octokit;
  readonly installed: Octokit;
}

/** Clients of a GitHub, by another root than its own where there is a proxy before it. */
export async function clientsOf(github: GitHub, url = github.url): Promise<Clients> {
  const app = octokitOf({ ...github, url }, jwt());
  const { data } = await app.request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: 815,
  });
  return { person: octokitOf({ ...github, url }), app, installed: octokitOf({ ...github, url }, data.token) };
}

const at = { owner: "acme", repo: "shop" };

/** Asks all of them of what `startFullGitHub` started; throws where one is refused. */
export async function askEverything(github: GitHub, clients: Clients): Promise<void> {
  github.setChecks("acme", "shop", "feature/one", [
    { name: "build", conclusion: "failure" },
    { name: "lint", conclusion: null },
  ]);
  const sha = github.repository("acme", "shop").store.ref("refs/heads/main") ?? "";
  const R = "/repos/{owner}/{repo}";
  type Question = readonly [string, Record<string, unknown>?, Octokit?];
  let comment = 0;
  let tree = "";
  const ask = async ([route, parameters = {}, who = clients.person]: Question): Promise<{
    data: unknown;
    status: number;
  }> => who.request(route, { ...(route.includes("{repo}") ? at : {}), ...parameters });
  const all = async (...questions: readonly Question[]): Promise<void> => {
    for (const question of questions) await ask(question);
  };
  await all(
    ["GET /user"],
    ["GET /user/repos"],
    ["GET /rate_limit"],
    ["GET /app", {}, clients.app],
    ["GET /app/installations", {}, clients.app],
    ["GET /app/installations/{installation_id}", { installation_id: 815 }, clients.app],
    ["GET /orgs/{org}/installation", { org: "acme" }, clients.app],
    ["GET /installation/repositories", { per_page: 100 }, clients.installed],
    ["GET /orgs/{org}/repos", { org: "acme", type: "all" }],
    ["GET /users/{username}/repos", { username: "dana" }],
    ["GET /search/repositories", { q: "org:acme topic:infra archived:false" }],
    [`GET ${R}`],
    [`GET ${R}/topics`],
    [`GET ${R}/collaborators/{username}/permission`, { username: "lee" }],
    [`GET ${R}/actions/variables`],
    [`GET ${R}/actions/organization-variables`],
    [`GET ${R}/environments`],
    [`GET ${R}/environments/{environment_name}`, { environment_name: "prod/eu" }],
    [`GET ${R}/environments/{environment_name}/deployment-branch-policies`, { environment_name: "prod/eu" }],
    [`GET ${R}/environments/{environment_name}/variables`, { environment_name: "prod/eu" }],
    [`GET ${R}/actions/oidc/customization/sub`],
    [`GET ${R}/actions/permissions/workflow`],
    [`GET ${R}/rules/branches/{branch}`, { branch: "main" }],
    [`GET ${R}/branches/{branch}/protection/required_status_checks`, { branch: "main" }],
    [`GET ${R}/branches/{branch}`, { branch: "feature/one" }],
    [`POST ${R}/labels`, { name: "pulumi", color: "8a3391" }],
    [`GET ${R}/labels`],
    [`GET ${R}/git/ref/{ref}`, { ref: "heads/main" }],
    [`GET ${R}/git/matching-refs/{ref}`, { ref: "heads/fea" }],
    [`GET ${R}/git/trees/{tree_sha}`, { tree_sha: "main", recursive: "1" }],
    [`GET ${R}/git/commits/{commit_sha}`, { commit_sha: sha }],
    [`GET ${R}/contents/{path}`, { path: "src" }],
    [`GET ${R}/contents/{path}`, { path: "src/index.ts", ref: "main" }],
    [`GET ${R}/contents/{path}`, { path: "src/link" }],
    [`GET ${R}/compare/{basehead}`, { basehead: "main...feature/one" }],
    [`GET ${R}/commits`, { sha: "feature/one", path: "one.txt" }],
    [`GET ${R}/commits/{ref}`, { ref: "feature/one" }],
    [`GET ${R}/commits/{ref}/check-runs`, { ref: "feature/one" }],
    [`GET ${R}/commits/{ref}/status`, { ref: "feature/one" }],
  );
  const blob = await ask([`POST ${R}/git/blobs`, { content: "Mg==", encoding: "base64" }]);
  const { sha: file_sha } = blob.data as { sha: string };
  await all([`GET ${R}/git/blobs/{file_sha}`, { file_sha }]);
  const added = [{ path: "two.txt", mode: "100644", type: "blob", sha: file_sha }];
  tree = (
    (await ask([`POST ${R}/git/trees`, { base_tree: sha, tree: added }, clients.installed])).data as { sha: string }
  ).sha;
  const made = await ask([`POST ${R}/git/commits`, { message: "Two", tree, parents: [sha] }, clients.installed]);
  expect(made.data).toMatchObject({ verification: { verified: true, reason: "valid" } });
  const two = (made.data as { sha: string }).sha;
  await all(
    [`POST ${R}/git/refs`, { ref: "refs/heads/two", sha }],
    [`PATCH ${R}/git/refs/{ref}`, { ref: "heads/two", sha: two }],
    [`POST ${R}/pulls`, { title: "Two", head: "two", base: "main", draft: true }, clients.installed],
    [`GET ${R}/pulls`, { state: "all", per_page: 1 }],
    [`GET ${R}/pulls/{pull_number}`, { pull_number: 2 }],
    [`PATCH ${R}/pulls/{pull_number}`, { pull_number: 2, body: "New", title: "Two!" }],
    [`GET ${R}/pulls/{pull_number}/files`, { pull_number: 2 }],
    [`GET ${R}/pulls/{pull_number}/commits`, { pull_number: 2 }],
    [
      `POST ${R}/pulls/{pull_number}/requested_reviewers`,
      { pull_number: 2, reviewers: ["dana"], team_reviewers: ["core"] },
    ],
    [`POST ${R}/issues`, { title: "A question", body: "Which?", labels: ["pulumi"] }],
    [`GET ${R}/issues`, { state: "all" }],
    [`GET ${R}/issues/{issue_number}`, { issue_number: 3 }],
    [`PATCH ${R}/issues/{issue_number}`, { issue_number: 3, state: "closed", labels: ["done"] }],
    [`POST ${R}/issues/{issue_number}/labels`, { issue_number: 2, labels: ["pulumi", "draft"] }],
    [`GET ${R}/issues/{issue_number}/labels`, { issue_number: 2 }],
    [`DELETE ${R}/issues/{issue_number}/labels/{name}`, { issue_number: 2, name: "draft" }],
  );
  const said = await ask([`POST ${R}/issues/{issue_number}/comments`, { issue_number: 2, body: "Hello" }]);
  comment = (said.data as { id: number }).id;
  await all(
    [`GET ${R}/issues/{issue_number}/comments`, { issue_number: 2 }],
    [`PATCH ${R}/issues/comments/{comment_id}`, { comment_id: comment, body: "Hello again" }],
    [`DELETE ${R}/issues/comments/{comment_id}`, { comment_id: comment }],
    [`DELETE ${R}/git/refs/{ref}`, { ref: "heads/two" }],
  );
}
