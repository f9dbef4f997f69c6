import type { Command } from "commander";
import { completionScript, type Shell } from "./completion.ts";
import type { ExitCode } from "./exit.ts";
import { allExplanations } from "./explanations.ts";

/** `completion`: the script for a shell. */
export async function completion(shell: Shell, program: Command): Promise<ExitCode> {
  const all = await allExplanations();
  process.stdout.write(
    completionScript(
      shell,
      program,
      all.map(({ code }) => code),
    ),
  );
  return 0;
}
