import type { Change, Tree } from "@gha2pulumi/repo";
import type { StatementStructures } from "ts-morph";
import { byStack, type StackSettings } from "../settings.ts";
import { configKeys } from "./config-key.ts";
import { allAtOnce, contradictions, refusal, type SettingsWritten, type Writing } from "./format.ts";
import { nameGiver } from "./names.ts";
import { appendTypescript } from "./typescript-append.ts";
import { configPieces, FOLDER, projectFiles, projectHeader, switchComment } from "./project.ts";
import { stackNamer } from "./stack-fields.ts";
import { stackStatements, type Program, type Statement } from "./typescript-statements.ts";
import { PROGRAM, typescriptProgram } from "./typescript-target.ts";

/**
 * The settings program in TypeScript: created when there is none, otherwise continued with the stacks it does not
 * declare yet, be it ours or a person's own. What it declares already is left as it is.
 */
export async function writeTypescript(
  settings: readonly StackSettings[],
  tree: Tree,
  writing: Writing = allAtOnce,
): Promise<SettingsWritten> {
  const sorted = [...settings].sort(byStack);
  const refused = contradictions(sorted);
  if (refused.length > 0) return { changes: [], refused };
  if (sorted.length === 0) return { changes: [], refused: [] };
  const existing = await typescriptProgram(tree);
  if (existing !== undefined) return appendTypescript(sorted, tree, existing, preambleOf(sorted), printStatements);
  const other = [...tree.keys()].filter((path) => path.startsWith(`${FOLDER}/`));
  if (other.length > 0) return refusal(`${FOLDER}/ holds something else: ${other.sort().join(", ")}`);
  return { changes: await createProject(sorted, tree, writing), refused: [] };
}

async function createProject(
  settings: readonly StackSettings[],
  tree: Tree,
  writing: Writing,
): Promise<readonly Change[]> {
  const keyOf = configKeys(configPieces(settings), new Map());
  const resourceName = nameGiver([], "-");
  const nameOf = stackNamer(resourceName);
  const program: Program = {
    tree,
    pulumi: "pulumi",
    service: "service",
    config: "config",
    live: "live",
    keyOf,
    nameOf,
    resourceName,
    variable: nameGiver(["pulumi", "service", "config", "live"], ""),
  };
  const stacks = settings.flatMap((one) => stackStatements(one, program));
  const preamble = preambleOf(settings);
  const files = new Map(projectFiles(settings, { keyOf, nameOf }, tree, writing));
  files.set(
    PROGRAM,
    await printStatements(
      [preamble.config, preamble.live, ...stacks],
      imports,
      projectHeader(settings, "retainOnDelete", writing),
    ),
  );
  return [...files].map(([path, text]) => ({ kind: "create", path, text }));
}

const imports = [
  { name: "pulumi", from: "@pulumi/pulumi" },
  { name: "service", from: "@pulumi/pulumiservice" },
];

function preambleOf(settings: readonly StackSettings[]): Readonly<Record<"config" | "live", Statement>> {
  return {
    config: { comment: "", name: "config", code: "new pulumi.Config()" },
    live: { comment: switchComment(settings), name: "live", code: 'config.requireBoolean("live")' },
  };
}

const asComment = (text: string): string => text.replace(/^/gm, "// ");

/** Prints statements in one go: adding them one by one to a source file takes quadratic time. */
export async function printStatements(
  statements: readonly Statement[],
  imported: readonly { readonly name: string; readonly from: string }[],
  header = "",
): Promise<string> {
  const { NewLineKind, Project, StructureKind } = await import("ts-morph");
  const project = new Project({
    useInMemoryFileSystem: true,
    skipLoadingLibFiles: true,
    skipFileDependencyResolution: true,
    manipulationSettings: { newLineKind: NewLineKind.LineFeed },
  });
  const importStatements = imported.map(({ name, from }, i): StatementStructures => ({
    kind: StructureKind.ImportDeclaration,
    namespaceImport: name,
    moduleSpecifier: from,
    leadingTrivia: i === 0 ? `${asComment(header.trimEnd())}\n` : "",
  }));
  // Statements come laid out: ts-morph would indent the lines of a constant once more than prettier does.
  const others = statements.map(({ comment, name, code }) => {
    const declared = name === undefined ? code : `const ${name} = ${code};`;
    return `\n${comment === "" ? "" : `${asComment(comment)}\n`}${declared}`;
  });
  return project.createSourceFile("index.ts", { statements: [...importStatements, ...others] }).getFullText();
}
