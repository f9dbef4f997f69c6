import type { SettingsSnapshot } from "@gha2pulumi/migrate";
import { printable } from "@gha2pulumi/repo";
import { cloudOf } from "./cloud.ts";
import { say } from "./consent.ts";
import { nodeDisk } from "./disk-calls.ts";
import { sha256 } from "./disk-write.ts";
import type { ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import { declaredIn, liveStacks } from "./live-settings.ts";
import type { InFolder, SettingsSnapshotOptions } from "./options.ts";
import { count } from "./terminal-wording.ts";

/** `settings snapshot`: what Pulumi Cloud holds for the stacks of a folder, without secrets. */
export async function settingsSnapshot(options: InFolder<SettingsSnapshotOptions>): Promise<ExitCode> {
  const cloud = cloudOf(options.backendUrl);
  const { declared, engine } = await declaredIn(options);
  const wrong = options.stack.find((name) => !engine.isStackName(name));
  if (wrong !== undefined)
    throw new Fault(undefined, `--stack ${wrong} is no full name`, "write it as organization/project/stack");
  const names = [...new Set([...declared.stacks.map(({ name }) => name), ...options.stack])].sort();
  if (names.length + declared.problems.length === 0) return say("No settings program was found.", 3);
  const live = await liveStacks(cloud, names);
  const there = names.filter((name) => live.get(name)?.exists === true);
  const snapshot: SettingsSnapshot = {
    kind: "settings-snapshot",
    schemaVersion: 1,
    url: cloud.url,
    stacks: [...live]
      .filter(([name]) => there.includes(name))
      .map(([name, stack]) => engine.stackSnapshot(name, stack, fingerprint)),
  };
  const text = `${JSON.stringify(snapshot, null, 2)}\n`;
  if (options.out === undefined) process.stdout.write(text);
  else writeNew(options.out, text);
  const left = [
    ...names.filter((name) => !there.includes(name)).map((name) => `${name}: no such stack`),
    ...declared.problems.map(({ location, message }) => `${location}: ${message}`),
  ];
  for (const line of left) process.stderr.write(`not in it: ${printable(line)}\n`);
  const secrets = snapshot.stacks.reduce((sum, one) => sum + one.secrets.length, 0);
  const open =
    secrets === 0 ? "" : ` ${count(secrets, "secret")} of them by name alone: nobody gives their values back.`;
  return say(`${count(there.length, "stack")}.${open}`, left.length > 0 ? 11 : 0);
}

/** Tells whether a ciphertext is still the same one, and nothing else: it is of what no client can decrypt. */
export function fingerprint(ciphertext: string): string {
  return sha256(ciphertext).slice(0, 16);
}

/** An earlier snapshot is a way back, so nothing is overwritten; and half a one would be none, so it comes by a rename. */
function writeNew(out: string, text: string): void {
  const help = "give another file with --out";
  if (nodeDisk.lstat(out) !== undefined)
    throw new Fault("GP654", `${out} exists, and may be the way back from something else`, help);
  const beside = `${out}.${process.pid}.part`;
  try {
    nodeDisk.write(beside, Buffer.from(text), 0o600);
    nodeDisk.rename(beside, out);
  } catch (error) {
    if (nodeDisk.lstat(beside) !== undefined) nodeDisk.remove(beside);
    throw new Fault("GP704", `${out} could not be written: ${reasonOf(error)}`, help);
  }
  process.stderr.write(`wrote ${printable(out)}\n`);
}
