// Every mutation and query of GraphQL, and what is refused loudly.
import type { Octokit } from "@octokit/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startGitHub, type GitHub } from "./github.ts";
import { expectClean, octokitOf } from "./support.ts";

let github: GitHub;
let octokit: Octokit;
const facts = `repository(owner: "acme", name: "shop")`;

beforeAll(async () => {
  github = await startGitHub();
  octokit = octokitOf(github);
  github.addRepository({
    owner: "acme",
    name: "shop",
    files: new Map([
      ["src/a.ts", "a\n"],
      ["logo.png", "\u0089PNG\u0000"],
      ["latin.txt", "x\n"],
    ]),
    topics: ["infra"],
    environments: [{ name: "prod" }],
    collaborators: { dana: "write" },
    openPulls: [
      { head: "one", title: "One", files: new Map([["one", "1\n"]]) },
      { head: "two", title: "Two", files: new Map([["two", "2\n"]]), author: "lee" },
    ],
  });
  github.repository("acme", "shop").labels.set("pulumi", "8a3391");
  github.comment("acme", "shop", 1, "dana", "Hello");
});
afterAll(() => github.close());

/** Sends one mutation, with its input as a variable. */
async function mutate(
  name: string,
  input: Record<string, unknown>,
  selection: string,
): Promise<Record<string, unknown>> {
  const type = `${name[0]?.toUpperCase()}${name.slice(1)}Input`;
  const document = `mutation ($input: ${type}!) { result: ${name}(input: $input) { ${selection} } }`;
  return (await octokit.graphql<{ result: Record<string, unknown> }>(document, { input })).result;
}

interface Ids {
  readonly repository: {
    readonly id: string;
    readonly label: { readonly id: string };
    readonly one: { readonly id: string; readonly author: { readonly id: string } };
    readonly two: { readonly id: string };
    readonly ref: { readonly id: string; readonly target: { readonly oid: string } };
  };
}

const ids = (): Promise<Ids> =>
  octokit.graphql<Ids>(`{ ${facts} {
    id
    label(name: "pulumi") { id }
    one: pullRequest(number: 1) { id author { ... on User { id } } }
    two: pullRequest(number: 2) { id }
    ref(qualifiedName: "refs/heads/one") { id target { oid } }
  } }`);

describe("mutations", () => {
  test("of a pull request: text, draft, labels, reviewers, comment, closed and opened again", async () => {
    const { repository } = await ids();
    const pullRequestId = repository.two.id;
    const shown = "pullRequest { title body state isDraft closed }";
    expect(await mutate("updatePullRequest", { pullRequestId, title: "Two!", body: "New" }, shown)).toMatchObject({
      pullRequest: { title: "Two!", body: "New", state: "OPEN", isDraft: false },
    });
    expect(await mutate("convertPullRequestToDraft", { pullRequestId }, shown)).toMatchObject({
      pullRequest: { isDraft: true },
    });
    const ready = await mutate("markPullRequestReadyForReview", { pullRequestId }, shown);
    expect(ready).toMatchObject({ pullRequest: { isDraft: false } });
    const labels = "labelable { ... on PullRequest { labels(first: 5) { nodes { name } } } }";
    const labelled = { labelableId: pullRequestId, labelIds: [repository.label.id] };
    expect(await mutate("addLabelsToLabelable", labelled, labels)).toEqual({
      labelable: { labels: { nodes: [{ name: "pulumi" }] } },
    });
    expect(await mutate("removeLabelsFromLabelable", labelled, labels)).toEqual({
      labelable: { labels: { nodes: [] } },
    });
    const wanted = "pullRequest { reviewRequests(first: 5) { nodes { requestedReviewer { ... on User { login } } } } }";
    expect(await mutate("requestReviews", { pullRequestId, userIds: [repository.one.author.id] }, wanted)).toEqual({
      pullRequest: { reviewRequests: { nodes: [{ requestedReviewer: { login: "dana" } }] } },
    });
    const said = await mutate(
      "addComment",
      { subjectId: pullRequestId, body: "Hi" },
      "commentEdge { node { body author { login } } }",
    );
    expect(said).toEqual({ commentEdge: { node: { body: "Hi", author: { login: "migrator" } } } });
    expect(await mutate("closePullRequest", { pullRequestId }, shown)).toMatchObject({
      pullRequest: { state: "CLOSED", closed: true },
    });
    expect(await mutate("reopenPullRequest", { pullRequestId }, shown)).toMatchObject({
      pullRequest: { state: "OPEN" },
    });
    expectClean(github);
  });

  test("of an issue", async () => {
    const { repository } = await ids();
    const input = { repositoryId: repository.id, title: "Which?", body: "A or B", labelIds: [repository.label.id] };
    const { issue } = (await mutate("createIssue", input, "issue { id number state }")) as { issue: { id: string } };
    const changed = await mutate(
      "updateIssue",
      { id: issue.id, body: "B" },
      "issue { body state labels(first: 1) { totalCount } }",
    );
    expect(changed).toEqual({ issue: { body: "B", state: "OPEN", labels: { totalCount: 1 } } });
    expect(await mutate("closeIssue", { issueId: issue.id }, "issue { state stateReason }")).toEqual({
      issue: { state: "CLOSED", stateReason: "COMPLETED" },
    });
    expectClean(github);
  });

  test("of a ref: forwards, back only by force, and away", async () => {
    const { repository } = await ids();
    const refId = repository.ref.id;
    const main = github.repository("acme", "shop").store.ref("refs/heads/main") ?? "";
    await expect(mutate("updateRef", { refId, oid: main }, "ref { name }")).rejects.toThrow("not a fast forward");
    const there = await mutate("updateRef", { refId, oid: main, force: true }, "ref { target { oid } }");
    expect(there).toEqual({ ref: { target: { oid: main } } });
    await mutate("deleteRef", { refId }, "clientMutationId");
    expect(github.repository("acme", "shop").store.ref("refs/heads/one")).toBeUndefined();
    expect(github.pulls("acme", "shop").map(({ open }) => open)).toEqual([false, true]);
    expectClean(github);
  });
});

describe("queries", () => {
  test("tell everything of a repository in one answer", async () => {
    github.setChecks("acme", "shop", "two", [{ name: "build", conclusion: "failure" }]);
    const answer = await octokit.graphql(`{
      viewer { login }
      organization(login: "acme") { repositories(first: 1) { totalCount nodes { nameWithOwner } } }
      ${facts} {
        nameWithOwner isArchived isFork isTemplate isEmpty isPrivate visibility
        owner { __typename login }
        repositoryTopics(first: 5) { nodes { topic { name } } }
        environments(first: 5) { nodes { name } }
        refs(refPrefix: "refs/heads/", first: 5) { nodes { name } }
        missing: object(expression: "HEAD:nothing") { oid }
        logo: object(expression: "main:logo.png") { ... on Blob { isBinary text } }
        head: object(expression: "two") { ... on Commit {
          messageHeadline statusCheckRollup { state } history(first: 5) { totalCount }
          signature { isValid } parents(first: 1) { nodes { oid } }
        } }
        pullRequests(first: 5, states: [OPEN]) { totalCount pageInfo { hasNextPage endCursor } nodes {
          number headRefName baseRefName mergeable changedFiles
          files(first: 5) { nodes { path changeType } }
          commits(last: 1) { nodes { commit { messageHeadline } } }
        } }
      }
      rateLimit { limit cost remaining resetAt }
    }`);
    expect(answer).toMatchObject({
      viewer: { login: "migrator" },
      organization: { repositories: { totalCount: 1, nodes: [{ nameWithOwner: "acme/shop" }] } },
      repository: {
        visibility: "PRIVATE",
        isEmpty: false,
        owner: { __typename: "Organization", login: "acme" },
        repositoryTopics: { nodes: [{ topic: { name: "infra" } }] },
        environments: { nodes: [{ name: "prod" }] },
        missing: null,
        logo: { isBinary: true, text: null },
        head: {
          messageHeadline: "Two",
          statusCheckRollup: { state: "FAILURE" },
          history: { totalCount: 2 },
          signature: null,
        },
        pullRequests: {
          totalCount: 1,
          nodes: [{ number: 2, mergeable: "MERGEABLE", files: { nodes: [{ path: "two", changeType: "ADDED" }] } }],
        },
      },
    });
    expectClean(github);
  });

  test("are refused without bounds, for a repository that is not there, and where this rig has no answer", async () => {
    const other = await startGitHub();
    other.addRepository({ owner: "acme", name: "shop" });
    const asked = octokitOf(other);
    await expect(asked.graphql(`{ ${facts} { labels { totalCount } } }`)).rejects.toMatchObject({
      errors: [{ type: "MISSING_PAGINATION_BOUNDARIES" }],
    });
    await expect(asked.graphql(`{ repository(owner: "acme", name: "gone") { id } }`)).rejects.toMatchObject({
      errors: [{ type: "NOT_FOUND", path: ["repository"] }],
    });
    expectClean(other);
    await expect(asked.graphql(`{ ${facts} { stargazerCount } }`)).rejects.toThrow("not in the rig");
    expect(other.responseFaults).toEqual(["graphql: Repository.stargazerCount is not in the rig"]);
    const counted = `query ($n: Int!) { ${facts} { labels(first: $n) { totalCount } } }`;
    await expect(asked.graphql(counted, { n: "one" })).rejects.toThrow("$n");
    expect(other.violations).toEqual([expect.stringContaining('Variable "$n" got invalid value "one"')]);
    expect(other.responseFaults).toHaveLength(1);
    await other.close();
  });
});
