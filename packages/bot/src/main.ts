import { CommanderError } from "commander";
import { programNamed } from "./program.ts";

/** The whole command line of the bot; the words are those after its name. */
export async function main(name: string, words: readonly string[]): Promise<void> {
  try {
    await programNamed(name).parseAsync([...words], { from: "user" });
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version end here with 0; everything else is a wrong argument, which commander counts as 1.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
