// The published file set of the library: `node packages/core/build.mjs`. One bundle with its types, and no dependencies.
import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, posix, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { bundle } from "../cli/bundle.mjs";
import { copyGrammars } from "../cli/grammars.mjs";
import { noticesOf } from "../cli/notices.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const outdir = join(here, "dist");
const types = join(outdir, "types");

const entries = ["index", "workflow", "deployments", "trust"];
const { outputs } = await bundle({
  folder: here,
  entryPoints: Object.fromEntries(entries.map((name) => [name, `src/${name}.ts`])),
  outdir,
});
const grammars = copyGrammars(outdir);
declare();

copyFileSync(join(root, "LICENSE"), join(here, "LICENSE"));
const bundled = Object.values(outputs).flatMap(({ inputs }) =>
  Object.entries(inputs).flatMap(([path, { bytesInOutput }]) =>
    bytesInOutput > 0 ? [resolve(here, path.replace(/^lazy-commonjs:/, ""))] : [],
  ),
);
writeFileSync(join(here, "THIRD-PARTY-NOTICES.txt"), noticesOf([...bundled, ...grammars]));

/** Declarations of all packages below `types/`, with imports that lead to files there and nowhere else. */
function declare() {
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const args = [tsc, "--project", join(here, "tsconfig.types.json"), "--outDir", types];
  const { status, stdout, error } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (error) throw error;
  if (status !== 0) throw new Error(stdout);
  const external = new Map();
  for (const file of readdirSync(types, { recursive: true, encoding: "utf8" })) {
    if (!file.endsWith(".d.ts")) continue;
    const text = readFileSync(join(types, file), "utf8");
    writeFileSync(join(types, file), linked(file.replaceAll("\\", "/"), text, external));
  }
  mkdirSync(join(types, "external"), { recursive: true });
  for (const [name, members] of external) writeFileSync(join(types, "external", name), stub(members));
}

function linked(file, text, external) {
  const to = (target) => {
    const path = posix.relative(posix.dirname(file), target);
    return path.startsWith(".") ? path : `./${path}`;
  };
  return text.replace(/(\bfrom |\bimport\()"([^"]+)"/g, (_, before, name) => {
    const ours = /^@gha2pulumi\/(.+)$/.exec(name)?.[1];
    if (ours !== undefined) return `${before}"${to(`${ours}/src/index.js`)}"`;
    if (name.startsWith(".")) return `${before}"${name.replace(/\.ts$/, ".js")}"`;
    const flat = `${name.replace(/[@/]/g, "-")}`;
    const members = external.get(`${flat}.d.ts`) ?? new Map();
    for (const { name: member, isValue, below } of membersOf(text, name)) {
      const known = members.get(member) ?? { isValue: false, below: [] };
      members.set(member, { isValue: isValue || known.isValue, below: [...known.below, ...below] });
    }
    external.set(`${flat}.d.ts`, members);
    return `${before}"${to(`external/${flat}.js`)}"`;
  });
}

/** What a declaration takes of a library that is bundled: all of it is used inside, and by nothing that is exported. */
function membersOf(text, library) {
  const lists = [...text.matchAll(/(?:import|export) (?:type )?\{([^}]*)\} from "([^"]+)"/g)];
  const direct = [...text.matchAll(/import\("([^"]+)"\)\.(\w+)/g)];
  const named = lists
    .filter(([, , from]) => from === library)
    .flatMap(([, list]) => list.split(","))
    .map((one) =>
      one
        .trim()
        .replace(/^type /, "")
        .split(" as "),
    );
  const all = [...named, ...direct.filter(([, from]) => from === library).map(([, , name]) => [name])];
  return all.map(([name, local = name]) => ({
    name,
    isValue: new RegExp(`typeof ${local}\\b`).test(text),
    below: [...text.matchAll(new RegExp(`\\b${local}\\.(\\w+)`, "g"))].map(([, member]) => member),
  }));
}

function stub(members) {
  const lines = [...members].flatMap(([name, { isValue, below }]) => {
    const inside = [...new Set(below)].map((one) => `type ${one} = any;`).join(" ");
    return [
      isValue ? `export declare const ${name}: any;` : `export type ${name}<A = any, B = any> = any;`,
      ...(inside === "" ? [] : [`export declare namespace ${name} { ${inside} }`]),
    ];
  });
  return `// Not exported by anything that is public.\n${lines.join("\n")}\n`;
}

const size = readdirSync(outdir, { recursive: true }).length;
console.log(`core: ${size} files in ${relative(root, outdir)}`);
