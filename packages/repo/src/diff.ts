import type { Path } from "./span.ts";

/** Lines of context around a change, as `git diff` shows them. */
const context = 3;

// Beyond this many differing lines the shortest script costs seconds and much memory, and nobody reads it line by line.
const mostSteps = 2_000;

/** A line of a diff: kept, taken out or put in. */
interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/**
 * A change as a unified diff that `git apply` takes; "" when nothing changes. `undefined` stands for no file.
 * Lines end at `\n` alone, so a `\r` is part of its line and is shown as it is.
 */
export function unifiedDiff(before: string | undefined, after: string | undefined, path: Path): string {
  if (before === after) return "";
  const lines = lineDiff(linesOf(before ?? ""), linesOf(after ?? ""));
  return [...headers(before, after, path), ...hunksOf(lines).map((hunk) => shown(lines, hunk))].join("");
}

/** Git tells an empty file from no file only by the extended header. */
function headers(before: string | undefined, after: string | undefined, path: Path): readonly string[] {
  const [a, b] = [quoted(`a/${path}`), quoted(`b/${path}`)];
  const head = `diff --git ${a} ${b}\n`;
  const names = `--- ${before === undefined ? "/dev/null" : named(a)}\n+++ ${after === undefined ? "/dev/null" : named(b)}\n`;
  const mode =
    before === undefined ? "new file mode 100644\n" : after === undefined ? "deleted file mode 100644\n" : "";
  const empty = (before ?? "") === (after ?? "");
  return empty ? [head, mode] : [head, mode, names];
}

/** A name with a space ends in a tab, or readers would take what follows for a date. */
function named(name: string): string {
  return name.includes(" ") && !name.startsWith('"') ? `${name}\t` : name;
}

/** Git reads names with quotes, backslashes or control characters as C strings. */
function quoted(name: string): string {
  // oxlint-disable-next-line no-control-regex
  if (!/["\\\u0000-\u001f\u007f]/.test(name)) return name;
  const escapes: Readonly<Record<string, string>> = { "\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\" };
  // oxlint-disable-next-line no-control-regex
  const escaped = name.replace(/["\\\u0000-\u001f\u007f]/g, (character) => {
    return escapes[character] ?? `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`;
  });
  return `"${escaped}"`;
}

/** Lines with their `\n`; the last one may have none. */
function linesOf(text: string): readonly string[] {
  return text === "" ? [] : text.split(/(?<=\n)/);
}

/** What both sides begin and end with is kept; the rest is compared. */
function lineDiff(before: readonly string[], after: readonly string[]): readonly Line[] {
  const shorter = Math.min(before.length, after.length);
  let head = 0;
  while (head < shorter && before[head] === after[head]) head++;
  let tail = 0;
  while (tail < shorter - head && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  const middle = shortest(before.slice(head, before.length - tail), after.slice(head, after.length - tail));
  const kept = (text: string): Line => ({ mark: " ", text });
  return [...before.slice(0, head).map(kept), ...middle, ...before.slice(before.length - tail).map(kept)];
}

/** Myers' shortest edit script: `furthest[k]` is how far the best way with k more lines taken out than put in gets. */
function shortest(before: readonly string[], after: readonly string[]): readonly Line[] {
  const most = Math.min(before.length + after.length, mostSteps);
  const furthest = new Int32Array(2 * most + 3);
  const history: Int32Array[] = [];
  for (let steps = 0; steps <= most; steps++) {
    // Only the diagonals a step can reach are kept: all of them would be hundreds of megabytes.
    history.push(furthest.slice(most + 1 - steps - 1, most + 1 + steps + 2));
    for (let k = -steps; k <= steps; k += 2) {
      const down = k === -steps || (k !== steps && at(furthest, most, k - 1) < at(furthest, most, k + 1));
      let x = down ? at(furthest, most, k + 1) : at(furthest, most, k - 1) + 1;
      while (x < before.length && x - k < after.length && before[x] === after[x - k]) x++;
      furthest[most + 1 + k] = x;
      if (x >= before.length && x - k >= after.length) return traced(before, after, history);
    }
  }
  return [...before.map((text): Line => ({ mark: "-", text })), ...after.map((text): Line => ({ mark: "+", text }))];
}

function at(furthest: Int32Array, most: number, k: number): number {
  return furthest[most + 1 + k] ?? 0;
}

/** The way back from the end, step by step, as lines from the start. */
function traced(before: readonly string[], after: readonly string[], history: readonly Int32Array[]): readonly Line[] {
  const lines: Line[] = [];
  let [x, y] = [before.length, after.length];
  for (let steps = history.length - 1; steps >= 0; steps--) {
    const reached = (diagonal: number) => history[steps]?.[diagonal + steps + 1] ?? 0;
    const k = x - y;
    const down = k === -steps || (k !== steps && reached(k - 1) < reached(k + 1));
    const from = steps === 0 ? 0 : down ? reached(k + 1) : reached(k - 1) + 1;
    while (x > from && x > 0 && y > 0) {
      lines.push({ mark: " ", text: before[--x] ?? "" });
      y--;
    }
    if (steps === 0) break;
    if (down) lines.push({ mark: "+", text: after[--y] ?? "" });
    else lines.push({ mark: "-", text: before[--x] ?? "" });
  }
  return lines.reverse();
}

interface Hunk {
  readonly start: number;
  readonly end: number;
}

/** Changed lines with their context; neighbours whose context meets are one. */
function hunksOf(lines: readonly Line[]): readonly Hunk[] {
  const hunks: Hunk[] = [];
  lines.forEach(({ mark }, i) => {
    if (mark === " ") return;
    const end = Math.min(lines.length, i + 1 + context);
    const last = hunks.at(-1);
    if (last !== undefined && i - context <= last.end) hunks[hunks.length - 1] = { start: last.start, end };
    else hunks.push({ start: Math.max(0, i - context), end });
  });
  return hunks;
}

function shown(lines: readonly Line[], { start, end }: Hunk): string {
  const own = lines.slice(start, end);
  const range = (sign: "-" | "+") => {
    const first = lines.slice(0, start).filter(({ mark }) => mark === " " || mark === sign).length;
    const count = own.filter(({ mark }) => mark === " " || mark === sign).length;
    // An empty range names the line before it.
    return `${sign}${count === 0 ? first : first + 1}${count === 1 ? "" : `,${count}`}`;
  };
  const body = own.map(({ mark, text }) =>
    text.endsWith("\n") ? mark + text : `${mark}${text}\n\\ No newline at end of file\n`,
  );
  return `@@ ${range("-")} ${range("+")} @@\n${body.join("")}`;
}
