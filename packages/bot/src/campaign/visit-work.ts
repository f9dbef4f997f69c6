import type { Configuration } from "../configuration.ts";
import type { Context, Json, Work } from "../engine/engine.ts";
import { GitHubError } from "../github/github-error.ts";
import { fullName, named, type RepositoryFacts } from "../github/repositories.ts";
import { leftOut } from "../select.ts";
import { alone } from "./alone.ts";
import { reading } from "./asking.ts";
import { occasionOf } from "./occasion.ts";
import type { Services } from "./outside.ts";
import { planned } from "./plan-work.ts";
import type { PullOutcome } from "./pull-actions.ts";
import { proposed } from "./pull-work.ts";
import { jsonOf, rowTable, type Row } from "./row.ts";
import { isLookedAt, optedOutOf, plannedRow, pulledRow, rowOf } from "./run-campaign.ts";

/** A repository that something has happened in. */
export interface VisitInput {
  readonly configuration: Configuration;
  /** `owner/name`, as the campaign has it. */
  readonly name: string;
  /** When it was told, in milliseconds of the engine's clock. */
  readonly at: number;
}

/** How a visit ended; `covered` by one that began after this one was asked for. */
export type Visited = { readonly state: Row["state"]; readonly reason: string } | { readonly state: "covered" };

/**
 * Plans one repository that has a pull request and brings that up to date, as a run does with all of them. It opens
 * none: that is for the waves.
 */
export function visitWork(services: Services): Work<Json, Json> {
  return {
    name: "visit",
    run: async (input, context) => await visited(services, input as unknown as VisitInput, context),
  };
}

async function visited(services: Services, input: VisitInput, context: Context): Promise<Visited> {
  const { configuration, name, at } = input;
  const { campaign } = configuration;
  const engine = services.engine();
  const { store } = engine;
  const looked = `looked/${campaign}`;
  return await alone(engine, context, { campaign, name }, async () => {
    const began = await context.step("begin", async () => {
      return Number((await store.get(looked, name)) ?? 0) > at ? 0 : engine.clock.now();
    });
    if (began === 0) return { state: "covered" };
    const before = (await context.step(
      "row",
      async () => (await store.get(rowTable(campaign), name)) ?? null,
    )) as unknown as Row | null;
    const row = await failing(rowsBefore(before), name, () => fresh(services, input, rowsBefore(before), context));
    await context.step("keep", async () => {
      await store.put(rowTable(campaign), name, jsonOf(row));
      if (row.state !== "failed") await store.put(looked, name, began);
      return null;
    });
    return { state: row.state, reason: row.reason };
  });
}

function rowsBefore(row: Row | null): ReadonlyMap<string, Row> {
  return new Map(row === null ? [] : [[row.name, row]]);
}

/** What GitHub refuses is the repository's state, as in a run. */
async function failing(before: ReadonlyMap<string, Row>, name: string, work: () => Promise<Row>): Promise<Row> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof GitHubError)) throw error;
    const { plan = null } = before.get(name) ?? {};
    return { ...rowOf(before, name, "failed", error.message), plan };
  }
}

async function fresh(
  services: Services,
  { configuration, name, at }: VisitInput,
  before: ReadonlyMap<string, Row>,
  context: Context,
): Promise<Row> {
  const found = (await reading(context, "repository", async () => {
    return (await named(services.credentials, name)) as unknown as Json;
  })) as unknown as RepositoryFacts | { readonly reason: string };
  if ("reason" in found) return rowOf(before, name, "hidden", found.reason);
  const reason = leftOut(found, configuration, { now: at, before: before.get(name) });
  if (reason !== undefined) return rowOf(before, name, "skipped", reason);
  const plan = await planned(services, configuration, found, context);
  const row = plannedRow(before, found, configuration, { id: "", output: plan as unknown as Json });
  if (plan === null || row.pull === null || !isLookedAt(row)) return row;
  const optedOut = optedOutOf(row, found, configuration);
  const occasion = await occasionOf(services, { configuration, facts: found, optedOut }, context);
  const outcome: PullOutcome = await proposed(occasion);
  return pulledRow(row, { id: fullName(found), output: jsonOf(outcome) });
}
