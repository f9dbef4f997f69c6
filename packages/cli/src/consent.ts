import type { Path } from "@gha2pulumi/repo";
import { differences, type ExitCode } from "./exit.ts";
import type { PlanDocument } from "@gha2pulumi/migrate";
import { Fault } from "./fault.ts";
import { dirtyPaths } from "./git.ts";
import { count } from "./terminal-wording.ts";

/** Says that a plan whose proof found a difference is not written. */
export function refuseDifference(document: PlanDocument, code: ExitCode): ExitCode {
  const number = count(differences(document), "event");
  const kinds = [...new Set(document.proof.cases.flatMap((one) => (one.accepted ? [] : one.codes)))].sort();
  const which = kinds.length === 0 ? "" : `: ${kinds.join(", ")}`;
  return say(
    `error[GP709]: the proof found a difference in ${number}${which}\n  = help: nothing was written; see Proof above, and gha2pulumi explain for what may be accepted`,
    code,
  );
}

/** Where changes are going to be written. */
export interface Place {
  readonly root: string;
  readonly top: string | undefined;
  readonly paths: readonly Path[];
  /** Files that may be uncommitted: what they hold is known, or they are not written to. Relative to the root. */
  readonly spared?: readonly Path[];
}

/** Git is how a migration is reviewed and undone, so what it has not got must not be lost. */
export async function refuseWithoutWayBack({ root, top, paths, spared }: Place, allowed: boolean): Promise<void> {
  if (allowed) return;
  if (top === undefined) {
    const help = "nothing was written; commit it to git first, or give --allow-dirty";
    throw new Fault("GP707", `${root} is in no git work tree, so there would be no way back`, help);
  }
  const dirty = await dirtyPaths(root, paths, spared);
  if (dirty?.length === 0) return;
  const help = "nothing was written; commit or stash first, or give --allow-dirty";
  if (dirty === undefined) throw new Fault("GP706", "git could not say whether everything is committed", help);
  const shown = dirty.slice(0, 5).join(", ");
  const more = dirty.length > 5 ? ` and ${dirty.length - 5} more` : "";
  throw new Fault("GP706", `there are uncommitted changes: ${shown}${more}`, help);
}

/** Whether a person wants so many changes written: by `--yes`, or at a prompt. */
export async function confirmed(root: string, changes: number, yes: boolean): Promise<boolean> {
  if (yes) return true;
  if (!process.stdin.isTTY || !process.stderr.isTTY) {
    const help = "nothing was written; give --yes to write without asking";
    throw new Fault("GP708", "there is no terminal to ask on", help);
  }
  const { confirm } = await import("@clack/prompts");
  const message = `Write ${count(changes, "change")} to ${root}?`;
  // Anything but a clear yes is a no, a cancelled prompt too.
  return (await confirm({ message, initialValue: false, output: process.stderr })) === true;
}

/** Says how it ended, on standard error. */
export function say(text: string, code: ExitCode): ExitCode {
  process.stderr.write(`${text}\n`);
  return code;
}
