import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { peakOf } from "./measure.ts";
import { root } from "./program-rows.ts";
import { measured, type Measurement } from "./row.ts";

const repositories = [10, 60] as const;

/** Whole campaigns of `bot plan`, against a loopback GitHub in a process of its own. */
export const bot: Measurement = {
  name: "bot",
  slow: true,
  measure: async () => {
    const few = await planned(repositories[0]);
    const many = await planned(repositories[1]);
    const more = repositories[1] - repositories[0];
    return [
      measured(
        `bot: memory of planning ${repositories[1]} repositories`,
        many.memory,
        "MB",
        600,
        `peak resident set; ${few.memory.toFixed(0)} MB with ${repositories[0]}`,
      ),
      measured("bot: plan of one more repository", (many.time - few.time) / more, "ms", undefined, "five stacks in it"),
    ];
  },
};

/** The first plan of an organisation of so many repositories: milliseconds of the whole process, and its peak in MB. */
async function planned(count: number): Promise<{ readonly time: number; readonly memory: number }> {
  const folder = mkdtempSync(join(tmpdir(), "gha2pulumi-bench-"));
  const github = spawn(process.execPath, [join(root, ".bench/built/github.js"), String(count)], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  try {
    const [line] = (await once(createInterface(github.stdout), "line")) as [string];
    const { url, gitUrl, token } = JSON.parse(line) as Record<"url" | "gitUrl" | "token", string>;
    writeFileSync(join(folder, "gha2pulumi-bot.yaml"), "campaign: bench\nrepositories: [{organization: acme}]\n");
    const began = performance.now();
    const words = [join(root, "packages/bot/dist/bin.js"), "plan", "--state", "state", "--format", "json"];
    const env = { ...process.env, GITHUB_API_URL: url, GITHUB_SERVER_URL: gitUrl, GH_TOKEN: token };
    const { memory, out } = await peakOf(words, folder, env);
    const { totals } = JSON.parse(out) as { readonly totals: Readonly<Record<string, number>> };
    if (totals["failed"] !== undefined) throw new Error(`${totals["failed"]} of ${count} repositories failed`);
    return { time: performance.now() - began, memory };
  } finally {
    github.stdin.end();
    await once(github, "close");
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
