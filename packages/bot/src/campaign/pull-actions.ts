import { withTicks } from "@gha2pulumi/migrate";
import type { GitHub } from "../github/github.ts";
import { fullName } from "../github/repositories.ts";
import { answerTo } from "../pull/command.ts";
import type { PullAction } from "../pull/decide-pull.ts";
import type { Seen } from "../pull/look.ts";
import { handledTable, type Occasion } from "./occasion.ts";
import { publish } from "./publish.ts";
import { logged } from "./log.ts";
import { askedInIssue, type Row, type RowPull } from "./row.ts";

/** How it went. */
export interface PullOutcome {
  readonly state: Extract<Row["state"], "pull" | "left" | "held" | "waiting">;
  readonly reason: string;
  readonly pull: RowPull | null;
}

/** Answers what was asked in comments; that a command was carried out is remembered by the comment that gave it. */
export async function answered({
  services,
  context,
  configuration,
  facts,
  gitHub,
  said,
  seen,
  explanations,
  write,
}: Occasion): Promise<void> {
  const [pull] = seen.pulls;
  const last = said.fresh.at(-1);
  if (pull === undefined || last === undefined) return;
  const hasPersons = seen.branch?.commits.includes("person") ?? false;
  const { store } = services.engine();
  for (const { id, author, command } of said.fresh) {
    await context.step("asked", async () => {
      const what = `asked for ${command.kind} in comment ${id}`;
      await logged(services.engine(), configuration.campaign, { repository: fullName(facts), who: author, what });
      return null;
    });
    const body = answerTo(command, { mayWrite: true, hasPersons, explanations });
    if (body !== undefined) await write("answer", () => commented(gitHub, facts, pull.number, body));
  }
  await store.put(handledTable(configuration.campaign), fullName(facts), last.id);
}

/** Does what was decided. */
export async function done(occasion: Occasion, action: PullAction): Promise<PullOutcome> {
  switch (action.kind) {
    case "create":
      if (action.commits) await publish(occasion);
      return { state: "pull", reason: "", pull: await created(occasion, action.draft) };
    case "update":
      return await updated(occasion, action);
    case "close":
      return await closed(occasion, action);
    case "issue":
      return await asked(occasion, action.number);
    case "leave":
      return { state: "left", reason: action.because, pull: pullOf(occasion.seen, action.number) };
  }
}

export function pullOf({ pulls }: Seen, number: number | undefined): RowPull | null {
  const found = pulls.find((one) => one.number === number);
  return found === undefined
    ? null
    : { number: found.number, url: found.url, state: found.state, isDraft: found.draft };
}

type At = { readonly owner: string; readonly repo: string };

function at({ facts }: Pick<Occasion, "facts">): At {
  return { owner: facts.owner, repo: facts.name };
}

async function created(occasion: Occasion, draft: boolean): Promise<RowPull> {
  const { configuration, facts, gitHub, text, write } = occasion;
  const pull = await write("pull request", async () => {
    const wanted = { ...at(occasion), head: configuration.branch, base: facts.defaultBranch, ...text, draft };
    try {
      return rowOf(await gitHub.write("POST /repos/{owner}/{repo}/pulls", wanted));
    } catch (error) {
      // "A pull request already exists": of an attempt whose answer was lost.
      const head = `${facts.owner}:${configuration.branch}`;
      const [found] = await gitHub.once("GET /repos/{owner}/{repo}/pulls", { ...at(occasion), head, state: "open" });
      if (found === undefined) throw error;
      return rowOf(found);
    }
  });
  const { labels, reviewers } = configuration;
  if (labels.length > 0) {
    await write("labels", async () => {
      const wanted = { ...at(occasion), issue_number: pull.number, labels: [...labels] };
      await gitHub.write("POST /repos/{owner}/{repo}/issues/{issue_number}/labels", wanted);
      return null;
    });
  }
  if (reviewers.length > 0) {
    await write("reviewers", async () => {
      const teams = reviewers.flatMap((one) => (one.includes("/") ? [one.slice(one.indexOf("/") + 1)] : []));
      const people = reviewers.filter((one) => !one.includes("/"));
      const wanted = { ...at(occasion), pull_number: pull.number, reviewers: people, team_reviewers: teams };
      await gitHub.write("POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers", wanted);
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

type OpenPull = { readonly number: number; readonly url: string; readonly state: "open"; readonly isDraft: boolean };

function rowOf({ number, html_url: url, draft = false }: PullAnswer): OpenPull {
  return { number, url, state: "open", isDraft: draft };
}

async function updated(occasion: Occasion, action: Extract<PullAction, { kind: "update" }>): Promise<PullOutcome> {
  const { gitHub, text, write, seen } = occasion;
  if (action.commits) await publish(occasion);
  if (action.body) {
    const older = seen.pulls.find(({ number }) => number === action.number)?.body ?? "";
    const body = withTicks(text.body, older);
    await write("text", async () => {
      const wanted = { ...at(occasion), pull_number: action.number, title: text.title, body };
      await gitHub.write("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", wanted);
      return null;
    });
  }
  const pull = pullOf(seen, action.number);
  const id = seen.pulls.find(({ number }) => number === action.number)?.id;
  const { draft } = action;
  if (draft !== undefined && id !== undefined) await write("draft", () => turned(gitHub, id, draft));
  return { state: "pull", reason: "", pull: pull && { ...pull, isDraft: draft ?? pull.isDraft } };
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

async function commented(gitHub: GitHub, facts: Occasion["facts"], number: number, body: string): Promise<null> {
  const wanted = { ...at({ facts }), issue_number: number, body };
  await gitHub.write("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", wanted);
  return null;
}

const closingWords = {
  "opted-out": "This repository wants no pull requests of gha2pulumi: closed.",
  "nothing-left": "There is nothing left to do here: closed.",
  "only-questions-left": "Nothing can be moved before the questions of the plan are answered: closed for now.",
  answered: "The questions are answered: closed.",
  ended: "The campaign has ended: closed. Nothing has changed here.",
} as const;

async function closed(
  occasion: Occasion,
  { what, number, because }: Extract<PullAction, { kind: "close" }>,
): Promise<PullOutcome> {
  await close(occasion, what, number, because);
  const pull = pullOf(occasion.seen, number);
  return { state: "left", reason: because, pull: pull && { ...pull, state: "closed" } };
}

async function close(
  { facts, gitHub, write }: Occasion,
  what: "pull" | "issue",
  number: number,
  because: keyof typeof closingWords,
): Promise<void> {
  await write("comment", () => commented(gitHub, facts, number, closingWords[because]));
  await write("close", async () => {
    const state = "closed" as const;
    if (what === "pull")
      await gitHub.write("PATCH /repos/{owner}/{repo}/pulls/{pull_number}", {
        ...at({ facts }),
        pull_number: number,
        state,
      });
    else
      await gitHub.write("PATCH /repos/{owner}/{repo}/issues/{issue_number}", {
        ...at({ facts }),
        issue_number: number,
        state,
      });
    return null;
  });
}

async function asked(occasion: Occasion, number: number | undefined): Promise<PullOutcome> {
  const { gitHub, issue, write } = occasion;
  if (issue !== undefined) {
    await write("issue", async () => {
      const wanted = { ...at(occasion), ...issue };
      if (number === undefined) await gitHub.write("POST /repos/{owner}/{repo}/issues", wanted);
      else await gitHub.write("PATCH /repos/{owner}/{repo}/issues/{issue_number}", { ...wanted, issue_number: number });
      return null;
    });
  }
  return { state: "held", reason: askedInIssue, pull: null };
}

/** Closes what is open and takes the branch away, unless a person has put something there. */
export async function ended(occasion: Occasion): Promise<PullOutcome> {
  const { configuration, gitHub, me, seen, write } = occasion;
  const open = seen.pulls.find(({ state, author }) => state === "open" && author === me);
  if (open === undefined)
    return { state: "left", reason: "no pull request is open", pull: pullOf(seen, seen.pulls[0]?.number) };
  if (seen.branch?.commits.includes("person") === true) {
    return { state: "left", reason: "edited-by-a-person", pull: pullOf(seen, open.number) };
  }
  await close(occasion, "pull", open.number, "ended");
  await write("delete branch", async () => {
    const wanted = { ...at(occasion), ref: `heads/${configuration.branch}` };
    await gitHub.write("DELETE /repos/{owner}/{repo}/git/refs/{ref}", wanted);
    return null;
  });
  return {
    state: "left",
    reason: "the campaign was closed",
    pull: { ...rowOf({ number: open.number, html_url: open.url }), state: "closed" },
  };
}
