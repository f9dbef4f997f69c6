import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** The package that holds GitHub's OpenAPI description, and which file of it that is. */
export const from = JSON.parse(readFileSync(new URL("description.json", import.meta.url), "utf8"));

/** Where the description lies, or will lie. */
export function description() {
  const cache = process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache");
  return join(cache, "gha2pulumi", `github-openapi-${from.version}`, from.file.split("/").at(-1));
}
