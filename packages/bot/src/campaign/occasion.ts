import {
  blockers,
  loadExplanations,
  questionsIssue,
  readMarker,
  renderPullRequest,
  withTicks,
  type Explanation,
  type Marker,
  type PullText,
} from "@gha2pulumi/migrate";
import type { Configuration } from "../configuration.ts";
import type { Context, Json } from "../engine/engine.ts";
import type { GitHub } from "../github/github.ts";
import type { Writes } from "../github/publish-api.ts";
import { fullName, type RepositoryFacts } from "../github/repositories.ts";
import { askedFor, askers, type AskedFor } from "../pull/asked.ts";
import type { PullState } from "../pull/decide-pull.ts";
import { look, mayWrite, sameLines, type Seen } from "../pull/look.ts";
import { reading, writing } from "./asking.ts";
import { logged } from "./log.ts";
import { planTable, type StoredPlan } from "./plan-work.ts";
import type { Services } from "./outside.ts";
import { refusePaused } from "./state-of-campaign.ts";

/** What is proposed: the stored plan of one repository of a campaign. */
export interface PullInput {
  readonly configuration: Configuration;
  readonly facts: RepositoryFacts;
  /** How the repository says that it wants none, where files or GitHub say so. */
  readonly optedOut: "ignore-file" | "topic" | null;
}

/** Everything about one repository when its pull request is looked at. */
export interface Occasion extends PullInput {
  readonly services: Services;
  readonly context: Context;
  readonly gitHub: GitHub;
  readonly me: string;
  readonly plan: StoredPlan;
  readonly marker: Marker;
  readonly text: PullText;
  /** The issue that asks the plan's questions, where one is wanted. */
  readonly issue: PullText | undefined;
  readonly write: Writes;
  readonly seen: Seen;
  readonly said: AskedFor;
  readonly explanations: readonly Explanation[];
}

export async function occasionOf(services: Services, input: PullInput, context: Context): Promise<Occasion> {
  const { configuration, facts } = input;
  const { campaign } = configuration;
  const engine = services.engine();
  const gitHub = await services.credentials.of(facts.owner);
  const me = await reading(context, "login", () => services.credentials.loginOf(facts.owner));
  const plan = (await engine.store.get(planTable(campaign), fullName(facts))) as unknown as StoredPlan;
  const marker: Marker = {
    campaign,
    plan: `sha256:${plan.summary.digest}`,
    sources: `sha256:${plan.summary.sources}`,
    version: services.version,
    draft: isDraft(configuration, plan),
  };
  const made = renderPullRequest(plan.document, marker);
  const text = { ...made, title: configuration.title.replaceAll("{title}", () => made.title) };
  const issues = configuration.questions === "issue";
  const sought = { branch: configuration.branch, campaign, files: plan.files, me, issues };
  const seen = (await reading(context, "look", async () => {
    return (await look(gitHub, facts, sought)) as unknown as Json;
  })) as unknown as Seen;
  const handled = Number((await engine.store.get(handledTable(campaign), fullName(facts))) ?? 0);
  const writers = new Set<string>();
  for (const one of askers(seen.comments, me)) {
    if (await reading(context, "permission", () => mayWrite(gitHub, facts, one))) writers.add(one);
  }
  const write: Writes = async (name, effect) => {
    await refusePaused(engine.store, campaign);
    return await writing(context, engine, gitHub.credential, name, async () => {
      const value = await effect();
      const done = { who: me, what: name, plan: marker.plan, base: plan.head };
      await logged(engine, campaign, { repository: fullName(facts), ...done });
      return value;
    });
  };
  const issue = issues ? questionsIssue(plan.document, marker) : undefined;
  const said = askedFor(seen.comments, handled, me, writers);
  const explanations = said.fresh.length > 0 ? await loadExplanations() : [];
  return { ...input, services, context, gitHub, me, plan, marker, text, issue, write, seen, said, explanations };
}

/** The last comment of each repository whose commands were carried out. */
export function handledTable(campaign: string): string {
  return `handled/${campaign}`;
}

function isDraft({ draft }: Configuration, { document }: StoredPlan): boolean {
  return draft === "always" || (draft === "blocked" && blockers(document).length > 0);
}

/** What decides what is done about the repository. */
export function stateOf(occasion: Occasion): PullState {
  const { configuration, marker, me, plan, text, seen, said, issue, optedOut } = occasion;
  const { label } = configuration.optOut;
  const isLabelled = seen.pulls.some(({ labels }) => labels.includes(label));
  const own = seen.issues.find(({ body }) => readMarker(body)?.campaign === marker.campaign);
  return {
    pulls: seen.pulls.map((one) => ({
      number: one.number,
      state: one.state,
      draft: one.draft,
      marker: readMarker(one.body),
      byUs: one.author === me,
      closedByUs: one.closedBy === me,
      same: one.title === text.title && sameText(one.body, text.body),
    })),
    branch: seen.branch ?? undefined,
    issue: own && {
      number: own.number,
      state: own.state,
      marker: readMarker(own.body),
      closedByUs: own.closedBy === me,
      same: own.title === issue?.title && sameText(own.body, issue.body),
    },
    ours: marker,
    base: plan.head,
    proposes: plan.files.length > 0 ? "changes" : issue === undefined ? "nothing" : "questions",
    optedOut: optedOut ?? (isLabelled ? "label" : said.stopped ? "comment" : undefined),
    asked: said.asked && { command: said.asked, mayWrite: true },
  };
}

/** Ticks of the checklist are a person's. */
function sameText(found: string, meant: string | undefined): boolean {
  return meant !== undefined && sameLines(found, withTicks(meant, found));
}
