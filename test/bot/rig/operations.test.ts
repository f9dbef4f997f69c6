// Each operation of REST once, with a question that it answers: GitHub's description judges all of them.
import { generateKeyPairSync, sign } from "node:crypto";
import type { Octokit } from "@octokit/core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startGitHub, type GitHub } from "./github.ts";
import { routes } from "./server.ts";
import { expectClean, octokitOf } from "./support.ts";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
let github: GitHub;
let person: Octokit;
let app: Octokit;
let installed: Octokit;

/** What the App says who it is with, for ten minutes: https://docs.github.com/apps → generating a JSON web token. */
function jwt(key: typeof privateKey): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const seconds = Math.floor(Date.now() / 1000);
  const signed = `${part({ alg: "RS256", typ: "JWT" })}.${part({ iat: seconds - 60, exp: seconds + 600, iss: 4711 })}`;
  return `${signed}.${sign("RSA-SHA256", Buffer.from(signed), key).toString("base64url")}`;
}

beforeAll(async () => {
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  github = await startGitHub({ app: { owner: "acme", publicKey: pem } });
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
  person = octokitOf(github);
  app = octokitOf(github, jwt(privateKey));
  const { data } = await app.request("POST /app/installations/{installation_id}/access_tokens", {
    installation_id: 815,
  });
  installed = octokitOf(github, data.token);
});
afterAll(() => github.close());

const at = { owner: "acme", repo: "shop" };

test("each is answered as described", async () => {
  const sha = github.repository("acme", "shop").store.ref("refs/heads/main") ?? "";
  const R = "/repos/{owner}/{repo}";
  type Question = readonly [string, Record<string, unknown>?, Octokit?];
  let comment = 0;
  let tree = "";
  const ask = async ([route, parameters = {}, who = person]: Question): Promise<{ data: unknown; status: number }> =>
    who.request(route, { ...(route.includes("{repo}") ? at : {}), ...parameters });
  const all = async (...questions: readonly Question[]): Promise<void> => {
    for (const question of questions) await ask(question);
  };
  await all(
    ["GET /user"],
    ["GET /user/repos"],
    ["GET /rate_limit"],
    ["GET /app", {}, app],
    ["GET /app/installations", {}, app],
    ["GET /app/installations/{installation_id}", { installation_id: 815 }, app],
    ["GET /orgs/{org}/installation", { org: "acme" }, app],
    ["GET /installation/repositories", { per_page: 100 }, installed],
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
  );
  const blob = await ask([`POST ${R}/git/blobs`, { content: "Mg==", encoding: "base64" }]);
  const { sha: file_sha } = blob.data as { sha: string };
  await all([`GET ${R}/git/blobs/{file_sha}`, { file_sha }]);
  const added = [{ path: "two.txt", mode: "100644", type: "blob", sha: file_sha }];
  tree = ((await ask([`POST ${R}/git/trees`, { base_tree: sha, tree: added }, installed])).data as { sha: string }).sha;
  const made = await ask([`POST ${R}/git/commits`, { message: "Two", tree, parents: [sha] }, installed]);
  expect(made.data).toMatchObject({ verification: { verified: true, reason: "valid" } });
  const two = (made.data as { sha: string }).sha;
  await all(
    [`POST ${R}/git/refs`, { ref: "refs/heads/two", sha }],
    [`PATCH ${R}/git/refs/{ref}`, { ref: "heads/two", sha: two }],
    [`POST ${R}/pulls`, { title: "Two", head: "two", base: "main", draft: true }, installed],
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
  // A pull request whose branch is gone is closed.
  expect(github.pulls("acme", "shop").map(({ open }) => open)).toEqual([true, false]);
  const asked = new Set(github.requests.map(({ method, template }) => `${method} ${template}`));
  expect(Object.keys(routes).filter((key) => !asked.has(key))).toEqual([]);
  expectClean(github);
});

test("an App is known by its key, and is nobody", async () => {
  const stranger = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
  await expect(octokitOf(github, jwt(stranger)).request("GET /app")).rejects.toMatchObject({ status: 401 });
  await expect(installed.request("GET /user")).rejects.toMatchObject({ status: 403 });
  await expect(octokitOf(github, "ghp_unknown").request("GET /user")).rejects.toMatchObject({ status: 401 });
});

test("lists come in pages, each with the way to the next", async () => {
  for (let i = 0; i < 5; i++) github.addRepository({ owner: "many", name: `r${i}`, empty: true });
  const { data, headers } = await person.request("GET /orgs/{org}/repos", { org: "many", per_page: 2, page: 2 });
  expect(data.map(({ name }) => name)).toEqual(["r2", "r3"]);
  const next = /<([^>]*)>; rel="next"/.exec(headers.link ?? "")?.[1] ?? "";
  expect((await person.request(`GET ${next}`)).data.map(({ name }: { name: string }) => name)).toEqual(["r4"]);
});
