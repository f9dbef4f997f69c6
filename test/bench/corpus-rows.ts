import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import type { Path, Tree } from "@gha2pulumi/repo";
import { migrate } from "@gha2pulumi/migrate";
import { readTree } from "../support/fixture.ts";
import { interleaved, median, ratio } from "./measure.ts";
import { profiled } from "./profile.ts";
import { root } from "./program-rows.ts";
import { measured, type Measurement } from "./row.ts";
import { analyse, prefiltered, proofOf } from "./stages.ts";

interface Repository {
  readonly folder: string;
  readonly tree: Tree;
  /** Workflows that may run Pulumi, and actions. */
  readonly files: readonly Path[];
}

/** Real repositories where they are at hand, otherwise those of the fixtures. */
function repositories(): { readonly from: string; readonly all: readonly Repository[] } {
  const corpus = join(root, "../shared/corpus/repos");
  const isThere = existsSync(corpus);
  const parent = isThere ? corpus : join(root, "fixtures/repositories");
  const all = readdirSync(parent)
    .sort()
    .map((name): Repository => {
      const folder = isThere ? join(parent, name) : join(parent, name, "before");
      const tree = prefiltered(readTree(folder));
      const files = [...tree.keys()].filter((path) => /^\.github\/workflows\/|(?:^|\/)action\.ya?ml$/.test(path));
      return { folder, tree, files };
    });
  return { from: isThere ? "corpus" : "fixtures", all };
}

/** The texts of the files in question, read anew. */
function readAgain({ folder, files }: Repository): readonly (readonly [Path, string])[] {
  return files.map((path) => [path, readFileSync(join(folder, path), "utf8")]);
}

/** One process over all repositories: what is made of a file, against what it takes to read and parse it. */
export const corpus: Measurement = {
  name: "corpus",
  slow: false,
  measure: async () => {
    const { from, all } = repositories();
    const files = all.reduce((sum, one) => sum + one.files.length, 0);
    const treeOf = (one: Repository): Tree => new Map([...one.tree, ...readAgain(one)]);
    const parse = (): void => {
      for (const one of all)
        for (const [, text] of readAgain(one)) parseDocument(text, { keepSourceTokens: true, uniqueKeys: false });
    };
    const decideAll = (): void => {
      for (const one of all) analyse(treeOf(one));
    };
    const migrateAll = async (): Promise<void> => {
      for (const one of all) await migrate({ tree: treeOf(one), surroundings: new Map() }, undefined);
    };
    const [parsed, decided, migrated] = await interleaved(3, [parse, decideAll, migrateAll]);
    const { shareOf, hotSpots } = await profiled(decideAll);
    const proofs = [];
    for (const one of all) proofs.push(await proofOf(one.tree));
    const time = proofs.reduce((sum, one) => sum + one.time, 0);
    const workflows = proofs.reduce((sum, one) => sum + one.workflows, 0);
    const worst = Math.max(...proofs.map((one) => one.time / Math.max(1, one.workflows)));
    const each = `${files} files of ${all.length} repositories (${from}), ${(median(parsed) / files).toFixed(2)} ms to parse one`;
    return [
      measured("per file: read, recognise, decide ÷ parse", ratio(decided, parsed), "×", 1.3, each),
      measured("per file: with edits and proof ÷ parse", ratio(migrated, parsed), "×", 2.5, each),
      measured("expressions in reading and deciding", 100 * shareOf(/\/expression\//), "%", 5, hotSpots(3)),
      measured(
        "proof per workflow, mean",
        time / Math.max(1, workflows),
        "ms",
        50,
        `${workflows} workflows that change`,
      ),
      measured(
        "proof per workflow, worst repository",
        worst,
        "ms",
        undefined,
        "its proof by its workflows that change",
      ),
    ];
  },
};
