import type { ExitCode } from "./exit.ts";
import { Fault, systemCode } from "./fault.ts";

/** `bot …`: the command line of `@gha2pulumi/bot`, which is installed beside this package by whoever needs it. */
export async function bot(words: readonly string[]): Promise<ExitCode> {
  const { main } = await loaded();
  await main("gha2pulumi bot", words);
  return (process.exitCode ?? 0) as ExitCode;
}

interface BotPackage {
  readonly main: (name: string, words: readonly string[]) => Promise<void>;
}

async function loaded(): Promise<BotPackage> {
  // A name the compiler does not follow: this package is built, and works, without the other.
  const name: string = "@gha2pulumi/bot";
  try {
    return (await import(name)) as BotPackage;
  } catch (error) {
    if (systemCode(error) !== "ERR_MODULE_NOT_FOUND") throw error;
    const help = "npx --package gha2pulumi --package @gha2pulumi/bot gha2pulumi bot …, or install both";
    throw new Fault(undefined, "the bot is a package of its own, which is not installed here", help);
  }
}
