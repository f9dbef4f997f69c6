// Builds programs that a `go.mod` of this tree pins. They lie outside the tree, in a folder named after `go.sum`:
// another version is another file.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";

/** Where a program lies, or will lie, that the module in a folder builds; `sources` are its own files, if it has any. */
export function builtProgram(module, tier, name, sources = []) {
  const hash = createHash("sha256");
  for (const file of ["go.sum", ...sources]) hash.update(readFileSync(join(module, file)));
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "gha2pulumi", `${tier}-${hash.digest("hex").slice(0, 16)}`, name);
}

/** Builds it unless it is there, and prints where it is. `flags` go to the linker. */
export function buildProgram(module, target, what, flags = "") {
  if (!existsSync(target)) {
    mkdirSync(dirname(target), { recursive: true });
    const args = ["build", "-p", "2", "-trimpath", "-mod=readonly", `-ldflags=-s -w ${flags}`];
    const { status, error } = spawnSync("go", [...args, "-o", `${target}.new`, what], {
      cwd: module,
      stdio: ["ignore", "inherit", "inherit"],
    });
    if (error) throw new Error(`${what} cannot be built without Go: ${error.message}`);
    if (status !== 0) throw new Error(`go build ended with exit code ${status}`);
    // Renamed when it is whole: a build that was stopped leaves nothing that looks like one.
    renameSync(`${target}.new`, target);
  }
  console.log(target);
}
