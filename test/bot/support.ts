// What the tests of campaigns share: an organisation on the rig, and a bot that is pointed at it.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { configurationOf, openBot, runCampaign, type Bot, type Configuration, type Ran } from "@gha2pulumi/bot";
import { migrate } from "@gha2pulumi/migrate";
import { apply } from "@gha2pulumi/repo";
import { expect } from "vitest";
import type { Clock } from "../../packages/bot/src/engine/engine.ts";
import { fixture } from "../support/fixture.ts";
import { grammars } from "../support/grammars.ts";
import type { GitHub } from "./rig/github.ts";

/** A campaign as its file says it, over the organisation `my-org` unless said otherwise. */
export function campaign(text: string): Configuration {
  const base = text.includes("repositories:") ? "" : "repositories: [{organization: my-org}]\n";
  return configurationOf(`campaign: move\n${base}${text}`, "gha2pulumi-bot.yaml", () => "");
}

export interface BotSetting {
  readonly github: GitHub;
  readonly configuration: Configuration;
  /** A folder that lives longer than the bot. */
  readonly state: string;
  readonly clock?: Clock;
  /** Another one than the rig's own, which may do everything. */
  readonly token?: string;
}

export async function openedBot({
  github,
  configuration,
  state,
  clock,
  token = github.token,
}: BotSetting): Promise<Bot> {
  return await openBot({
    configuration,
    state,
    environment: { GITHUB_API_URL: github.url, GITHUB_SERVER_URL: github.gitUrl, GH_TOKEN: token },
    grammars: () => grammars,
    ...(clock === undefined ? {} : { clock }),
  });
}

export async function withBot<T>(setting: BotSetting, use: (bot: Bot) => Promise<T>): Promise<T> {
  const bot = await openedBot(setting);
  try {
    return await use(bot);
  } finally {
    await bot.engine.close();
  }
}

/** One run of a campaign, from the opening of its state to the end. */
export async function ran(setting: BotSetting, number = 1): Promise<Ran> {
  return await withBot(setting, ({ services, works }) =>
    runCampaign({ services, works, configuration: setting.configuration, number, progress: () => undefined }),
  );
}

/** A folder for a state, and how it is taken away. */
export function stateFolder(): { readonly state: string; readonly remove: () => void } {
  const state = mkdtempSync(join(tmpdir(), "gha2pulumi-state-"));
  return { state, remove: () => rmSync(state, { recursive: true, force: true, maxRetries: 3 }) };
}

/** The judge of GitHub's descriptions has nothing to say. */
export function expectClean(github: GitHub): void {
  expect(github.violations).toEqual([]);
  expect(github.responseFaults).toEqual([]);
}

/** What git says of a repository as it lies on the server's disk. */
export function gitIn(github: GitHub, owner: string, name: string, ...words: readonly string[]): string {
  const { status, stdout, stderr } = spawnSync("git", words, { cwd: github.folderOf(owner, name), encoding: "utf8" });
  if (status !== 0) throw new Error(`git ${words.join(" ")}: ${stderr}`);
  return stdout;
}

/** The files of a branch, by path. */
export function filesAt(github: GitHub, owner: string, name: string, ref: string): ReadonlyMap<string, string> {
  const paths = gitIn(github, owner, name, "ls-tree", "-r", "--name-only", "-z", ref)
    .split("\0")
    .filter((path) => path !== "");
  return new Map(paths.map((path) => [path, gitIn(github, owner, name, "show", `${ref}:${path}`)]));
}

/** The files of a fixture after its plan, in a repository of this name. */
export async function planned(from: string, repository: string): Promise<ReadonlyMap<string, string>> {
  const { before, surroundings } = fixture(from);
  const told = new Map([...surroundings, ["repository", repository]]);
  const { changes } = await migrate({ tree: before, surroundings: told }, undefined);
  return apply(before, changes);
}
