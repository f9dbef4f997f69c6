import { test } from "vitest";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { readRepository, playWorkflow, scenarios } from "@gha2pulumi/workflow";
import { written } from "@gha2pulumi/repo";
test("scratch", () => {
  const root = "../shared/corpus/repos/" + (process.env["R"] ?? "signalco-io__cloud");
  const tree = new Map<string,string>();
  const walk = (dir: string, rel: string): void => { for (const n of readdirSync(dir)) { const p = join(dir, n); if (statSync(p).isDirectory()) walk(p, rel + n + "/"); else tree.set(rel + n, readFileSync(p, "utf8")); } };
  walk(root, "");
  const repo = readRepository(tree, new Map());
  for (const w of repo.workflows.values()) {
    console.log("==", w.path, w.runnable, w.problems.map((p) => p.message));
    for (const e of scenarios(w, repo)) {
      const play = playWorkflow(w, e, repo);
      console.log("  ", JSON.stringify(e));
      for (const j of play.jobs) for (const s of j.steps) for (const c of s.commands)
        console.log("     ", j.job.id, j.cell, j.runs.value, c.certainty, c.kind === "uses" ? c.action + " " + [...c.inputs].map(([k, v]) => k + "=" + written(v.text)).join(" ") : c.kind === "run" ? written(c.directory) + "$ " + c.words.map((x) => written(x)).join(" ") : "script");
    }
  }
});
