import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll } from "vitest";
import { noPostgres, startPostgres, type PostgresServer } from "./postgres-server.ts";

const bot = join(dirname(fileURLToPath(import.meta.url)), "../../../packages/bot");
/** The libraries of the bot are no dependencies of the tests. */
const fromBot = createRequire(join(bot, "package.json"));

interface Connection {
  readonly connect: () => Promise<void>;
  readonly query: (sql: string) => Promise<{ readonly rows: readonly Readonly<Record<string, unknown>>[] }>;
  readonly end: () => Promise<void>;
}

type Rows = readonly Readonly<Record<string, unknown>>[];

/** Asks a PostgreSQL by its address, or the database of a state folder that no engine has open. */
export async function ask(state: string, sql: string): Promise<Rows> {
  if (state.startsWith("postgres://")) {
    const { Client } = fromBot("pg") as { readonly Client: new (url: string) => Connection };
    const client = new Client(state);
    await client.connect();
    try {
      return (await client.query(sql)).rows;
    } finally {
      await client.end();
    }
  }
  const { PGlite } = fromBot("@electric-sql/pglite") as {
    readonly PGlite: { create(folder: string): Promise<{ query: Connection["query"]; close(): Promise<void> }> };
  };
  const database = await PGlite.create(join(state, "database"));
  try {
    return (await database.query(sql)).rows;
  } finally {
    await database.close();
  }
}

/** One of the databases on which all cases run. */
export interface Tier {
  /** Its name, with why it is skipped. */
  readonly title: string;
  /** Why it is left out here. */
  readonly skipped: string | undefined;
  /** A state that nobody has used. */
  readonly state: () => Promise<string>;
}

/** Both databases; to be called once in a test file, which sets up and takes down what they need. */
export function tiers(): { readonly embedded: Tier; readonly postgres: Tier } {
  useCache();
  const folders: string[] = [];
  const reason = noPostgres();
  let server: PostgresServer | undefined;
  beforeAll(async () => {
    if (reason === undefined) server = await startPostgres();
  });
  afterAll(async () => {
    await server?.stop();
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });
  return {
    embedded: {
      title: "PGlite",
      skipped: undefined,
      state: async () => {
        const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-state-"));
        folders.push(folder);
        return folder;
      },
    },
    postgres: {
      title: reason === undefined ? "PostgreSQL" : `PostgreSQL (skipped: ${reason})`,
      skipped: reason,
      state: async () => (await server?.database()) ?? "",
    },
  };
}

/** A cache of initialised databases that lasts as long as the sources that make them. */
export function useCache(): void {
  const sources = ["package.json", ...["cache", "embedded", "schema", "open"].map((name) => `src/engine/${name}.ts`)];
  const hash = createHash("sha256");
  for (const source of sources) hash.update(readFileSync(join(bot, source)));
  process.env["XDG_CACHE_HOME"] = join(built, `cache-${hash.digest("hex").slice(0, 12)}`);
}

/** Where programs of these tests are built: from here the libraries of the bot are found. */
export const built = join(bot, "node_modules/.engine-tests");
