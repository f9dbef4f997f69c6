import { pathElsewhere, renderSettingsPullRequest, type SettingsPlace, type SettingsPull } from "@gha2pulumi/migrate";
import type { Json } from "../engine/engine.ts";
import type { GitHub } from "../github/github.ts";
import { GitHubError } from "../github/github-error.ts";
import { entriesOf, headOf, truncated } from "../github/remote-api.ts";
import { fullName, named, type RepositoryFacts } from "../github/repositories.ts";
import { blobName, type PublishedFile } from "../publication.ts";
import { decidePull, type PullAction } from "../pull/decide-pull.ts";
import { look, type Seen } from "../pull/look.ts";
import { reading } from "./asking.ts";
import { stateOf, toldOf, writesOf, type Occasion } from "./occasion.ts";
import { done, ended, pullOf, type PullOutcome } from "./pull-actions.ts";
import type { StoredPlan } from "./plan-work.ts";

/** The settings program of a repository, in the repository that keeps those of all. */
interface Half {
  /** Its own pull request, over there. */
  readonly occasion: Occasion;
  readonly place: SettingsPlace;
  /** What the default branch over there has in the program's folder: nothing, the program as it is meant, or something else. */
  readonly found: "none" | "program" | "another";
}

/**
 * Proposes the settings program first, where it is kept in another repository: gives the occasion with a text that says
 * so, or the outcome where the workflows have to stay because of it. Where nothing is proposed, its pull request is closed.
 */
export async function withProgram(occasion: Occasion): Promise<Occasion | PullOutcome> {
  if (occasion.program.length === 0 || occasion.plan.place === null) return occasion;
  const intent = intentOf(decidePull(stateOf(occasion)));
  if (intent === "none") return occasion;
  const half = await halfOf(occasion, occasion.plan.place);
  if (intent === "close") {
    await done(half.occasion, decidePull({ ...stateOf(half.occasion), proposes: "nothing" }));
    return occasion;
  }
  const elsewhere = await proposedThere(half);
  if (typeof elsewhere === "string")
    return { state: "held", reason: elsewhere, pull: pullOf(occasion.seen, occasion.seen.pulls[0]?.number) };
  const { services, configuration, plan } = occasion;
  return { ...occasion, ...toldOf(services, configuration, plan, elsewhere) };
}

/** Closes the program's pull request too, when a campaign is closed. */
export async function endedThere(occasion: Occasion): Promise<void> {
  if (occasion.program.length === 0 || occasion.plan.place === null) return;
  const half = await halfOf(occasion, occasion.plan.place);
  await ended(half.occasion);
}

/** What follows for the program from what is done about the workflows. A person's work on their branch leaves it alone. */
function intentOf(action: PullAction): "propose" | "close" | "none" {
  switch (action.kind) {
    case "create":
    case "update":
      return "propose";
    case "close":
    case "issue":
      return "close";
    case "leave":
      if (action.because === "same-already") return "propose";
      return action.because === "opted-out" ||
        action.because === "closed-means-no" ||
        action.because === "nothing-to-do"
        ? "close"
        : "none";
  }
}

/** Brings the program's pull request about; in words, why there is no program and will be none. */
async function proposedThere({ occasion, place, found }: Half): Promise<SettingsPull | string> {
  const where = `${place.of}/ of ${place.repository}`;
  const merged = occasion.seen.pulls.find(({ state }) => state === "merged") ?? null;
  if (found === "program") return { ...place, pull: merged, isThere: true };
  const action = decidePull(stateOf(occasion));
  // A person may have changed it while it was merged: that is theirs to do.
  if (action.kind === "leave" && action.because === "merged")
    return { ...place, pull: merged, isThere: found !== "none" };
  if (found === "another") return `${where} holds another program: its stacks are to be added there by hand`;
  if (action.kind === "leave" && action.because === "closed-means-no")
    return `its settings program was refused: pull request ${action.number} of ${place.repository} was closed`;
  const { pull, reason } = await done(await withEntries(occasion), action);
  if (pull?.state !== "open") return `its settings program is not proposed in ${where}: ${reason}`;
  return { ...place, pull, isThere: false };
}

/** With the files of the whole commit: what is written is compared with them, and only then are they needed. */
async function withEntries(occasion: Occasion): Promise<Occasion> {
  const { context, gitHub, facts, plan } = occasion;
  const entries = (await reading(context, "files there", async () => {
    return (await filesAt(gitHub, facts, plan.head)) as unknown as Json;
  })) as unknown as StoredPlan["entries"];
  return { ...occasion, plan: { ...plan, entries } };
}

/** Asked for as what does not change: all repositories of a campaign look at the same commit. */
async function filesAt(gitHub: GitHub, facts: RepositoryFacts, head: string): Promise<StoredPlan["entries"]> {
  const entries = await entriesOf(gitHub.get, facts, head);
  if (entries !== truncated) return entries;
  throw new GitHubError("conflict", `${fullName(facts)}, which is to keep settings, has too many files`);
}

async function halfOf(occasion: Occasion, place: SettingsPlace): Promise<Half> {
  const { context, services, configuration, plan } = occasion;
  const facts = (await reading(context, "settings repository", async () => {
    return (await named(services.credentials, place.repository)) as unknown as Json;
  })) as unknown as RepositoryFacts | { readonly reason: string };
  if ("reason" in facts)
    throw new GitHubError("missing", `${place.repository}, which is to keep settings: ${facts.reason}`);
  const gitHub = await services.credentials.of(facts.owner);
  const me = await reading(context, "login there", () => services.credentials.loginOf(facts.owner));
  const files = occasion.program.map(({ path, text }) => ({ path: pathElsewhere(path, place), text }));
  const branch = `${configuration.branch}-settings/${place.of}`;
  const there = (await reading(context, "look there", async () => {
    const head = await headOf(gitHub, facts, facts.defaultBranch);
    if (head === undefined)
      throw new GitHubError("conflict", `${place.repository}, which is to keep settings, has no commit`);
    const found = foundAmong(await filesAt(gitHub, facts, head), place, files);
    const sought = { branch, campaign: configuration.campaign, files, me, issues: false };
    return { head, found, seen: await look(gitHub, facts, sought) } as unknown as Json;
  })) as unknown as Pick<Half, "found"> & { readonly head: string; readonly seen: Seen };
  const marker = { ...toldOf(services, configuration, plan, undefined).marker, draft: false };
  const write = writesOf(
    { services, context, gitHub, campaign: configuration.campaign },
    { who: me, facts, marker, base: there.head },
  );
  return {
    place,
    found: there.found,
    occasion: {
      ...occasion,
      configuration: { ...configuration, branch, reviewers: [] },
      facts,
      optedOut: null,
      gitHub,
      me,
      plan: { ...plan, head: there.head, entries: [], files },
      program: [],
      marker,
      text: renderSettingsPullRequest(plan.document, marker, place),
      issue: undefined,
      write,
      seen: there.seen,
      said: { fresh: [], stopped: false, asked: undefined },
      explanations: [],
    },
  };
}

function foundAmong(
  entries: StoredPlan["entries"],
  { of }: SettingsPlace,
  files: readonly PublishedFile[],
): Half["found"] {
  const below = new Map(entries.flatMap(({ path, id }) => (path.startsWith(`${of}/`) ? [[path, id] as const] : [])));
  if (below.size === 0) return "none";
  return files.every(({ path, text }) => text !== null && below.get(path) === blobName(text)) ? "program" : "another";
}
