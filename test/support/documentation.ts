import { execFile, execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fixture, writeTree } from "./fixture.ts";
import { withoutTimes } from "./without-times.ts";

/** The pages of the documentation. */
export const pagesFolder = join(import.meta.dirname, "../../docs");

export const pages: readonly string[] = readdirSync(pagesFolder).filter((name) => name.endsWith(".md"));

export const pageText = (name: string): string => readFileSync(join(pagesFolder, name), "utf8");

/** A fenced block, and what the comment above it says of it: `<!-- file: gha2pulumi.yaml -->`. */
export interface Block {
  readonly kind: "block";
  readonly language: string;
  readonly text: string;
  readonly note: string;
  /** Where its text stands in the page. */
  readonly start: number;
}

/** `<!-- in: repositories/rule-card -->`: from here on, commands run in a new copy of that fixture. */
export interface Place {
  readonly kind: "place";
  readonly fixtures: readonly (readonly [folder: string, fixture: string])[];
}

const piece = /^<!-- in: (?<place>.+) -->$|^(?:<!-- (?<note>.+) -->\n)?```(?<language>\w*)\n(?<text>[\s\S]*?)^```$/gm;

/** A page as the places and blocks it has, in order. */
export function piecesOf(text: string): readonly (Block | Place)[] {
  return [...text.matchAll(piece)].map((found): Block | Place => {
    const { place, note = "", language = "", text: block = "" } = found.groups ?? {};
    if (place !== undefined) return { kind: "place", fixtures: fixturesIn(place) };
    const start = found.index + found[0].length - "```".length - block.length;
    return { kind: "block", language, text: block, note, start };
  });
}

/** One fixture, which is the folder itself; or `folder = fixture; folder = fixture`, which lie side by side in it. */
function fixturesIn(place: string): Place["fixtures"] {
  return place.split(";").map((one) => {
    const [folder = "", name] = one.split("=").map((word) => word.trim());
    return name === undefined ? ["", folder] : [folder, name];
  });
}

/** A shell of a person who has the command line on the PATH and stands in a repository; the caller removes `scratch`. */
export interface Session {
  readonly folder: string;
  readonly run: (command: string) => Promise<{ readonly output: string; readonly code: number }>;
}

const published = join(import.meta.dirname, "../../packages/cli/dist/bin.js");
export const scratch = mkdtempSync(join(tmpdir(), "gha2pulumi-docs-"));
const bin = join(scratch, "bin");
mkdirSync(bin);
symlinkSync(published, join(bin, "gha2pulumi"));
// Found by programs in the folders below it, as if it were installed.
mkdirSync(join(scratch, "node_modules/@gha2pulumi"), { recursive: true });
symlinkSync(join(import.meta.dirname, "../../packages/core"), join(scratch, "node_modules/@gha2pulumi/core"));

let sessions = 0;

/** A new folder with these fixtures, each a repository of its own with one commit and the address it has on GitHub. */
export function sessionIn({ fixtures }: Place): Session {
  const folder = join(scratch, `session-${++sessions}`, "acme");
  for (const [below, name] of fixtures) {
    const { before, surroundings } = fixture(name);
    const at = join(folder, below);
    writeTree(at, before);
    const git = (...args: readonly string[]): Buffer => execFileSync("git", args, { cwd: at });
    git("init", "-q", "-b", "main");
    const repository = below === "" ? surroundings.get("repository") : `acme/${below}`;
    if (repository !== undefined) git("remote", "add", "origin", `https://github.com/${repository}.git`);
    git("add", "-A");
    git("-c", "user.name=a", "-c", "user.email=a@example.com", "commit", "-q", "-m", "first");
  }
  const env = {
    PATH: [bin, dirname(process.execPath), process.env["PATH"] ?? ""].join(delimiter),
    HOME: scratch,
    NO_COLOR: "1",
    GIT_AUTHOR_NAME: "a",
    GIT_AUTHOR_EMAIL: "a@example.com",
    GIT_COMMITTER_NAME: "a",
    GIT_COMMITTER_EMAIL: "a@example.com",
  };
  const run: Session["run"] = (command) =>
    new Promise((resolve) => {
      const args = ["--noprofile", "--norc", "-c", `exec 2>&1\n${command}`];
      const shell = execFile("bash", args, { cwd: folder, env }, (error, stdout) => {
        const output = withoutTimes(stdout);
        resolve({ output, code: error === null ? 0 : typeof error.code === "number" ? error.code : 255 });
      });
      shell.stdin?.end();
    });
  return { folder, run };
}

/** Writes the text of a block where its page says. */
export function writeBlock({ folder }: Session, path: string, text: string): void {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  writeFileSync(join(folder, path), text);
}

/** The commands of a `console` block: a line that begins with `$ `, with those that a backslash continues it on. */
export function commandsIn(text: string): readonly string[] {
  return [...text.matchAll(/^\$ ((?:.*\\\n)*.*)$/gm)].map(([, command = ""]) => command);
}
