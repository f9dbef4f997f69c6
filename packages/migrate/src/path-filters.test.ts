import { expect, test } from "vitest";
import { translatePaths } from "./path-filters.ts";

const takenBack = "a path is taken back in after `!` took it out; in Deployments an exclude always wins";

test.each<readonly [string, readonly string[]]>([
  ["another folder", ["app/**", "!app/docs/**", "infra/**"]],
  ["a file beside it", ["infra/**", "!infra/README.md", "infra/src/**"]],
  ["a plain path it does not match", ["app/**", "!**/*.md", "infra/Pulumi.yaml"]],
  ["nothing behind it", ["app/**", "!app/docs/**"]],
])("an exclude stays where what is behind it is %s", (_, paths) => {
  expect(translatePaths(paths, [], new Set())).toEqual({ kind: "paths", paths });
});

test.each<readonly [string, readonly string[]]>([
  ["a folder of it", ["app/**", "!app/docs/**", "app/docs/api/**"]],
  ["the folder it is of", ["infra/**", "!app/docs/**", "app/**"]],
  ["a file of it", ["app/**", "!app/**/*.md", "app/README.md"]],
  ["a pattern without a beginning", ["app/**", "!app/docs/**", "infra/**", "**/*.ts"]],
  ["a sign about the character before it", ["app/**", "!apps?/**", "app/x/**"]],
])("and means something else where it is %s", (_, paths) => {
  expect(translatePaths(paths, [], new Set())).toEqual({ kind: "refused", because: takenBack });
});
