import { entry, readYaml, scalarText, type Path, type Span, type Tree } from "@gha2pulumi/repo";

/** The package of the provider that a program asks for: its name in the language's registry, its version and where that stands. */
export interface ProviderAsked {
  readonly name: string;
  /** As it is written: `1.3.0`, `^0.34.0`, `==1.3.0`, `>=1.2,<2`. */
  readonly version: string;
  readonly at: Span;
}

/**
 * What the files beside a program ask for; `undefined`: they do not name the provider, or name no version. In Pulumi
 * YAML every resource that is written names its own version, whatever the project says.
 */
export function providerAsked(program: Path, tree: Tree): ProviderAsked | undefined {
  const folder = program.slice(0, program.lastIndexOf("/") + 1);
  if (program.endsWith(".ts")) return ofPackageJson(`${folder}package.json`, tree);
  if (!program.endsWith(".py")) return undefined;
  return ofPython(`${folder}requirements.txt`, tree) ?? ofPython(`${folder}pyproject.toml`, tree);
}

function ofPackageJson(path: Path, tree: Tree): ProviderAsked | undefined {
  const name = "@pulumi/pulumiservice";
  const found = entry(entry(readYaml(path, tree.get(path) ?? "").root, "dependencies"), name);
  const version = scalarText(found);
  return found === undefined || version === undefined ? undefined : { name, version, at: found.span };
}

/**
 * A requirement as pip and uv write it, in a file of its own or in a list (`"pulumi-pulumiservice>=1.2,<2"`), or a key
 * of Poetry's (`pulumi-pulumiservice = "^1.2"`, `= { version = "^1.2" }`). Names compare without regard to case, and
 * `-`, `_` and `.` are one: https://packaging.python.org/en/latest/specifications/name-normalization/
 */
const requirement =
  /(?<![\w.-])pulumi[-_.]+pulumiservice["']?\s*(?:\[[^\]\n]*\]\s*)?(?:=\s*(?:\{[^}\n]*?\bversion\s*=\s*)?["']\s*)?([=<>~!^]*\s*\d[\w.*+]*(?:\s*,\s*[=<>~!^]+\s*\d[\w.*+]*)*)/i;

function ofPython(path: Path, tree: Tree): ProviderAsked | undefined {
  const text = (tree.get(path) ?? "").replace(/#[^\r\n]*/g, (comment) => " ".repeat(comment.length));
  const found = requirement.exec(text);
  const version = found?.[1];
  if (!found || version === undefined) return undefined;
  const end = found.index + found[0].length;
  return { name: "pulumi-pulumiservice", version, at: { path, start: end - version.length, end } };
}

/** Whether this version is asked for, or a range that begins with it: `1.3.0`, `==1.3.0`, `^1.3.0`, `~=1.3.0`. */
export function isVersion(asked: string, version: string): boolean {
  return asked.replace(/^[\^~=v\s]+/, "") === version;
}

/** The lowest version that is admitted, as three numbers; `undefined`: what is written has none, or is not read. */
export function lowestVersion(asked: string): readonly number[] | undefined {
  // One of several ranges, a path, an address, another package's name.
  if (/\|\||[:/@]/.test(asked)) return undefined;
  const parts = asked.matchAll(/([=<>~!^v]*)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:\.[x*]|[-+.\w]*)?/g);
  const lower = [...parts].find(([, sign = ""]) => !/[<!]/.test(sign));
  return lower?.slice(2, 5).map((part) => Number(part ?? 0));
}
