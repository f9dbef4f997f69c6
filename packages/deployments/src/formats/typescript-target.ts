import type { Path, Tree } from "@gha2pulumi/repo";
import { projectFile } from "./live.ts";
import { qualified, readModule, type Module } from "./typescript-module.ts";
import { programs } from "./typescript-programs.ts";
import { FOLDER } from "./project.ts";
import { declaredStacks } from "./typescript-read.ts";

/** The program this tool creates where there is none. */
export const PROGRAM: Path = `${FOLDER}/index.ts`;

/**
 * The program that new stacks join: ours, else the one program of a person's own that declares deployment settings and
 * does nothing else; `undefined`: there is none, or more than one.
 */
export async function typescriptProgram(tree: Tree): Promise<Path | undefined> {
  if (tree.has(PROGRAM)) return PROGRAM;
  const found: Path[] = [];
  for (const path of programs(tree).entries) {
    const text = tree.get(path) ?? "";
    if (!text.includes("DeploymentSettings")) continue;
    const module = await readModule(path, text);
    if (module !== undefined && declaresSettingsOnly(module, projectName(path, tree))) found.push(path);
  }
  return found.length === 1 ? found[0] : undefined;
}

const PACKAGES: readonly string[] = ["@pulumi/pulumi", "@pulumi/pulumiservice"];

/**
 * A program with resources of its own runs once for each of its stacks: what is added there would be declared by every
 * one of them. So would the settings of a project in its own program.
 */
function declaresSettingsOnly(module: Module, own: string | undefined): boolean {
  const packages = [...module.imports.values()].map((from) => /^@[^/]+\/[^/.]+/.exec(from)?.[0] ?? from);
  const made = module.nodes.filter(({ type }) => type === "NewExpression");
  const isOfService = (node: (typeof made)[number]): boolean => {
    const name = qualified((node as unknown as { readonly callee: typeof node }).callee, module);
    return name === "@pulumi/pulumi.Config" || name?.startsWith("@pulumi/pulumiservice.") === true;
  };
  const stacks = declaredStacks(module);
  if (stacks === undefined || stacks.size === 0 || own === undefined) return false;
  const projects = [...stacks].map((key) => (JSON.parse(key) as readonly unknown[])[1]);
  return packages.every((name) => PACKAGES.includes(name)) && made.every(isOfService) && !projects.includes(own);
}

/** The name of the project a program belongs to. */
function projectName(program: Path, tree: Tree): string | undefined {
  return /^name:\s*["']?([\w.-]+)/m.exec(tree.get(projectFile(program, tree) ?? "") ?? "")?.[1];
}
