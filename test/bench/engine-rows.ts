import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "./measure.ts";
import { root } from "./program-rows.ts";
import { measured, type Measurement } from "./row.ts";

const pieces = 200;

/** The embedded engine of the bot: processes of their own, each from its start. */
export const engine: Measurement = {
  name: "engine",
  slow: false,
  measure: async () => {
    const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-bench-"));
    const run = (state: string, count: number): { start: number; work: number; memory: number } => {
      const program = join(root, "packages/bot/node_modules/.bench/engine.js");
      const env = { ...process.env, XDG_CACHE_HOME: join(folder, "cache") };
      const out = execFileSync(process.execPath, [program, join(folder, state), String(count)], {
        env,
        encoding: "utf8",
      });
      return JSON.parse(out) as ReturnType<typeof run>;
    };
    const first = run("first", 0);
    const others = [1, 2, 3].map((n) => run(`other-${n}`, 0));
    const again = [1, 2, 3].map((n) => run(`other-${n}`, 0));
    const working = run("working", pieces);
    rmSync(folder, { recursive: true });
    const starts = (of: readonly { readonly start: number }[]): number => median(of.map((one) => one.start));
    return [
      measured("engine: first start ever", first.start, "ms", undefined, "makes the database and the cache"),
      measured("engine: start of a new state", starts(others), "ms", 2_000, "whole process, from the cache"),
      measured("engine: start of an old state", starts(again), "ms", 2_000, "whole process"),
      measured(`engine: ${pieces} pieces of three steps`, working.work, "ms", undefined, "asked for and ended"),
      measured("engine: memory", working.memory, "MB", undefined, "peak resident set, with that work"),
    ];
  },
};
