/** Source code that is not yet laid out. */
export type Code =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "object"; readonly fields: readonly Field[] }
  | { readonly kind: "list"; readonly items: readonly Item[] };

export interface Item {
  readonly code: Code;
  /** "" or the text of a comment. */
  readonly comment: string;
}

export interface Field extends Item {
  readonly key: string;
}

/** The width the lines keep to, comments aside. */
const WIDTH = 100;

export const text = (value: string): Code => ({ kind: "text", text: value });
export const object = (fields: readonly Field[]): Code => ({ kind: "object", fields });
export const field = (key: string, code: Code, comment = ""): Field => ({ key, code, comment });

/** Lays code out as prettier does at 100 columns; the first line is for the caller to indent. */
export function layout(code: Code, indent: number, before: number): string {
  const pad = " ".repeat(indent);
  switch (code.kind) {
    case "text":
      return code.text;
    case "object":
      if (code.fields.length === 0) return "{}";
      return `{\n${code.fields.map((one) => line(one, one.key, indent + 2)).join("")}${pad}}`;
    case "list": {
      const flat = flatList(code.items);
      if (flat !== undefined && before + flat.length + 1 <= WIDTH) return flat;
      return `[\n${code.items.map((item) => line(item, undefined, indent + 2)).join("")}${pad}]`;
    }
  }
}

/** A list stands on one line when it fits and none of its items has a comment. */
function flatList(items: readonly Item[]): string | undefined {
  if (items.some((item) => item.comment !== "" || item.code.kind !== "text")) return undefined;
  return `[${items.map((item) => layout(item.code, 0, 0)).join(", ")}]`;
}

/** One line of an object or list. Comments follow a value, and precede what spans several lines. */
function line(item: Item, key: string | undefined, indent: number): string {
  const pad = " ".repeat(indent);
  const start = key === undefined ? pad : `${pad}${key}: `;
  const code = layout(item.code, indent, start.length);
  const comment = item.comment === "" ? "" : `// ${item.comment}`;
  if (item.code.kind !== "text") return `${comment === "" ? "" : `${pad}${comment}\n`}${start}${code},\n`;
  const after = comment === "" ? "" : ` ${comment}`;
  // prettier puts a string that is too long on the next line, except after a key of four signs or fewer.
  const tooLong = start.length + code.length + 1 > WIDTH && /^["']/.test(code);
  if (tooLong && key !== undefined && key.length > 4) return `${pad}${key}:\n${pad}  ${code},${after}\n`;
  return `${start}${code},${after}\n`;
}
