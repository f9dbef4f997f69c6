import type { ExitCode } from "./exit.ts";
import { Fault } from "./fault.ts";

/** `gha2pulumi plan | head` closes the pipe early, which is no failure; help and the version end the same way. */
export function whenPipeCloses(): void {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode);
  });
}

/** Runs a command body and turns its end into an exit code; every error ends here. */
export async function run(body: () => Promise<ExitCode>): Promise<void> {
  try {
    process.exitCode = await body();
  } catch (error) {
    process.exitCode = await report(error);
  }
}

async function report(error: unknown): Promise<ExitCode> {
  // Loaded only now: what every start loads is the command line alone.
  const { printable } = await import("@gha2pulumi/repo");
  if (error instanceof Fault) {
    const code = error.code === undefined ? "" : `[${error.code}]`;
    process.stderr.write(`error${code}: ${printable(error.message)}\n  = help: ${printable(error.help)}\n`);
    return error.exit;
  }
  const message = error instanceof Error ? error.message : String(error);
  const lines = message.split("\n").map(printable).join("\n  ");
  process.stderr.write(`error: a defect of gha2pulumi: ${lines}\n`);
  process.stderr.write(
    "  = help: nothing was written; please report it, with the output of the same command under DEBUG=1\n",
  );
  if (process.env["DEBUG"] && error instanceof Error) process.stderr.write(`${error.stack ?? ""}\n`);
  return 1;
}
