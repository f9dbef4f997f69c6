import { readFileSync } from "node:fs";
import type { Restoring, SettingsSnapshot } from "@gha2pulumi/migrate";
import { jsonField, printable, type Json } from "@gha2pulumi/repo";
import { cloudOf, type Cloud } from "./cloud.ts";
import { fingerprint } from "./command-settings-snapshot.ts";
import { confirmed, say } from "./consent.ts";
import { loadEngine } from "./engine.ts";
import type { ExitCode } from "./exit.ts";
import { Fault, reasonOf } from "./fault.ts";
import { liveStacks } from "./live-settings.ts";
import type { SettingsRestoreOptions } from "./options.ts";
import { count } from "./terminal-wording.ts";

/** `settings restore`: shows what would be sent, asks, sends it, and looks whether it is there. */
export async function settingsRestore(file: string, options: SettingsRestoreOptions): Promise<ExitCode> {
  const snapshot = await snapshotIn(file);
  const cloud = cloudOf(options.backendUrl);
  if (snapshot.url !== cloud.url) {
    const help = "nothing was written; give --backend-url";
    throw new Fault("GP653", `${file} was taken at ${snapshot.url}, and this is ${cloud.url}`, help);
  }
  const all = await wayBack(snapshot, cloud);
  process.stdout.write(listOf(all));
  const requests = all.reduce((sum, one) => sum + one.requests.length, 0);
  if (requests === 0) return ended("Nothing to restore.", all);
  if (!(await confirmed(cloud.url, requests, options.yes))) return say("Nothing was written.", 0);
  await sendAll(all, cloud);
  const left = (await wayBack(snapshot, cloud)).filter((one) => one.requests.length > 0);
  if (left.length > 0) {
    const names = left.map(({ stack }) => stack).join(", ");
    throw new Fault("GP655", `Pulumi Cloud does not hold what was sent for ${names}`, "run the same command again");
  }
  return ended(`Restored ${count(snapshot.stacks.length, "stack")}.`, all);
}

async function wayBack({ stacks }: SettingsSnapshot, cloud: Cloud): Promise<readonly Restoring[]> {
  const { restoring } = await loadEngine();
  const live = await liveStacks(
    cloud,
    stacks.map(({ stack }) => stack),
  );
  const now = new Date().toISOString();
  return stacks.flatMap((one) => {
    const found = live.get(one.stack);
    return found === undefined ? [] : [restoring(one, found, fingerprint, now)];
  });
}

/** One after the other, since a schedule needs settings; whatever stops it, running it again goes on from there. */
async function sendAll(all: readonly Restoring[], cloud: Cloud): Promise<void> {
  let done = 0;
  try {
    for (const { stack, requests } of all) {
      for (const { method, path, body, pauses } of requests) {
        const answer = await cloud.send(method, `${stack}/deployments/${path}`, body);
        const id = jsonField(answer, "id");
        if (pauses && typeof id === "string" && /^[\w-]+$/.test(id))
          await cloud.send("POST", `${stack}/deployments/schedules/${id}/pause`, undefined);
        done += 1;
      }
    }
  } catch (error) {
    process.stderr.write(
      `${count(done, "change")} of ${all.flatMap((one) => one.requests).length} made before that.\n`,
    );
    throw error;
  }
}

function listOf(all: readonly Restoring[]): string {
  const lines = all.flatMap(({ stack, requests, byHand }) => {
    if (requests.length + byHand.length === 0) return [`${stack}: as it was`];
    return [stack, ...requests.map(({ does }) => `  ${does}`), ...byHand.map((what) => `  by hand: ${what}`)];
  });
  return lines.map((line) => `${printable(line)}\n`).join("");
}

function ended(text: string, all: readonly Restoring[]): ExitCode {
  const byHand = all.reduce((sum, one) => sum + one.byHand.length, 0);
  const next = " The settings program does not know of it: `pulumi refresh` there, before its next `pulumi up`.";
  if (byHand === 0) return say(`${text}${next}`, 0);
  return say(`${text}${next} ${count(byHand, "thing")} left to do by hand; see above.`, 11);
}

async function snapshotIn(file: string): Promise<SettingsSnapshot> {
  const help = "nothing was written; give a document that `gha2pulumi settings snapshot` wrote";
  let value: Json;
  try {
    value = JSON.parse(readFileSync(file, "utf8")) as Json;
  } catch (error) {
    const why = error instanceof SyntaxError ? "it is not whole JSON" : reasonOf(error);
    throw new Fault("GP653", `${file} cannot be used: ${why}`, help);
  }
  const { readSnapshot } = await loadEngine();
  const found = readSnapshot(value);
  if ("problem" in found) throw new Fault("GP653", `${file} cannot be used: ${found.problem}`, help);
  return found;
}
