import { readYaml, textOf, type Hole, type Text } from "@gha2pulumi/repo";
import { textValue, valueOf, type Body, type Value } from "./values.ts";

// Private-use characters: no policy holds them, for IAM takes none above U+00FF.
const firstMark = 0xe000;
const mostHoles = 0x1000;

/**
 * JSON in a program's text, each value with its place in the file. What stands around the text is blanked out and
 * holes are filled with marks of their length, so that every offset stays; `undefined` when that is no JSON.
 */
export function jsonText(body: Body, text: string): Value | undefined {
  const { at, holes, doubled } = body;
  if (holes.length > mostHoles) return undefined;
  let masked = " ".repeat(at.start);
  let from = at.start;
  for (const [i, hole] of holes.entries()) {
    masked += plain(text.slice(from, hole.start), doubled) + markOf(i).repeat(hole.end - hole.start);
    from = hole.end;
  }
  masked += plain(text.slice(from, at.end), doubled);
  if (!/^\s*\{/.test(masked)) return undefined;
  const { root, problems } = readYaml(at.path, masked);
  if (root?.kind !== "map" || problems.some(({ fatal }) => fatal)) return undefined;
  const texts = holes.map((hole) => hole.text);
  return valueOf(root, (node) =>
    node.kind === "scalar" && marks.test(node.text) ? textValue(filled(node.text, texts), node.span) : undefined,
  );
}

const marks = /[\ue000-\uefff]/;

function markOf(i: number): string {
  return String.fromCharCode(firstMark + i);
}

/** Doubled braces as one, beside a blank, so that what they enclose ends where it ends. */
function plain(text: string, doubled: boolean): string {
  return doubled ? text.replaceAll("{{", "{ ").replaceAll("}}", " }") : text;
}

function filled(text: string, holes: readonly Text[]): Text {
  const pieces = text.split(/(([\ue000-\uefff])\2*)/).flatMap((piece, i): readonly (string | Hole | Text)[] => {
    // Of each match the split gives the whole, and then its first character.
    if (i % 3 === 0) return [piece];
    return i % 3 === 1 ? [holes[piece.charCodeAt(0) - firstMark] ?? []] : [];
  });
  return textOf(...pieces);
}
