import type { Command, Option } from "commander";
import { examples } from "./examples.ts";
import { exitCodes } from "./exit.ts";

/** The manual page, section 1, in the man macros (https://man7.org/linux/man-pages/man7/man.7.html). */
export function manualPage(program: Command): string {
  const lines = [
    '.\\" Made by pnpm golden.',
    `.TH GHA2PULUMI 1 "" "gha2pulumi ${plain(program.version() ?? "")}"`,
    ".SH NAME",
    "gha2pulumi \\- move GitHub Actions workflows that run Pulumi onto Pulumi Deployments",
    ".SH SYNOPSIS",
    ...program.commands.flatMap(withBelow).flatMap(synopsis),
    ".SH DESCRIPTION",
    text(program.description()),
    text(
      "Without a command it prints the plan of a folder in a few lines. Only migrate, apply and rollback write to the folder, and settings restore to Pulumi Cloud; they ask first.",
    ),
    ".SH COMMANDS",
    ...program.commands.flatMap(withBelow).flatMap(section),
    ".SH EXIT STATUS",
    ...exitCodes.flatMap(([code, meaning]) => [".TP", `.B ${code}`, text(meaning)]),
    ".SH FILES",
    ".TP",
    ".I gha2pulumi.yaml",
    text("Answers to questions, and descriptions of wrappers, at the root of a repository."),
  ];
  return `${lines.join("\n")}\n`;
}

/** A command and those below it. */
function withBelow(command: Command): readonly Command[] {
  return [command, ...command.commands];
}

/** `settings diff`: with the names of those it stands below. */
function nameOf(command: Command): string {
  return command.parent?.parent ? `${command.parent.name()} ${command.name()}` : command.name();
}

function synopsis(command: Command): readonly string[] {
  const names = command.registeredArguments.map((one) => {
    const name = `${one.name()}${one.variadic ? "..." : ""}`;
    return one.required ? name : `[${name}]`;
  });
  const verb = isDefault(command) ? "" : ` ${nameOf(command)}`;
  return [".br", `.B gha2pulumi${plain(verb)}`, plain(["[options]", ...names].join(" "))];
}

/** `summary` is what runs when no command is given. */
function isDefault(command: Command): boolean {
  return command.name() === "summary";
}

function section(command: Command): readonly string[] {
  return [
    `.SS ${plain(nameOf(command))}`,
    text(command.description()),
    ...command.options.flatMap(option),
    ...(examples[command.name()] ?? []).flatMap(([line, what]) => [
      ".PP",
      text(`${what}:`),
      ".PP",
      ".nf",
      text(`    ${line}`),
      ".fi",
    ]),
  ];
}

function option({ flags, description, argChoices }: Option): readonly string[] {
  const choices = argChoices === undefined ? "" : `: ${argChoices.join(", ")}`;
  return [".TP", `.B ${plain(flags)}`, text(`${description}${choices}`)];
}

/** A line of text: one that begins with a dot or an apostrophe would be a request. */
function text(line: string): string {
  return plain(line).replace(/^(?=[.'])/, "\\&");
}

/** Backslashes begin escapes, and a hyphen would become a sign that cannot be typed. */
function plain(line: string): string {
  return line.replaceAll("\\", "\\e").replaceAll("-", "\\-");
}
