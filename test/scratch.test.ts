import { test } from "vitest";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findIntents } from "../packages/migrate/src/intents.ts";
import { readWorld } from "../packages/migrate/src/world.ts";
import { written } from "@gha2pulumi/repo";
const base = "../shared/corpus/repos/";
function load(root: string) {
  const tree = new Map<string,string>();
  const walk = (dir: string, rel: string): void => { for (const n of readdirSync(dir).sort()) { const p = join(dir, n); if (statSync(p).isDirectory()) walk(p, rel + n + "/"); else tree.set(rel + n, readFileSync(p, "utf8")); } };
  walk(root, ""); return tree;
}
test("scratch", () => {
  const out: string[] = [];
  for (const name of process.env["R"] ? [process.env["R"]] : readdirSync(base).sort()) {
    const t0 = performance.now();
    const world = readWorld({ tree: load(base + name), surroundings: new Map() });
    out.push("=== " + name);
    try {
      for (const i of findIntents(world)) {
        const o = i.occurrences[0];
        out.push(`${i.id} [${o.operates.stack ? written(o.operates.stack.text) : "-"}] ${o.certainty ?? "maybe: " + o.condition} ${o.backend.kind} ${o.identities.map((x) => x.kind).join(",")} on ${JSON.stringify(i.on.map((x) => [x.event, ...x.branches, ...x.tags, ...x.types]))}`);
        for (const r of [...o.gates.map((g) => "gate " + g.kind + " " + g.name), ...o.feeds.map((r) => "feed " + r.message), ...o.obstacles.map((r) => r.code + " " + r.message)]) out.push("      " + r);
      }
    } catch (e) { out.push("CRASH " + (e as Error).stack); }
    out.push(`   ${Math.round(performance.now() - t0)} ms`);
  }
  writeFileSync("/tmp/scratch.txt", out.join("\n"));
}, 600000);
