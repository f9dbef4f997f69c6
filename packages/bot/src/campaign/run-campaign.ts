import type { Configuration } from "../configuration.ts";
import type { Ended, Engine, Json, Work } from "../engine/engine.ts";
import { askedAgain } from "../github/asked-again.ts";
import { fullName, repositoriesOf, type RepositoryFacts } from "../github/repositories.ts";
import { hasTopic, leftOut, topicWords } from "../select.ts";
import { gateAfter, type Gate } from "./gate.ts";
import type { PlanInput } from "./plan-work.ts";
import type { PullInput } from "./occasion.ts";
import type { PullOutcome } from "./pull-actions.ts";
import { jsonOf, rowTable, type PlanSummary, type Row } from "./row.ts";
import type { Services } from "./outside.ts";
import { assignWaves, mayHaveWave } from "./waves.ts";

/** The kinds of durable work of a campaign. */
export interface Works {
  readonly plan: Work<Json, Json>;
  readonly pull: Work<Json, Json>;
  readonly close: Work<Json, Json>;
  readonly visit: Work<Json, Json>;
  readonly dashboard: Work<Json, Json>;
}

/** One run of a campaign. One that was interrupted keeps its number when it is begun again, and so its work. */
export interface Run {
  readonly services: Services;
  readonly works: Works;
  readonly configuration: Configuration;
  readonly number: number;
  /** Told while the run goes on: how many of how many of what. */
  readonly progress: (what: string, done: number, total: number) => void;
}

/** How a run of a campaign ended. */
export interface Ran {
  readonly rows: readonly Row[];
  /** What keeps the next wave from being opened; `open` when there is none left. */
  readonly gate: Gate;
}

/** Finds the repositories and plans them; writes nothing to GitHub. */
export async function planCampaign(run: Run): Promise<readonly Row[]> {
  const { rows } = await plannedRows(run);
  await keep(run, rows);
  return rows;
}

/** Closes every open pull request of the campaign that nobody has edited, and deletes its branch. */
export async function closeCampaign(run: Run): Promise<readonly Row[]> {
  const { services, configuration } = run;
  const rows = await rowsOf(services.engine(), configuration.campaign);
  const { found } = await repositoriesIn(run);
  const facts = new Map(found.map((one) => [fullName(one), one]));
  const members = rows.filter(({ pull, plan }) => pull?.state === "open" && plan !== null);
  const closed = merged(rows, await pulledRows(run, members, facts, "closing", run.works.close));
  await keep(run, closed);
  return closed;
}

/** Plans, and opens or brings up to date the pull requests of the waves that may be open. */
export async function runCampaign(run: Run): Promise<Ran> {
  const { configuration } = run;
  const { rows: planned, facts } = await plannedRows(run);
  let rows = assignWaves(planned, configuration.waves);
  await keep(run, rows);
  if (configuration.questions === "issue") {
    const asked = await pulledRows(run, rows.filter(onlyAsks), facts, "questions");
    rows = merged(
      rows,
      asked.filter(({ reason }) => reason !== "nothing-to-do" && reason !== "opted-out"),
    );
    await keep(run, rows);
  }
  const last = Math.max(0, ...rows.map(({ wave }) => wave ?? 0));
  let gate: Gate = { kind: "open" };
  for (let wave = 1; wave <= last; wave++) {
    if (gate.kind === "open") gate = gateAfter(wave - 1, rows, configuration.waves);
    // Behind a gate nothing is opened; what was opened before is kept up to date, or closed where it is not wanted.
    const isOpen = gate.kind === "open";
    const members = rows.filter(
      (row) =>
        row.wave === wave &&
        isLookedAt(row) &&
        mayHaveWave(row, configuration.waves) &&
        (isOpen || row.pull?.state === "open"),
    );
    rows = merged(rows, await pulledRows(run, members, facts, `wave ${wave} of ${last}`));
    await keep(run, rows);
  }
  return { rows, gate: gate.kind === "open" ? gateAfter(last, rows, configuration.waves) : gate };
}

async function repositoriesIn({ services, configuration }: Run): ReturnType<typeof repositoriesOf> {
  const { clock } = services.engine();
  return await askedAgain(clock, () => repositoriesOf(services.credentials, configuration.sources));
}

/**
 * Where nothing can be proposed: an issue asks the questions there, or may be closed, also because it is not wanted any
 * more. What has a wave is looked at there.
 */
function onlyAsks({ plan, state, wave }: Row): boolean {
  return (state === "held" || state === "skipped") && wave === null && plan?.files === 0;
}

/** What failed, or is hidden or archived, has nothing that could be brought up to date. */
export function isLookedAt({ state, plan }: Row): boolean {
  return plan !== null && state !== "failed" && state !== "hidden";
}

interface Found {
  readonly rows: readonly Row[];
  readonly facts: ReadonlyMap<string, RepositoryFacts>;
}

async function plannedRows(run: Run): Promise<Found> {
  const { services, works, configuration, number, progress } = run;
  const engine = services.engine();
  const { found, hidden } = await repositoriesIn(run);
  const before = new Map((await rowsOf(engine, configuration.campaign)).map((row) => [row.name, row]));
  const rows: Row[] = hidden.map(({ name, reason }) => rowOf(before, name, "hidden", reason));
  const taken = new Map<string, RepositoryFacts>();
  for (const facts of found) {
    const now = engine.clock.now();
    const reason = leftOut(facts, configuration, { now, before: before.get(fullName(facts)) });
    if (reason === undefined) taken.set(fullName(facts), facts);
    else rows.push(rowOf(before, fullName(facts), "skipped", reason));
  }
  const asked = [...taken].map(([name, facts]) => {
    const input: PlanInput = { configuration, facts };
    return { id: `${configuration.campaign}/${number}/plan/${name}`, input, partition: facts.owner, name };
  });
  await eachEnded(engine, works.plan, asked, "planning", progress, (name, end) => {
    const facts = taken.get(name);
    if (facts !== undefined) rows.push(plannedRow(before, facts, configuration, end));
  });
  return { rows: rows.sort((a, b) => (a.name < b.name ? -1 : 1)), facts: taken };
}

async function pulledRows(
  { services, works, configuration, number, progress }: Run,
  members: readonly Row[],
  facts: ReadonlyMap<string, RepositoryFacts>,
  what: string,
  work = works.pull,
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  const asked = members.flatMap((row) => {
    const one = facts.get(row.name);
    if (one === undefined) return [];
    const input: PullInput = { configuration, facts: one, optedOut: optedOutOf(row, one, configuration) };
    return [
      {
        id: `${configuration.campaign}/${number}/${work.name}/${row.name}`,
        input,
        partition: one.owner,
        name: row.name,
      },
    ];
  });
  const byName = new Map(members.map((row) => [row.name, row]));
  await eachEnded(services.engine(), work, asked, what, progress, (name, end) => {
    const row = byName.get(name);
    if (row !== undefined) rows.push(pulledRow(row, end));
  });
  return rows;
}

export function optedOutOf({ plan }: Row, facts: RepositoryFacts, { optOut }: Configuration): PullInput["optedOut"] {
  if (hasTopic(facts, optOut)) return "topic";
  return plan === null || plan.leftAlone === null ? null : "ignore-file";
}

interface Asked {
  readonly id: string;
  readonly input: object;
  readonly partition: string;
  readonly name: string;
}

async function eachEnded(
  engine: Engine,
  work: Work<Json, Json>,
  asked: readonly Asked[],
  what: string,
  progress: Run["progress"],
  take: (name: string, end: Ended<Json>) => void,
): Promise<void> {
  for (const [i, { id, input, partition }] of asked.entries()) {
    await engine.enqueue(work, id, jsonOf(input), { partition, priority: i });
  }
  const names = new Map(asked.map(({ id, name }) => [id, name]));
  let done = 0;
  progress(what, done, asked.length);
  for await (const end of engine.ended<Json>([...names.keys()])) {
    take(names.get(end.id) ?? "", end);
    progress(what, ++done, asked.length);
  }
}

export function plannedRow(
  before: ReadonlyMap<string, Row>,
  facts: RepositoryFacts,
  { optOut }: Configuration,
  end: Ended<Json>,
): Row {
  const name = fullName(facts);
  if ("error" in end) return rowOf(before, name, "failed", end.error);
  const plan = end.output as unknown as PlanSummary | null;
  if (plan === null) return rowOf(before, name, "skipped", "it has no commit");
  const row = { ...rowOf(before, name, "waiting", ""), plan };
  if (hasTopic(facts, optOut)) return { ...row, state: "skipped", reason: topicWords(optOut) };
  if (plan.audited.operations.length === 0) return { ...row, state: "nothing", reason: "nothing runs Pulumi" };
  if (plan.leftAlone !== null) return { ...row, state: "skipped", reason: plan.leftAlone };
  if (plan.files > 0) return row;
  return { ...row, state: "held", reason: plan.openQuestions > 0 ? "questions are open" : "everything is kept" };
}

export function pulledRow(row: Row, end: Ended<Json>): Row {
  if ("error" in end) return { ...row, state: "failed", reason: end.error };
  const { state, reason, pull } = end.output as unknown as PullOutcome;
  return { ...row, state, reason, pull };
}

/** A row as it begins a run: what was opened before, and in which wave, stays known. */
export function rowOf(before: ReadonlyMap<string, Row>, name: string, state: Row["state"], reason: string): Row {
  const { wave = null, pull = null } = before.get(name) ?? {};
  return { name, state, reason, plan: null, wave, pull };
}

function merged(rows: readonly Row[], fresh: readonly Row[]): readonly Row[] {
  const byName = new Map(fresh.map((row) => [row.name, row]));
  return rows.map((row) => byName.get(row.name) ?? row);
}

async function keep({ services, configuration }: Run, rows: readonly Row[]): Promise<void> {
  const { store } = services.engine();
  for (const row of rows) await store.put(rowTable(configuration.campaign), row.name, jsonOf(row));
}

/** The rows of a campaign as its last run left them. */
export async function rowsOf({ store }: Engine, campaign: string): Promise<readonly Row[]> {
  return (await store.entries(rowTable(campaign))).map(([, row]) => row as unknown as Row);
}
