import { isPruned, type Path, type Tree } from "@gha2pulumi/repo";

interface Needs {
  readonly install: RegExp;
  /** One of them has to be there. */
  readonly files: readonly string[];
  /** Those of a folder above serve too, as those of a workspace do. */
  readonly above: boolean;
}

/**
 * Files without which an install fails; Deployments' own would do without, and an operation run that fails today.
 * https://docs.npmjs.com/cli/commands/npm-ci, https://pnpm.io/cli/install#--frozen-lockfile, https://docs.astral.sh/uv/reference/cli/#uv-sync
 */
const needs: readonly Needs[] = [
  { install: /^npm ci\b/, files: ["package-lock.json", "npm-shrinkwrap.json"], above: true },
  { install: /^pnpm (?:install|i)\b.* --frozen-lockfile\b/, files: ["pnpm-lock.yaml"], above: true },
  { install: /^uv\b.* sync\b.* --(?:frozen|locked)\b/, files: ["uv.lock"], above: true },
  { install: /^(?:uv\b.* sync|poetry (?:install|sync))\b/, files: ["pyproject.toml"], above: true },
  { install: /^(?:pip|python|uv pip\b).* (?:install|sync)\b/, files: ["requirements.txt"], above: false },
  { install: /^go mod download\b/, files: ["go.mod"], above: true },
];

/** Whether a plain install in a folder finds what it needs; in a folder that is not read, any file may be. */
export function findsFiles(text: string, folder: Path, tree: Tree): boolean {
  const need = needs.find(({ install }) => install.test(text));
  if (need === undefined || isPruned(`${folder}/file`)) return true;
  const folders = need.above ? upwards(folder) : [folder];
  return folders.some((one) => need.files.some((file) => tree.has(one === "." ? file : `${one}/${file}`)));
}

/** A folder and all above it. */
function upwards(folder: Path): readonly Path[] {
  const parts = folder === "." ? [] : folder.split("/");
  return [...parts.map((_, i) => parts.slice(0, i + 1).join("/")), "."];
}
