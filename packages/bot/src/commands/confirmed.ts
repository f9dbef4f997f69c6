import { createInterface } from "node:readline/promises";
import { BotFault } from "../fault.ts";

/** Whether a person wants it: by `--yes`, or at a prompt. Anything but a clear yes is a no. */
export async function confirmed(question: string, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    throw new BotFault("there is no terminal to ask on", "nothing was written; give --yes to write without asking");
  }
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(es)?$/i.test((await lines.question(`${question} [y/N] `)).trim());
  } finally {
    lines.close();
  }
}
