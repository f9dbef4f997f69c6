import { transaction, type Pool } from "./database.ts";
import { StateTooNew } from "./errors.ts";

/** The tables beside those of DBOS. Each entry leads to the next version; none is ever changed once published. */
const migrations: readonly string[] = [
  `CREATE TABLE gha2pulumi.entry (
     name text NOT NULL, key text COLLATE "C" NOT NULL, value text NOT NULL, PRIMARY KEY (name, key));
   CREATE TABLE gha2pulumi.log (
     id bigserial PRIMARY KEY, campaign text NOT NULL, entry text NOT NULL);
   CREATE INDEX log_campaign ON gha2pulumi.log (campaign, id);
   CREATE TABLE gha2pulumi.credential (
     name text PRIMARY KEY, not_before bigint NOT NULL, pace double precision NOT NULL, slowed_at bigint NOT NULL);
   CREATE TABLE gha2pulumi.slot (
     place bigserial PRIMARY KEY, key text UNIQUE NOT NULL, work text NOT NULL, credential text NOT NULL, used_at bigint);
   CREATE INDEX slot_credential ON gha2pulumi.slot (credential, used_at);`,
];

export const schemaVersion = migrations.length;

/** Brings the tables to the newest version; several processes may do so at once. */
export async function migrate(pool: Pool): Promise<void> {
  await transaction(pool, async (query) => {
    await query("SELECT pg_advisory_xact_lock(hashtextextended('gha2pulumi schema', 0))");
    await query("CREATE SCHEMA IF NOT EXISTS gha2pulumi");
    await query("CREATE TABLE IF NOT EXISTS gha2pulumi.version (version integer NOT NULL)");
    const { rows } = await query("SELECT version FROM gha2pulumi.version");
    const found = Number(rows[0]?.["version"] ?? 0);
    if (found > schemaVersion) throw new StateTooNew(found, schemaVersion);
    for (const step of migrations.slice(found)) await query(step);
    if (rows.length === 0) await query("INSERT INTO gha2pulumi.version VALUES ($1)", [schemaVersion]);
    else if (found < schemaVersion) await query("UPDATE gha2pulumi.version SET version = $1", [schemaVersion]);
  });
}
