import { confirmed, say } from "./consent.ts";
import { interrupted, resume } from "./disk-journal.ts";
import { rootOf } from "./disk.ts";
import type { ExitCode } from "./exit.ts";

/** `resume`: after a write that was killed, the tree as it was planned, or as it was. */
export async function resumeWrite(folder: string, { yes }: { readonly yes: boolean }): Promise<ExitCode> {
  const root = rootOf(folder);
  const files = interrupted(root);
  if (files > 0 && !(await confirmed(root, files, yes))) return say("Nothing was written.", 0);
  const done = resume(root);
  return say(done === undefined ? "No write was interrupted here." : `The interrupted write was ${done}.`, 0);
}
