/** Source code that is not laid out yet. A map may be written with other brackets than braces: `Args(type="x")`. */
export type Code =
  | { readonly kind: "source"; readonly source: string }
  | { readonly kind: "list"; readonly items: readonly Code[] }
  | {
      readonly kind: "map";
      readonly fields: readonly (readonly [string, Code])[];
      readonly open: string;
      readonly close: string;
      /** What stands between a key and its value. */
      readonly between: string;
    };

/** How a language lays out maps and lists. */
export interface Layout {
  /** A space inside the braces of a map on one line. */
  readonly padded: boolean;
  /** What ends an entry of a map on several lines. */
  readonly separator: "," | "";
  /** A comma behind the last entry, too. */
  readonly trailing: boolean;
  /** Keys of neighbouring entries on one line each are filled up to one width. */
  readonly aligned: boolean;
  readonly unit: string;
  readonly eol: string;
  /** Inner maps may stand on one line. */
  readonly flatMaps: boolean;
}

export function source(text: string): Code {
  return { kind: "source", source: text };
}

/** The code on one line. */
export function flat(code: Code, layout: Layout): string {
  switch (code.kind) {
    case "source":
      return code.source;
    case "list":
      return `[${code.items.map((item) => flat(item, layout)).join(", ")}]`;
    case "map": {
      const pad = layout.padded && code.open.endsWith("{") ? " " : "";
      const fields = code.fields.map(([key, value]) => `${key}${code.between}${flat(value, layout)}`);
      return `${code.open}${pad}${fields.join(", ")}${pad}${code.close}`;
    }
  }
}

/** The code on several lines; the first one is for the caller to indent, the last one stands at `indent`. */
export function tall(code: Code, indent: string, layout: Layout): string {
  if (code.kind === "source") return code.source;
  const inner = indent + layout.unit;
  const lines =
    code.kind === "list"
      ? code.items.map((item) => nested(item, inner, layout))
      : aligned(
          code.fields.map(([key, value]) => [key, nested(value, inner, layout)]),
          code.between,
          layout,
        );
  const separator = code.kind === "list" ? "," : layout.separator;
  const last = layout.trailing ? separator : "";
  const body = lines.map((line, i) => `${inner}${line}${i === lines.length - 1 ? last : separator}${layout.eol}`);
  const [open, close] = code.kind === "list" ? ["[", "]"] : [code.open, code.close];
  return `${open}${layout.eol}${body.join("")}${indent}${close}`;
}

function aligned(fields: readonly (readonly [string, string])[], between: string, layout: Layout): readonly string[] {
  const single = fields.map(([, value]) => !value.includes("\n"));
  return fields.map(([key, value], i) => {
    if (!layout.aligned || !single[i]) return `${key}${between}${value}`;
    const from = single.lastIndexOf(false, i) + 1;
    const to = single.indexOf(false, i);
    const group = fields.slice(from, to < 0 ? fields.length : to);
    const width = Math.max(...group.map(([name]) => name.length));
    return `${key.padEnd(width)}${between}${value}`;
  });
}

function nested(code: Code, indent: string, layout: Layout): string {
  return isShort(code, layout) ? flat(code, layout) : tall(code, indent, layout);
}

/** What fits on one line: texts, lists of one, and where the file has such, maps without maps of their own. */
function isShort(code: Code, layout: Layout): boolean {
  switch (code.kind) {
    case "source":
      return true;
    case "list":
      return code.items.length < 2 && code.items.every((item) => isShort(item, layout));
    case "map":
      return layout.flatMaps && code.fields.every(([, value]) => value.kind !== "map" && isShort(value, layout));
  }
}
