import { execFileSync, spawnSync } from "node:child_process";
import { lstatSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, readlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { withoutTimes } from "./without-times.ts";

/** The package of the command line. */
export const cli = resolve(import.meta.dirname, "../../packages/cli");
/** The command line as it is published; `pnpm build` makes it. */
export const published = join(cli, "dist/bin.js");
/** A folder of this test file's own; whoever imports it removes it. */
export const scratch = mkdtempSync(join(tmpdir(), "gha2pulumi-cli-"));

/** How a program ended. */
export interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** Runs a program of the command line in a folder, without a terminal and with nothing to read. */
export function runBin(
  bin: string,
  folder: string,
  args: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Ended {
  const env = { ...process.env, NO_COLOR: undefined, FORCE_COLOR: undefined, ...environment };
  const ended = spawnSync(process.execPath, [bin, ...args], { cwd: folder, encoding: "utf8", input: "", env });
  return { code: ended.status, out: ended.stdout, err: withoutTimes(ended.stderr) };
}

let folders = 0;

/** A new folder with these files. */
export function folderOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = join(scratch, `case-${++folders}`);
  mkdirSync(folder);
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), content);
  }
  return folder;
}

/** The same, committed, so that nothing stands in the way of writing. */
export function repositoryOf(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = folderOf(files);
  git(folder, "init", "-q", "-b", "main");
  git(folder, "add", "-A");
  git(folder, "-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "--allow-empty", "-m", "first");
  return folder;
}

/** Runs git in a folder. */
export function git(folder: string, ...args: readonly string[]): string {
  return execFileSync("git", args, { cwd: folder, encoding: "utf8" });
}

/** Everything in a folder but git's own: bytes, modes, links and empty folders. */
export function pictureOf(folder: string, below = ""): Readonly<Record<string, string>> {
  const entries = readdirSync(join(folder, below), { withFileTypes: true }).filter(({ name }) => name !== ".git");
  return Object.fromEntries(
    entries.flatMap((entry): (readonly [string, string])[] => {
      const path = join(below, entry.name);
      const mode = lstatSync(join(folder, path)).mode.toString(8);
      if (entry.isSymbolicLink()) return [[path, `link ${readlinkSync(join(folder, path))}`]];
      if (entry.isDirectory()) return [[path, mode], ...Object.entries(pictureOf(folder, path))];
      return [[path, `${mode} ${readFileSync(join(folder, path), "hex")}`]];
    }),
  );
}
