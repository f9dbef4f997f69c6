// Pull requests by Octokit and by git, as the bot makes them, on the loopback GitHub.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Octokit } from "@octokit/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { description } from "./description.mjs";
import { startGitHub, type GitHub } from "./github.ts";
import { expectClean, git, octokitOf, tryGit } from "./support.ts";

let github: GitHub;
let octokit: Octokit;
const folder = mkdtempSync(join(tmpdir(), "rig-"));

beforeAll(async () => {
  github = await startGitHub();
  octokit = octokitOf(github);
});
afterAll(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

const workflow = "on: push\njobs: {}\n";
const files = new Map([
  ["Pulumi.yaml", "name: shop\n"],
  [".github/workflows/up.yml", workflow],
]);

async function headOf(repo: string): Promise<string> {
  const ref = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    owner: "acme",
    repo,
    ref: "heads/main",
  });
  return ref.data.object.sha;
}

const changes = (repo: string, branch: string): Promise<string> =>
  git(github.folderOf("acme", repo), undefined, "diff", "--name-status", "main", branch);

const createRef = `mutation ($input: CreateRefInput!) { createRef(input: $input) { ref { id name target { oid } } } }`;
const createCommit = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid signature { isValid wasSignedByGitHub } author { user { login } } } }
}`;
const createPull = `mutation ($input: CreatePullRequestInput!) {
  createPullRequest(input: $input) { pullRequest { id number url isDraft headRefName } }
}`;

describe("a pull request", () => {
  test("by REST: a tree, a commit, a branch; the second is refused", async () => {
    github.addRepository({ owner: "acme", name: "shop", files });
    const at = { owner: "acme", repo: "shop" };
    const base = await headOf("shop");
    const tree = await octokit.request("POST /repos/{owner}/{repo}/git/trees", {
      ...at,
      base_tree: base,
      tree: [
        { path: "deploy/Pulumi.yaml", mode: "100644", type: "blob", content: "name: deploy\n" },
        { path: ".github/workflows/up.yml", mode: "100644", type: "blob", sha: null },
      ],
    });
    const commit = await octokit.request("POST /repos/{owner}/{repo}/git/commits", {
      ...at,
      message: "Move",
      tree: tree.data.sha,
      parents: [base],
    });
    expect(commit.data.verification.verified).toBe(false);
    await octokit.request("POST /repos/{owner}/{repo}/git/refs", {
      ...at,
      ref: "refs/heads/move",
      sha: commit.data.sha,
    });
    const wanted = { ...at, title: "Move", head: "move", base: "main", body: "…" };
    const pull = await octokit.request("POST /repos/{owner}/{repo}/pulls", wanted);
    expect(pull.data).toMatchObject({ number: 1, mergeable: true, changed_files: 2 });
    await expect(octokit.request("POST /repos/{owner}/{repo}/pulls", wanted)).rejects.toMatchObject({
      status: 422,
      message: expect.stringContaining("A pull request already exists for acme:move."),
    });
    const found = await octokit.request("GET /repos/{owner}/{repo}/pulls", { ...at, head: "acme:move", state: "all" });
    expect(found.data.map(({ number }) => number)).toEqual([1]);
    expect(await changes("shop", "move")).toBe("D\t.github/workflows/up.yml\nA\tdeploy/Pulumi.yaml\n");
    await git(github.folderOf("acme", "shop"), undefined, "fsck", "--strict");
    expectClean(github);
  });

  test("by GraphQL: a branch, a commit compared and swapped, a pull request", async () => {
    github.addRepository({ owner: "acme", name: "web", files });
    const question = `query ($owner: String!, $name: String!) {
      repository(owner: $owner, name: $name) {
        id
        defaultBranchRef { name target { oid } }
        object(expression: "HEAD:.github/workflows") { ... on Tree { entries { name mode object { ... on Blob { oid text byteSize isBinary isTruncated } } } } }
        pullRequests(first: 5, headRefName: "move") { nodes { number } }
      }
      rateLimit { cost remaining }
    }`;
    const read = await octokit.graphql<{ repository: { id: string; defaultBranchRef: { target: { oid: string } } } }>(
      question,
      {
        owner: "acme",
        name: "web",
      },
    );
    expect(read).toMatchObject({
      repository: {
        defaultBranchRef: { name: "main" },
        object: {
          entries: [{ name: "up.yml", mode: 33188, object: { text: workflow, isBinary: false, isTruncated: false } }],
        },
        pullRequests: { nodes: [] },
      },
    });
    const repositoryId = read.repository.id;
    const oid = read.repository.defaultBranchRef.target.oid;
    await octokit.graphql(createRef, { input: { repositoryId, name: "refs/heads/move", oid } });
    await expect(octokit.graphql(createRef, { input: { repositoryId, name: "refs/heads/move", oid } })).rejects.toThrow(
      'A ref named "refs/heads/move" already exists',
    );
    const input = {
      branch: { repositoryNameWithOwner: "acme/web", branchName: "move" },
      message: { headline: "Move", body: "Because." },
      expectedHeadOid: oid,
      fileChanges: {
        additions: [{ path: "deploy/Pulumi.yaml", contents: Buffer.from("name: web\n").toString("base64") }],
        deletions: [{ path: ".github/workflows/up.yml" }],
      },
    };
    const commit = await octokit.graphql(createCommit, { input });
    expect(commit).toMatchObject({
      createCommitOnBranch: {
        commit: { signature: { isValid: true, wasSignedByGitHub: true }, author: { user: { login: "migrator" } } },
      },
    });
    await expect(octokit.graphql(createCommit, { input })).rejects.toMatchObject({ errors: [{ type: "STALE_DATA" }] });
    const pull = { repositoryId, title: "Move", headRefName: "move", baseRefName: "main", draft: true };
    expect(await octokit.graphql(createPull, { input: pull })).toMatchObject({
      createPullRequest: { pullRequest: { number: 1, isDraft: true } },
    });
    await expect(octokit.graphql(createPull, { input: pull })).rejects.toMatchObject({
      errors: [{ type: "UNPROCESSABLE", message: "A pull request already exists for acme:move." }],
    });
    const update = `mutation ($input: UpdateRefsInput!) { updateRefs(input: $input) { clientMutationId } }`;
    const [head, none] = [github.pulls("acme", "web")[0]?.pull?.headOid, "0".repeat(40)];
    const next = { name: "refs/heads/next", beforeOid: none, afterOid: oid };
    const stale = { name: "refs/heads/move", beforeOid: oid, afterOid: none, force: true };
    // One that is not where it is said to be, and none is moved.
    await expect(octokit.graphql(update, { input: { repositoryId, refUpdates: [next, stale] } })).rejects.toThrow(
      "move",
    );
    expect(github.repository("acme", "web").store.ref("refs/heads/next")).toBeUndefined();
    await octokit.graphql(update, {
      input: { repositoryId, refUpdates: [next, { ...stale, beforeOid: head, afterOid: head }] },
    });
    await octokit.graphql(update, {
      input: { repositoryId, refUpdates: [{ ...next, beforeOid: oid, afterOid: none }] },
    });
    expect([...github.repository("acme", "web").store.refs().keys()]).toEqual(["refs/heads/main", "refs/heads/move"]);
    expect(await changes("web", "move")).toBe("D\t.github/workflows/up.yml\nA\tdeploy/Pulumi.yaml\n");
    expect(await git(github.folderOf("acme", "web"), undefined, "show", "move:deploy/Pulumi.yaml")).toBe("name: web\n");
    await git(github.folderOf("acme", "web"), undefined, "fsck", "--strict");
    expectClean(github);
  });

  test("by git: a sparse partial clone with the token out of sight, and a push", async () => {
    github.addRepository({ owner: "acme", name: "api", files: new Map([...files, ["big.txt", "big\n".repeat(1000)]]) });
    const url = `${github.gitUrl}/acme/api.git`;
    const denied = await tryGit(folder, undefined, "ls-remote", url);
    expect(denied.status).not.toBe(0);
    expect(github.requests.at(-1)).toMatchObject({ interface: "git", status: 401 });
    const clone = ["clone", "-q", "--depth=1", "--filter=blob:none", "--no-checkout", "--no-tags", url, "api"];
    await git(folder, github.token, ...clone);
    const tree = join(folder, "api");
    await git(tree, github.token, "sparse-checkout", "set", "--no-cone", "/.github/workflows/", "Pulumi*.yaml");
    await git(tree, github.token, "checkout", "-q", "-b", "move");
    expect(await git(tree, undefined, "ls-files", "-t")).toBe("H .github/workflows/up.yml\nH Pulumi.yaml\nS big.txt\n");
    await writeFile(join(tree, "Pulumi.yaml"), "name: api\nruntime: go\n");
    await git(tree, undefined, "commit", "-qam", "Move");
    await git(tree, github.token, "push", "-q", "origin", "HEAD:move");
    expect(await changes("api", "move")).toBe("M\tPulumi.yaml\n");
    const at = { owner: "acme", repo: "api" };
    await octokit.request("POST /repos/{owner}/{repo}/pulls", { ...at, title: "Move", head: "move", base: "main" });
    // Moved back into its base, the branch has nothing to merge: GitHub closes the pull request.
    await git(tree, github.token, "push", "-qf", "origin", "HEAD~1:move");
    expect(github.pulls("acme", "api")).toMatchObject([{ number: 1, open: false }]);
    await git(github.folderOf("acme", "api"), undefined, "fsck", "--strict");
    expectClean(github);
  });
});

test("what is read again unchanged is answered 304, and costs nothing", async () => {
  github.addRepository({ owner: "acme", name: "docs", files });
  const at = { owner: "acme", repo: "docs" };
  const first = await octokit.request("GET /repos/{owner}/{repo}", at);
  const before = await octokit.request("GET /rate_limit");
  const again = octokit.request("GET /repos/{owner}/{repo}", {
    ...at,
    headers: { "if-none-match": first.headers.etag ?? "" },
  });
  await expect(again).rejects.toMatchObject({ status: 304 });
  const after = await octokit.request("GET /rate_limit");
  expect(after.data.resources.core.used).toBe(before.data.resources.core.used);
  expect(github.requests.filter(({ notModified }) => notModified)).toHaveLength(1);
  expectClean(github);
});

test.skipIf(!existsSync(description()))(
  "a pull request without its base, and a misspelt field, are violations",
  async () => {
    const strict = await startGitHub();
    strict.addRepository({ owner: "acme", name: "shop", files });
    const other = octokitOf(strict);
    await expect(other.request("POST /repos/acme/shop/pulls", { title: "Move", head: "main" })).rejects.toMatchObject({
      status: 422,
    });
    expect(strict.violations).toEqual([expect.stringContaining("must have required property 'base'")]);
    await expect(other.graphql("{ viewer { logn } }")).rejects.toThrow("logn");
    expect(strict.violations).toHaveLength(2);
    await other.request("POST /repos/acme/shop/issues", { title: "Move", boddy: "…" });
    expect(strict.violations.at(-1)).toContain("the field boddy is not described");
    expect(strict.responseFaults).toEqual([]);
    await strict.close();
  },
);
