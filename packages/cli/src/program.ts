import { Argument, Command, Option } from "commander";
import { version } from "../package.json";
import { shells, type Shell } from "./completion.ts";
import { exampleHelp } from "./examples.ts";
import { exitCodes } from "./exit.ts";
import {
  checkFormats,
  withAddress,
  withBase,
  withCloud,
  withConsent,
  withFolder,
  withFolders,
  withForecast,
  withObserve,
  withOutput,
  withPlan,
  withRoles,
  withSecrets,
  withStacks,
  type AuditOptions,
  type CheckOptions,
  type FolderOptions,
  type ForecastOptions,
  type ObserveOptions,
  type MigrateOptions,
  type OutputOptions,
  type PlanOptions,
  type RolesOptions,
  type SecretsOptions,
  type SettingsDiffOptions,
  type SettingsRestoreOptions,
  type SettingsSnapshotOptions,
  type VerifyOptions,
} from "./options.ts";
import { run } from "./run.ts";

/** The command line: its commands, and what each takes. `completion` and the manual page are made of it. */
// Every command body has an import of its own, so that `--version` and `--help` load none of them.
export const program = new Command("gha2pulumi")
  .description("Moves the GitHub Actions workflows that run Pulumi onto Pulumi Deployments, and proves it.")
  .version(version, "-V, --version", "print the version")
  .helpOption("-h, --help", "print this help")
  .helpCommand(false)
  .addHelpText("afterAll", exitCodeHelp())
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

withConsent(withOutput(withFolder(program.command("migrate"))))
  .description("plan, show, ask, and write to the folder")
  .option("--dry-run", "the same as plan", false)
  .option("--keep-plan", "also write gha2pulumi.plan.json", false)
  .action((folder: string, options: MigrateOptions) =>
    run(async () => (await import("./command-migrate.ts")).migrate({ folder, ...options })),
  );

withPlan(program.command("apply"))
  .description("write exactly the changes of a reviewed plan; refuses when a file is no longer the one it was made for")
  .action((file: string, folder: string, options: PlanOptions) =>
    run(async () => (await import("./command-apply.ts")).applyPlan(file, { folder, ...options })),
  );

withPlan(program.command("rollback"))
  .description("take a plan back: every file as it was, byte for byte; refuses when a file was edited since")
  .action((file: string, folder: string, options: PlanOptions) =>
    run(async () => (await import("./command-rollback.ts")).rollback(file, { folder, ...options })),
  );

program
  .command("resume")
  .argument("[folder]", "the folder of the repository", ".")
  .option("--yes", "write without asking", false)
  .description("finish a write that was killed half-way, or take it back when it had only begun")
  .action((folder: string, options: { readonly yes: boolean }) =>
    run(async () => (await import("./command-resume.ts")).resumeWrite(folder, options)),
  );

withBase(program.command("verify"))
  .description("play the events on a commit and on the folder as it is now, and compare; writes nothing")
  .action((folder: string, options: VerifyOptions) =>
    run(async () => (await import("./command-verify.ts")).verify({ folder, ...options })),
  );

const iam = withRoles(program.command("iam"))
  .description("who may assume which role: before, in the transition, in the end; writes nothing without --out")
  .action((folder: string, options: RolesOptions) =>
    run(async () => (await import("./command-iam.ts")).iam({ folder, ...options })),
  );

withRoles(iam.command("verify"))
  .description(
    "whether a real token gets in, now and after each step; only its claims are read, and nothing of it shown",
  )
  .requiredOption("--token <file>", "a file with a token, or its payload as JSON")
  .action((folder: string, _: unknown, command: Command) =>
    run(async () =>
      (await import("./command-iam-verify.ts")).verifyToken({
        folder,
        ...command.optsWithGlobals<RolesOptions & { readonly token: string }>(),
      }),
    ),
  );

withSecrets(withFolder(program.command("secrets")))
  .description("which secrets the workflows read, where each goes, and a one-use workflow that carries their values")
  .action((folder: string, options: SecretsOptions) =>
    run(async () => (await import("./command-secrets.ts")).secrets({ folder, ...options })),
  );

withObserve(program.command("observe"))
  .description("what GitHub tells and no file does, as answers: protected environments, required checks; only reads")
  .action((folder: string, options: ObserveOptions) =>
    run(async () => (await import("./command-observe.ts")).observe({ folder, ...options })),
  );

const settings = program
  .command("settings")
  .description("what Pulumi Cloud holds for the stacks of a folder; needs PULUMI_ACCESS_TOKEN")
  .helpCommand(false);

withCloud(settings.command("diff"))
  .description("the settings program against the live settings; writes nothing")
  .addOption(new Option("--format <format>", "how to print it (default: pretty)").choices(["pretty", "json"]))
  .option("--exit-code", "exit with 10 when they differ", false)
  .action((folder: string, options: SettingsDiffOptions) =>
    run(async () => (await import("./command-settings-diff.ts")).settingsDiff({ folder, ...options })),
  );

withStacks(withCloud(settings.command("snapshot")))
  .description("the live settings and schedules as a document, without secrets; writes nothing but --out")
  .option("--out <file>", "write it to a new file")
  .action((folder: string, options: SettingsSnapshotOptions) =>
    run(async () => (await import("./command-settings-snapshot.ts")).settingsSnapshot({ folder, ...options })),
  );

withAddress(settings.command("restore"))
  .description("make the live settings and schedules again what a snapshot says")
  .argument("<snapshot>", "the document that settings snapshot wrote")
  .option("--yes", "write without asking", false)
  .action((file: string, options: SettingsRestoreOptions) =>
    run(async () => (await import("./command-settings-restore.ts")).settingsRestore(file, options)),
  );

withCloud(program.command("check"))
  .description("for CI, after a migration: the settings program against the live settings and the plan; writes nothing")
  .option("--plan <file>", "the recorded plan (default: gha2pulumi.plan.json, where it is there)")
  .addOption(new Option("--format <format>", "how to print it (default: pretty)").choices(checkFormats))
  .option("--out <file>", "write it to a file: JSON, SARIF when it ends in .sarif")
  .action((folder: string, options: CheckOptions) =>
    run(async () => (await import("./command-check.ts")).check({ folder, ...options })),
  );

withFolders(program.command("audit"))
  .description("the plans of many repositories in one table: reasons, shapes, what people must do; writes nothing")
  .action((folders: readonly string[], options: AuditOptions) =>
    run(async () => (await import("./command-audit.ts")).audit(folders, options)),
  );

withForecast(program.command("forecast"))
  .description("minutes and deployments at the same time in a month, and their price: an estimate; writes nothing")
  .action((folder: string, options: ForecastOptions) =>
    run(async () => (await import("./command-forecast.ts")).forecast({ folder, ...options })),
  );

program
  .command("explain")
  .description("the long text of a diagnostic, offline")
  .argument("[code]", "such as GP203; without it, the list of codes")
  .action((code: string | undefined) => run(async () => (await import("./command-explain.ts")).explain(code)));

program
  .command("bot")
  .description("one pull request for each repository of an organisation; its own package, @gha2pulumi/bot")
  .argument(
    "[words...]",
    "plan, run, status, report, close, pause, resume, worker; `gha2pulumi bot --help` tells of each",
  );

program
  .command("completion")
  .description("a script that completes the command line in a shell")
  .addArgument(new Argument("<shell>", "the shell").choices(shells))
  .action((shell: Shell) => run(async () => (await import("./command-completion.ts")).completion(shell, program)));

for (const command of program.commands) command.addHelpText("after", exampleHelp(command.name()));

function exitCodeHelp(): string {
  const lines = exitCodes.map(([code, meaning]) => `  ${String(code).padEnd(4)}${meaning}`);
  return `\nExit codes:\n${lines.join("\n")}`;
}
