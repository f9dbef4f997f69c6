import { literal, written, type Trail } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";

/** Actions that keep a cache of dependencies when this input asks for it. What they cache unasked is no wish of anybody's. */
const askedByInput: ReadonlyMap<string, string> = new Map([
  ["actions/setup-node", "cache"],
  ["actions/setup-python", "cache"],
  ["actions/setup-go", "cache"],
  ["actions/setup-dotnet", "cache"],
  ["astral-sh/setup-uv", "enable-cache"],
]);

/** Folders of a kind that the cache of Deployments holds too: those of package managers, and Pulumi's plug-ins. */
const cachedFolder =
  /(^|\/)(node_modules|\.npm|\.yarn|\.pnpm-store|pnpm\/store|\.pulumi|\.?venv|\.cache\/(pip|uv|pypoetry|go-build)|go\/pkg|\.nuget)(\/|$)/;

/** The last of the commands before an operation that restores a cache of dependencies: its place. */
export function cacheAsked(earlier: readonly Command[]): Trail | undefined {
  return earlier.findLast(restores)?.from;
}

function restores(command: Command): boolean {
  if (command.kind !== "uses") return false;
  const name = command.action.toLowerCase();
  if (/^actions\/cache(\/restore)?$/.test(name))
    return written(command.inputs.get("path")?.text ?? [])
      .split("\n")
      .some((path) => cachedFolder.test(path.trim()));
  const input = command.inputs.get(askedByInput.get(name) ?? "");
  const value = input && literal(input.text);
  return value !== undefined && value !== "" && value !== "false";
}
