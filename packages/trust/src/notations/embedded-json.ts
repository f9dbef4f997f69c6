import { readYaml, type Path, type Span, type Tree } from "@gha2pulumi/repo";
import type { Notation, NotationReader, RoleDefinition, RoleName } from "../notation.ts";
import { editBraced } from "./braced.ts";
import { asWritten, jsonStyle } from "./json-style.ts";
import { jsonText } from "./json-text.ts";
import { homeOf, isOurs, policyOf, spansOf, type ReadDocument } from "./policy-values.ts";
import { hole, type Body } from "./values.ts";

/**
 * Policies that stand as JSON text inside a file of another language: in a raw string of Go, in a heredoc of a shell
 * script, in a template, in a block of YAML. What stands around the text is not understood, and not touched.
 */
export const embeddedJson: Notation = {
  name: "embedded-json",
  claims: (path, text) =>
    languageOf(path) !== undefined &&
    !path.startsWith(".github/") &&
    text.includes('"Statement"') &&
    // Templates whose policies are data, and may be written as JSON, are read by their own notations.
    !/AWS::IAM::Role|fn::(?:toJSON|invoke)/i.test(text),
  open: () => Promise.resolve(reader),
};

/** How a language fills in its texts, and how it names the role that it makes. */
export interface Language {
  readonly ending: RegExp;
  readonly words: string;
  readonly holes: RegExp;
  /** Whether a hole's own text means the same wherever it stands: `%s` is the next argument, and does not. */
  readonly repeats: boolean;
  readonly names: RegExp;
}

const languages: readonly Language[] = [
  {
    ending: /\.go$/,
    words: "JSON in a text of Go",
    holes: /%(?:\[\d+\])?[svq]/g,
    repeats: false,
    names: /\bName:\s*pulumi\.String(?:Ptr)?\("([^"]+)"\)/g,
  },
  {
    ending: /\.(?:sh|bash)$/,
    words: "JSON in a shell script",
    holes: /\$\{(\w+)\}|\$(\w+)/g,
    repeats: true,
    names: /--role-name[= ]+["']?([\w+=,.@-]+)/g,
  },
  {
    ending: /\.(?:json\.)?tpl$|\.tftpl$/,
    words: "JSON in a template",
    holes: /\$\{([^{}]*)\}/g,
    repeats: true,
    names: /(?!)/g,
  },
  {
    ending: /\.ya?ml$/,
    words: "JSON in a block of YAML",
    holes: /\$\{([^{}]*)\}|\{\{[^{}]*\}\}/g,
    repeats: false,
    names: /\bmetadata:\s*\n\s+name:\s*["']?([\w.-]+)/g,
  },
];

function languageOf(path: Path): Language | undefined {
  return languages.find(({ ending }) => ending.test(path));
}

const reader: NotationReader = {
  read(tree, path) {
    const language = languageOf(path);
    const text = tree.get(path) ?? "";
    if (language === undefined) return [];
    const found = embeddedDocuments(tree, path);
    return found.map(({ read, span }): RoleDefinition => {
      const home = homeOf(read.statements);
      return {
        notation: "embedded-json",
        variant: language.words,
        name: found.length === 1 ? nameIn(text, language) : { kind: "untold" },
        place: span,
        document: span,
        policy: read.policy,
        statements: spansOf(read.statements),
        home: language.repeats || home?.includes("${") !== true ? home : undefined,
        obstacle: undefined,
        told: true,
      };
    });
  },
  write(definition, after, tree) {
    const { path, start } = definition.document;
    const found = embeddedDocuments(tree, path).find(({ span }) => span.start === start);
    if (found === undefined) return { kind: "refused", reason: `${path} has no such policy any more` };
    const { policy, statements, list } = found.read;
    const style = languageOf(path)?.repeats === true ? jsonStyle('"', asWritten) : jsonStyle('"');
    return editBraced({ text: tree.get(path) ?? "", before: policy, statements, list, style }, after);
  },
};

export interface Document {
  readonly span: Span;
  readonly read: ReadDocument;
}

/** The policies that stand as JSON text in a file. */
export function embeddedDocuments(
  tree: Tree,
  path: Path,
  language: Language | undefined = languageOf(path),
): readonly Document[] {
  const text = tree.get(path) ?? "";
  if (language === undefined) return [];
  const found: Document[] = [];
  const opening = /\{\s*"(?:Version|Id|Statement)"\s*:/g;
  for (let match = opening.exec(text); match !== null; match = opening.exec(text)) {
    const end = closingOf(text, match.index);
    if (end === undefined) continue;
    opening.lastIndex = end;
    const span: Span = { path, start: match.index, end };
    const read = readAt(text, span, language);
    if (read !== undefined && isOurs(read.policy)) found.push({ span, read });
  }
  return found;
}

function readAt(text: string, span: Span, { holes }: Language): ReadDocument | undefined {
  const own = text.slice(span.start, span.end);
  const filled = [...own.matchAll(holes)].map(({ 0: whole, index, ...groups }) => ({
    start: span.start + index,
    end: span.start + index + whole.length,
    text: [hole(groups[1] ?? groups[2] ?? whole, "which is filled in when it runs")],
  }));
  const body: Body = { at: span, holes: filled, doubled: false };
  // Between braces YAML allows more than JSON does, and a language around it still more.
  if (!isJson(own, filled, span.start)) return undefined;
  const document = jsonText(body, text);
  return document && policyOf(document);
}

function isJson(own: string, holes: Body["holes"], from: number): boolean {
  // By UTF-16 units, as places are counted.
  const marked = own.split("");
  for (const { start, end } of holes) marked.fill("0", start - from, end - from);
  const { root, problems } = readYaml("policy.json", marked.join(""));
  try {
    JSON.parse(marked.join(""));
    return root !== undefined && problems.length === 0;
  } catch {
    return false;
  }
}

/** Behind the brace that closes the one at an offset; JSON's texts may hold braces of their own. */
function closingOf(text: string, start: number): number | undefined {
  let depth = 0;
  for (const { 0: token, index } of text.slice(start).matchAll(/"(?:[^"\\\n]|\\.)*"|[{}]/g)) {
    if (token === "{") depth += 1;
    else if (token === "}") depth -= 1;
    if (depth === 0) return start + index + 1;
  }
  return undefined;
}

/** The one name that the file gives a role; with several, nobody knows which policy is whose. */
function nameIn(text: string, { names }: Language): RoleName {
  const found = new Set([...text.matchAll(names)].map(([, name]) => name ?? ""));
  const [only, ...others] = found;
  return only === undefined || others.length > 0 ? { kind: "untold" } : { kind: "named", name: [only] };
}
