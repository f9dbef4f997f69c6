import { fromMarkdown } from "mdast-util-from-markdown";
import { gfmFromMarkdown } from "mdast-util-gfm";
import { gfm } from "micromark-extension-gfm";

/** What a text is to a reader of GitHub Flavored Markdown, as far as it could do harm. */
export interface Seen {
  /** Nodes that lead away or fetch something: links of any kind, images, footnotes. */
  readonly leads: readonly string[];
  /** Every piece of HTML, as it is written. */
  readonly html: readonly string[];
  /** Text outside of code, one entry for each node: where GitHub looks for mentions and numbers of issues. */
  readonly texts: readonly string[];
  readonly headings: readonly string[];
  /** How many boxes a reader can tick. */
  readonly boxes: number;
  /** The number of cells of each row, table by table. */
  readonly tables: readonly (readonly number[])[];
  readonly codeBlocks: number;
}

interface Node {
  readonly type: string;
  readonly value?: string | undefined;
  readonly checked?: boolean | null | undefined;
  readonly children?: readonly Node[] | undefined;
}

const leading = new Set([
  ...["link", "image", "linkReference", "imageReference", "definition", "footnoteReference", "footnoteDefinition"],
]);

export function seenByGitHub(markdown: string): Seen {
  const all = flat(fromMarkdown(markdown, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  let inCode = 0;
  const texts: string[] = [];
  for (const { type, value = "" } of all) {
    if (type === "html" && value === "<code>") inCode += 1;
    if (type === "html" && value === "</code>") inCode -= 1;
    if (type === "text" && inCode === 0) texts.push(value);
  }
  const of = (type: string): readonly Node[] => all.filter((node) => node.type === type);
  return {
    leads: all.filter(({ type }) => leading.has(type)).map(({ type }) => type),
    html: of("html").map(({ value = "" }) => value),
    texts,
    headings: of("heading").map(textOf),
    boxes: of("listItem").filter(({ checked }) => typeof checked === "boolean").length,
    tables: of("table").map(({ children = [] }) => children.map((row) => row.children?.length ?? 0)),
    codeBlocks: of("code").length,
  };
}

function flat(node: Node): readonly Node[] {
  return [node, ...(node.children ?? []).flatMap(flat)];
}

function textOf(node: Node): string {
  return flat(node)
    .map(({ value = "" }) => value)
    .join("");
}
