import { printable } from "@gha2pulumi/repo";
import { faultOf, type ExitCode } from "./fault.ts";

/** Runs a command body and turns its end into an exit code; every error ends here. */
export async function run(body: () => Promise<ExitCode>): Promise<void> {
  process.stdout.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code !== "EPIPE") throw error;
    process.exit(process.exitCode);
  });
  try {
    process.exitCode = await body();
  } catch (error) {
    process.exitCode = told(error);
  }
}

function told(error: unknown): ExitCode {
  const fault = faultOf(error);
  if (fault !== undefined) {
    process.stderr.write(`error: ${printable(fault.message)}\n  = help: ${printable(fault.help)}\n`);
    return fault.exit;
  }
  const { message = String(error), stack = "" } = error instanceof Error ? error : {};
  process.stderr.write(`error: a defect of gha2pulumi: ${printable(message)}\n`);
  process.stderr.write("  = help: run the same command again: what was done is remembered; please report it\n");
  if (process.env["DEBUG"]) process.stderr.write(`${stack}\n`);
  return 1;
}
