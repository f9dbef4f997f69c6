import type { ExitCode } from "./exit.ts";

/** Something outside that failed, or a wrong argument: what was seen and where, what to do, and the exit code. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    /** `GP7xx` for what `explain` has a text about; none for plain usage. */
    readonly code: string | undefined,
    message: string,
    readonly help: string,
    readonly exit: ExitCode = 2,
  ) {
    super(message);
  }
}

/** The system's own name for a failed call (`ENOENT`), when it has one. */
export function systemCode(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}

/** One sentence about any error, without Node's own decoration. */
export function reasonOf(error: unknown): string {
  switch (systemCode(error)) {
    case "EACCES":
    case "EPERM":
      return "permission denied";
    case "ENOENT":
      return "it does not exist";
    case "ENOSPC":
      return "the disk is full";
    case "EROFS":
      return "the disk is read-only";
    default:
      return error instanceof Error ? error.message : String(error);
  }
}
