import { byText, type Path, type Tree } from "@gha2pulumi/repo";

const PACKAGE = "pulumiservice";

/** The entry files of Pulumi programs in TypeScript that use the package, and their other files that declare settings. */
export function programs(tree: Tree): { readonly entries: readonly Path[]; readonly others: readonly Path[] } {
  const entries = new Set<Path>();
  const folders: string[] = [];
  for (const [path, text] of [...tree].sort(([a], [b]) => byText(a, b))) {
    // What was brought from another repository (`@owner/repo@ref/…`) is declared there, not here.
    if (path.startsWith("@") || path.includes("node_modules/") || !/(?:^|\/)Pulumi\.ya?ml$/.test(path)) continue;
    if (!runsNode(text)) continue;
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    const entry = entryFile(folder, text, tree);
    if (entry !== undefined && tree.get(entry)?.includes(PACKAGE)) entries.add(entry);
    folders.push(folder);
  }
  const declares = (path: Path, text: string): boolean =>
    path.endsWith(".ts") &&
    !path.includes("node_modules/") &&
    text.includes(PACKAGE) &&
    text.includes("DeploymentSettings");
  const others = [...tree].filter(
    ([path, text]) => declares(path, text) && !entries.has(path) && folders.some((folder) => path.startsWith(folder)),
  );
  return { entries: [...entries], others: others.map(([path]) => path).sort(byText) };
}

/** `runtime: nodejs`, or an object with that name. Only these lines of the file matter, so it is not parsed. */
function runsNode(pulumiYaml: string): boolean {
  const lines = pulumiYaml.split(/\r?\n/);
  const at = lines.findIndex((line) => /^runtime\s*:/.test(line));
  const inline = (lines[at] ?? "")
    .replace(/^runtime\s*:/, "")
    .replace(/\s#.*$/, "")
    .trim();
  if (inline !== "") return /^["']?nodejs["']?$|[{,]\s*name:\s*["']?nodejs["']?\s*[,}]/.test(inline);
  const rest = lines.slice(at + 1).filter((line) => !/^\s*(?:#.*)?$/.test(line));
  const after = rest.findIndex((line) => /^\S/.test(line));
  const block = after < 0 ? rest : rest.slice(0, after);
  const indent = /^\s*/.exec(block[0] ?? "")?.[0] ?? "";
  return block.some(
    (line) => line.startsWith(indent) && /^name:\s*["']?nodejs["']?\s*(?:#.*)?$/.test(line.slice(indent.length)),
  );
}

/** `main` names the program or its folder; without it, it is `index.ts` beside `Pulumi.yaml`. */
function entryFile(folder: string, pulumiYaml: string, tree: Tree): Path | undefined {
  const main = /^main:\s*["']?([^"'#\r\n]*?)["']?\s*(?:#.*)?$/m.exec(pulumiYaml)?.[1] ?? "";
  const base = `${folder}${main.replace(/^(?:\.\/)+/, "").replace(/^\.$/, "")}`;
  const inside = base === "" || base.endsWith("/") ? base : `${base}/`;
  return [base, `${inside}index.ts`].find((path) => path.endsWith(".ts") && tree.has(path));
}
