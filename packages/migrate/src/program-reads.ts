import { entry, mapEntries, readYaml, scalarText, type Path, type Tree } from "@gha2pulumi/repo";
import type { Project } from "./projects.ts";

/**
 * Packages whose resources take no path of the machine they are made from: content is an asset or a string there.
 * https://www.pulumi.com/docs/iac/concepts/assets-archives/. Not among them are those that build images or read charts
 * and manifests (`docker`, `kubernetes`, `awsx`, `command`), and any that nobody has looked at.
 */
const packages = "aws|azure-native|azuread|cloudflare|digitalocean|gcp|github|gitlab|random";

/** Modules of a language that compute and reach neither files nor programs. */
const computing = new Set([
  "base64",
  "dataclasses",
  "datetime",
  "enum",
  "functools",
  "hashlib",
  "ipaddress",
  "itertools",
  "json",
  "math",
  "re",
  "string",
  "textwrap",
  "typing",
]);

/**
 * Properties of resources of these packages that are paths although they say nothing of a file: the assets of a Worker,
 * the bundle of an Apigee API, the source of an object in Spaces. What lies beside a serialised function is another.
 */
const pathProperties =
  /\bassets\b|\b[Dd]irectory\s*["']?\s*[:=]|[Bb]undle\b|\bsource\s*["']?\s*[:=,}]|[Ii]nclude_?[Pp]aths\b/;

/** Words that may reach a file, a program or code that is not there, wherever they stand; `profile` is none. */
const reaching = [
  /(?<![Pp]ro)[Ff]ile|\bFILE|\basset\b|Asset\b|Archive\b|CallbackFunction|serializeFunction|\bdynamic\b|\bautomation\b/,
  /\b[Pp]rovider\b|\bos\b|\bopen\s*\(|\beval\b|\bexec(?:File|Sync)?\b|\bspawn|\bcompile\b|\bgetattr\b|\bbuiltins\b|\b__\w+/,
  /(?<!\.)\b(?:Function\s*\(|require\b)|\b(?:process|module|mainModule|createRequire|constructor|Deno|Bun)\b/,
  /\bglobal(?:This|s)?\b|\bimport\s*\(|import\.meta|\\[ux]/,
  pathProperties,
];

/** Configuration of providers that names no file. */
const plainConfig =
  /^(region|project|zone|location|subscriptionId|tenantId|environment|accountId|owner|defaultTags|allowedAccountIds)$/;

/** Environment names through which a provider or a runtime is told of a file, or where to look for some. */
const pointing = /FILE|PATH|DIR|HOME|CONFIG|CREDENTIALS|BUNDLE|CERT|OPTIONS|PROFILE|_KEY_?JSON/i;

/**
 * Whether the program of a project may read a file of the machine it runs on, besides its own source and packages.
 * Lexical, and sure in one direction only: `false` where every import and every word is one that cannot; anything that
 * is not understood, and a source that is not in the tree, may read. `names` are those of its environment.
 */
export function mayReadFiles(
  project: Project,
  stack: string | undefined,
  names: Iterable<string>,
  tree: Tree,
): boolean {
  if ([...names].some((name) => pointing.test(name))) return true;
  const settings = tree.get(project.path) ?? "";
  if (!isPlainProject(project.path, settings)) return true;
  const stackFile = stack === undefined ? undefined : project.stacks.get(stack);
  if (![settings, (stackFile && tree.get(stackFile.path)) ?? ""].every(hasPlainConfig)) return true;
  // Files that an ESC environment brings (`files:`) are there in a deployment as well.
  switch (project.runtime) {
    case "yaml":
      // A program in files of its own takes the place of the one in Pulumi.yaml.
      return (
        ["yaml", "json"].some((kind) => tree.has(join(project.directory, `Main.${kind}`))) ||
        !isPlainYaml(project.path, settings)
      );
    case "nodejs":
      return !isPlainNode(project.directory, tree);
    case "python":
      return !isPlain(join(project.directory, "__main__.py"), tree, new Set(), pythonImports);
    default:
      return true;
  }
}

/** What Pulumi.yaml may say without naming another place: https://www.pulumi.com/docs/iac/concepts/projects/project-file/ */
const plainSettings =
  /^(name|runtime|description|author|website|license|config|template|backend|resources|variables|outputs)$/;
const plainOptions = /^(typescript|packagemanager|virtualenv|typechecker)$/;

function isPlainProject(path: Path, text: string): boolean {
  const { root } = readYaml(path, text);
  const runtime = mapEntries(entry(root, "runtime"));
  const options = mapEntries(entry(entry(root, "runtime"), "options"));
  return (
    mapEntries(root).every(({ key }) => plainSettings.test(key)) &&
    runtime.every(({ key }) => /^(name|options)$/.test(key)) &&
    options.every(({ key }) => plainOptions.test(key))
  );
}

function hasPlainConfig(text: string): boolean {
  const keys = [...text.matchAll(/(?:^|[{,])\s*["']?([\w-]+):(\w+)["']?:/gm)];
  return keys.every(([, space, key]) => isPlainKey(`${space}:${key}`));
}

/** Whether a key of configuration is that of a program, or one of a provider that names no file. */
export function isPlainKey(full: string): boolean {
  const [space = "", key = ""] = full.split(":");
  return !new RegExp(`^(${packages})$`).test(space) || plainConfig.test(key);
}

const plainFunctions = /^(invoke|join|split|select|toJSON|toBase64|fromBase64|secret|stackReference|method)$/i;

function isPlainYaml(path: Path, text: string): boolean {
  const isKnown = (type: string | undefined): boolean =>
    type === "pulumi:pulumi:StackReference" || new RegExp(`^(${packages}):[\\w/:-]+$`).test(type ?? "");
  const resources = mapEntries(entry(readYaml(path, text).root, "resources"));
  const functions = [...text.matchAll(/\bfn::([\w:-]+)/gi)].map((found) => (found[1] ?? "").replace(/:$/, ""));
  const invoked = [...text.matchAll(/\bfunction["']?\s*:\s*["']?([^\s"',}]*)/gi)].map((found) => found[1]);
  return (
    resources.every(({ value }) => isKnown(scalarText(entry(value, "type")))) &&
    functions.every((name) => plainFunctions.test(name) || isKnown(name)) &&
    invoked.every(isKnown) &&
    !/(?<!pro)file|asset|archive|\bprovider/i.test(text) &&
    !pathProperties.test(text)
  );
}

/** A package from elsewhere under the name of one of Pulumi's, and scripts that an installation runs. */
const unusualPackage =
  /"@pulumi\/[\w-]+"\s*:\s*"[^"]*[:/]|"(?:overrides|resolutions|pnpm)"\s*:|"(?:(?:pre|post)?install|(?:pre|post)?prepare)"\s*:/;

function isPlainNode(directory: Path, tree: Tree): boolean {
  const settings = tree.get(join(directory, "package.json")) ?? "";
  if (unusualPackage.test(settings)) return false;
  const main = /"main"\s*:\s*"([^"]*)"/.exec(settings)?.[1] ?? "index.ts";
  const entry = ["index.ts", "index.js"].filter((name) => tree.has(join(directory, name)));
  if (entry.length !== 1 || !["index.ts", "index.js", "./index.ts", "./index.js"].includes(main)) return false;
  return isPlain(join(directory, entry[0] ?? ""), tree, new Set(), nodeImports);
}

/** What a source imports: paths of other sources, or `undefined` when something else is among it. */
type Imports = (path: Path, text: string, tree: Tree) => readonly Path[] | undefined;

function isPlain(path: Path, tree: Tree, seen: Set<Path>, imports: Imports): boolean {
  if (seen.has(path)) return true;
  seen.add(path);
  const text = tree.get(path);
  if (text === undefined) return false;
  const others = imports(path, text, tree);
  // The environment and configuration are known to whoever runs the program.
  const rest = text.replaceAll(/\bprocess\.env\b|\bos\.(environ|getenv)\b|^import os$/gm, "");
  return (
    others !== undefined &&
    !reaching.some((words) => words.test(rest)) &&
    others.every((other) => isPlain(other, tree, seen, imports))
  );
}

const nodeImports: Imports = (path, text, tree) => {
  const all = text.match(/\b(?:import|export\s[^;]*?\bfrom)\b/g)?.length ?? 0;
  const found = [
    ...text.matchAll(/\b(?:import\s+(?:[^;"'()]+?\s+from\s+)?|export\s[^;"'()]*?\bfrom\s+)["']([^"']+)["']/g),
  ];
  const imports = text.match(/\bimport\b/g)?.length ?? 0;
  if (found.length < all || found.filter(([whole]) => whole.startsWith("import")).length < imports) return undefined;
  return modules(found, (name) => {
    if (new RegExp(`^@pulumi/(pulumi|${packages})$`).test(name)) return [];
    if (!name.startsWith("./") || name.includes("..")) return undefined;
    const base = join(folderOf(path), name.slice(2).replace(/\.(js|ts)$/, ""));
    const there = [`${base}.ts`, `${base}.js`, `${base}/index.ts`, `${base}/index.js`].filter((one) => tree.has(one));
    return there.length === 1 ? there : undefined;
  });
};

const pythonImports: Imports = (path, text, tree) => {
  const all = text.match(/\bimport\b/g)?.length ?? 0;
  const found = [...text.matchAll(/^(?:from\s+([\w.]+)\s+import\b|import\s+([\w.]+)(?:\s+as\s+\w+)?[ \t]*$)/gm)];
  if (found.length < all) return undefined;
  return modules(found, (name) => {
    const [top = ""] = name.split(".");
    const isKnown =
      top === "pulumi" ||
      top === "os" ||
      computing.has(top) ||
      new RegExp(`^pulumi_(${packages.replaceAll("-", "_")})$`).test(top);
    const own = join(folderOf(path), `${name}.py`);
    if (tree.has(own)) return [own];
    return isKnown ? [] : undefined;
  });
};

function modules(
  found: readonly RegExpMatchArray[],
  read: (name: string) => readonly Path[] | undefined,
): readonly Path[] | undefined {
  const paths = found.map((match) => read(match[1] ?? match[2] ?? ""));
  return paths.every((one) => one !== undefined) ? paths.flat() : undefined;
}

function folderOf(path: Path): Path {
  return path.includes("/") ? path.slice(0, path.lastIndexOf("/")) : ".";
}

function join(folder: Path, name: string): Path {
  return folder === "." ? name : `${folder}/${name}`;
}
