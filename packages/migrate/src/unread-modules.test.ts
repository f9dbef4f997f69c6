import { expect, test } from "vitest";
import { unreadModules } from "./unread-modules.ts";
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
  ["Go, from elsewhere", { "infra/main.go": 'import "github.com/acme/x"\n', ...module }, []],
])("what a program takes in and nobody has read: %s", (_, files, expected) => {
  expect(unread(files)).toEqual(expected);
});
