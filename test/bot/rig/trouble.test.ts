// What goes wrong on a network and at GitHub, by a switch each.
import { createHmac } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Octokit } from "@octokit/core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { startGitHub, type GitHub } from "./github.ts";
import type { Request } from "./server.ts";
import { expectClean, git, octokitOf, tryGit } from "./support.ts";

let github: GitHub;
let octokit: Octokit;
let count = 0;
let repo = "";
const folder = mkdtempSync(join(tmpdir(), "rig-"));
const up = ".github/workflows/up.yml";

beforeAll(async () => {
  github = await startGitHub();
  octokit = octokitOf(github);
});
beforeEach(() => {
  count += 1;
  repo = `r${count}`;
  github.addRepository({
    owner: "acme",
    name: repo,
    files: new Map([
      ["a/b", "b\n"],
      ["c", "c\n"],
      [up, "on: push\n"],
    ]),
  });
});
afterEach(() => {
  github.trouble = () => undefined;
  expectClean(github);
});
afterAll(async () => {
  await github.close();
  rmSync(folder, { recursive: true });
});

const gone = /other side closed|socket hang up|fetch failed|ECONNRESET/;
const head = (): string => github.repository("acme", repo).store.ref("refs/heads/main") ?? "";
const branch = (name: string): string | undefined => github.repository("acme", repo).store.ref(`refs/heads/${name}`);
const makeBranch = (name: string): Promise<unknown> =>
  octokit.request("POST /repos/{owner}/{repo}/git/refs", {
    owner: "acme",
    repo,
    ref: `refs/heads/${name}`,
    sha: head(),
  });

test("a connection breaks before the effect, or after it", async () => {
  let drop: "before" | "after" = "before";
  github.trouble = ({ method }) => (method === "POST" ? { drop } : undefined);
  await expect(makeBranch("one")).rejects.toThrow(gone);
  expect(branch("one")).toBeUndefined();
  drop = "after";
  await expect(makeBranch("one")).rejects.toThrow(gone);
  expect(branch("one")).toBe(head());
  expect(github.requests.at(-1)).toMatchObject({ method: "POST", status: 0 });
  github.trouble = () => undefined;
  await expect(makeBranch("one")).rejects.toMatchObject({
    status: 422,
    message: expect.stringContaining("Reference already exists"),
  });
});

test("a push is dropped after it was taken", async () => {
  const tree = join(folder, repo);
  await git(folder, github.token, "clone", "-q", `${github.gitUrl}/acme/${repo}.git`, repo);
  await git(tree, undefined, "commit", "-q", "--allow-empty", "-m", "One");
  const own = (await git(tree, undefined, "rev-parse", "HEAD")).trim();
  github.trouble = ({ path }) => (path.endsWith("/git-receive-pack") ? { drop: "after" } : undefined);
  expect((await tryGit(tree, github.token, "push", "-q", "origin", "HEAD:one")).status).not.toBe(0);
  expect(branch("one")).toBe(own);
});

test("an answer in place of the real one, and a slow one", async () => {
  github.trouble = () => ({ answer: { status: 502 }, slow: 30 });
  const begin = performance.now();
  await expect(octokit.request("GET /user")).rejects.toMatchObject({ status: 502 });
  expect(performance.now() - begin).toBeGreaterThanOrEqual(25);
});

test("something else happens first: the branch moves between reading and writing", async () => {
  const expectedHeadOid = head();
  github.trouble = ({ mutations }: Request) => {
    if (mutations.length > 0) github.commit("acme", repo, "main", new Map([["d", "d\n"]]));
    return undefined;
  };
  const mutation = `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`;
  const target = { repositoryNameWithOwner: `acme/${repo}`, branchName: "main" };
  const input = {
    branch: target,
    message: { headline: "m" },
    expectedHeadOid,
    fileChanges: { deletions: [{ path: "c" }] },
  };
  await expect(octokit.graphql(mutation, { input })).rejects.toMatchObject({ errors: [{ type: "STALE_DATA" }] });
});

test("access is lost, a repository is archived, a tree is cut short, one is empty", async () => {
  const at = { owner: "acme", repo };
  const tree = (): Promise<{ data: { truncated: boolean; tree: unknown[] } }> =>
    octokit.request("GET /repos/{owner}/{repo}/git/trees/{tree_sha}", { ...at, tree_sha: "main", recursive: "1" });
  expect((await tree()).data).toMatchObject({ truncated: false, tree: { length: 6 } });
  github.repository("acme", repo).truncatedTrees = true;
  expect((await tree()).data).toMatchObject({ truncated: true, tree: { length: 2 } });
  github.repository("acme", repo).archived = true;
  await expect(makeBranch("one")).rejects.toMatchObject({ status: 403, message: expect.stringContaining("archived") });
  github.repository("acme", repo).lost = true;
  await expect(tree()).rejects.toMatchObject({ status: 404 });
  const asked = octokit.graphql('query ($repo: String!) { repository(owner: "acme", name: $repo) { id } }', { repo });
  await expect(asked).rejects.toMatchObject({ errors: [{ type: "NOT_FOUND" }] });
  expect((await tryGit(folder, github.token, "ls-remote", `${github.gitUrl}/acme/${repo}.git`)).status).not.toBe(0);
  github.addRepository({ owner: "acme", name: `${repo}-empty`, empty: true });
  const empty = octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    owner: "acme",
    repo: `${repo}-empty`,
    ref: "heads/main",
  });
  await expect(empty).rejects.toMatchObject({ status: 409 });
});

test("a token without the scope changes no workflow, and everything else", async () => {
  const weak = octokitOf(github, github.addToken("weak", { workflows: false }));
  const at = { owner: "acme", repo, base_tree: head() };
  const entry = { mode: "100644", type: "blob", content: "x\n" } as const;
  const path = "POST /repos/{owner}/{repo}/git/trees";
  await expect(weak.request(path, { ...at, tree: [{ ...entry, path: up }] })).rejects.toMatchObject({ status: 404 });
  expect((await weak.request(path, { ...at, tree: [{ ...entry, path: "c" }] })).status).toBe(201);
  const mutation = `mutation ($input: CreateCommitOnBranchInput!) { createCommitOnBranch(input: $input) { commit { oid } } }`;
  const token = github.addToken("weak", { workflows: false });
  const clone = join(folder, repo);
  await git(folder, token, "clone", "-q", `${github.gitUrl}/acme/${repo}.git`, repo);
  await git(clone, undefined, "rm", "-q", "c");
  await git(clone, undefined, "commit", "-qm", "m");
  await git(clone, token, "push", "-q", "origin", "HEAD:fine");
  await git(clone, undefined, "rm", "-q", up);
  await git(clone, undefined, "commit", "-qm", "m");
  const refused = await tryGit(clone, token, "push", "-q", "origin", "HEAD:bad");
  expect(refused.stderr).toContain("without `workflow` scope");
  expect([branch("fine") === undefined, branch("bad")]).toEqual([false, undefined]);
  const target = { repositoryNameWithOwner: `acme/${repo}`, branchName: "main" };
  const input = {
    branch: target,
    message: { headline: "m" },
    expectedHeadOid: head(),
    fileChanges: { deletions: [{ path: up }] },
  };
  await expect(weak.graphql(mutation, { input })).rejects.toThrow("without `workflow` scope");
});

test("a person closes, merges and moves the base: pull requests follow", async () => {
  const files = (name: string): ReadonlyMap<string, string> => new Map([[name, `${name}\n`]]);
  const name = `${repo}-pulls`;
  const openPulls = ["one", "two", "c"].map((head) => ({ head, title: head, files: new Map([[head, "changed\n"]]) }));
  github.addRepository({ owner: "acme", name, files: files("c"), openPulls });
  github.closePull("acme", name, 1, "lee");
  github.mergePull("acme", name, 2);
  github.commit("acme", name, "main", new Map([["c", "otherwise\n"]]));
  const at = { owner: "acme", repo: name };
  const states = await Promise.all(
    [1, 2, 3].map(async (pull_number) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, pull_number });
      return [data.state, data.merged, data.mergeable];
    }),
  );
  expect(states).toEqual([
    ["closed", false, null],
    ["closed", true, null],
    ["open", false, false],
  ]);
  const closed = await octokit.request("GET /repos/{owner}/{repo}/issues/{issue_number}", { ...at, issue_number: 1 });
  expect(closed.data.closed_by?.login).toBe("lee");
  await git(github.folderOf("acme", name), undefined, "fsck", "--strict");
});

test("a webhook is signed as GitHub signs it", async () => {
  const seen: { text: string; headers: NodeJS.Dict<string | string[]> }[] = [];
  const server = createServer((message, response) => {
    let text = "";
    message.on("data", (part: Buffer) => void (text += part.toString()));
    message.on("end", () => {
      seen.push({ text, headers: message.headers });
      response.writeHead(202).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  expect(await github.deliver("issue_comment", { action: "created" }, url, "quiet")).toBe(202);
  const expected = createHmac("sha256", "quiet").update('{"action":"created"}').digest("hex");
  expect(seen[0]).toMatchObject({
    text: '{"action":"created"}',
    headers: { "x-github-event": "issue_comment", "x-hub-signature-256": `sha256=${expected}` },
  });
  server.close();
});

test("three hundred repositories are made in a few seconds, and read in one request for forty", async () => {
  const begin = performance.now();
  for (let i = 0; i < 300; i++)
    github.addRepository({
      owner: "fleet",
      name: `n${i}`,
      files: new Map([
        ["Pulumi.yaml", `name: n${i}\n`],
        [up, "on: push\n"],
      ]),
    });
  const made = performance.now() - begin;
  const one = (i: number): string => `r${i}: repository(owner: "fleet", name: "n${i}") {
    defaultBranchRef { target { oid } }
    object(expression: "HEAD:${up}") { ... on Blob { text } }
  }`;
  const read = await octokit.graphql<Record<string, { object: { text: string } }>>(
    `{ ${Array.from({ length: 40 }, (_, i) => one(i)).join("\n")} }`,
  );
  expect(Object.values(read).map(({ object }) => object.text)).toEqual(Array.from({ length: 40 }, () => "on: push\n"));
  expect(made).toBeLessThan(20_000);
  console.log(`300 repositories in ${Math.round(made)} ms`);
});
