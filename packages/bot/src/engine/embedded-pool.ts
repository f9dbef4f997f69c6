import { EventEmitter } from "node:events";
import type { PGlite, Results } from "@electric-sql/pglite";
import type { Client, Pool, Result } from "./database.ts";
import { EngineClosed } from "./errors.ts";

/**
 * One PGlite in the shape of a `pg.Pool`: it has a single connection, which is handed out in turn. Over PGlite's own
 * socket server several connections mix up each other's unnamed statements, so nothing here goes over a socket.
 */
export class EmbeddedPool extends EventEmitter implements Pool {
  readonly options = { max: 1 };
  readonly #database: PGlite;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(database: PGlite) {
    super();
    this.#database = database;
  }

  async connect(): Promise<Client> {
    const free = await this.#next();
    let released = false;
    const client = Object.assign(new EventEmitter(), {
      query: (text: Statement, values?: readonly unknown[]) => this.#run(text, values),
      release: () => {
        if (!released) free();
        released = true;
      },
    });
    return client;
  }

  async query(text: Statement, values?: readonly unknown[]): Promise<Result> {
    const free = await this.#next();
    try {
      return await this.#run(text, values);
    } finally {
      free();
    }
  }

  async end(): Promise<void> {
    if (this.#closed) return;
    const free = await this.#next();
    this.#closed = true;
    await this.#database.close();
    free();
  }

  /** Waits for the connection; what it gives back hands the connection on. */
  async #next(): Promise<() => void> {
    const before = this.#turn;
    let free = (): void => undefined;
    this.#turn = new Promise<void>((resolve) => (free = resolve));
    await before;
    if (this.#closed) {
      free();
      throw new EngineClosed();
    }
    return free;
  }

  async #run(statement: Statement, given?: readonly unknown[]): Promise<Result> {
    if (this.#closed) throw new EngineClosed();
    const text = typeof statement === "string" ? statement : statement.text;
    const values = (typeof statement === "string" ? given : (statement.values ?? given)) ?? [];
    // Only the simple protocol takes several statements at once, and only the extended one takes values.
    if (values.length === 0) return resultOf((await this.#database.exec(text)).at(-1));
    return resultOf(
      await this.#database.query(
        text,
        values.map((value) => (value === undefined ? null : value)),
      ),
    );
  }
}

type Statement = string | { readonly text: string; readonly values?: readonly unknown[] };

function resultOf(of: Results | undefined): Result & { readonly fields: unknown } {
  const rows = (of?.rows ?? []) as Result["rows"];
  return {
    rows,
    rowCount: of?.affectedRows === undefined || of.affectedRows === 0 ? rows.length : of.affectedRows,
    fields: of?.fields ?? [],
  };
}
