import { AsyncLocalStorage } from "node:async_hooks";
import { DBOS, DBOSClient } from "@dbos-inc/dbos-sdk";
import type pg from "pg";
import { sleepReal, systemClock } from "./clock.ts";
import { endedOf } from "./ended.ts";
import type { Pool } from "./database.ts";
import type { Engine, EngineOptions, Json, Load, Work } from "./engine.ts";
import { EngineClosed, EngineOpen } from "./errors.ts";
import { checkedJson } from "./json.ts";
import { pacerOf } from "./pace.ts";
import { migrate } from "./schema.ts";
import { openState, type State } from "./state.ts";
import { storeOf } from "./store.ts";
import { workflowOf, type Shared } from "./workflow.ts";

/**
 * Of the workflows and their steps in the state. By default it would be a hash of the code, and each release would leave
 * the work of the one before it lying; a release that changes the order of steps needs `DBOS.patch` or a new version.
 */
const stateVersion = "state-v1";
const queueName = "work";
/** How often a process looks for work, in milliseconds. */
const pollEvery = 200;
/** How long closing waits for effects that are being made, in milliseconds. */
const patience = 10_000;

/** DBOS is one for each process. */
let open = false;

/**
 * Opens a state, makes it if there is none, and begins to work unless it is `idle`. Throws `StateInUse` or `WorkerInUse`
 * when another process has this state or name, `EngineOpen` when this process has an engine, `StateTooNew`, or what the
 * database says.
 */
export async function openEngine(options: EngineOptions): Promise<Engine> {
  if (open) throw new EngineOpen();
  open = true;
  try {
    return await opened(options);
  } catch (error) {
    open = false;
    throw error;
  }
}

async function opened(options: EngineOptions): Promise<Engine> {
  const clock = options.clock ?? systemClock;
  const end = new AbortController();
  // What is asked of DBOS within a piece of work would be remembered as one of its steps. Once its database is gone it
  // would ask again for ever, so nobody waits for it longer than the engine is open.
  const outOfWork = AsyncLocalStorage.snapshot();
  const outside: Outside = (ask) => outOfWork(() => unlessOver(end.signal, ask));
  const running = new Map<string, AbortController>();
  let closing: Promise<void> | undefined;

  const shutDown = async (state: State, why: Error): Promise<void> => {
    end.abort(why);
    for (const one of running.values()) one.abort();
    const until = Date.now() + patience;
    while (shared.steps.size > 0 && Date.now() < until) await sleepReal(10);
    await outOfWork(() => DBOS.shutdown({ deregister: true })).catch(ignore);
    await state.close().catch(ignore);
    open = false;
  };

  const { promise: stopped, resolve, reject } = promised();
  let early: Error | undefined;
  let lost = (error: Error): void => void (early = error);
  const state = await openState(options, (error) => lost(error));
  lost = (error) => void (closing ??= shutDown(state, error).then(() => reject(error)));
  const own = state.pools[1];
  const pacer = pacerOf(own, clock, options.limits);
  const shared: Shared = {
    clock,
    pacer,
    running,
    steps: new Set(),
    halted: () => end.signal.aborted,
    cancelled: async (id) => {
      const asked = { workflowIDs: [id], loadInput: false, loadOutput: false };
      const [found] = await outside(() => DBOS.listWorkflows(asked));
      return found?.status === "CANCELLED";
    },
  };
  const workflows = new Map(
    options.works.map((work) => [work.name, workflowOf(work as unknown as Work<Json, Json>, shared)]),
  );
  if (early !== undefined) lost(early);

  try {
    const start = (): Promise<void> => outside(() => launch(state, options));
    await (state.place === undefined ? start() : state.place.alone(start));
    await state.made();
  } catch (error) {
    await (closing ??= shutDown(state, new EngineClosed()));
    throw error;
  }
  if (options.idle !== true) state.place?.watch(takeOver(outside));

  return {
    clock,
    store: storeOf(own),
    stopped,
    enqueue: async (work, id, input, { partition, priority = 0 }) => {
      const workflow = workflows.get(work.name);
      if (workflow === undefined) throw new Error(`The engine was opened without the work ${work.name}.`);
      checkedJson(`The input of ${id}`, input);
      const enqueueOptions = { queuePartitionKey: partition, priority };
      await outside(() => DBOS.startWorkflow(workflow, { workflowID: id, queueName, enqueueOptions })(input));
    },
    asked: async (id) => {
      const wanted = { workflowIDs: [id], loadInput: false, loadOutput: false };
      return (await outside(() => DBOS.listWorkflows(wanted))).length > 0;
    },
    load: () => outside(() => loadOf(own)),
    ended: (ids) => endedOf(ids, (asked) => outside(() => DBOS.listWorkflows(asked)), end.signal),
    cancel: async (ids) => {
      await outside(() => DBOS.cancelWorkflows([...ids]));
      await pacer.leave(ids);
      for (const id of ids) running.get(id)?.abort();
    },
    slowDown: (credential, milliseconds) => pacer.slowDown(credential, milliseconds),
    close: () => (closing ??= shutDown(state, new EngineClosed()).then(resolve)),
  };
}

/** Counted in the database: a list of the workflows would bring every one of them. */
async function loadOf(pool: Pool): Promise<Load> {
  const { rows } = await pool.query(
    "SELECT status, count(*) AS many FROM dbos.workflow_status WHERE status IN ('ENQUEUED', 'PENDING') GROUP BY status",
  );
  const many = (status: string): number => Number(rows.find((row) => row["status"] === status)?.["many"] ?? 0);
  return { waiting: many("ENQUEUED"), running: many("PENDING") };
}

type Outside = <T>(ask: () => Promise<T>) => Promise<T>;

/** Throws the reason of the signal as soon as it is there. */
async function unlessOver<T>(signal: AbortSignal, ask: () => Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let over = ignore;
  const ended = new Promise<never>((_, reject) => {
    over = () => reject(signal.reason as Error);
  });
  signal.addEventListener("abort", over);
  try {
    return await Promise.race([ask(), ended]);
  } finally {
    signal.removeEventListener("abort", over);
  }
}

const ignore = (): void => undefined;
const logger = { info: ignore, debug: ignore, warn: ignore, error: ignore };
const name = "gha2pulumi";

async function launch({ pools: [dbos, own], url, worker }: State, options: EngineOptions): Promise<void> {
  const database = { systemDatabaseUrl: url, systemDatabasePool: dbos as unknown as pg.Pool, logger };
  DBOS.setConfig({
    ...database,
    name,
    applicationVersion: stateVersion,
    executorID: worker,
    // Nothing here waits for messages, and PGlite has no connection to spare for them.
    useListenNotify: false,
    listenQueues: options.idle === true ? [] : [queueName],
  });
  const queue = {
    workerConcurrency: options.concurrency,
    partitionConcurrency: options.perPartition,
    minPollingIntervalMs: pollEvery,
  };
  const onConflict = options.idle === true ? "never_update" : "always_update";
  // Before the launch where that is possible: for a second it would go by what was written last.
  const { rows } = await dbos.query("SELECT to_regclass('dbos.queues') IS NOT NULL AS there");
  if (rows[0]?.["there"] === true) {
    const client = await DBOSClient.create({ ...database, applicationName: name });
    await client.registerQueue(queueName, { ...queue, onConflict, applicationName: name }).catch(ignore);
    await client.destroy();
  }
  await DBOS.launch();
  await DBOS.registerQueue(queueName, { ...queue, onConflict });
  await migrate(own);
}

/** Like `Promise.withResolvers`, which Node has only from 22 on; nobody has to wait for it. */
function promised(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve = ignore;
  let reject = ignore as (error: Error) => void;
  const promise = new Promise<void>((one, other) => {
    resolve = one;
    reject = other;
  });
  promise.catch(ignore);
  return { promise, resolve, reject };
}

function takeOver(outside: Outside): Parameters<NonNullable<State["place"]>["watch"]>[0] {
  return {
    running: async (worker) => {
      const found = await outside(() =>
        DBOS.listWorkflows({
          status: "PENDING",
          limit: 1_000,
          loadInput: false,
          loadOutput: false,
          ...(worker === undefined ? {} : { executorId: worker }),
        }),
      );
      return found.map((one) => ({
        id: one.workflowID,
        worker: one.executorId ?? "",
        queue: one.queueName ?? queueName,
      }));
    },
    resume: async (ids, queue) => {
      await outside(() => DBOS.resumeWorkflows([...ids], { queueName: queue }));
    },
  };
}
