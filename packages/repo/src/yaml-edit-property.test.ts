import { existsSync, readdirSync, readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { splice } from "./change.ts";
import { editYaml, type YamlPath } from "./yaml-edit.ts";
import { readYaml, type YamlNode } from "./yaml.ts";

/** A generated value with the lines around it. `block` and `flow` say how it is written, `text` how its value is. */
type Value =
  | { readonly kind: "scalar"; readonly text: string }
  | { readonly kind: "block"; readonly header: string; readonly lines: readonly string[] }
  | { readonly kind: "map" | "list"; readonly style: Style; readonly items: readonly Item[] };
type Style = "block" | "flow" | "flow-lines";
interface Item {
  readonly value: Value;
  readonly blanks: number;
  /** Comments above it: a distance from its own indent, and whether an empty line follows. */
  readonly above: readonly { readonly shift: number; readonly blank: boolean }[];
  readonly behind: boolean;
  readonly quoted: boolean;
}

const scalar = fc
  .constantFrom(
    "1",
    "x y",
    "'it''s # no'",
    '"q\\t"',
    "3.10",
    "~",
    "",
    "true",
    "on",
    "a: b".replace(": ", ":"),
    '"two\n# words"',
  )
  .map((text): Value => ({ kind: "scalar", text }));
const block = fc
  .record({
    header: fc.constantFrom("|", "|-", "|+", ">", ">-", "|2", "|+ # head"),
    lines: fc.array(fc.constantFrom("one", "  two", "# three", "", "- four", "five: 5"), {
      minLength: 1,
      maxLength: 4,
    }),
  })
  .map(({ header, lines }): Value => ({
    kind: "block",
    header,
    lines: header.includes("2") ? lines : ["zero", ...lines],
  }));

const { value: anyValue } = fc.letrec<{ value: Value; collection: Value; item: Item }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3, depthSize: "medium" },
    { weight: 3, arbitrary: scalar },
    { weight: 1, arbitrary: block },
    { weight: 3, arbitrary: tie("collection") },
  ),
  collection: fc.record({
    kind: fc.constantFrom("map" as const, "list" as const),
    style: fc.constantFrom<Style>("block", "block", "block", "block", "flow", "flow-lines"),
    items: fc.array(tie("item"), { minLength: 1, maxLength: 4 }),
  }),
  item: fc.record({
    value: tie("value"),
    blanks: fc.constantFrom(0, 0, 0, 1, 2),
    above: fc.array(fc.record({ shift: fc.constantFrom(0, 0, 0, 2, -2), blank: fc.boolean() }), { maxLength: 2 }),
    behind: fc.boolean(),
    quoted: fc.boolean(),
  }),
}));

/** A comment with the part it stands in, and the part it belongs to: one item, no item, or it depends. */
interface Comment {
  readonly text: string;
  readonly inside: YamlPath;
  readonly owner: YamlPath | "nobody" | "somebody";
}

/** What was written: its lines, its comments, and every path there is with the number of its items. */
interface Sheet {
  readonly lines: string[];
  readonly paths: YamlPath[];
  readonly comments: Comment[];
  readonly size: Map<string, number>;
}

const nameOf = (at: YamlPath) => at.join("/");

function comment(sheet: Sheet, inside: YamlPath, owner: Comment["owner"]): string {
  const text = `#c${sheet.comments.length}.`;
  sheet.comments.push({ text, inside, owner });
  return text;
}

function keyOf(item: Item, index: number): string {
  return item.quoted ? `"k${index}"` : `k${index}`;
}

function flow(value: Value, at: YamlPath, sheet: Sheet, indent: string, lines: boolean): string {
  if (value.kind === "scalar") return value.text === "" || value.text.includes("\n") ? "~" : value.text;
  if (value.kind === "block") return '"b"';
  sheet.size.set(nameOf(at), value.items.length);
  const parts = value.items.map((item, i) => {
    const path = [...at, value.kind === "map" ? `k${i}` : i];
    sheet.paths.push(path);
    const inner = flow(item.value, path, sheet, `${indent}  `, false);
    return value.kind === "map" ? `${keyOf(item, i)}: ${inner}` : inner;
  });
  const [open, close] = value.kind === "map" ? "{}" : "[]";
  return lines
    ? `${open}\n${parts.map((part) => `${indent}  ${part},\n`).join("")}${indent}${close}`
    : open + parts.join(", ") + close;
}

/** Writes a block collection. `first` is what stands before its first item on the same line: `- - a`. */
function collection(
  value: Value & { kind: "map" | "list" },
  at: YamlPath,
  sheet: Sheet,
  column: number,
  first: string,
): void {
  sheet.size.set(nameOf(at), value.items.length);
  value.items.forEach((item, i) => {
    const path = [...at, value.kind === "map" ? `k${i}` : i];
    sheet.paths.push(path);
    const inline = i === 0 && first !== "";
    if (!inline) above(item, path, sheet, column);
    const start = inline ? first : " ".repeat(column);
    content(item, path, sheet, column, start + (value.kind === "map" ? `${keyOf(item, i)}:` : "-"), value.kind);
  });
}

function above(item: Item, path: YamlPath, sheet: Sheet, column: number): void {
  for (let i = 0; i < item.blanks; i++) sheet.lines.push("");
  const indents = item.above.map(({ shift }) => Math.max(0, column + shift));
  const near = item.above.findLastIndex(({ blank }, i) => blank || indents[i] !== column);
  item.above.forEach(({ blank }, i) => {
    const indent = indents[i] ?? 0;
    // Deeper ones go when a block scalar above would take them in, and are its text when it already has.
    const owner = indent > column ? "somebody" : i > near ? path : "nobody";
    sheet.lines.push(" ".repeat(indent) + comment(sheet, path.slice(0, -1), owner));
    if (blank) sheet.lines.push("");
  });
}

function content(item: Item, path: YamlPath, sheet: Sheet, column: number, start: string, kind: "map" | "list"): void {
  const { value } = item;
  const behind = () => (item.behind ? ` ${comment(sheet, path, path)}` : "");
  if (value.kind === "scalar") {
    const text = value.text.includes("\n") ? value.text.replace("\n", `\n${" ".repeat(column + 1)}`) : value.text;
    sheet.lines.push(`${start} ${text}${behind()}`.trimEnd());
  } else if (value.kind === "block") {
    sheet.lines.push(`${start} ${value.header}`);
    sheet.lines.push(...value.lines.map((line) => (line === "" ? "" : " ".repeat(column + 2) + line)));
  } else if (value.style !== "block") {
    sheet.lines.push(
      `${start} ${flow(value, path, sheet, " ".repeat(column), value.style === "flow-lines")}${behind()}`,
    );
  } else if (kind === "list" && item.quoted) {
    collection(value, path, sheet, column + 2, `${start} `);
  } else {
    sheet.lines.push(start + behind());
    collection(value, path, sheet, column + 2, "");
  }
}

const documents = fc.record({
  root: anyValue.filter((value) => value.kind === "map" || value.kind === "list"),
  windows: fc.boolean(),
  mark: fc.boolean(),
  ends: fc.boolean(),
  head: fc.constantFrom("", "---\n", "# head\n\n"),
});

/** The value without some parts, and without collections of which nothing is left. */
function pruned(value: unknown, gone: ReadonlySet<string>, at: YamlPath = []): unknown {
  if (gone.has(nameOf(at))) return undefined;
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).map((key) => (Array.isArray(value) ? Number(key) : key));
  const rest = keys.flatMap((key) => {
    const kept = pruned((value as Record<string | number, unknown>)[key], gone, [...at, key]);
    return kept === undefined ? [] : [[key, kept] as const];
  });
  if (rest.length === 0 && keys.length > 0) return undefined;
  return Array.isArray(value) ? rest.map(([, kept]) => kept) : Object.fromEntries(rest);
}

/** The part that really goes: up while nothing else is in the collection. */
function goes(at: YamlPath, size: ReadonlyMap<string, number>): YamlPath {
  let path = at;
  while (path.length > 0 && size.get(nameOf(path.slice(0, -1))) === 1) path = path.slice(0, -1);
  return path;
}

const within = (inner: YamlPath, outer: YamlPath) => outer.every((part, i) => inner[i] === part);

interface Written {
  readonly sheet: Sheet;
  readonly text: string;
  readonly value: unknown;
  readonly mark: boolean;
}

// The parser refuses a list behind a byte order mark.
const valueOf = (text: string): unknown => parse(text.replace("\uFEFF", ""), { logLevel: "error" });

const written = documents.map(({ root, windows, mark, ends, head }): Written => {
  const sheet: Sheet = { lines: [], paths: [], comments: [], size: new Map() };
  if (root.kind === "map" || root.kind === "list") collection(root, [], sheet, 0, "");
  const unix = head + sheet.lines.join("\n") + (ends ? "\n" : "");
  const text = (mark ? "\uFEFF" : "") + (windows ? unix.replaceAll("\n", "\r\n") : unix);
  return { sheet, text, value: valueOf(text), mark };
});

function expectRemoved({ text, value, mark }: Written, at: readonly YamlPath[]): string | undefined {
  const edits = at.map((path) => ({ kind: "remove" as const, at: path }));
  const done = editYaml("a.yml", text, edits);
  const rest = pruned(value, new Set(at.map(nameOf)));
  if (rest === undefined) {
    expect(done).toMatchObject({ kind: "refused", reason: expect.stringContaining("nothing would be left") });
    return undefined;
  }
  if (done.kind === "refused") throw new Error(`${done.reason}: ${at.map(nameOf).join(", ")} of ${text}`);
  const result = splice(text, done.splices);
  const right = isDeepStrictEqual(valueOf(result), rest) && result.startsWith("\uFEFF") === mark;
  if (!right) throw new Error(`${at.map(nameOf).join(", ")} of\n${text}\nleft\n${result}`);
  return result;
}

test("removing any part of any document leaves the rest and its comments", () => {
  let edits = 0;
  fc.assert(
    fc.property(written, (document) => {
      for (const at of document.sheet.paths) {
        const result = expectRemoved(document, [at]);
        if (result === undefined) continue;
        edits++;
        const gone = goes(at, document.sheet.size);
        for (const { text, inside, owner } of document.sheet.comments) {
          if (owner === "somebody") continue;
          const stays = !within(inside, gone) && (owner === "nobody" || !within(owner, gone));
          if (result.includes(text) === stays) continue;
          throw new Error(`${nameOf(at)}: ${text} in\n${document.text}\nleft\n${result}`);
        }
      }
    }),
    { numRuns: 500 },
  );
  expect(edits).toBeGreaterThan(1000);
});

test("removing several parts at once, whatever their order", () => {
  const picks = fc.array(fc.nat(1000), { minLength: 2, maxLength: 5 });
  fc.assert(
    fc.property(written, picks, (document, numbers) => {
      const { paths } = document.sheet;
      const at = numbers.flatMap((number) => paths.slice(number % paths.length, (number % paths.length) + 1));
      expect(expectRemoved(document, at.toReversed())).toBe(expectRemoved(document, at));
    }),
    { numRuns: 500 },
  );
});

function replaced(value: unknown, [key, ...rest]: YamlPath, by: unknown): unknown {
  if (key === undefined) return by;
  const change = (child: unknown, own: string | number) => (own === key ? replaced(child, rest, by) : child);
  if (Array.isArray(value)) return value.map(change);
  return Object.fromEntries(Object.entries(value as object).map(([own, child]) => [own, change(child, own)]));
}

test("replacing any part by a value on one line", () => {
  const values = fc.constantFrom<[string, unknown]>(["new", "new"], ["[x, 'y']", ["x", "y"]], ["{a: 1}", { a: 1 }]);
  fc.assert(
    fc.property(written, values, ({ sheet, text, value }, [fresh, by]) => {
      for (const at of sheet.paths) {
        const done = editYaml("a.yml", text, [{ kind: "replace", at, text: fresh }]);
        if (done.kind === "refused") throw new Error(`${done.reason}: ${nameOf(at)} of ${text}`);
        const result = splice(text, done.splices);
        expect(valueOf(result)).toEqual(replaced(value, at, by));
        // Comments inside the old value go with it, all others stay.
        const kept = sheet.comments.filter(({ inside, owner }) => !within(inside, at) && owner !== "somebody");
        for (const comment of kept) expect(result).toContain(comment.text);
      }
    }),
    { numRuns: 300 },
  );
});

// Real repositories stand beside the project where they have been collected; they are not part of it.
const corpus = "../shared/corpus/repos";
// Every seventeenth file takes half a minute; CORPUS_EVERY=1 takes them all.
const everyFile = Number(process.env["CORPUS_EVERY"] ?? 17);

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

test.skipIf(!existsSync(corpus))(
  "deleting parts of real workflows (skipped without the collected repositories)",
  () => {
    const figures = { files: 0, broken: 0, edits: 0, refused: 0, wrong: 0 };
    const reasons = new Map<string, number>();
    workflows().forEach((file, number) => {
      if (number % everyFile !== 0) return;
      const original = readFileSync(file, "utf8");
      // A quarter with other line endings, a twelfth with a byte order mark.
      const text =
        (number % 12 === 0 && !original.startsWith("\uFEFF") ? "\uFEFF" : "") +
        (number % 4 === 0 ? original.replace(/\r?\n/g, "\r\n") : original);
      figures.files++;
      const { root, problems } = readYaml(file, text);
      if (problems.some(({ fatal, code }) => fatal || code === "duplicate-key")) {
        figures.broken++;
        expect(editYaml(file, text, []).kind).toBe("refused");
        return;
      }
      const before = valueOf(text);
      const paths = pathsIn(root);
      for (const at of paths) {
        const done = editYaml(file, text, [{ kind: "remove", at }]);
        if (done.kind === "refused") {
          figures.refused++;
          reasons.set(done.reason, (reasons.get(done.reason) ?? 0) + 1);
          continue;
        }
        figures.edits++;
        const result = splice(text, done.splices);
        if (!isDeepStrictEqual(valueOf(result), pruned(before, new Set([nameOf(at)])))) {
          figures.wrong++;
          console.error(`wrong: ${file} ${at.join("/")}`);
        }
      }
    });
    console.log(figures, reasons);
    expect(figures.files).toBeGreaterThan(20);
    expect(figures.wrong).toBe(0);
    expect(figures.refused).toBeLessThan(figures.edits / 50);
  },
  3_600_000,
);
