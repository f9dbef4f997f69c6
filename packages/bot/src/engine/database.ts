/** The part of `pg.Pool` that the engine asks of a database, whichever it is. */
export interface Pool {
  query(text: string, values?: readonly unknown[]): Promise<Result>;
  connect(): Promise<Client>;
  end(): Promise<void>;
}

export interface Client {
  query(text: string, values?: readonly unknown[]): Promise<Result>;
  /** With an error the connection is thrown away instead of used again. */
  release(error?: Error): void;
}

export interface Result {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  readonly rowCount?: number | null;
}

export type Query = (text: string, values?: readonly unknown[]) => Promise<Result>;

/** All of it or nothing of it; `READ COMMITTED`, so that what follows a lock sees what was made before it. */
export async function transaction<T>(pool: Pool, work: (query: Query) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  try {
    await client.query("BEGIN ISOLATION LEVEL READ COMMITTED");
    const result = await work((text, values) => client.query(text, values));
    await client.query("COMMIT");
    return result;
  } catch (error) {
    await client.query("ROLLBACK").catch((failed: unknown) => {
      broken = failed instanceof Error ? failed : new Error(String(failed));
    });
    throw error;
  } finally {
    client.release(broken);
  }
}
