import { readMarker, renderPullRequest, type Marker, type PullText } from "@gha2pulumi/migrate";
import type { Configuration } from "../configuration.ts";
import type { Context, Json, Work } from "../engine/engine.ts";
import { GitHubError } from "../github/github-error.ts";
import type { GitHub } from "../github/github.ts";
import { publishByApi, type Writes } from "../github/publish-api.ts";
import { publishByGit } from "../github/publish-git.ts";
import { remoteByApi, truncated } from "../github/remote-api.ts";
import { remoteByGit, withClone } from "../github/remote-git.ts";
import { fullName, type RepositoryFacts } from "../github/repositories.ts";
import { decidePull, type PullAction, type PullState } from "../pull/decide-pull.ts";
import { emailOf, look, trailerOf, type Seen } from "../pull/look.ts";
import { needsGit, publishedFault, type Publication } from "../publication.ts";
import { reading, writing } from "./asking.ts";
import { planTable, type StoredPlan } from "./plan-work.ts";
import type { Row, RowPull } from "./row.ts";
import type { Services } from "./services.ts";

/** What is proposed: the stored plan of one repository of a campaign. */
export interface PullInput {
  readonly configuration: Configuration;
  readonly facts: RepositoryFacts;
}

/** How it went. */
export interface PullOutcome {
  readonly state: Extract<Row["state"], "pull" | "left" | "held" | "nothing">;
  readonly reason: string;
  readonly pull: RowPull | null;
}

/** Opens a repository's pull request or brings it up to date: found before created, and nothing of a person overwritten. */
export function pullWork(services: Services): Work<Json, Json> {
  return {
    name: "pull",
    run: async (input, context) => {
      const { configuration, facts } = input as unknown as PullInput;
      return (await proposed(await occasionOf(services, configuration, facts, context))) as unknown as Json;
    },
  };
}

interface Occasion {
  readonly services: Services;
  readonly configuration: Configuration;
  readonly facts: RepositoryFacts;
  readonly context: Context;
  readonly gitHub: GitHub;
  readonly me: string;
  readonly plan: StoredPlan;
  readonly marker: Marker;
  readonly text: PullText;
  readonly write: Writes;
}

async function occasionOf(
  services: Services,
  configuration: Configuration,
  facts: RepositoryFacts,
  context: Context,
): Promise<Occasion> {
  const { credentials, version } = services;
  const engine = services.engine();
  const gitHub = await credentials.of(facts.owner);
  const me = await reading(context, "login", () => credentials.loginOf(facts.owner));
  const plan = (await engine.store.get(planTable(configuration.campaign), fullName(facts))) as unknown as StoredPlan;
  const marker: Marker = {
    campaign: configuration.campaign,
    plan: `sha256:${plan.summary.digest}`,
    sources: `sha256:${plan.summary.sources}`,
    version,
    draft: isDraft(configuration, plan),
  };
  const text = renderPullRequest(plan.document, marker);
  const write: Writes = (name, effect) => writing(context, engine, gitHub.credential, name, effect);
  const title = configuration.title.replaceAll("{title}", () => text.title);
  return { services, configuration, facts, context, gitHub, me, plan, marker, text: { ...text, title }, write };
}

function isDraft({ draft }: Configuration, { summary }: StoredPlan): boolean {
  return draft === "always" || (draft === "blocked" && (summary.openQuestions > 0 || summary.differences > 0));
}

async function proposed(occasion: Occasion): Promise<PullOutcome> {
  const { configuration, facts, context, gitHub, me, plan } = occasion;
  const sought = { branch: configuration.branch, campaign: configuration.campaign, files: plan.files, me };
  const seen = await reading(context, "look", async () => jsonOf(await look(gitHub, facts, sought)));
  const action = decidePull(stateOf(occasion, seen as unknown as Seen));
  return await done(occasion, seen as unknown as Seen, action);
}

function jsonOf(seen: Seen): Json {
  return seen as unknown as Json;
}

function stateOf({ configuration, marker, me, plan, text }: Occasion, { pulls, branch }: Seen): PullState {
  const { label } = configuration.optOut;
  return {
    pulls: pulls.map((one) => ({
      number: one.number,
      state: one.state,
      draft: one.draft,
      marker: readMarker(one.body),
      byUs: one.author === me,
      closedByUs: one.closedBy === me,
      same: one.title === text.title && sameText(one.body, text.body),
    })),
    branch: branch ?? undefined,
    issue: undefined,
    ours: marker,
    base: plan.head,
    proposes: plan.files.length > 0 ? "changes" : plan.summary.openQuestions > 0 ? "questions" : "nothing",
    optedOut: pulls.some(({ labels }) => labels.includes(label)) ? "label" : undefined,
    asked: undefined,
  };
}

/** Ticks of the checklist are a person's; GitHub may give line ends of its own. */
function sameText(found: string, meant: string): boolean {
  const plain = (text: string): string =>
    text
      .replace(/\r\n/g, "\n")
      .replace(/^(\s*- \[)[xX](?=\])/gm, "$1 ")
      .trim();
  return plain(found) === plain(meant);
}

async function done(occasion: Occasion, seen: Seen, action: PullAction): Promise<PullOutcome> {
  switch (action.kind) {
    case "create":
      if (action.commits) await publish(occasion, seen);
      return { state: "pull", reason: "", pull: await created(occasion, action.draft) };
    case "update":
      return await updated(occasion, seen, action);
    case "close":
      return await closed(occasion, seen, action.number, action.because);
    case "issue":
      return { state: "held", reason: "questions are open", pull: null };
    case "leave":
      return { state: "left", reason: action.because, pull: pullOf(seen, action.number) };
  }
}

function pullOf({ pulls }: Seen, number: number | undefined): RowPull | null {
  const found = pulls.find((one) => one.number === number);
  return found === undefined
    ? null
    : { number: found.number, url: found.url, state: found.state, isDraft: found.draft };
}

/** The branch, by GitHub's interface or by git, read again and compared with what was meant. */
async function publish(occasion: Occasion, seen: Seen): Promise<void> {
  const { configuration, facts, context, gitHub, plan, text } = occasion;
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
  const fault = await reading(context, "compare", async () => await faultOf(occasion, head));
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

/** A tree too large for one answer of the interface was written by git, which compares by itself. */
async function faultOf({ gitHub, facts, plan }: Occasion, head: string): Promise<string | null> {
  const remote = await remoteByApi(gitHub, facts, head);
  return remote === truncated ? null : (publishedFault(plan.entries, plan.files, remote.entries) ?? null);
}

async function created({ configuration, facts, gitHub, text, write }: Occasion, draft: boolean): Promise<RowPull> {
  const at = { owner: facts.owner, repo: facts.name };
  const pull = await write("pull request", async () => {
    const asked = { ...at, head: configuration.branch, base: facts.defaultBranch, ...text, draft };
    try {
      return rowOf(await gitHub.write("POST /repos/{owner}/{repo}/pulls", asked));
    } catch (error) {
      // "A pull request already exists": of an attempt whose answer was lost.
      const head = `${facts.owner}:${configuration.branch}`;
      const [found] = await gitHub.once("GET /repos/{owner}/{repo}/pulls", { ...at, head, state: "open" });
      if (found === undefined) throw error;
      return rowOf(found);
    }
  });
  const { labels, reviewers } = configuration;
  if (labels.length > 0) {
    await write("labels", async () => {
      const asked = { ...at, issue_number: pull.number, labels: [...labels] };
      await gitHub.write("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", asked);
      return null;
    });
  }
  if (reviewers.length > 0) {
    await write("reviewers", async () => {
      const teams = reviewers.flatMap((one) => (one.includes("/") ? [one.slice(one.indexOf("/") + 1)] : []));
      const people = reviewers.filter((one) => !one.includes("/"));
      const asked = { ...at, pull_number: pull.number, reviewers: people, team_reviewers: teams };
      await gitHub.write("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", asked);
      return null;
    });
  }
  return pull;
}

interface PullAnswer {
  readonly number: number;
  readonly html_url: string;
  readonly draft?: boolean;
}

function rowOf({ number, html_url: url, draft = false }: PullAnswer): {
  readonly number: number;
  readonly url: string;
  readonly state: "open";
  readonly isDraft: boolean;
} {
  return { number, url, state: "open", isDraft: draft };
}

async function updated(
  occasion: Occasion,
  seen: Seen,
  action: Extract<PullAction, { kind: "update" }>,
): Promise<PullOutcome> {
  const { facts, gitHub, text, write } = occasion;
  const at = { owner: facts.owner, repo: facts.name, pull_number: action.number };
  if (action.commits) await publish(occasion, seen);
  if (action.body) {
    await write("text", async () => {
      await gitHub.write("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", { ...at, ...text });
      return null;
    });
  }
  const pull = pullOf(seen, action.number);
  const id = seen.pulls.find(({ number }) => number === action.number)?.id;
  if (action.draft !== undefined && id !== undefined)
    await write("draft", () => turned(gitHub, id, action.draft === true));
  return { state: "pull", reason: "", pull: pull && { ...pull, isDraft: action.draft ?? pull.isDraft } };
}

/** Only GraphQL can turn a draft. */
async function turned(gitHub: GitHub, pullRequestId: string, draft: boolean): Promise<null> {
  const mutation = draft ? "convertPullRequestToDraft" : "markPullRequestReadyForReview";
  const type = draft ? "ConvertPullRequestToDraftInput" : "MarkPullRequestReadyForReviewInput";
  await gitHub.query(`mutation ($input: ${type}!) { ${mutation}(input: $input) { clientMutationId } }`, {
    input: { pullRequestId },
  });
  return null;
}

const closingWords: Readonly<Record<string, string>> = {
  "opted-out": "This repository wants no pull requests of gha2pulumi: closed.",
  "nothing-left": "There is nothing left to do here: closed.",
  "only-questions-left": "Nothing can be moved before the questions of the plan are answered: closed for now.",
  answered: "The questions are answered: closed.",
};

async function closed(occasion: Occasion, seen: Seen, number: number, because: string): Promise<PullOutcome> {
  const { facts, gitHub, write } = occasion;
  const at = { owner: facts.owner, repo: facts.name };
  await write("comment", async () => {
    const body = closingWords[because] ?? "";
    await gitHub.write("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...at,
      issue_number: number,
      body,
    });
    return null;
  });
  await write("close", async () => {
    await gitHub.write("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
      ...at,
      pull_number: number,
      state: "closed",
    });
    return null;
  });
  const pull = pullOf(seen, number);
  return { state: "left", reason: because, pull: pull && { ...pull, state: "closed" } };
}
