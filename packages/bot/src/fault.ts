import { ConfigurationError } from "./configuration.ts";
import { GitHubError } from "./github/github-error.ts";

/** What the command line ends with: the bot's part of the table of `gha2pulumi --help`. */
export type ExitCode = 0 | 1 | 2 | 4 | 5 | 20;

/** Something that a person has to do before this works: what was seen, and what to do. */
export class BotFault extends Error {
  override readonly name = "BotFault";

  constructor(
    message: string,
    readonly help: string,
    readonly exit: ExitCode = 2,
  ) {
    super(message);
  }
}

/** What an error means to whoever typed the command; `undefined` for a defect of ours. */
export function faultOf(error: unknown): BotFault | undefined {
  if (error instanceof BotFault) return error;
  if (error instanceof ConfigurationError) return new BotFault(error.message, error.help);
  if (error instanceof GitHubError) {
    if (error.trouble === "denied") return new BotFault(error.message, "check the token and what it may", 4);
    if (error.trouble === "limited") return new BotFault(error.message, "run the same command again later", 5);
    return new BotFault(error.message, "run the same command again: what was done is remembered", 20);
  }
  const { name = "", message = "" } = error instanceof Error ? error : {};
  if (name === "StateInUse" || name === "WorkerInUse")
    return new BotFault(message, "wait for it, or use another --state");
  if (name === "StateTooNew") return new BotFault(message, "use the newer program that made it");
  if (name === "SessionLost") return new BotFault(message, "start it again", 20);
  return undefined;
}
