import { existsSync } from "node:fs";
import { CommanderError } from "commander";
import { distance, nearest } from "@gha2pulumi/repo";
import { program } from "./program.ts";

// The first argument may be a command or a folder. What is neither, and nearly a command, is a slip.
const [first = ""] = process.argv.slice(2);
const names = program.commands.map((command) => command.name());
const meant = nearest(first, names);
const isSlip = /^\w+$/.test(first) && !names.includes(first) && meant !== undefined && distance(first, meant) <= 2;

if (isSlip && !existsSync(first)) {
  process.stderr.write(
    `error: there is no command ${first}, and no folder of this name\n  = help: did you mean ${meant}?\n`,
  );
  process.exitCode = 2;
} else await parsed();

async function parsed(): Promise<void> {
  try {
    await program.parseAsync();
  } catch (error) {
    if (!(error instanceof CommanderError)) throw error;
    // Help and the version end here with 0; everything else is a wrong argument, which commander counts as 1.
    process.exitCode = error.exitCode === 0 ? 0 : 2;
  }
}
