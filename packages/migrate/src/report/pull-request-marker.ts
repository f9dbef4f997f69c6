/**
 * The hidden first line of what we write on GitHub: by it the next run finds its own work again. It is only a memory:
 * who wrote a text is what GitHub says, never what the marker says.
 */
export interface Marker {
  readonly campaign: string;
  /** `sha256:…` of {@link decidedText}: what the plan decides. */
  readonly plan: string;
  /** `sha256:…` of {@link sourcesText}: what the plan was made of. */
  readonly sources: string;
  /** The tool's version. */
  readonly version: string;
  /** Whether we left the pull request as a draft: where it is otherwise now, a person turned it. */
  readonly draft: boolean;
}

const head = "<!-- gha2pulumi: ";

/** Inside of a comment, `--` and `>` may end it: JSON can say both in another way. */
export function writtenMarker({ campaign, plan, sources, version, draft }: Marker): string {
  const json = JSON.stringify({ campaign, plan, sources, version, draft });
  return `${head}${json.replace(/[-<>&]/g, escaped)} -->`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

// A digest, and names that a person gave: nothing else is long.
const longest = 2000;

/**
 * The marker of a body or a comment that begins with one; `undefined` for anything else, also for one that is quoted or
 * stands further down.
 */
export function readMarker(body: string | null): Marker | undefined {
  const line = (body ?? "").split(/\r?\n/, 1)[0] ?? "";
  if (!line.startsWith(head) || !line.endsWith(" -->") || line.length > longest) return undefined;
  const read = parsed(line.slice(head.length, -" -->".length));
  if (typeof read !== "object" || read === null) return undefined;
  const { campaign, plan, sources, version, draft } = read as Readonly<Record<string, unknown>>;
  if (typeof campaign !== "string" || typeof version !== "string" || typeof draft !== "boolean") return undefined;
  return isDigest(plan) && isDigest(sources) ? { campaign, plan, sources, version, draft } : undefined;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

function isDigest(value: unknown): value is string {
  return typeof value === "string" && /^sha256:[0-9a-f]{64}$/.test(value);
}
