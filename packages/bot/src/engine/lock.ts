import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { StateInUse } from "./errors.ts";

/** A process, so that another one of the same number is not taken for it. */
interface Owner {
  readonly pid: number;
  /** When it began, in whatever words the system has; "" where it has none. */
  readonly started: string;
  readonly host: string;
}

/**
 * Takes a folder for this process alone and gives back how to let it go; throws `StateInUse` when another one has it.
 * PGlite itself would let two processes write into one folder, of which one's writes vanish.
 */
export function lockFolder(folder: string): () => void {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "lock");
  const own: Owner = { pid: process.pid, started: startOf(process.pid) ?? "", host: hostname() };
  take(folder, path, JSON.stringify(own));
  return () => {
    if (read(path) === JSON.stringify(own)) rmSync(path, { force: true });
  };
}

function take(folder: string, path: string, own: string): void {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, own);
  try {
    for (;;) {
      if (linked(draft, path)) return;
      const found = read(path);
      if (found === undefined) continue;
      const owner = ownerOf(found);
      if (owner !== undefined && alive(owner))
        throw new StateInUse(folder, owner.pid, owner.host === hostname() ? undefined : owner.host);
      // Only one may put its own in a dead one's place, or two would: the second one over the first one's.
      const guard = `${path}-succession`;
      take(folder, guard, own);
      try {
        if (read(path) !== found) continue;
        renameSync(draft, path);
        return;
      } finally {
        rmSync(guard, { force: true });
      }
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Makes the lock with its content in one step; false if there is one. */
function linked(draft: string, path: string): boolean {
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

/** Undefined for what no lock of ours can look like: it was torn by a crash of the machine. */
function ownerOf(text: string): Owner | undefined {
  try {
    const { pid, started, host } = JSON.parse(text) as Partial<Owner>;
    if (typeof pid !== "number" || typeof started !== "string" || typeof host !== "string") return undefined;
    return { pid, started, host };
  } catch {
    return undefined;
  }
}

function alive({ pid, started, host }: Owner): boolean {
  // Another machine's processes cannot be seen from here.
  if (host !== hostname()) return true;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return false;
  }
  const now = startOf(pid);
  return started === "" || now === undefined || now === started;
}

/** When a process began; undefined where that cannot be told, or it is gone. */
function startOf(pid: number): string | undefined {
  try {
    if (process.platform === "linux") {
      // https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html: the 22nd field, counted from boot; the second may hold spaces.
      const fields = readFileSync(`/proc/${pid}/stat`, "latin1")
        .replace(/^.*\) /s, "")
        .split(" ");
      return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${fields[19]}`;
    }
    if (process.platform === "win32") return undefined;
    return execFileSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" }).trim();
  } catch {
    return undefined;
  }
}
