import { Option, type Command } from "commander";

const reportFormats = ["pretty", "json", "markdown"] as const;
export const formats = [...reportFormats, "sarif", "github"] as const;

export const auditFormats = ["pretty", "markdown", "csv", "html", "json"] as const;

export type AuditFormat = (typeof auditFormats)[number];
export type ReportFormat = (typeof reportFormats)[number];
export type Format = (typeof formats)[number];

/** Options of every command that reads one folder. */
export interface FolderOptions {
  readonly answer: readonly string[];
  readonly accept: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly language?: string;
  readonly exitCode: boolean;
}

/** Where a report goes and in which form. */
export interface OutputOptions {
  readonly phase?: string;
  /** Whether what moves gets a guard when it is prepared. */
  readonly guard?: boolean;
  readonly secrets?: string;
  readonly format?: Format;
  readonly out?: string;
}

/** What lets a command write. */
export interface PlanOptions {
  readonly yes: boolean;
  readonly allowDirty: boolean;
}

/** What `verify` compares, and how it says so. */
export interface VerifyOptions {
  readonly base: string;
  readonly answer: readonly string[];
  readonly accept: readonly string[];
  readonly format?: ReportFormat;
}

export interface MigrateOptions extends FolderOptions, OutputOptions, PlanOptions {
  readonly dryRun: boolean;
  readonly keepPlan: boolean;
}

/** Where the documents and scripts of the roles go, and whether the account may be asked. */
export interface RolesOptions extends FolderOptions {
  readonly out?: string;
  readonly format?: ReportFormat;
  readonly live: boolean;
}

export interface AuditOptions {
  readonly exclude: readonly string[];
  readonly runsPerMonth: readonly string[];
  readonly minutesPerRun?: string;
  readonly format?: AuditFormat;
  readonly out?: string;
}

export interface ForecastOptions extends FolderOptions {
  readonly runsPerMonth: readonly string[];
  readonly minutesPerRun?: string;
  readonly history: boolean;
  readonly days: string;
  readonly prices: "v5" | "v6";
  readonly format?: "pretty" | "json";
}

/** What `observe` is asked about, and how it says it. */
export interface ObserveOptions {
  readonly answer: readonly string[];
  readonly format?: "pretty" | "json";
}

/** What `secrets` writes, or compares. */
export interface SecretsOptions extends FolderOptions {
  readonly out?: string;
  readonly format?: "pretty" | "json";
  readonly check?: string;
}

export const checkFormats = ["pretty", "json", "sarif", "github"] as const;

/** What a command needs that asks Pulumi Cloud. The token is of the environment alone. */
export interface CloudOptions {
  readonly answer: readonly string[];
  readonly backendUrl?: string;
}

export interface SettingsDiffOptions extends CloudOptions {
  readonly format?: "pretty" | "json";
  readonly exitCode: boolean;
}

export interface SettingsSnapshotOptions extends CloudOptions {
  readonly stack: readonly string[];
  readonly out?: string;
}

export interface SettingsRestoreOptions {
  readonly backendUrl?: string;
  readonly yes: boolean;
}

export interface CheckOptions extends CloudOptions {
  readonly plan?: string;
  readonly format?: (typeof checkFormats)[number];
  readonly out?: string;
}

export type InFolder<T> = T & { readonly folder: string };

export function withFolder(command: Command): Command {
  return command
    .argument("[folder]", "the folder of the repository", ".")
    .option("--answer <key=value>", "answer a question; repeatable, and goes before gha2pulumi.yaml", collect, [])
    .option("--accept <code>", "agree to a loss that the plan or the proof names; repeatable", collect, [])
    .option("--include <glob>", "also read files that match; repeatable", collect, [])
    .option("--exclude <glob>", "leave out files that match; repeatable", collect, [])
    .addOption(
      new Option("--language <language>", "the language of the settings program (default: typescript)").choices([
        "typescript",
        "python",
        "yaml",
      ]),
    )
    .option("--exit-code", "exit with 10 when the plan has changes", false);
}

export function withOutput(command: Command): Command {
  return command
    .addOption(
      new Option("--phase <phase>", "a part of the migration that is written by itself (default: all)").choices([
        "all",
        "prepare",
        "switch",
        "clean-up",
      ]),
    )
    .option("--guard", "with --phase prepare: a variable in front of what moves, to stop the workflows by")
    .addOption(
      new Option("--secrets <way>", "how values of secrets get to Pulumi (default: config)").choices(["config", "esc"]),
    )
    .addOption(new Option("--format <format>", "how to print the plan (default: pretty)").choices(formats))
    .option("--out <file>", "write the plan to a file: JSON, Markdown when it ends in .md, SARIF in .sarif");
}

export function withRoles(command: Command): Command {
  return withFolder(command)
    .addOption(new Option("--format <format>", "how to print the roles (default: pretty)").choices(reportFormats))
    .option("--out <folder>", "write each role's documents, diffs, proof and scripts to this folder")
    .option("--live", "ask your own aws, gcloud and az for trust that is in no file; only reads", false);
}

export function withSecrets(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "how to print it (default: pretty)").choices(["pretty", "json"]))
    .option("--out <file>", "write the relay, a one-use workflow that carries the values to Pulumi ESC")
    .option("--check <log>", "compare the fingerprints a relay printed with `pulumi env open` on standard input");
}

export function withConsent(command: Command): Command {
  return command
    .option("--yes", "write without asking", false)
    .option("--allow-dirty", "write where git has no way back: uncommitted changes, or no git at all", false);
}

export function withBase(command: Command): Command {
  return command
    .argument("[folder]", "the folder of the repository", ".")
    .option("--base <ref>", "the commit to compare the folder with", "HEAD")
    .option("--answer <key=value>", "answer a question; repeatable, and goes before gha2pulumi.yaml", collect, [])
    .option("--accept <code>", "agree to a loss that the plan or the proof names; repeatable", collect, [])
    .addOption(new Option("--format <format>", "how to print the proof (default: pretty)").choices(reportFormats));
}

export function withObserve(command: Command): Command {
  return command
    .argument("[folder]", "the folder of the repository", ".")
    .option("--answer <key=value>", "such as repository=owner/name; repeatable", collect, [])
    .addOption(new Option("--format <format>", "how to print it (default: pretty)").choices(["pretty", "json"]));
}

/** A command about many repositories. */
export function withFolders(command: Command): Command {
  return withAssumed(
    command
      .argument("<folders...>", "repositories, or folders with repositories in them")
      .option("--exclude <glob>", "leave out files that match, in every repository; repeatable", collect, [])
      .addOption(new Option("--format <format>", "how to print the audit (default: pretty)").choices(auditFormats))
      .option(
        "--out <file>",
        "write the audit to a file: JSON, Markdown when it ends in .md, CSV in .csv, a page in .html",
      ),
  );
}

/** A command that says how much would run in Pulumi Deployments, and what that costs. */
export function withForecast(command: Command): Command {
  return withAssumed(withFolder(command))
    .option("--history", "ask GitHub how long these jobs took, with the token in GH_TOKEN; only reads", false)
    .option("--days <number>", "how far back the history goes", "30")
    .addOption(new Option("--prices <list>", "the price list of Pulumi Cloud").choices(["v6", "v5"]).default("v6"))
    .addOption(new Option("--format <format>", "how to print it (default: pretty)").choices(["pretty", "json"]));
}

/** What a forecast may assume, since no file tells it. */
function withAssumed(command: Command): Command {
  return command
    .option(
      "--runs-per-month <event=number>",
      "how often an event happens in each repository in a month, for the forecast; repeatable",
      collect,
      [],
    )
    .option("--minutes-per-run <number>", "how long a deployment takes, for the forecast");
}

/** A command that asks Pulumi Cloud about the stacks a folder declares. */
export function withCloud(command: Command): Command {
  return withAddress(
    command
      .argument("[folder]", "the folder of the repository", ".")
      .option("--answer <key=value>", "such as organization=acme, where no file names it; repeatable", collect, []),
  );
}

export function withAddress(command: Command): Command {
  return command.option(
    "--backend-url <url>",
    "where Pulumi Cloud's API is (default: PULUMI_BACKEND_URL, else https://api.pulumi.com)",
  );
}

export function withStacks(command: Command): Command {
  return command.option("--stack <name>", "also this one, such as acme/network/prod; repeatable", collect, []);
}

/** A command about a plan document and the folder it was made for. */
export function withPlan(command: Command): Command {
  return withConsent(
    command
      .argument("<plan>", "the plan document, as plan --out or migrate --keep-plan wrote it")
      .argument("[folder]", "the folder of the repository", "."),
  );
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}
