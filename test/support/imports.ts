/** Something a file imports: the specifier as written, whatever form of import or re-export names it. */
export interface Import {
  readonly specifier: string;
  readonly line: number;
}

const wordBeforeRegExp = /(?:^|[^\w$.])(?:return|typeof|case|in|of|do|else|void|delete|throw|new|await|yield)$/;

/** A `/` begins a regular expression where no value can stand to its left. */
function beginsRegExp(before: string): boolean {
  const left = before.trimEnd().slice(-12);
  return left === "" || /[=(,:;!&|?{}[+\-*%<>~^]$/.test(left) || wordBeforeRegExp.test(left);
}

/** The end of a quoted text, of a template's next piece or of a regular expression that begins at `start`. */
function endOfLiteral(text: string, start: number, quote: string): number {
  let at = start + 1;
  let inClass = false;
  while (at < text.length) {
    const character = text[at];
    if (character === "\\") at += 1;
    else if (quote === "/" && character === "[") inClass = true;
    else if (quote === "/" && character === "]") inClass = false;
    else if (character === quote && !inClass) return at + 1;
    else if (quote === "`" && character === "$" && text[at + 1] === "{") return at + 2;
    else if (character === "\n" && quote !== "`") return at;
    at += 1;
  }
  return text.length;
}

function endOfComment(text: string, at: number): number | undefined {
  if (text.startsWith("//", at)) {
    const end = text.indexOf("\n", at);
    return end < 0 ? text.length : end;
  }
  if (!text.startsWith("/*", at)) return undefined;
  const end = text.indexOf("*/", at + 2);
  return end < 0 ? text.length : end + 2;
}

/** The code of a TypeScript file, every character in its place, with comments and the inside of literals blanked. */
export function codeOf(text: string): string {
  const blank = (from: number, to: number): string => text.slice(from, to).replace(/[^\n]/g, " ");
  let code = "";
  let at = 0;
  // For each template we are inside of, how many braces are open in its current `${ … }`.
  const templates: number[] = [];
  const literal = (quote: string): void => {
    const end = endOfLiteral(text, at, quote);
    code += text[at] + blank(at + 1, end - 1) + (end - 1 > at ? (text[end - 1] ?? "") : "");
    if (quote === "`" && text.slice(end - 2, end) === "${") templates.push(0);
    at = end;
  };
  while (at < text.length) {
    const character = text[at] ?? "";
    const comment = endOfComment(text, at);
    const open = templates.at(-1);
    if (comment !== undefined) {
      code += blank(at, comment);
      at = comment;
    } else if (character === '"' || character === "'" || character === "`") literal(character);
    else if (character === "/" && beginsRegExp(code)) literal("/");
    else if (character === "}" && open === 0) {
      templates.pop();
      literal("`");
    } else {
      if (open !== undefined && character === "{") templates[templates.length - 1] = open + 1;
      if (open !== undefined && character === "}") templates[templates.length - 1] = open - 1;
      code += character;
      at += 1;
    }
  }
  return code;
}

const forms = [
  /\b(?:import|export)\b[^;'"`]*?\bfrom\s*(["'])/g, // import … from "…", export … from "…"
  /\bimport\s*(["'])/g, // import "…"
  /\b(?:import|require)\s*\(\s*(["'`])/g, // import("…"), also as a type
];

/** Every import of a file, static, dynamic or of a type; what comments and texts say does not count. */
export function importsOf(text: string): readonly Import[] {
  const code = codeOf(text);
  const found = forms.flatMap((form) =>
    [...code.matchAll(form)].map((match) => {
      const start = match.index + match[0].length;
      const specifier = text.slice(start, code.indexOf(match[1] ?? "", start));
      return { start, specifier, line: text.slice(0, start).split("\n").length };
    }),
  );
  return found.sort((a, b) => a.start - b.start).map(({ specifier, line }) => ({ specifier, line }));
}

/** The files that can be reached from `start` in a graph of imports, with the way to each. */
export function reachable(graph: ReadonlyMap<string, readonly string[]>, start: string): ReadonlyMap<string, string> {
  const ways = new Map([[start, start]]);
  for (const [file, way] of ways) {
    for (const next of graph.get(file) ?? []) if (!ways.has(next)) ways.set(next, `${way} → ${next}`);
  }
  return ways;
}

/** One way round for each file that imports itself through others, shortest names first; a circle is told once. */
export function circles(graph: ReadonlyMap<string, readonly string[]>): readonly string[] {
  const told = new Set<string>();
  return [...graph.keys()].sort().flatMap((file) => {
    if (told.has(file)) return [];
    const ways = reachable(graph, file);
    const back = [...ways.keys()].find((other) => (graph.get(other) ?? []).includes(file));
    if (back === undefined) return [];
    const way = `${ways.get(back)} → ${file}`;
    way.split(" → ").forEach((one) => told.add(one));
    return [way];
  });
}
