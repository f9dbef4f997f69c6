import { spawn } from "node:child_process";
import { once } from "node:events";
import { published, type Ended } from "../support/command-line.ts";
import type { GitHub } from "./rig/github.ts";

/** `gha2pulumi bot …` in a process of its own. */
export interface BotProcess {
  readonly ended: Promise<Ended>;
  /** `kill -9`; the moment it is sent, nothing more is done by that process. */
  readonly kill: () => Promise<void>;
}

/** Starts the built command line in a folder, without a terminal, pointed at the loopback GitHub. */
export function startBot(github: GitHub, folder: string, words: readonly string[]): BotProcess {
  const child = spawn(process.execPath, [published, "bot", ...words], {
    cwd: folder,
    env: {
      ...process.env,
      NO_COLOR: "1",
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: github.gitUrl,
      GH_TOKEN: github.token,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (part) => (out += String(part)));
  child.stderr.on("data", (part) => (err += String(part)));
  const ended = once(child, "close").then(([code]): Ended => ({ code: code as number | null, out, err }));
  return {
    ended,
    kill: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}
