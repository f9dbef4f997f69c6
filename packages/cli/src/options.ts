import { Option, type Command } from "commander";

export const formats = ["pretty", "json", "markdown"] as const;

export type Format = (typeof formats)[number];

/** Options of every command that reads one folder. */
export interface FolderOptions {
  readonly answer: readonly string[];
  readonly include: readonly string[];
  readonly exclude: readonly string[];
  readonly exitCode: boolean;
}

/** Where a report goes and in which form. */
export interface OutputOptions {
  readonly format?: Format;
  readonly out?: string;
}

export interface MigrateOptions extends FolderOptions, OutputOptions {
  readonly yes: boolean;
  readonly dryRun: boolean;
  readonly allowDirty: boolean;
  readonly keepPlan: boolean;
}

export type InFolder<T> = T & { readonly folder: string };

export function withFolder(command: Command): Command {
  return command
    .argument("[folder]", "the folder of the repository", ".")
    .option("--answer <key=value>", "answer a question; repeatable, and goes before gha2pulumi.yaml", collect, [])
    .option("--include <glob>", "also read files that match; repeatable", collect, [])
    .option("--exclude <glob>", "leave out files that match; repeatable", collect, [])
    .option("--exit-code", "exit with 10 when the plan has changes", false);
}

export function withOutput(command: Command): Command {
  return command
    .addOption(new Option("--format <format>", "how to print the plan (default: pretty)").choices(formats))
    .option("--out <file>", "write the plan to a file: JSON, or Markdown when it ends in .md");
}

function collect(value: string, values: readonly string[]): readonly string[] {
  return [...values, value];
}
