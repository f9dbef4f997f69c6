import { byText, type Path, type Tree } from "@gha2pulumi/repo";
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type Scalar } from "yaml";

/**
 * A second, deliberately naive reading of workflows, which shares nothing with the packages: YAML by the `yaml` package,
 * scripts line by line. It knows no shell: a comment is a `#` at the start of a line or behind a blank, and the word
 * `pulumi` stands alone between blanks, quotes or the shell's own signs.
 */
export interface Place {
  readonly path: Path;
  readonly kind: "action" | "script" | "token";
  /** The action with its `command`; the command with the word in it; or the name of the token. */
  readonly text: string;
  /** Its own line, in a script whose lines are those of the file; otherwise as `lines`. */
  readonly line: Lines;
  /** The step, job or workflow it stands in. */
  readonly lines: Lines;
  /** Its job; of a step of an action, every file that uses the action. */
  readonly jobs: readonly Region[];
}

export interface Region {
  readonly path: Path;
  readonly lines: Lines;
}

/** First and last line, from 1. */
export interface Lines {
  readonly first: number;
  readonly last: number;
}

export interface Reading {
  readonly places: readonly Place[];
  /** Files with the word in them that do not parse. */
  readonly unreadable: readonly Path[];
}

const tokenName = /pulumi\w*(?:token|passphrase)/i;
const word = /(?:^|[\s"'`(){};|&=!])(?:[\w./~-]+\/)?pulumi(?=$|[\s"'`();|&])/gm;
const onlyPrints = /^\s*(?:(?:echo|printf)\b.*)?$/;

/** `cat <<EOF`: the lines up to `EOF` are printed, not run. */
const printedText = /^(\s*cat\b.*<<-?\s*["']?(\w+)["']?.*)\n[^]*?\n\s*\2$/gm;

/** Every place of a repository's workflows, and of the actions they use, that has to do with Pulumi. */
export function pulumiPlaces(tree: Tree): Reading {
  const files = [...tree]
    .filter(([path, text]) => /pulumi/i.test(text) && (isWorkflow(path) || usersOf(path, tree).length > 0))
    .sort(([a], [b]) => byText(a, b))
    .map(([path, text]) => ({ path, places: placesOf(path, text, usersOf(path, tree)) }));
  return {
    places: files.flatMap(({ places }) => places ?? []),
    unreadable: files.flatMap(({ path, places }) => (places === undefined ? [path] : [])),
  };
}

function isWorkflow(path: Path): boolean {
  return /^\.github\/workflows\/[^/]+\.ya?ml$/.test(path);
}

/** The files that use an action of the repository: one that none uses never runs. */
function usersOf(path: Path, tree: Tree): readonly Region[] {
  const folder = /^(?!@)(.+)\/action\.ya?ml$/.exec(path)?.[1];
  if (folder === undefined) return [];
  const uses = new RegExp(`uses:.*/${literally(folder)}/?\\W*$`, "m");
  return [...tree].flatMap(([user, text]) =>
    uses.test(text) ? [{ path: user, lines: { first: 1, last: text.split("\n").length } }] : [],
  );
}

function literally(text: string): string {
  return text.replaceAll(/[^\w/]/g, "\\$&");
}

interface File {
  readonly path: Path;
  readonly document: Document;
  readonly counter: LineCounter;
}

function placesOf(path: Path, text: string, users: readonly Region[]): readonly Place[] | undefined {
  const counter = new LineCounter();
  const document = parseDocument(text, { uniqueKeys: false, strict: false, lineCounter: counter });
  if (document.errors.length > 0) return undefined;
  const file: File = { path, document, counter };
  const whole: Lines = { first: 1, last: counter.linePos(text.length).line };
  const root = document.contents;
  return [
    ...tokens(root, ["env"], whole, [{ path, lines: whole }], file),
    ...children(get(root, ["jobs"], file), file).flatMap((job) => ofJob(job.node, job.lines, file)),
    ...children(get(root, ["runs", "steps"], file), file).flatMap((step) => ofStep(step.node, step.lines, users, file)),
  ];
}

function ofJob(node: unknown, lines: Lines, file: File): readonly Place[] {
  const jobs: readonly Region[] = [{ path: file.path, lines }];
  return [
    ...actions(node, lines, jobs, file),
    ...tokens(node, ["env", "with", "secrets"], lines, jobs, file),
    ...children(get(node, ["steps"], file), file).flatMap((step) => ofStep(step.node, step.lines, jobs, file)),
  ];
}

function ofStep(node: unknown, lines: Lines, jobs: readonly Region[], file: File): readonly Place[] {
  const run = scalar(get(node, ["run"], file), file);
  const script = run === undefined ? undefined : withoutComments(String(run.value));
  // A script that only prints is handed nothing.
  const prints = script?.split("\n").every((line) => onlyPrints.test(line)) ?? false;
  return [
    ...actions(node, lines, jobs, file),
    ...(run && script ? words(script, run, { lines, jobs }, file) : []),
    ...(prints ? [] : tokens(node, ["env", "with"], lines, jobs, file)),
  ];
}

/** An action of the repository itself is read where it lies. */
function actions(node: unknown, lines: Lines, jobs: readonly Region[], file: File): readonly Place[] {
  const uses = textOf(get(node, ["uses"], file), file);
  if (!/pulumi/i.test(uses) || uses.startsWith("./")) return [];
  // Version 1 of pulumi/actions took its command as `args`.
  const command = ["command", "args"].map((name) => textOf(get(node, ["with", name], file), file)).join("");
  const text = `${uses.split("@")[0]} ${command}`.trim();
  return [{ path: file.path, kind: "action", text, line: lines, lines, jobs }];
}

/** Values under the name of a token, or out of a secret of such a name; whether there is one is not the token itself. */
function tokens(
  node: unknown,
  keys: readonly string[],
  lines: Lines,
  jobs: readonly Region[],
  file: File,
): readonly Place[] {
  return keys
    .flatMap((key) => pairs(get(node, [key], file), file))
    .flatMap(({ name, value }): readonly Place[] => {
      const text = textOf(value, file);
      const secret = /secrets\.(\w+)/.exec(text)?.[1] ?? "";
      const found = [name, secret].find((one) => tokenName.test(one));
      const isAnswer = /[!=]=/.test(text);
      const place: Place = { path: file.path, kind: "token", text: found ?? "", line: lines, lines, jobs };
      return found === undefined || isAnswer ? [] : [place];
    });
}

/** Each command with the word in it. A literal block has the lines of the file; of any other scalar the step is named. */
function words(script: string, run: Scalar, step: Pick<Place, "lines" | "jobs">, file: File): readonly Place[] {
  const isLiteral = run.type === "BLOCK_LITERAL";
  const first = file.counter.linePos(run.range?.[0] ?? 0).line + 1;
  return script.split("\n").flatMap((line, at) =>
    [...line.matchAll(word)].map((found): Place => {
      const end = found.index + found[0].length;
      const before = line.slice(0, end).replace(/^.*(?:&&|\|\||[;|{(])/, "");
      const text = `${before}${line.slice(end).replace(/(?:&&|\|\||[;|)}]).*$/, "")}`.trim();
      const own: Lines = isLiteral ? { first: first + at, last: first + at } : step.lines;
      return { path: file.path, kind: "script", text, line: own, ...step };
    }),
  );
}

/** The lines of the script, as many as before; a line that is continued is joined to the first one. */
function withoutComments(script: string): string {
  const joined = script.replaceAll(/(?:.*\\\r?\n)+.*/g, (lines) => {
    const parts = lines.split(/\\\r?\n/);
    return parts.join(" ") + "\n".repeat(parts.length - 1);
  });
  const spoken = joined.replaceAll(/(^|\s)#.*$/gm, "$1").replaceAll("\r", "");
  return spoken.replaceAll(
    printedText,
    (all, start: string) => start + "\n".repeat(all.split("\n").length - start.split("\n").length),
  );
}

function resolved(node: unknown, { document }: File): unknown {
  return isAlias(node) ? node.resolve(document) : node;
}

function scalar(node: unknown, file: File): Scalar | undefined {
  const value = resolved(node, file);
  return isScalar(value) ? value : undefined;
}

function textOf(node: unknown, file: File): string {
  const value = scalar(node, file)?.value;
  return typeof value === "string" ? value : "";
}

function get(node: unknown, keys: readonly string[], file: File): unknown {
  return keys.reduce((at, key) => pairs(at, file).find(({ name }) => name === key)?.value, node);
}

function pairs(node: unknown, file: File): readonly { readonly name: string; readonly value: unknown }[] {
  const map = resolved(node, file);
  return isMap(map) ? map.items.map(({ key, value }) => ({ name: String(scalar(key, file)?.value), value })) : [];
}

/** The items of a list or the values of a mapping, each with its lines, the key's among them. */
function children(node: unknown, file: File): readonly { readonly node: unknown; readonly lines: Lines }[] {
  const value = resolved(node, file);
  const items = isSeq(value)
    ? value.items.map((item) => [item, item])
    : isMap(value)
      ? value.items.map((pair) => [pair.key, pair.value])
      : [];
  return items.map(([start, end]) => ({ node: end, lines: linesOf(start, end, file) }));
}

function linesOf(start: unknown, end: unknown, { counter }: File): Lines {
  const from = rangeOf(start)?.[0] ?? 0;
  const to = rangeOf(end)?.[1] ?? from + 1;
  return { first: counter.linePos(from).line, last: counter.linePos(Math.max(from, to - 1)).line };
}

function rangeOf(node: unknown): readonly number[] | undefined {
  return (node as { readonly range?: readonly number[] } | null)?.range;
}
