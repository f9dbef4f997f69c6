import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import { parseDocument } from "yaml";
import { splice } from "./change.ts";
import { editYaml, type YamlPath } from "./yaml-edit.ts";
import { readYaml, type YamlNode } from "./yaml.ts";

// Real repositories stand beside the project where they have been collected; they are not part of it.
const corpus = "../shared/corpus/repos";
const everyFile = Number(process.env["CORPUS_EVERY"] ?? 5);

function workflows(): readonly string[] {
  const folders = readdirSync(corpus).map((repository) => `${corpus}/${repository}/.github/workflows`);
  const files = folders.filter(existsSync).flatMap((folder) => readdirSync(folder).map((file) => `${folder}/${file}`));
  return files.filter((file) => /\.ya?ml$/.test(file)).sort();
}

function pathsIn(node: YamlNode | undefined, at: YamlPath = []): readonly YamlPath[] {
  const own = at.length === 0 ? [] : [at];
  if (node?.kind === "map") return own.concat(node.entries.flatMap(({ key, value }) => pathsIn(value, [...at, key])));
  if (node?.kind === "list") return own.concat(node.items.flatMap((item, i) => pathsIn(item, [...at, i])));
  return own;
}

/** The value without one part; without the whole collection when it was the only one. */
function deleted(value: unknown, at: YamlPath): unknown {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  const containers = at.reduce<any[]>((all, key) => [...all, all.at(-1)?.[key]], [copy]);
  let depth = at.length - 1;
  while (depth > 0 && Object.keys(containers[depth]).length === 1) depth--;
  const key = at[depth] as string & number;
  if (Array.isArray(containers[depth])) containers[depth].splice(key, 1);
  else delete containers[depth][key];
  return copy;
}

const valueOf = (text: string): unknown => parseDocument(text, { uniqueKeys: false, logLevel: "silent" }).toJS();

test.skipIf(!existsSync(corpus))(
  "deleting parts of real workflows (skipped without the collected repositories)",
  () => {
    const figures = { files: 0, edits: 0, refused: 0, wrong: 0 };
    const reasons = new Map<string, number>();
    workflows().forEach((file, number) => {
      if (number % everyFile !== 0) return;
      const original = readFileSync(file, "utf8");
      // A quarter with other line endings, a twelfth with a byte order mark.
      const text =
        (number % 12 === 0 ? "\uFEFF" : "") + (number % 4 === 0 ? original.replace(/\r?\n/g, "\r\n") : original);
      const before = valueOf(text);
      const paths = pathsIn(readYaml(file, text).root);
      figures.files++;
      for (const at of paths) {
        const done = editYaml(file, text, [{ kind: "remove", at }]);
        if (done.kind === "refused") {
          figures.refused++;
          reasons.set(done.reason, (reasons.get(done.reason) ?? 0) + 1);
          continue;
        }
        figures.edits++;
        const result = splice(text, done.splices);
        if (!isDeepStrictEqual(JSON.parse(JSON.stringify(valueOf(result))), deleted(before, at))) {
          figures.wrong++;
          console.error(`wrong: ${file} ${at.join("/")}`);
        }
      }
    });
    console.log(figures, reasons);
    expect(figures.files).toBeGreaterThan(50);
    expect(figures.wrong).toBe(0);
    expect(figures.refused).toBeLessThan(figures.edits / 50);
  },
);
