import { spawn } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import type { Ended } from "./command-line.ts";
import { withoutTimes } from "./without-times.ts";

/** How a program ended, and every command line that it and its children had while it ran, as `/proc` shows them. */
export interface Watched extends Ended {
  readonly argv: string;
}

/**
 * Runs a program of the command line without blocking this process, so that a stand-in inside of it can answer.
 * `stop`: whether to kill the program now, asked at every look at it.
 */
export function runWatched(
  bin: string,
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  { input = "", stop = (): boolean => false }: { readonly input?: string; readonly stop?: () => boolean } = {},
): Promise<Watched> {
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment };
  const child = spawn(process.execPath, [bin, ...args], { cwd: folder, env, stdio: "pipe" });
  const seen = new Set<string>();
  const out: Buffer[] = [];
  const err: Buffer[] = [];
  child.stdout.on("data", (part: Buffer) => out.push(part));
  child.stderr.on("data", (part: Buffer) => err.push(part));
  // A program that does not read its input may be gone before it is written.
  child.stdin.on("error", () => undefined);
  child.stdin.end(input);
  const look = setInterval(() => {
    for (const line of commandLines(child.pid ?? 0)) seen.add(line);
    if (stop()) child.kill("SIGKILL");
  }, 20);
  return new Promise((resolve) => {
    child.on("close", (code) => {
      clearInterval(look);
      const text = (parts: readonly Buffer[]): string => Buffer.concat(parts).toString();
      resolve({ code, out: text(out), err: withoutTimes(text(err)), argv: [...seen].join("\n") });
    });
  });
}

/** The command lines of a process and of all below it; none where there is no `/proc`, or it has ended. */
function commandLines(pid: number): readonly string[] {
  const place = `/proc/${pid}`;
  try {
    if (!existsSync(place)) return [];
    const children = readdirSync(`${place}/task`).flatMap((task) =>
      readFileSync(`${place}/task/${task}/children`, "utf8").split(" ").filter(Boolean),
    );
    return [readFileSync(`${place}/cmdline`, "utf8"), ...children.flatMap((one) => commandLines(Number(one)))];
  } catch {
    return [];
  }
}
