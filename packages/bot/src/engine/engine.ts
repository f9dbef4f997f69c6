/** What outlives a crash: durable pieces of work, their steps, the pace of writing, and what a campaign remembers. */

/** What a step gives back and a piece of work takes: it is kept as JSON. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A durable piece of work. After a crash it runs again from its beginning, with the results of the steps it had made:
 * so whatever is not a step must give the same each time.
 */
export interface Work<Input extends Json, Output extends Json> {
  readonly name: string;
  readonly run: (input: Input, context: Context) => Promise<Output>;
}

/** What a piece of work may do. */
export interface Context {
  /**
   * An effect, made once and remembered. A crash in the middle makes it twice: the effect has to bear that. When the
   * effect throws `attempts` times (default 1) with growing pauses in between, this throws an error of the same name,
   * message and plain fields, such as `status`: only those are remembered.
   */
  step<Output extends Json>(name: string, effect: () => Promise<Output>, attempts?: number): Promise<Output>;
  /** Milliseconds of the engine's clock; a crash does not begin them anew. */
  sleep(milliseconds: number): Promise<void>;
  /**
   * Waits until a credential may make one more request that creates content: the one of the next step. If that step is
   * made again, by a crash or by its `attempts`, it waits for a turn of its own, so that every request counts.
   */
  pace(credential: string): Promise<void>;
}

/** How fast one credential may write, for all processes together. */
export interface Limits {
  readonly perMinute: number;
  readonly perHour: number;
  /** The least pause between two writes, in milliseconds. */
  readonly apart: number;
}

/** How a piece of work ended. */
export type Ended<Output extends Json> =
  { readonly id: string; readonly output: Output } | { readonly id: string; readonly error: string };

export interface Place {
  /** Only so many pieces of work of one partition run at a time. */
  readonly partition: string;
  /** Smaller comes first, within a partition; not negative. Default 0. */
  readonly priority?: number;
}

/** How much there is to do. */
export interface Load {
  readonly waiting: number;
  readonly running: number;
}

export interface Engine {
  readonly clock: Clock;
  readonly store: Store;
  /** Ends when the engine is closed; throws `SessionLost` when a worker had to stop because it counts as dead. */
  readonly stopped: Promise<void>;
  /** Asking twice under one id is harmless: there is one piece of work. */
  enqueue<Input extends Json, Output extends Json>(
    work: Work<Input, Output>,
    id: string,
    input: Input,
    place: Place,
  ): Promise<void>;
  /** Whether a piece of work was ever asked for. */
  asked(id: string): Promise<boolean>;
  /** The pieces of work of all processes that have not ended. */
  load(): Promise<Load>;
  /** Gives each piece of work as it ends, in whatever process it ran; throws `UnknownWork` for what was never asked for. */
  ended<Output extends Json>(ids: readonly string[]): AsyncIterable<Ended<Output>>;
  /** Takes work that has not ended off; its steps are over after the one that runs. It ends with the error "cancelled". */
  cancel(ids: readonly string[]): Promise<void>;
  /**
   * A server said that this credential is too fast: nothing is written with it for so many milliseconds, and from then on
   * at half the pace, in every process.
   */
  slowDown(credential: string, milliseconds: number): Promise<void>;
  /** Work that runs is left to the next start; only for effects that are being made it waits a little. */
  close(): Promise<void>;
}

/** Time, as tests may turn it faster. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Ends early when the signal says so. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}

/** Named tables of JSON in the engine's database, and a log that is only ever added to. */
export interface Store {
  get(table: string, key: string): Promise<Json | undefined>;
  put(table: string, key: string, value: Json): Promise<void>;
  delete(table: string, key: string): Promise<void>;
  /** Puts a value where there is none, and gives what is there then: of several processes only one puts its own. */
  claim(table: string, key: string, value: Json): Promise<Json>;
  /** In the order of the keys. */
  entries(table: string, prefix?: string): Promise<readonly (readonly [key: string, value: Json])[]>;
  append(campaign: string, entry: Json): Promise<void>;
  log(campaign: string): Promise<readonly Json[]>;
}

export interface EngineOptions {
  /** A folder of this disk (one process at a time), or `postgres://…` (any number of workers). */
  readonly state: string;
  readonly works: readonly Work<never, Json>[];
  readonly limits: Limits;
  /**
   * How many pieces of work run in this process, and how many of one partition in all processes. They are kept in the
   * database: where workers differ, the one that started last decides for all.
   */
  readonly concurrency: number;
  readonly perPartition: number;
  readonly clock?: Clock;
  /** The name of this worker; only of a `postgres://` state. Two of one name cannot run. */
  readonly worker?: string;
  /** Enqueues and waits, but runs nothing itself. */
  readonly idle?: boolean;
}
