import { GitHubError } from "../github/github-error.ts";
import { publishByApi } from "../github/publish-api.ts";
import { publishByGit } from "../github/publish-git.ts";
import { remoteByApi, truncated } from "../github/remote-api.ts";
import { remoteByGit, withClone } from "../github/remote-git.ts";
import { fullName } from "../github/repositories.ts";
import { emailOf, trailerOf } from "../pull/look.ts";
import { needsGit, publishedFault, type Publication } from "../publication.ts";
import { reading } from "./asking.ts";
import type { Occasion } from "./occasion.ts";

/** Writes the branch, by GitHub's interface or by git, reads it again and compares it with what was meant. */
export async function publish(occasion: Occasion): Promise<void> {
  const { configuration, facts, context, gitHub, plan, text, seen } = occasion;
  const publication: Publication = {
    owner: facts.owner,
    name: facts.name,
    branch: configuration.branch,
    base: plan.head,
    baseBranch: facts.defaultBranch,
    files: plan.files,
    headline: text.title,
    description: `Proposed by gha2pulumi; the pull request says what it does, and how to undo it.\n\n${trailerOf(configuration.campaign)}`,
    expected: seen.branch?.head ?? null,
  };
  const byGit = configuration.via === "git" || needsGit(plan.files, plan.entries) !== undefined;
  const head = byGit
    ? await pushed(occasion, publication)
    : await publishByApi(gitHub, publication, facts.id, occasion.write);
  const fault = await reading(context, "compare", () => faultOf(occasion, head));
  if (fault !== null)
    throw new GitHubError("conflict", `the branch ${configuration.branch} is not what was meant: ${fault}`);
}

async function pushed({ services, facts, me, write }: Occasion, publication: Publication): Promise<string> {
  const { credentials } = services;
  return await write("push", async () => {
    const token = await credentials.tokenOf(facts.owner);
    return await withClone(`${credentials.gitUrl}/${fullName(facts)}.git`, token, async (clone) => {
      await remoteByGit(clone, facts.defaultBranch, publication.base);
      return await publishByGit(clone, publication, { name: me, email: emailOf(me) });
    });
  });
}

/** A tree too large for one answer of the interface was written by git, from the index that was meant. */
async function faultOf({ gitHub, facts, plan }: Occasion, head: string): Promise<string | null> {
  const remote = await remoteByApi(gitHub, facts, head);
  return remote === truncated ? null : (publishedFault(plan.entries, plan.files, remote.entries) ?? null);
}
