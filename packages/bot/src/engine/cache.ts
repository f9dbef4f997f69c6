import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { schemaVersion } from "./schema.ts";

/** What decides how an empty database looks; a test holds the versions against the package's manifest. */
export const cacheKey = `pglite-0.5.17-dbos-5.3.0-tables-${schemaVersion}`;

/** https://specifications.freedesktop.org/basedir-spec/latest/, and its counterparts elsewhere. */
function cacheFolder(): string {
  const given = process.env["XDG_CACHE_HOME"];
  if (given !== undefined && given !== "") return join(given, "gha2pulumi");
  if (process.platform === "darwin") return join(homedir(), "Library/Caches/gha2pulumi");
  const local = process.env["LOCALAPPDATA"];
  if (process.platform === "win32" && local !== undefined) return join(local, "gha2pulumi");
  return join(homedir(), ".cache/gha2pulumi");
}

interface Manifest {
  readonly folders: readonly string[];
  /** Path and SHA-256. */
  readonly files: readonly (readonly [path: string, hash: string])[];
}

const hashOf = (content: Uint8Array): string => createHash("sha256").update(content).digest("hex");

/** Copies the cached database; false if there is none or any byte of it is wrong, and then what was copied is of no use. */
export function takeFromCache(into: string): boolean {
  const from = join(cacheFolder(), cacheKey);
  try {
    const manifest = JSON.parse(readFileSync(join(from, "manifest.json"), "utf8")) as Manifest;
    for (const folder of manifest.folders) mkdirSync(join(into, folder), { recursive: true, mode: 0o700 });
    for (const [path, hash] of manifest.files) {
      const content = readFileSync(join(from, "database", path));
      if (hashOf(content) !== hash) return false;
      writeFileSync(join(into, path), content, { mode: 0o600 });
    }
    return manifest.files.length > 0;
  } catch {
    return false;
  }
}

/** Keeps a database for later first starts. It appears whole or not at all, and a cache that cannot be written is none. */
export function keepInCache(database: string): void {
  const to = join(cacheFolder(), cacheKey);
  const draft = `${to}.${randomUUID()}`;
  try {
    const paths = readdirSync(database, { recursive: true, encoding: "utf8" });
    const folders = paths.filter((path) => statSync(join(database, path)).isDirectory());
    const inside = new Set(folders);
    for (const folder of ["", ...folders]) mkdirSync(join(draft, "database", folder), { recursive: true });
    const files = paths
      .filter((path) => !inside.has(path))
      .map((path) => {
        const content = readFileSync(join(database, path));
        writeFileSync(join(draft, "database", path), content);
        return [path, hashOf(content)] as const;
      });
    writeFileSync(join(draft, "manifest.json"), JSON.stringify({ folders, files } satisfies Manifest));
    rmSync(to, { recursive: true, force: true });
    mkdirSync(dirname(to), { recursive: true });
    renameSync(draft, to);
  } catch {
    try {
      rmSync(draft, { recursive: true, force: true });
    } catch {
      // Where nothing can be made there is nothing to remove.
    }
  }
}
