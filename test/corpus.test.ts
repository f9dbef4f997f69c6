import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { apply, readYaml, type Change, type Tree } from "@gha2pulumi/repo";
import { inverse, migrate, type Reversible } from "@gha2pulumi/migrate";
import { complaints } from "./support/github-parser.ts";
import { firstDifference, readTree, reversed } from "./support/fixture.ts";
import { leftCredentials } from "./support/left-credentials.ts";

const repositories = fileURLToPath(new URL("../../shared/corpus/repos/", import.meta.url));
const isThere = existsSync(repositories);

/** Real repositories, where they lie beside the project: nothing of them is committed here. */
describe.skipIf(!isThere)("every repository of the corpus (skipped, because it is not here, where it is not)", () => {
  for (const name of isThere ? readdirSync(repositories).sort() : []) {
    test(`repository ${name}`, async () => {
      const tree = readTree(join(repositories, name));
      const first = await migrate({ tree, surroundings: new Map() }, undefined);
      const second = await migrate({ tree: reversed(tree), surroundings: new Map() }, undefined);
      expect(firstDifference(JSON.stringify(first), JSON.stringify(second))).toBe("");
      for (const change of first.changes) {
        expectUntouched(tree, change);
        await expectNoNewComplaint(tree, change);
      }
      // What is not decided is held back, so nothing of it moves or is called.
      const { missing, extra, changed, undecided } = first.document.proof.verdicts;
      expect({ missing, extra, changed, undecided }).toEqual({ missing: 0, extra: 0, changed: 0, undecided: 0 });
      expect([...apply(apply(tree, first.changes), inverse(first.document.changes as readonly Reversible[]))]).toEqual([
        ...tree,
      ]);
      expect(leftCredentials(tree, first.changes)).toEqual([]);
      expect(unaccounted(tree, first.document)).toEqual([]);
    });
  }
});

/** Bytes outside the splices are the same, in the same order, and the file still reads. */
function expectUntouched(tree: Tree, change: Change): void {
  if (change.kind !== "edit") return;
  const before = tree.get(change.path) ?? "";
  const after = apply(tree, [change]).get(change.path) ?? "";
  const kept = [...change.splices].sort((a, b) => a.start - b.start);
  const pieces = kept.map((splice, i) => before.slice(kept[i - 1]?.end ?? 0, splice.start));
  let at = 0;
  for (const piece of [...pieces, before.slice(kept.at(-1)?.end ?? 0)]) {
    const found = after.indexOf(piece, at);
    expect(found).toBeGreaterThanOrEqual(at);
    at = found + piece.length;
  }
  expect(readYaml(change.path, after).problems.filter(({ fatal }) => fatal)).toEqual([]);
}

/** GitHub's own parser finds nothing in an edited workflow that it did not find before. */
async function expectNoNewComplaint(tree: Tree, change: Change): Promise<void> {
  if (change.kind !== "edit" || !change.path.startsWith(".github/workflows/")) return;
  const before = await complaints(change.path, tree.get(change.path) ?? "");
  const after = await complaints(change.path, apply(tree, [change]).get(change.path) ?? "");
  expect(after.filter((one) => !before.includes(one))).toEqual([]);
}

/** A workflow that goes must have had each of its own calls of Pulumi in an operation of the plan. */
function unaccounted(
  tree: Tree,
  { files, operations }: Awaited<ReturnType<typeof migrate>>["document"],
): readonly string[] {
  return files
    .filter(({ change }) => change === "delete")
    .filter(({ path }) => {
      const calls = [
        ...spoken(tree.get(path) ?? "").matchAll(
          /command:\s*["']?(up|update|preview|refresh|destroy)\b|\bpulumi (up|preview|refresh|destroy|down)\b/g,
        ),
      ];
      return calls.length > operations.filter((one) => one.workflow === path && one.disposition === "move").length;
    })
    .map(({ path }) => path);
}

/** A workflow without its comments and names, which may speak of Pulumi and run nothing. */
function spoken(text: string): string {
  return text.replaceAll(/(^|\s)#.*$/gm, "$1").replaceAll(/^\s*(- )?name:.*$/gm, "");
}
