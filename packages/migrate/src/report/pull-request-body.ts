/** A part of a text that can be made shorter: whole items go, from the last one on. */
export interface Section {
  readonly title: string;
  /** What stands above the items, as long as there is one: of bounded length, and nothing of a repository in it. */
  readonly intro: readonly string[];
  /** Blocks of Markdown, the most important first. */
  readonly items: readonly string[];
  /** What an item is, in the plural. */
  readonly noun: string;
  /** What stands in any case; of bounded length too. */
  readonly outro?: readonly string[];
  /** Shown only on a click, below this line. */
  readonly folded?: string;
  /** Smaller goes first where the whole is too long. */
  readonly rank: number;
}

/**
 * Sections as one text of at most `room` characters. GitHub counts the characters of a body by Unicode code points and
 * takes 65,536 of them; counted here are UTF-16 code units, which are never fewer. A section that had to be cut says what
 * is missing, and how much.
 */
export function fitted(sections: readonly Section[], room: number): string {
  const filled = sections.filter(({ items, outro = [] }) => items.length > 0 || outro.length > 0);
  const shown = new Map(filled.map((section) => [section, section.items.length]));
  const whole = (): string => filled.map((section) => written(section, shown.get(section) ?? 0)).join("\n\n");
  for (const section of [...filled].sort((a, b) => a.rank - b.rank)) {
    const excess = whole().length - room;
    if (excess <= 0) break;
    shown.set(section, most(section, written(section, section.items.length).length - excess));
  }
  return whole();
}

/** How many items a section can show in so many characters. */
function most(section: Section, room: number): number {
  let [low, high] = [0, section.items.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (written(section, middle).length <= room) low = middle;
    else high = middle - 1;
  }
  return Math.max(0, low);
}

function written({ title, intro, items, noun, outro = [], folded }: Section, shown: number): string {
  const missing = items.length - shown;
  const parts = [
    ...(shown > 0 ? [...intro, ...items.slice(0, shown)] : []),
    ...(missing > 0 ? ["", leftOut(missing, items.length, noun)] : []),
    ...(outro.length > 0 ? ["", ...outro] : []),
  ];
  const body = parts[0] === "" ? parts.slice(1) : parts;
  const inside =
    folded === undefined ? body : ["<details>", `<summary>${folded}</summary>`, "", ...body, "", "</details>"];
  return [...(title === "" ? [] : [`## ${title}`, ""]), ...inside].join("\n");
}

function leftOut(missing: number, all: number, noun: string): string {
  return `_Too long for a pull request: ${missing} of ${all} ${noun} left out here. \`gha2pulumi plan\` in a checkout shows everything._`;
}

/** A body with the ticks that somebody has made in an older one: of each line of the checklist that is still the same. */
export function withTicks(body: string, older: string): string {
  const ticked = new Set([...older.matchAll(/^- \[x\] (.*?)\r?$/gim)].map(([, text = ""]) => text));
  return body.replace(/^- \[ \] (.*)$/gm, (line, text: string) => (ticked.has(text) ? `- [x] ${text}` : line));
}
