import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { program } from "./program.ts";
import { run, whenPipeCloses } from "./run.ts";

whenPipeCloses();

const [first = ""] = process.argv.slice(2);
const names = program.commands.map((command) => command.name());
const meant = /^\w+$/.test(first) && !names.includes(first) && !existsSync(first) ? await nearestCommand() : undefined;

// The bot has a command line of its own: what stands behind its name is not read here.
if (first === "bot") await run(async () => (await import("./command-bot.ts")).bot(process.argv.slice(3), botHelp));
else if (meant === undefined) await parsed();
else {
  const what = `there is no command ${first}, and no folder of this name`;
  process.stderr.write(`error: ${what}\n  = help: did you mean ${meant}?\n`);
  process.exitCode = 2;
}

/** What this command line can tell of the bot where its package is not installed. */
function botHelp(): void {
  program.commands.find((command) => command.name() === "bot")?.outputHelp();
}

/** The first argument may be a command or a folder. What is neither, and nearly a command, is a slip. */
async function nearestCommand(): Promise<string | undefined> {
  const { distance, nearest } = await import("@gha2pulumi/repo");
  const found = nearest(first, names);
  return found !== undefined && distance(first, found) <= 2 ? found : undefined;
}

async function parsed(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version end here with 0; everything else is a wrong argument, which commander counts as 1.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
