import { Command, CommanderError } from "commander";
import { version } from "../package.json";
import { exitCodes } from "./exit.ts";
import { withFolder, withOutput, type FolderOptions, type MigrateOptions, type OutputOptions } from "./options.ts";
import { run } from "./run.ts";

// Every command body has an import of its own, so that `--version` and `--help` load none of them.
const program = new Command("gha2pulumi")
  .description("Moves the GitHub Actions workflows that run Pulumi onto Pulumi Deployments, and proves it.")
  .version(version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .helpCommand(false)
  .addHelpText("after", exitCodeHelp())
  .showHelpAfterError("  = help: gha2pulumi --help lists the commands, gha2pulumi <command> --help their options")
  .exitOverride();

withFolder(program.command("summary", { isDefault: true }))
  .description("the plan in a few lines; what runs when no command is given; writes nothing")
  .action((folder: string, options: FolderOptions) =>
    run(async () => (await import("./command-summary.ts")).summary({ folder, ...options })),
  );

withOutput(withFolder(program.command("plan")))
  .description("what would change, and the proof that nothing else does; writes nothing")
  .action((folder: string, options: FolderOptions & OutputOptions) =>
    run(async () => (await import("./command-plan.ts")).plan({ folder, ...options })),
  );

withOutput(withFolder(program.command("migrate")))
  .description("plan, show, ask, and write to the folder")
  .option("--yes", "write without asking", false)
  .option("--dry-run", "the same as plan", false)
  .option("--allow-dirty", "write where git has no way back: uncommitted changes, or no git at all", false)
  .option("--keep-plan", "also write gha2pulumi.plan.json", false)
  .action((folder: string, options: MigrateOptions) =>
    run(async () => (await import("./command-migrate.ts")).migrate({ folder, ...options })),
  );

program
  .command("explain")
  .description("the long text of a diagnostic, offline")
  .argument("[code]", "such as GP203; without it, the list of codes")
  .action((code: string | undefined) => run(async () => (await import("./command-explain.ts")).explain(code)));

function exitCodeHelp(): string {
  const lines = exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(4)}${meaning}`);
  return `\nExit codes:\n${lines.join("\n")}`;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  // Help and the version end here with 0; everything else is a wrong argument, which commander counts as 1.
  process.exitCode = error.exitCode === 0 ? 0 : 2;
}
