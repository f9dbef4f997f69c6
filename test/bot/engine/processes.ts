import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { bundled } from "../../support/bundled.mjs";
import { built } from "./databases.ts";
import type { Config } from "./worker-program.ts";

export interface Worker {
  readonly pid: number;
  readonly lines: string[];
  /** Ends once it has printed a line that begins so; throws when it ends before. */
  readonly printed: (beginning: string) => Promise<string>;
  /** The moment it is sent, nothing more is done by that process. */
  readonly kill: () => Promise<void>;
  /** Its exit code, once it has ended. */
  readonly ended: Promise<number | null>;
}

/** Builds the program of a test file; each file has its own, since they run at the same time. */
export async function workerProgram(file: string): Promise<(config: Config) => Worker> {
  const outdir = join(built, file);
  await bundled({ worker: "test/bot/engine/worker-program.ts" }, outdir, [
    "@dbos-inc/dbos-sdk",
    "@electric-sql/pglite",
    "pg",
  ]);
  return (config) => start(join(outdir, "worker.js"), config);
}

function start(program: string, config: Config): Worker {
  const child = spawn(process.execPath, [program, JSON.stringify(config)], { stdio: ["ignore", "pipe", "pipe"] });
  const lines: string[] = [];
  let errors = "";
  let rest = "";
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const one of waiting) one();
  };
  child.stderr.on("data", (part) => (errors += String(part)));
  child.stdout.on("data", (part) => {
    const parts = (rest + String(part)).split("\n");
    rest = parts.pop() ?? "";
    lines.push(...parts);
    look();
  });
  const ended = once(child, "close").then(([code]) => {
    look();
    if (errors !== "") lines.push(errors);
    return code as number | null;
  });
  return {
    pid: child.pid ?? 0,
    lines,
    ended,
    printed: (beginning) =>
      new Promise((resolve, reject) => {
        const one = (): void => {
          const found = lines.find((line) => line.startsWith(beginning));
          if (found !== undefined) {
            waiting.delete(one);
            resolve(found);
          } else if (child.exitCode !== null || child.signalCode !== null)
            reject(new Error(`The worker ended before it printed ${beginning}:\n${lines.join("\n")}\n${errors}`));
        };
        waiting.add(one);
        one();
      }),
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
