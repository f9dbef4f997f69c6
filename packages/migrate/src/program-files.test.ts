import { expect, test } from "vitest";
import { programIn, unreadModules } from "./program-files.ts";
import { readWorld } from "./world.ts";

function unread(files: Readonly<Record<string, string>>): readonly string[] {
  const tree = new Map(Object.entries({ "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n", ...files }));
  const modules = unreadModules("infra", readWorld({ tree, surroundings: new Map() }));
  return modules.flatMap(({ from }) => from.map(({ path, start, end }) => (tree.get(path) ?? "").slice(start, end)));
}

const shared = { "shared/package.json": '{ "name": "@acme/shared" }' };
const module = { "infra/go.mod": "module acme.dev/net\n\nreplace acme.dev/tags => ../tags\n" };

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ["a module beside it", { "infra/index.ts": 'import { a } from "./dns";', "infra/dns.ts": "" }, []],
  ["a folder", { "infra/index.ts": 'export * from "./dns";', "infra/dns/index.ts": "" }, []],
  ["by its later name", { "infra/index.ts": 'import "./dns.js";', "infra/dns.ts": "" }, []],
  ["above it", { "infra/index.ts": 'import { a } from "../shared/tag";' }, ["../shared/tag"]],
  ["required", { "infra/index.js": 'const a = require("../tag");' }, ["../tag"]],
  ["data", { "infra/index.ts": 'import a from "../a.json";' }, []],
  ["of the workspace", { "infra/index.ts": 'import { a } from "@acme/shared/tag";', ...shared }, ["@acme/shared/tag"]],
  [
    "of the workspace, and there",
    { "infra/index.ts": 'import { a } from "@acme/shared/tag";', "shared/src/tag.ts": "", ...shared },
    [],
  ],
  ["Python, by a path", { "infra/requirements.txt": "pulumi\n-e ../lib\n", "infra/__main__.py": "" }, ["../lib"]],
  ["from elsewhere", { "infra/index.ts": 'import * as aws from "@pulumi/aws";', ...shared }, []],
  [
    "by a path in the manifest",
    { "infra/index.ts": 'import a from "tag";', "infra/package.json": '{ "dependencies": { "tag": "file:../tag" } }' },
    ["tag"],
  ],
  ["Python, beside it", { "infra/a/b.py": "from .c import d\n", "infra/a/c.py": "" }, []],
  ["Python, above it", { "infra/__main__.py": "from ..shared import tag\n" }, ["..shared"]],
  ["Python, elsewhere", { "infra/__main__.py": 'import sys\nsys.path.append("..")\n' }, ["sys.path.append"]],
  ["Go, its own", { "infra/main.go": 'import (\n\t"acme.dev/net/dns"\n)', "infra/dns/a.go": "", ...module }, []],
  ["Go, not there", { "infra/main.go": 'import (\n\t"acme.dev/net/dns"\n)', ...module }, ["acme.dev/net/dns"]],
  ["Go, replaced", { "infra/main.go": 'import t "acme.dev/tags"\n', ...module }, ["acme.dev/tags"]],
  ["Python, of a folder that is left out", { "infra/__main__.py": "from static.tag import tag\n" }, ["static.tag"]],
  [
    "Go, another module of the tree",
    { "infra/main.go": 'import (\n\t"acme.dev/lib"\n)', ...module, "lib/go.mod": "module acme.dev/lib\n" },
    ["acme.dev/lib"],
  ],
  [
    ".NET, a project beside it",
    { "infra/infra.csproj": '<ProjectReference Include="..\\Shared\\Shared.csproj" /><Compile Include="a\\A.cs" />' },
    ["..\\Shared\\Shared.csproj"],
  ],
  ["an entry elsewhere", { "infra/Pulumi.yaml": "runtime: go\nmain: ../program\n", "infra/a.go": "" }, ["../program"]],
  ["an entry below", { "infra/Pulumi.yaml": "runtime: python\nmain: src\n", "infra/src/__main__.py": "" }, []],
  ["the entry of a package", { "infra/package.json": '{ "main": "../src/infra.ts" }' }, ["../src/infra.ts"]],
  ["one that is built", { "infra/package.json": '{ "main": "bin/index.js" }', "infra/index.ts": "" }, []],
  ["one that is built from nothing known", { "infra/package.json": '{ "main": "dist/a.js" }' }, ["dist/a.js"]],
  ["Go, from elsewhere", { "infra/main.go": 'import "github.com/acme/x"\n', ...module }, []],
])("what a program takes in and nobody has read: %s", (_, files, expected) => {
  expect(unread(files)).toEqual(expected);
});

test.each<readonly [string, Readonly<Record<string, string>>, readonly string[]]>([
  ["without other projects", { "infra/a/Pulumi.yaml": "name: a\n", "infra/a/index.ts": "" }, []],
  [
    "with what it takes in from them",
    { "infra/index.ts": 'import "./a/tag";', "infra/a/Pulumi.yaml": "name: a\n", "infra/a/tag.ts": "" },
    ["infra/index.ts", "infra/a/tag.ts"],
  ],
  [
    "with its entry",
    { "infra/Pulumi.yaml": "runtime: python\nmain: ../app\n", "app/__main__.py": "", "app/a.py": "" },
    ["app/__main__.py", "app/a.py"],
  ],
  ["in YAML", { "infra/Pulumi.yaml": "runtime: yaml\n" }, ["infra/Pulumi.yaml"]],
  [
    "with a script that it names",
    { "infra/index.ts": 'run("./tag.sh")', "infra/tag.sh": "", "infra/ci.sh": "" },
    ["infra/index.ts", "infra/tag.sh"],
  ],
  [
    "with a package of the workspace",
    {
      "infra/index.ts": 'import { tag } from "@acme/tags";',
      "packages/tags/package.json": '{ "name": "@acme/tags", "main": "dist/index.js" }',
      "packages/tags/src/index.ts": 'export * from "./tag";',
      "packages/tags/src/tag.ts": "",
    },
    ["infra/index.ts", "packages/tags/src/index.ts", "packages/tags/src/tag.ts"],
  ],
  [
    "with a package by its path",
    {
      "infra/index.ts": 'import { tag } from "tags";',
      "infra/package.json": '{ "dependencies": { "tags": "file:../tags" } }',
      "tags/index.js": "",
    },
    ["infra/index.ts", "tags/index.js"],
  ],
  [
    "with a package of Python by its path",
    { "infra/__main__.py": "", "infra/requirements.txt": "-e ../lib\n", "lib/src/lib/tag.py": "", "other/a.py": "" },
    ["infra/__main__.py", "lib/src/lib/tag.py"],
  ],
  [
    "with another project of .NET",
    {
      "infra/infra.csproj": '<ProjectReference Include="../Shared/Shared.csproj" />',
      "infra/Program.cs": "",
      "Shared/Shared.csproj": "",
      "Shared/Tag.cs": "",
    },
    ["infra/Program.cs", "Shared/Tag.cs"],
  ],
  ["without what a build reads", { "infra/infra.csproj": "", "infra/Program.cs": "" }, ["infra/Program.cs"]],
])("the files of a program: %s", (_, files, expected) => {
  const tree = new Map(Object.entries({ "infra/Pulumi.yaml": "name: network\nruntime: nodejs\n", ...files }));
  const program = programIn("infra", readWorld({ tree, surroundings: new Map() }));
  expect(program.map(([path]) => path)).toEqual(expected);
});
