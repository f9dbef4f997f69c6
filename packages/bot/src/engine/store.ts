import type { Json, Store } from "./engine.ts";
import { checkedJson } from "./json.ts";
import type { Pool } from "./database.ts";

/** Values lie as text: `jsonb` would order their keys anew and refuse some strings. */
export function storeOf(pool: Pool): Store {
  const text = (what: string, value: Json): string => JSON.stringify(checkedJson(what, value));
  const parsed = (value: unknown): Json => JSON.parse(String(value)) as Json;
  return {
    get: async (table, key) => {
      const { rows } = await pool.query("SELECT value FROM gha2pulumi.entry WHERE name = $1 AND key = $2", [
        table,
        key,
      ]);
      return rows[0] === undefined ? undefined : parsed(rows[0]["value"]);
    },
    put: async (table, key, value) => {
      await pool.query(
        `INSERT INTO gha2pulumi.entry (name, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (name, key) DO UPDATE SET value = excluded.value`,
        [table, key, text(`The entry ${key} of ${table}`, value)],
      );
    },
    delete: async (table, key) => {
      await pool.query("DELETE FROM gha2pulumi.entry WHERE name = $1 AND key = $2", [table, key]);
    },
    claim: async (table, key, value) => {
      // An update of nothing, since DO NOTHING would give no row.
      const { rows } = await pool.query(
        `INSERT INTO gha2pulumi.entry (name, key, value) VALUES ($1, $2, $3)
         ON CONFLICT (name, key) DO UPDATE SET value = entry.value RETURNING value`,
        [table, key, text(`The entry ${key} of ${table}`, value)],
      );
      return parsed(rows[0]?.["value"]);
    },
    entries: async (table, prefix = "") => {
      const { rows } = await pool.query(
        "SELECT key, value FROM gha2pulumi.entry WHERE name = $1 AND starts_with(key, $2) ORDER BY key",
        [table, prefix],
      );
      return rows.map((row) => [String(row["key"]), parsed(row["value"])] as const);
    },
    append: async (campaign, entry) => {
      await pool.query("INSERT INTO gha2pulumi.log (campaign, entry) VALUES ($1, $2)", [
        campaign,
        text(`An entry of the log of ${campaign}`, entry),
      ]);
    },
    log: async (campaign) => {
      const { rows } = await pool.query("SELECT entry FROM gha2pulumi.log WHERE campaign = $1 ORDER BY id", [campaign]);
      return rows.map((row) => parsed(row["entry"]));
    },
  };
}
