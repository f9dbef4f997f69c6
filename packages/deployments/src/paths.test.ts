import { expect, test } from "vitest";
import { globMatches, pathsTrigger, type PathFilter } from "./paths.ts";

const many = (count: number, name: (i: number) => string): string[] => Array.from({ length: count }, (_, i) => name(i));

test.each<[readonly PathFilter[], readonly string[] | undefined, boolean | undefined]>([
  // no filters: every push
  [[], ["README.md"], true],
  [[], [], true],
  [["infra/**"], undefined, true],
  [["infra/**"], [], false],
  // whole path, from the root of the repository
  [["infra/**"], ["infra/a.ts"], true],
  [["infra/**"], ["infra/a/b/c.ts"], true],
  [["infra/**"], ["old/infra/a.ts"], false],
  [["main.ts"], ["infra/main.ts"], false],
  [["**/main.ts"], ["infra/a/main.ts"], true],
  [["**/main.ts"], ["main.ts"], true],
  [["infra/**/main.ts"], ["infra/main.ts"], true],
  // `*` is one component, or a part of one
  [["infra/*"], ["infra/a.ts"], true],
  [["infra/*"], ["infra/a/b.ts"], false],
  [["*.ts"], ["a.ts"], true],
  [["*.ts"], ["infra/a.ts"], false],
  [["a*b*c"], ["aXbXbc"], true],
  [["a*b*c"], ["ac"], false],
  [["ab*b"], ["ab"], false],
  // one changed file is enough
  [["infra/**"], ["README.md", "infra/a.ts"], true],
  // exclude always wins, whatever the order
  [["!foo/**", "foo/bar/**"], ["foo/bar/main.ts"], false],
  [["foo/bar/**", "!foo/**"], ["foo/bar/main.ts"], false],
  [["infra/**", "!**/*.md"], ["infra/README.md"], false],
  [["infra/**", "!**/*.md"], ["infra/README.md", "infra/a.ts"], true],
  // only excludes: everything else is included
  [["!docs/**"], ["src/a.ts"], true],
  [["!docs/**"], ["docs/a.md"], false],
  // undocumented signs are unknown, and a known answer beside them stands
  [["infra/?.ts"], ["infra/a.ts"], undefined],
  [["infra/[ab].ts"], ["infra/a.ts"], undefined],
  [["{infra,lib}/**"], ["infra/a.ts"], undefined],
  [["/infra/**"], ["infra/a.ts"], undefined],
  [["infra/"], ["infra/a.ts"], undefined],
  [["infra/**.ts"], ["infra/a.ts"], undefined],
  [["./infra/**"], ["infra/a.ts"], undefined],
  [["!!infra/**"], ["infra/a.ts"], undefined],
  [["infra/?.ts", "infra/**"], ["infra/a.ts"], true],
  [["infra/**", "!infra/?.ts"], ["infra/a.ts"], undefined],
  [["infra/?.ts", "!infra/**"], ["infra/a.ts"], false],
  // letter case and dot files are not specified
  [["Infra/**"], ["infra/a.ts"], undefined],
  [["infra/**"], ["infra/.env"], undefined],
  [["infra/.env"], ["infra/.env"], true],
  [["*"], [".env"], undefined],
  // a filter whose text is configuration may be an include or an exclude
  [[undefined], ["infra/a.ts"], undefined],
  [[undefined, "infra/**"], ["infra/a.ts"], undefined],
  [[undefined, "!infra/**"], ["infra/a.ts"], false],
  // GitHub names 300 files at most, and which ones is not known
  [["infra/**"], ["infra/a.ts", ...many(299, (i) => `docs/${i}.md`)], true],
  [["infra/**"], ["infra/a.ts", ...many(300, (i) => `docs/${i}.md`)], undefined],
  [["infra/**"], ["docs/a.md", ...many(300, (i) => `infra/${i}.ts`)], true],
  [["infra/**"], many(400, (i) => `docs/${i}.md`), false],
])("filters %j on %j: %s", (filters, files, expected) => {
  expect(pathsTrigger(filters, files)).toBe(expected);
  expect(pathsTrigger([...filters].reverse(), files)).toBe(expected);
});

test("a pattern made to be slow is not", () => {
  const file = many(200, () => "a".repeat(50)).join("/");
  expect(globMatches(`${"**/".repeat(100)}b`, file)).toBe(false);
  expect(globMatches(`${"*a".repeat(30)}b`, "a".repeat(5_000))).toBe(false);
});
