import {
  blockers,
  isOfProgram,
  loadExplanations,
  questionsIssue,
  readMarker,
  renderPullRequest,
  withTicks,
  type Explanation,
  type Marker,
  type PullText,
  type SettingsPull,
} from "@gha2pulumi/migrate";
import type { Configuration } from "../configuration.ts";
import type { Context, Json } from "../engine/engine.ts";
import type { GitHub } from "../github/github.ts";
import type { Writes } from "../github/publish-api.ts";
import { fullName, type RepositoryFacts } from "../github/repositories.ts";
import { askedFor, askers, type AskedFor } from "../pull/asked.ts";
import type { PullState } from "../pull/decide-pull.ts";
import { look, mayWrite, sameLines, type Seen } from "../pull/look.ts";
import type { PublishedFile } from "../publication.ts";
import { reading, writing } from "./asking.ts";
import { logged } from "./log.ts";
import { planTable, type StoredPlan } from "./plan-work.ts";
import type { Services } from "./outside.ts";
import { refusePaused } from "./kill-switch.ts";

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
  /** With the files that go into the repository itself. */
  readonly plan: StoredPlan;
  /** The files of the settings program where that is kept elsewhere: those of `plan.place`. */
  readonly program: readonly PublishedFile[];
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
  const stored = (await engine.store.get(planTable(campaign), fullName(facts))) as unknown as StoredPlan;
  const isElsewhere = ({ path }: PublishedFile): boolean => stored.place !== null && isOfProgram(path);
  const plan = { ...stored, files: stored.files.filter((one) => !isElsewhere(one)) };
  const told = toldOf(services, configuration, plan, undefined);
  const { marker } = told;
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
  const write = writesOf({ services, context, gitHub, campaign }, { who: me, facts, marker, base: plan.head });
  const issue = issues ? questionsIssue(plan.document, marker) : undefined;
  const said = askedFor(seen.comments, handled, me, writers);
  const explanations = said.fresh.length > 0 ? await loadExplanations() : [];
  const program = stored.files.filter(isElsewhere);
  return { ...input, ...told, services, context, gitHub, me, plan, program, issue, write, seen, said, explanations };
}

/** What a pull request says, and what its marker does; `elsewhere` is where the settings program is, if not in it. */
export function toldOf(
  { version }: Pick<Services, "version">,
  configuration: Configuration,
  plan: StoredPlan,
  elsewhere: SettingsPull | undefined,
): Pick<Occasion, "marker" | "text"> {
  const marker: Marker = {
    campaign: configuration.campaign,
    plan: `sha256:${plan.summary.digest}`,
    sources: `sha256:${plan.summary.sources}`,
    version,
    draft: isDraft(configuration, plan, elsewhere),
  };
  const made = renderPullRequest(plan.document, marker, elsewhere);
  return { marker, text: { ...made, title: configuration.title.replaceAll("{title}", () => made.title) } };
}

/** Writes at the pace of a credential, while the campaign is not paused, and logs each. */
export function writesOf(
  {
    services,
    context,
    gitHub,
    campaign,
  }: Pick<Occasion, "services" | "context" | "gitHub"> & { readonly campaign: string },
  { who, facts, marker, base }: Pick<Occasion, "facts" | "marker"> & { readonly who: string; readonly base: string },
): Writes {
  const engine = services.engine();
  return async (name, effect) => {
    await refusePaused(services, campaign);
    return await writing(context, engine, gitHub.credential, name, async () => {
      // Once more: its turn may have come an hour later.
      await refusePaused(services, campaign);
      const value = await effect();
      await logged(engine, campaign, { repository: fullName(facts), who, what: name, plan: marker.plan, base });
      return value;
    });
  };
}

/** The last comment of each repository whose commands were carried out. */
export function handledTable(campaign: string): string {
  return `handled/${campaign}`;
}

function isDraft({ draft }: Configuration, { document }: StoredPlan, elsewhere: SettingsPull | undefined): boolean {
  const isBlocked = blockers(document).length > 0 || elsewhere?.isThere === false;
  return draft === "always" || (draft === "blocked" && isBlocked);
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
