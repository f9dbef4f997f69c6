import { apply, type Change, type Tree } from "@gha2pulumi/repo";
import {
  inverse,
  migrate,
  renderMarkdown,
  type PlanDocument,
  type PlannedChange,
  type Reversible,
} from "@gha2pulumi/migrate";
import { renderAnnotations } from "../../packages/cli/src/format-github.ts";
import { renderSarif } from "../../packages/cli/src/format-sarif.ts";
import { renderPlan } from "../../packages/cli/src/terminal.ts";
import { checkPath } from "../../packages/cli/src/disk-check.ts";
import { misshapen } from "../../packages/cli/src/plan-shape.ts";
import { paintFor } from "../../packages/cli/src/paint.ts";

/** A file system with nothing in it: only the path itself decides. */
const nowhere = { lstat: () => undefined } as unknown as Parameters<typeof checkPath>[2];

/** Plans a repository and looks at everything that comes out. Gives what is wrong, "" for nothing. */
export async function plannedWrongly(tree: Tree, surroundings: ReadonlyMap<string, string>): Promise<string> {
  const { document, changes } = await migrate({ tree, surroundings }, undefined);
  return (
    wrongPaths(changes) ||
    lostBytes(tree, document, changes) ||
    wrongOutputs(document) ||
    (misshapen({ ...document }) ?? "")
  );
}

function wrongPaths(changes: readonly Change[]): string {
  for (const { path } of changes) {
    checkPath("/root", path, nowhere);
    if (path.startsWith("@")) return `it would write to a file of another repository: ${path}`;
  }
  return "";
}

/** Outside of its splices no byte changes, and taken back every file is as it was. */
function lostBytes(tree: Tree, { changes: planned }: PlanDocument, changes: readonly Change[]): string {
  const after = apply(tree, changes);
  const back = apply(after, inverse(planned.map(reversible)) as readonly Change[]);
  if (back.size !== tree.size) return "taken back, there are other files";
  for (const [path, text] of tree) if (back.get(path) !== text) return `taken back, ${path} is another text`;
  const named = new Set(changes.map(({ path }) => path));
  for (const [path, text] of tree) if (!named.has(path) && after.get(path) !== text) return `${path} changes unsaid`;
  return "";
}

function reversible({ path, kind, text = "", before = "", splices = [] }: PlannedChange): Reversible {
  switch (kind) {
    case "create":
      return { kind, path, text };
    case "delete":
      return { kind, path, before };
    case "edit":
      return { kind, path, splices };
  }
}

// Nothing of these may leave: they move a cursor, turn text around or hide it.
const misleading = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/;

function wrongOutputs(document: PlanDocument): string {
  const terminal = renderPlan(document, { paint: paintFor(undefined), width: 80 });
  const outputs = {
    terminal,
    markdown: renderMarkdown(document).replaceAll("\r", ""),
    sarif: renderSarif(document, []),
    annotations: renderAnnotations(document),
  };
  for (const [name, text] of Object.entries(outputs)) {
    const found = misleading.exec(text);
    if (found)
      return `${name} has U+${(found[0].codePointAt(0) ?? 0).toString(16)}: ${text.slice(found.index - 40, found.index + 20)}`;
  }
  JSON.parse(outputs.sarif);
  return outputs.annotations.split("\n").every((line) => line === "" || line.startsWith("::"))
    ? ""
    : "a line is no command";
}
