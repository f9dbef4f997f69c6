/** Lines of text in columns, without any colour: whoever colours them does so after. */

/** Words in lines of at most this width; a word that is longer has a line of its own, whole. */
export function wrap(text: string, width: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((part) => part !== "")) {
    if (line === "") line = word;
    else if (lengthOf(line) + 1 + lengthOf(word) <= width) line += ` ${word}`;
    else {
      lines.push(line);
      line = word;
    }
  }
  return line === "" && lines.length > 0 ? lines : [...lines, line];
}

/** A label with its values beside it, one below the other. */
export function labelled(label: string, values: readonly string[], at: { indent: number; width: number }): string[] {
  const room = Math.max(20, at.width - at.indent - labelWidth);
  const lines = values.flatMap((value) => wrap(value, room));
  return lines.map((line, i) => `${" ".repeat(at.indent)}${(i === 0 ? label : "").padEnd(labelWidth)}${line}`);
}

const labelWidth = 9;

/** Rows in aligned columns; the widest columns are wrapped until the row fits. Gives each cell padded, but the last. */
export function table(rows: readonly (readonly string[])[], width: number): readonly (readonly string[])[] {
  const widths = fitted(rows, width);
  return rows.flatMap((row) => {
    const cells = row.map((cell, i) => pieces(cell, widths[i] ?? 0));
    const height = Math.max(...cells.map((lines) => lines.length));
    return Array.from({ length: height }, (_, line) =>
      cells.map((lines, i) => {
        const text = lines[line] ?? "";
        return i === cells.length - 1 ? text : pad(text, widths[i] ?? 0);
      }),
    );
  });
}

const gap = 2;
const narrowest = 8;

function fitted(rows: readonly (readonly string[])[], width: number): readonly number[] {
  const columns = Math.max(0, ...rows.map((row) => row.length));
  const widths = Array.from({ length: columns }, (_, i) => Math.max(0, ...rows.map((row) => lengthOf(row[i] ?? ""))));
  const room = width - gap * Math.max(0, columns - 1);
  for (let over = sum(widths) - room; over > 0; over = sum(widths) - room) {
    const widest = widths.indexOf(Math.max(...widths));
    const second = Math.max(narrowest, ...widths.filter((_, i) => i !== widest));
    const now = widths[widest] ?? 0;
    if (now <= narrowest) break;
    // Down to the next widest, and from there one by one, so that equal columns shrink alike.
    widths[widest] = Math.max(narrowest, now - Math.min(over, Math.max(1, now - second)));
  }
  return widths;
}

/** A cell in lines; here a long word is cut, since it would push the columns after it out of line. */
function pieces(cell: string, width: number): readonly string[] {
  if (width === 0) return [""];
  return wrap(cell, width).flatMap((line) => {
    const characters = Array.from(line);
    const count = Math.max(1, Math.ceil(characters.length / width));
    return Array.from({ length: count }, (_, i) => characters.slice(i * width, (i + 1) * width).join(""));
  });
}

function pad(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - lengthOf(text)));
}

/** Characters, not UTF-16 units. Wide ones count once: alignment suffers there, nothing else. */
function lengthOf(text: string): number {
  return Array.from(text).length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
