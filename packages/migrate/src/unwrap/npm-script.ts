import { literal, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import { joinPath, type Command } from "@gha2pulumi/workflow";
import { folderPath, joinFolder } from "../folder.ts";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { packageCall, type PackageCall } from "./package-call.ts";
import { managerMajor, nearestPackage, packageFolders, packageName, scriptOf, type Script } from "./packages.ts";

type Run = Command & { readonly kind: "run" };

/**
 * Scripts of `package.json` and programs, run by npm, pnpm, yarn or bun, in one package of a workspace or at hand.
 * https://docs.npmjs.com/cli/v11/using-npm/scripts, https://docs.npmjs.com/cli/v11/commands/npm-run,
 * https://pnpm.io/filtering, https://yarnpkg.com/cli/workspace, https://bun.com/docs/cli/filter
 */
export const npmScript: Unwrapper = {
  name: "npm-script",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    const call = packageCall(command.words);
    if (!call) return undefined;
    const folder = folderPath(joinFolder(command.directory, call.selection.folder));
    const name = literal(call.words[0] ?? []);
    if (call.kind !== "exec" && folder !== undefined && name !== undefined) {
      const folders = selected(call, tree, folder);
      const scripts = folders?.flatMap((one) => (scriptOf(tree, one, name) ? [one] : [])) ?? [];
      const [only] = scripts;
      if (only !== undefined)
        return scripts.length === 1 ? plain(scriptRun(command, call, tree, only, name)) : undefined;
    }
    const commands = call.kind === "run" ? undefined : programRun(command, call, tree);
    return commands && plain(commands);
  },
};

/** A script with its `pre` and `post` scripts around it, which npm, bun and yarn 1 run and others may not. */
function scriptRun(command: Run, call: PackageCall, tree: Tree, folder: Path, name: string): readonly Command[] {
  const hooks = call.ignoresHooks ? false : runsHooks(call.manager, managerMajor(tree, folder, call.manager));
  const play = (script: Script | undefined, words: readonly Text[], certainty: true | undefined): readonly Command[] =>
    script
      ? insideScript({ ...command, certainty }, script.text, [script.folder], script.place, words).map(withPackages)
      : [];
  const hook = (prefix: string): readonly Command[] =>
    hooks === false ? [] : play(scriptOf(tree, folder, prefix + name), [], hooks && command.certainty);
  return [
    ...hook("pre"),
    ...play(scriptOf(tree, folder, name), call.words.slice(1), command.certainty),
    ...hook("post"),
  ];
}

const packagePrograms = new Set(["tsc", "eslint", "prettier"]);

/** The managers put `node_modules/.bin` on the path of a script; outside of one the same program needs `npx`. */
function withPackages(command: Command): Command {
  if (command.kind !== "run" || !packagePrograms.has(literal(command.words[0] ?? []) ?? "")) return command;
  return { ...command, words: [["npx"], ...command.words] };
}

/**
 * Whether a manager runs `pre` and `post` scripts; `undefined` where its version decides and is not pinned. pnpm has
 * a setting for it, which is on from version 9: https://pnpm.io/settings#enableprepostscripts. Yarn does not from
 * version 2: https://yarnpkg.com/advanced/lifecycle-scripts
 */
function runsHooks(manager: string, major: number | undefined): boolean | undefined {
  if (manager === "npm" || manager === "bun") return true;
  if (major === undefined) return undefined;
  if (manager === "yarn") return major < 2;
  return major >= 9 ? true : undefined;
}

/** `pnpm exec pulumi up`, `npx pulumi up`, `yarn pulumi up`: a program, in the folder of a package where one is named. */
function programRun(command: Run, call: PackageCall, tree: Tree): readonly Command[] | undefined {
  const { selection, script } = call;
  const base = joinFolder(command.directory, selection.folder);
  const folder = folderPath(base);
  const elsewhere = selection.named.length > 0 || selection.all || selection.root;
  const folders = elsewhere && folder !== undefined ? selected(call, tree, folder) : undefined;
  if (elsewhere && folders?.length !== 1) return undefined;
  const directory: Text = folders?.[0] === undefined ? base : [folders[0]];
  if (script !== undefined) {
    const text = literal(script);
    return text === undefined ? undefined : insideScript(command, text, directory, () => undefined);
  }
  const [program = [], ...behind] = call.words;
  if (call.words.length === 0) return undefined;
  // `yarn deploy` without such a script is a program of that name; only those that lead to Pulumi are of interest here.
  if (call.kind === "either" && !["pulumi", "cross-env", "turbo", "nx"].includes(literal(program) ?? ""))
    return undefined;
  return [{ ...command, words: [withoutVersion(program), ...behind], directory }];
}

/** The packages a call is for; `undefined` where a selector is not read. */
function selected(call: PackageCall, tree: Tree, folder: Path): readonly Path[] | undefined {
  const { named, all, root } = call.selection;
  const nearest = nearestPackage(tree, folder);
  if (root) return ["."];
  if (named.length === 0 && !all) return nearest === undefined ? [] : [nearest];
  const packages = packageFolders(tree);
  if (named.length === 0) return packages.filter((one) => one !== ".");
  const found = named.map((word) => matching(literal(word), call.manager, tree, folder, packages));
  return found.includes(undefined) ? undefined : [...new Set(found.flatMap((one) => one ?? []))];
}

/** A package by its folder, written as a path, or by its name; pnpm also takes a name without its scope. */
function matching(
  selector: string | undefined,
  manager: string,
  tree: Tree,
  folder: Path,
  packages: readonly Path[],
): readonly Path[] | undefined {
  if (selector === undefined || /[*![\]]|\.\.\./.test(selector)) return undefined;
  const path = selector.replace(/^\{(.*)\}$/, "$1");
  if (manager === "npm" || /^\.{0,2}\//.test(path) || path !== selector) {
    const at = folderPath(joinPath([folder], [path]));
    if (at !== undefined && packages.includes(at)) return [at];
    if (manager !== "npm") return undefined;
  }
  const exact = packages.filter((one) => packageName(tree, one) === selector);
  if (exact.length > 0 || manager !== "pnpm") return exact;
  const scoped = packages.filter((one) => packageName(tree, one)?.split("/")[1] === selector);
  return scoped.length === 1 ? scoped : [];
}

/** `npx pulumi@3` fetches that version, and runs the program of the package's name. */
function withoutVersion(program: Text): Text {
  const name = /^([a-z0-9][\w.-]*)@[\w.^~-]+$/.exec(literal(program) ?? "")?.[1];
  return name === undefined ? program : [name];
}
