// What the rig's own tests share: an Octokit, and git as a program that asks nobody.
import { spawn } from "node:child_process";
import { Octokit } from "@octokit/core";
import { expect } from "vitest";
import type { GitHub } from "./github.ts";

export function octokitOf(github: GitHub, auth: string = github.token): Octokit {
  const silent = (): void => undefined;
  return new Octokit({ auth, baseUrl: github.url, log: { debug: silent, info: silent, warn: silent, error: silent } });
}

export interface Ran {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs git, with a token that is handed over by the environment alone. */
export function tryGit(folder: string, token: string | undefined, ...words: readonly string[]): Promise<Ran> {
  const basic = Buffer.from(`x-access-token:${token}`).toString("base64");
  const header = {
    GIT_CONFIG_COUNT: "1",
    GIT_CONFIG_KEY_0: "http.extraheader",
    GIT_CONFIG_VALUE_0: `Authorization: Basic ${basic}`,
  };
  const [name, email] = ["Pat", "pat@example.com"];
  const person = {
    GIT_AUTHOR_NAME: name,
    GIT_AUTHOR_EMAIL: email,
    GIT_COMMITTER_NAME: name,
    GIT_COMMITTER_EMAIL: email,
  };
  const settings = { PATH: process.env["PATH"], HOME: folder, GIT_CONFIG_NOSYSTEM: "1", GIT_TERMINAL_PROMPT: "0" };
  const env = { ...settings, ...person, ...(token === undefined ? {} : header) };
  const child = spawn("git", words, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  const [stdout, stderr]: Buffer[][] = [[], []];
  child.stdout.on("data", (part: Buffer) => stdout?.push(part));
  child.stderr.on("data", (part: Buffer) => stderr?.push(part));
  const text = (parts: readonly Buffer[] | undefined): string => Buffer.concat(parts ?? []).toString();
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (status) => resolve({ status, stdout: text(stdout), stderr: text(stderr) }));
  });
}

export async function git(folder: string, token: string | undefined, ...words: readonly string[]): Promise<string> {
  const { status, stdout, stderr } = await tryGit(folder, token, ...words);
  if (status !== 0) throw new Error(`git ${words.join(" ")} ended with ${status}: ${stderr}`);
  return stdout;
}

/** Nothing was asked or answered against GitHub's descriptions. */
export function expectClean(github: GitHub): void {
  expect(github.violations).toEqual([]);
  expect(github.responseFaults).toEqual([]);
}
