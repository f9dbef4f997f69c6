import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Engine, Store } from "../engine/engine.ts";
import { logged } from "./log.ts";
import type { Services } from "./outside.ts";

/** Whether a campaign may write, as somebody said it. */
export interface Word {
  readonly paused: boolean;
  /** The user of the machine that gave the command. */
  readonly who: string;
}

/** An entry of its own: whoever keeps another fact of the campaign at the same time cannot turn it back. */
const table = "paused";

/** Turns the kill switch of a campaign, and logs who did. */
export async function turnSwitch(engine: Engine, campaign: string, { paused, who }: Word): Promise<void> {
  if (paused) await engine.store.put(table, campaign, { who });
  else await engine.store.delete(table, campaign);
  const what = paused ? "pauses the campaign" : "lets the campaign go on";
  await logged(engine, campaign, { repository: null, who, what });
}

/** Whether the kill switch is on, by what has been heeded. */
export async function isTurnedOn(store: Store, campaign: string): Promise<boolean> {
  return (await store.get(table, campaign)) !== undefined;
}

/** Whether the kill switch is on, by all that was said until now. */
export async function isPaused({ engine, stateFolder }: Services, campaign: string): Promise<boolean> {
  if (stateFolder !== undefined) await heed(engine(), stateFolder, campaign);
  return await isTurnedOn(engine().store, campaign);
}

/** The kill switch is on. */
export class Paused extends Error {
  override readonly name = "Paused";

  constructor() {
    super("the campaign is paused");
  }
}

/** Throws `Paused` while a campaign may not write. */
export async function refusePaused(services: Services, campaign: string): Promise<void> {
  if (await isPaused(services, campaign)) throw new Paused();
}

/** Also one that was thrown in a step, of which only name and message are remembered. */
export function isPausedError(error: unknown): error is Error {
  return error instanceof Error && error.name === "Paused";
}

/**
 * Leaves word for the process that has a state folder, which nobody else can open: it heeds it before its next write, and
 * where it has ended, whoever opens the folder next does.
 */
export function leaveWord(stateFolder: string, campaign: string, word: Word): void {
  const folder = join(stateFolder, "words");
  mkdirSync(folder, { recursive: true });
  const name = `${String(Date.now()).padStart(15, "0")} ${campaign} ${randomUUID()}.json`;
  const draft = join(folder, `.${name}`);
  writeFileSync(draft, JSON.stringify(word));
  renameSync(draft, join(folder, name));
}

let heeded: Promise<unknown> = Promise.resolve();

/** Takes the words that were left. One after the other, or an older word could be said after a newer one. */
export async function heed(engine: Engine, stateFolder: string, campaign: string): Promise<void> {
  const mine = heeded.then(() => taken(engine, join(stateFolder, "words"), campaign));
  heeded = mine.catch(() => undefined);
  await mine;
}

async function taken(engine: Engine, folder: string, campaign: string): Promise<void> {
  for (const name of wordsIn(folder, campaign)) {
    const path = join(folder, name);
    await turnSwitch(engine, campaign, readWord(path));
    // Taken away afterwards: a crash in between does the same again.
    rmSync(path, { force: true });
  }
}

function wordsIn(folder: string, campaign: string): readonly string[] {
  try {
    const names = readdirSync(folder);
    return names.filter((name) => /^\d+ (\S+) /.exec(name)?.[1] === campaign).sort();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

/** What cannot be read stops. */
function readWord(path: string): Word {
  try {
    const { paused, who = "unknown" } = JSON.parse(readFileSync(path, "utf8")) as Partial<Word>;
    return { paused: paused !== false, who: String(who) };
  } catch (error) {
    if (error instanceof SyntaxError) return { paused: true, who: "unknown" };
    throw error;
  }
}
