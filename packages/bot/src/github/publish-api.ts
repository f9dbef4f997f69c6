import type { Json } from "../engine/engine.ts";
import type { Publication } from "../publication.ts";
import { isTrouble } from "./github-error.ts";
import type { GitHub } from "./github.ts";

/** Makes one request that writes: at the pace of the credential, once, and remembered. */
export type Writes = <T extends Json>(name: string, effect: () => Promise<T>) => Promise<T>;

/**
 * Makes a branch hold one commit on its base, signed by GitHub. Every request is a step, and may be repeated: a branch
 * is only ever moved from where it was expected. Gives the new head; a `conflict` means that somebody else moved it.
 */
export async function publishByApi(
  gitHub: GitHub,
  publication: Publication,
  repositoryId: string,
  steps: Writes,
): Promise<string> {
  const { branch, base, expected } = publication;
  if (expected === null) {
    await steps("branch", () => createBranch(gitHub, publication, branch));
    return await steps("commit", () => commit(gitHub, publication, branch, base));
  }
  // The new commit has a base of its own, so it cannot be put on top; a branch that held only the base for a moment
  // would close its pull request. So it is made on a branch of its own, and both are moved at once.
  const next = `${branch}-next`;
  await steps("next branch", () => createBranch(gitHub, publication, next));
  const head = await steps("commit", () => commit(gitHub, publication, next, base));
  await steps("move", () => move(gitHub, publication, repositoryId, { next, from: expected, to: head }));
  return head;
}

/**
 * A branch at the base. One that is there already may be of an attempt whose answer was lost: the commit finds out. The
 * next branch is nobody's but ours, and what an earlier attempt left on it is of no use.
 */
async function createBranch(gitHub: GitHub, publication: Publication, branch: string): Promise<null> {
  const { owner, name, base } = publication;
  const at = { owner, repo: name };
  try {
    await gitHub.write("POST /repos/{owner}/{repo}/git/refs", { ...at, ref: `refs/heads/${branch}`, sha: base });
  } catch (error) {
    if (!isTrouble(error, "conflict")) throw error;
    if (branch === publication.branch) return null;
    await gitHub.write("PATCH /repos/{owner}/{repo}/git/refs/{ref}", {
      ...at,
      ref: `heads/${branch}`,
      sha: base,
      force: true,
    });
  }
  return null;
}

const commitDocument = `mutation ($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) { commit { oid } }
}`;

async function commit(gitHub: GitHub, publication: Publication, branch: string, expected: string): Promise<string> {
  const { owner, name, files, headline, description } = publication;
  const additions = files.flatMap(({ path, text }) =>
    text === null ? [] : [{ path, contents: Buffer.from(text).toString("base64") }],
  );
  const deletions = files.flatMap(({ path, text }) => (text === null ? [{ path }] : []));
  const input = {
    branch: { repositoryNameWithOwner: `${owner}/${name}`, branchName: branch },
    message: { headline, body: description },
    expectedHeadOid: expected,
    fileChanges: { additions, deletions },
  };
  try {
    const data = (await gitHub.query(commitDocument, { input })) as {
      readonly createCommitOnBranch: { readonly commit: { readonly oid: string } };
    };
    return data.createCommitOnBranch.commit.oid;
  } catch (error) {
    const found = isTrouble(error, "conflict") ? await ownCommit(gitHub, publication, branch, expected) : undefined;
    if (found === undefined) throw error;
    return found;
  }
}

/** The commit of an attempt whose answer was lost: the head of the branch, on the base, and with our message. */
async function ownCommit(
  gitHub: GitHub,
  publication: Publication,
  branch: string,
  base: string,
): Promise<string | undefined> {
  const { owner, name, headline, description } = publication;
  const at = { owner, repo: name };
  const head = await headAt(gitHub, publication, branch);
  const found = await gitHub.once("GET /repos/{owner}/{repo}/git/commits/{commit_sha}", {
    ...at,
    commit_sha: head,
  });
  const isOurs =
    found.parents.length === 1 &&
    found.parents[0]?.sha === base &&
    found.message.trim() === `${headline}\n\n${description}`.trim();
  return isOurs ? head : undefined;
}

const moveDocument = `mutation ($input: UpdateRefsInput!) {
  updateRefs(input: $input) { clientMutationId }
}`;

/** Moves our branch and takes the other away in one go, or nothing: GitHub compares both with where they are to be. */
async function move(
  gitHub: GitHub,
  publication: Publication,
  repositoryId: string,
  { next, from, to }: { readonly next: string; readonly from: string; readonly to: string },
): Promise<null> {
  const { branch } = publication;
  const refUpdates = [
    { name: `refs/heads/${branch}`, beforeOid: from, afterOid: to, force: true },
    { name: `refs/heads/${next}`, beforeOid: to, afterOid: "0".repeat(40), force: true },
  ];
  try {
    await gitHub.query(moveDocument, { input: { repositoryId, refUpdates } });
  } catch (error) {
    // The answer of an earlier attempt may have been lost.
    if (!isTrouble(error, "conflict") || (await headAt(gitHub, publication, branch)) !== to) throw error;
  }
  return null;
}

async function headAt(gitHub: GitHub, { owner, name }: Publication, branch: string): Promise<string> {
  const found = await gitHub.once("GET /repos/{owner}/{repo}/git/ref/{ref}", {
    owner,
    repo: name,
    ref: `heads/${branch}`,
  });
  return found.object.sha;
}
