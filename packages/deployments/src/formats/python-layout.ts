import type { Code, Field, Item } from "./layout.ts";
import { snakeCase } from "./python-text.ts";

/** The width that black keeps to. */
const WIDTH = 88;

/**
 * A call with arguments by name, or a value, laid out as black keeps it at any width: whatever ends with a comma stays
 * on lines of its own.
 * https://black.readthedocs.io/en/stable/the_black_code_style/current_style.html#the-magic-trailing-comma
 */
export function pythonCall(callee: string, lines: readonly string[], fields: readonly Field[], indent: number): string {
  const pad = " ".repeat(indent + 4);
  const first = lines.slice(0, 1).map((one) => `${pad}${one},\n`);
  const last = lines.slice(1).map((one) => `${pad}${one},\n`);
  const named = fields.map((one) => line(one, `${snakeCase(one.key)}=`, indent + 4));
  return `${callee}(\n${[...first, ...named, ...last].join("")}${" ".repeat(indent)})`;
}

function pythonCode(code: Code, indent: number): string {
  const pad = " ".repeat(indent);
  switch (code.kind) {
    case "text":
      return code.text.replaceAll("\n", `\n${pad}`);
    case "object":
      if (code.fields.length === 0) return "{}";
      return `{\n${code.fields.map((one) => line(one, `${keyText(one.key)}: `, indent + 4)).join("")}${pad}}`;
    case "list":
      if (code.items.length === 0) return "[]";
      return `[\n${code.items.map((one) => line(one, "", indent + 4)).join("")}${pad}]`;
  }
}

/** Names of environment variables come as literals, those of properties as they are elsewhere. */
const keyText = (key: string): string => (/^["']/.test(key) ? key : `"${snakeCase(key)}"`);

/** Comments count in the width of a line: where they do not fit behind it, they precede it. */
function line(one: Item, start: string, indent: number): string {
  const { code } = one;
  const pad = " ".repeat(indent);
  const lines = `${start}${pythonCode(code, indent)},`
    .split("\n")
    .map((part, i) => fitted(i === 0 ? pad + part : part));
  const written = lines.join("\n");
  const comment = one.comment.trimEnd();
  const last = written.slice(written.lastIndexOf("\n") + 1);
  if (comment === "") return `${written}\n`;
  const isShort = code.kind === "text" && last.length + comment.length + 4 <= WIDTH;
  return isShort ? `${written}  # ${comment}\n` : `${pad}# ${comment}\n${written}\n`;
}

/** A call for a configuration value that is too long has its key on a line of its own. */
function fitted(written: string): string {
  const found = written.length > WIDTH ? /^(\s*)(.*\.require(?:_secret)?\()("[\w.-]*")(\),)$/.exec(written) : null;
  if (!found) return written;
  const [, pad = "", before = "", key = "", after = ""] = found;
  return `${pad}${before}\n${pad}    ${key}\n${pad}${after}`;
}
