import { spawn } from "node:child_process";
import type { Json } from "@gha2pulumi/repo";

/** What a program of the person's own said: JSON of a sensible size, or why there is none. */
export type Asked =
  { readonly kind: "answer"; readonly value: Json } | { readonly kind: "failed"; readonly because: string };

// The trust of one role is a few kilobytes; IAM's own limit for a policy is 20.
const mostBytes = 1024 * 1024;
const mostSaid = 400;

/** One call of a program on the PATH, without a shell; one that hangs, at a prompt for a code, is ended after a minute. */
export function askProgram(program: string, words: readonly string[]): Promise<Asked> {
  return new Promise((done) => {
    const child = spawn(program, words, { stdio: ["ignore", "pipe", "pipe"], timeout: 60_000 });
    const failed = (because: string): void => done({ kind: "failed", because });
    let [out, err, bytes] = ["", "", 0];
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      bytes += Buffer.byteLength(text);
      if (bytes <= mostBytes) out += text;
      else child.kill();
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => (err = `${err}${text}`.slice(0, mostSaid)));
    child.on("error", () => failed(`there is no ${program} command line on the PATH`));
    child.on("close", (code) => {
      if (bytes > mostBytes) return failed(`${program} said more than a megabyte`);
      if (code !== 0) return failed(err.trim() || `${program} ended with ${code ?? "a signal"}`);
      try {
        done({ kind: "answer", value: JSON.parse(out) as Json });
      } catch {
        failed(`${program} gave no JSON`);
      }
    });
  });
}
