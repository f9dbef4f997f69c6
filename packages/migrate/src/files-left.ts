import type { Path } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { placeOf } from "./carried-line.ts";
import { input } from "./scope.ts";

/** Programs that leave nothing but a file or a folder, which their words name. */
const writers: readonly RegExp[] = [
  /^docker cp (?:-\S+ )*\S*:\S+ (\S+)$/,
  /^aws s3 (?:cp|sync) s3:\/\/\S+ ([^-\s]\S*)(?: --(?:recursive|quiet|no-progress|delete))*$/,
  /^gsutil(?: -m)? cp(?: -r)? gs:\/\/\S+ (\S+)$/,
  /^curl (?:-[fsSL]+ )*-o (\S+) https?:\/\/\S+$/,
  /^unzip (?:-\w+ )*\S+ -d (\S+)$/,
  /^tar -?x\w*f \S+ -C (\S+)$/,
];

/** Programs that print, and read no more than they print. */
const printers = /^(?:echo|printf|cat|jq|yq|curl (?:-[fsSL]+ )*https?:\S+|git (?:log|describe|rev-parse)|date)\b/;

/** Actions that leave nothing but files, in the folder of their `path`. Documentation: `https://github.com/<name>`. */
const downloads = /^(?:actions\/download-artifact|dawidd6\/action-download-artifact)$/i;

/** Where all that a command leaves on the runner is; `undefined` when it may leave something else or elsewhere. */
export function filesLeft(command: Command, text: string): string | undefined {
  if (command.kind === "uses")
    return downloads.test(command.action)
      ? placeOf({ ...command, directory: ["."] }, input(command, "path")?.text)
      : undefined;
  if (command.kind !== "run") return undefined;
  if (command.writes !== undefined) return printers.test(text) ? placeOf(command, command.writes) : undefined;
  // What a substitution prints is a word; what it runs is a command of its own.
  const squashed = text.replaceAll(/\$\{\{.*?\}\}|\$\([^()]*\)/g, "$");
  const named = writers.map((pattern) => pattern.exec(squashed)?.[1]).find((one) => one !== undefined);
  return named === undefined ? undefined : placeOf(command, [named.replace(/\/\.?$/, "")]);
}

/** Names that a language, a package manager or Pulumi looks for in the folders above a program. */
const looked =
  /^(?:node_modules|\.venv|venv|\.git|\.pulumi|package\.json|package-lock\.json|tsconfig.*|jsconfig.*|pnpm-.*|yarn.*|bun.*|\.npmrc|\.yarnrc.*|\.env.*|\.nvmrc|\.node-version|\.python-version|\.tool-versions|\.?mise.*|pyproject\.toml|uv\..*|poetry\..*|setup\..*|requirements.*|go\..*|Pulumi.*|\.pulumi.*|sitecustomize.*|pulumi.*)$/i;

/**
 * Whether a place cannot matter to a program that reads no files: below the root or in `/tmp`, outside the folder of the
 * project, and of no name that is looked for above it. In the home folder providers look for logins, so it may matter.
 */
export function isOutOfReach(place: string, project: Path): boolean {
  if (place.startsWith("/tmp/")) return true;
  if (project === "." || /^[~/.]/.test(place)) return false;
  const isWithin = place === project || place.startsWith(`${project}/`) || project.startsWith(`${place}/`);
  return !isWithin && !place.split("/").some((part) => looked.test(part));
}
