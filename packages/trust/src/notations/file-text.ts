import { textOf, type Hole, type Path, type Span, type Text } from "@gha2pulumi/repo";
import { asText, field, hole, rendered, type Body, type Value } from "./values.ts";

/**
 * The text of another file of the repository, as `file("${path.module}/trust.json")` and `readFileSync("trust.json")`
 * give it; in a template, `${name}` stands for what the call hands over. `undefined` where the path is not told, leaves
 * the repository, or names no file of it.
 * https://developer.hashicorp.com/terraform/language/functions/templatefile
 */
export function fileTextValue(
  named: Value,
  given: Value | undefined,
  { span, text }: { readonly span: Span; readonly text: (path: Path) => string | undefined },
): Value | undefined {
  const path = pathOf(rendered(asText(named)), span.path);
  const content = path === undefined ? undefined : text(path);
  if (path === undefined || content === undefined) return undefined;
  const holes = given === undefined ? [] : holesIn(content, given);
  const pieces: (string | Hole | Text)[] = [];
  let from = 0;
  for (const one of holes) {
    pieces.push(content.slice(from, one.start), one.text);
    from = one.end;
  }
  const body: Body = { at: { path, start: 0, end: content.length }, holes, doubled: false };
  return { kind: "text", text: textOf(...pieces, content.slice(from)), span, body };
}

function pathOf(written: string, from: Path): Path | undefined {
  const below = written.replace(/^\$\{(?:path\.module|__dirname|import\.meta\.dirname)\}\//, "");
  if (/[$\\]|^\//.test(below)) return undefined;
  const parts = from.split("/").slice(0, -1);
  for (const part of below.split("/")) {
    if (part === "..") {
      if (parts.pop() === undefined) return undefined;
    } else if (part !== "." && part !== "") parts.push(part);
  }
  return parts.join("/");
}

function holesIn(content: string, given: Value): Body["holes"] {
  return [...content.matchAll(/\$\{\s*([^{}]*?)\s*\}/g)].map((found) => {
    const name = found[1] ?? "";
    // The template's own word is kept: what is added is written in it as well.
    const note = field(given, name) === undefined ? "which the template is not given" : "what the template is given";
    return { start: found.index, end: found.index + found[0].length, text: [hole(name, note)] };
  });
}
