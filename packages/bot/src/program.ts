import { Command, Option } from "commander";
import { version } from "../package.json";
import type { CampaignOptions, ReportOptions, ServeOptions, WritingOptions } from "./options.ts";
import { run } from "./run.ts";

/** The command line of the bot: `gha2pulumi bot …`, and `gha2pulumi-bot …` of its own package. */
export function programNamed(name: string): Command {
  const program = new Command(name)
    .description("One pull request for each repository of an organisation, kept current; a closed one means no.")
    .version(version, "-V, --version", "print the version")
    .helpOption("-h, --help", "print this help")
    .helpCommand(false)
    .addHelpText("after", exitCodes)
    .exitOverride();

  withReport(withCampaign(program.command("plan")))
    .description("find the repositories, plan each, and show what would become of it; writes nothing to GitHub")
    .action((options: ReportOptions) => run(async () => (await import("./commands/plan.ts")).plan(options)));

  withReport(withCampaign(program.command("run")))
    .description("plan, and open or update the pull requests of the waves that may be open")
    .option("--yes", "write without asking", false)
    .option("--worker <name>", "the name of this process among the workers of a postgres:// state")
    .action((options: WritingOptions) => run(async () => (await import("./commands/run-waves.ts")).runWaves(options)));

  withReport(withCampaign(program.command("status")))
    .description("how the campaign stood when it last ran; asks nobody")
    .action((options: ReportOptions) => run(async () => (await import("./commands/status.ts")).status(options)));

  withReport(withCampaign(program.command("report")))
    .description("the report of the last run; --out log.jsonl writes the log of all runs, --out plans/ each plan")
    .action((options: ReportOptions) => run(async () => (await import("./commands/status.ts")).status(options)));

  withCampaign(program.command("close"))
    .description("close every open pull request of the campaign that nobody has edited, and delete its branch")
    .option("--yes", "write without asking", false)
    .action((options: WritingOptions) => run(async () => (await import("./commands/close.ts")).close(options)));

  withCampaign(program.command("pause"))
    .description("the kill switch: no process of this campaign writes to GitHub until `resume`")
    .action((options: CampaignOptions) => run(async () => (await import("./commands/pause.ts")).pause(options, true)));

  withCampaign(program.command("resume"))
    .description("let a paused campaign write again")
    .action((options: CampaignOptions) => run(async () => (await import("./commands/pause.ts")).pause(options, false)));

  withCampaign(program.command("worker"))
    .description("work for the campaigns of a postgres:// state until it is stopped")
    .requiredOption("--name <name>", "the name of this process; two of one name cannot run")
    .action((options: CampaignOptions & { readonly name: string }) =>
      run(async () => (await import("./commands/worker.ts")).worker(options)),
    );

  withCampaign(program.command("serve"))
    .description("keep pull requests current as GitHub's webhooks tell what happens to them, until it is stopped")
    .option("--host <address>", "where to listen", "127.0.0.1")
    .option("--port <number>", "where to listen", "8080")
    .option("--every <hours>", "also run the campaign, without asking: at the start, and so often")
    .option("--worker <name>", "the name of this process among the workers of a postgres:// state")
    .addHelpText("after", serveHelp)
    .action((options: ServeOptions) => run(async () => (await import("./commands/serve.ts")).serve(options)));

  return program;
}

const serveHelp = `
POST /webhooks          issue_comment, pull_request and push of a GitHub App, signed with GITHUB_WEBHOOK_SECRET
GET  /healthz, /readyz  whether it lives, and whether it takes webhooks
GET  /metrics           for Prometheus
`;

function withCampaign(command: Command): Command {
  return command
    .option("--config <file>", "the campaign's file", "gha2pulumi-bot.yaml")
    .option("--state <where>", "what the campaign remembers: a folder, or postgres://… for several workers");
}

function withReport(command: Command): Command {
  return command
    .addOption(
      new Option("--format <format>", "how to print it (default: pretty)").choices([
        "pretty",
        "json",
        "markdown",
        "html",
      ]),
    )
    .option("--out <file>", "write it to a file: JSON, Markdown when it ends in .md, HTML in .html");
}

const exitCodes = `
Examples:
  $ gha2pulumi bot plan
      what would become of every repository of gha2pulumi-bot.yaml
  $ gha2pulumi bot run
      open the pull requests of the next wave, and bring the others up to date

Exit codes:
  0   done, or nothing to do
  1   a defect of gha2pulumi
  2   usage: an argument, the campaign's file, a state in use, a missing --yes
  4   authentication or permission
  5   rate limit of GitHub; run it again, what was done is remembered
  20  some repositories failed

Logs in with GITHUB_APP_ID and GITHUB_APP_PRIVATE_KEY_FILE, or with GH_TOKEN; the token needs the workflow scope.
`;
