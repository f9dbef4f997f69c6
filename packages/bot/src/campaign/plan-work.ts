import {
  auditedRepository,
  decidedText,
  riskOf,
  settingsRepositoryKey,
  shapeOf,
  type PlanDocument,
  type SettingsPlace,
} from "@gha2pulumi/migrate";
import type { Entry, Tree } from "@gha2pulumi/repo";
import type { Configuration } from "../configuration.ts";
import type { Context, Json, Work } from "../engine/engine.ts";
import { broughtAgain, broughtFor, type Brought } from "../github/brought.ts";
import type { GitHub } from "../github/github.ts";
import { observe } from "../github/observe.ts";
import { headOf, remoteByApi, truncated } from "../github/remote-api.ts";
import { remoteByGit, withClone } from "../github/remote-git.ts";
import { fullName, type RepositoryFacts } from "../github/repositories.ts";
import { digest, planRepository, type Answers, type PlannedRepository } from "../plan-repository.ts";
import type { PublishedFile } from "../publication.ts";
import { reading } from "./asking.ts";
import type { PlanSummary } from "./row.ts";
import type { Services } from "./outside.ts";

/** What is planned: one repository of a campaign. */
export interface PlanInput {
  readonly configuration: Configuration;
  readonly facts: RepositoryFacts;
}

/** A plan as the store keeps it: everything a pull request is made of. */
export interface StoredPlan {
  /** What it was made from; while that stays, so does the plan. */
  readonly inputs: string;
  readonly head: string;
  readonly document: PlanDocument;
  readonly files: readonly PublishedFile[];
  readonly entries: readonly Entry[];
  readonly brought: readonly Brought[];
  readonly place: SettingsPlace | null;
  readonly summary: PlanSummary;
}

export function planTable(campaign: string): string {
  return `plans/${campaign}`;
}

/** Plans a repository, unless nothing that the plan depends on has changed since the last time. */
export function planWork(services: Services): Work<Json, Json> {
  return {
    name: "plan",
    run: async (input, context) => {
      const { configuration, facts } = input as unknown as PlanInput;
      const summary = await planned(services, configuration, facts, context);
      return summary as unknown as Json;
    },
  };
}

export async function planned(
  services: Services,
  configuration: Configuration,
  facts: RepositoryFacts,
  context: Context,
): Promise<PlanSummary | null> {
  const { store } = services.engine();
  const gitHub = await services.credentials.of(facts.owner);
  const known = await reading(context, "observe", async () => await knownOf(gitHub, configuration, facts));
  const { head } = known;
  if (head === null) return null;
  const inputs = digest(JSON.stringify([services.version, head, known.answers]));
  const key = fullName(facts);
  return (await reading(context, "plan", async () => {
    const stored = (await store.get(planTable(configuration.campaign), key)) as unknown as StoredPlan | undefined;
    if (stored?.inputs === inputs && (await isUnmoved(services, stored))) return stored.summary as unknown as Json;
    const plan = await planAt(services, configuration, facts, head, new Map(known.answers));
    const kept = storedPlan(key, inputs, plan);
    await store.put(planTable(configuration.campaign), key, kept as unknown as Json);
    return kept.summary as unknown as Json;
  })) as unknown as PlanSummary;
}

interface Known {
  /** Null when the default branch has no commit. */
  readonly head: string | null;
  readonly answers: readonly (readonly [string, string])[];
}

/** The head, and every answer there is without reading a file: what GitHub shows, and over it the campaign's. */
async function knownOf(
  gitHub: GitHub,
  { observe: may, answers, settings }: Configuration,
  facts: RepositoryFacts,
): Promise<Known & Readonly<Record<string, Json>>> {
  const head = await headOf(gitHub, facts, facts.defaultBranch);
  if (head === undefined) return { head: null, answers: [] };
  const observed = may
    ? (await observe(gitHub, facts)).answers
    : new Map([
        ["repository", fullName(facts)],
        ["default-branch", facts.defaultBranch],
      ]);
  const kept = settings === null ? [] : [[settingsRepositoryKey, settings] as const];
  const all = new Map([...observed, ...kept, ...Object.entries(answers)]);
  return { head, answers: [...all].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** Whether the reusable workflows a plan was made with are still what their refs mean. */
async function isUnmoved({ credentials }: Services, { brought }: StoredPlan): Promise<boolean> {
  for (const { place, text } of brought) {
    if ((await broughtAgain(credentials, place)) !== text) return false;
  }
  return true;
}

/** By the interfaces, or by git where the campaign wants it so or the tree is too large for them. */
async function planAt(
  { credentials, grammars }: Services,
  { via }: Configuration,
  facts: RepositoryFacts,
  head: string,
  answers: Answers,
): Promise<PlannedRepository> {
  const bring = (tree: Tree): Promise<readonly Brought[]> => broughtFor(credentials, tree, fullName(facts));
  const aids = { grammars, bring };
  if (via === "api") {
    const gitHub = await credentials.of(facts.owner);
    const remote = await remoteByApi(gitHub, facts, head);
    if (remote !== truncated) return await planRepository(remote, answers, aids);
  }
  const token = await credentials.tokenOf(facts.owner);
  return await withClone(`${credentials.gitUrl}/${fullName(facts)}.git`, token, async (clone) =>
    planRepository(await remoteByGit(clone, facts.defaultBranch, head), answers, aids),
  );
}

function storedPlan(name: string, inputs: string, plan: PlannedRepository): StoredPlan {
  const { head, document, files, entries, brought, place, sources, leftAlone } = plan;
  const risk = riskOf(document);
  const audited = auditedRepository(name, document);
  const summary: PlanSummary = {
    head,
    digest: digest(decidedText(document)),
    sources,
    files: files.length,
    openQuestions: document.questions.filter((one) => one.default === null).length,
    differences: differencesIn(document),
    risk: risk.level,
    riskReasons: risk.reasons,
    shape: shapeOf(document),
    leftAlone,
    audited,
  };
  return { inputs, head, document, files, entries, brought, place, summary };
}

/** Events that do something else afterwards, without those a person has accepted. */
function differencesIn({ proof: { verdicts, cases } }: PlanDocument): number {
  const { missing, extra, changed } = verdicts;
  return missing + extra + changed - cases.filter(({ accepted }) => accepted).length;
}
