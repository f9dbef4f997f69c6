import type { Path, Span, Tree } from "@gha2pulumi/repo";
import { settingsFile } from "./settings-files.ts";

/**
 * Deployment settings that the repository declares somewhere this tool does not write: a second program would overwrite
 * them, or they would overwrite what it says.
 */
export interface ForeignSettings {
  readonly path: Path;
  readonly span: Span;
  /** Whether they may be those of a stack of this project, in this folder. */
  readonly mayBeOf: (project: string, directory: Path, stack: string) => boolean;
}

/** The program that this tool writes, and continues. */
const ownProgram: Path = "deployment-settings/index.ts";

/** How programs of every language declare them; a word about them is no declaration. */
const declarations = {
  yaml: /type:\s*["']?pulumiservice:(?:index:)?DeploymentSettings\b/g,
  program: /\b(?:New)?DeploymentSettings\(/g,
};
const projects = {
  yaml: /^[^\S\n]*(?:-[^\S\n]+)?project:[^\S\n]*["']?([\w.-]+)["']?\s*(?:#.*)?$/gm,
  program: /\bproject["']?\s*[:=]\s*(?:[\w.]+\()?["'`]([\w.-]+)["'`]/gi,
};

/** All of them in a tree; files brought from other repositories declare theirs there. */
export function findForeignSettings(tree: Tree): readonly ForeignSettings[] {
  return [...tree].flatMap(([path, text]) => {
    if (path.startsWith("@") || path.includes("node_modules/") || path === ownProgram) return [];
    const file = settingsFile.exec(path);
    if (file) {
      const folder = file[1] ?? ".";
      const beside = folder === "." ? "" : `${folder}/`;
      const hasProject = tree.has(`${beside}Pulumi.yaml`) || tree.has(`${beside}Pulumi.yml`);
      return [ofFile(path, folder, file[2] ?? "", hasProject)];
    }
    if (!text.includes("DeploymentSettings")) return [];
    if (/\.ya?ml$/.test(path)) return declared(path, text, "yaml");
    const isProgram = /\.(?:[cm]?[jt]sx?|py|go|cs|fs|vb|java|kt|scala)$/.test(path);
    return isProgram && /pulumi[-_.]?service/i.test(text) ? declared(path, text, "program") : [];
  });
}

function ofFile(path: Path, folder: Path, name: string, hasProject: boolean): ForeignSettings {
  return {
    path,
    span: { path, start: 0, end: 0 },
    // `stackConfigDir` may have put the file into a folder without a project.
    mayBeOf: (_, directory, stack) => stack === name && (folder === directory || !hasProject),
  };
}

function declared(path: Path, text: string, language: "yaml" | "program"): readonly ForeignSettings[] {
  const found = [...text.matchAll(declarations[language])];
  const [first] = found;
  if (!first) return [];
  const named = [...text.matchAll(projects[language])].map(([, project]) => project);
  return [
    {
      path,
      span: { path, start: first.index, end: first.index + first[0].length },
      // One that does not name its project in so many words may be of any.
      mayBeOf: (project) => named.length < found.length || named.includes(project),
    },
  ];
}
