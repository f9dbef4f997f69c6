import { further, literal, type Path, type Text, type Tree } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import type { Reason } from "../intent.ts";
import { parent, searchUp } from "./template.ts";

type Run = Command & { readonly kind: "run" };

/** The words of a call of such a runner. */
interface GraphWords {
  /** Those that are no flags of the runner. */
  readonly names: readonly string[];
  readonly flags: ReadonlyMap<string, readonly string[]>;
  /** What is handed to the task. */
  readonly words: readonly Text[];
}

/** A call of a runner of tasks for whole repositories. */
export interface GraphCall extends GraphWords {
  /** The folder of the whole repository, by the runner's own file. */
  readonly root: Path;
  readonly config: Path | undefined;
}

/** Flags whose value may stand behind them. */
const withValue = /^(?:--(?:filter|scope|concurrency|cache-dir|output-logs|log-order)|-F)$/;

/** The words of such a call taken apart; `undefined` for another program, and where a word is not known. */
export function graphWords(words: readonly Text[], program: string): GraphWords | undefined {
  const texts = words.map((word) => literal(word));
  if (!new RegExp(`^${program}(?:@[\\w.^~-]+)?$`).test(texts[0] ?? "")) return undefined;
  const end = texts.includes("--") ? texts.indexOf("--") : texts.length;
  const own = texts.slice(1, end);
  if (own.includes(undefined)) return undefined;
  const names: string[] = [];
  const flags = new Map<string, string[]>();
  for (let at = 0; at < own.length; at++) {
    const [flag = "", ...value] = (own[at] ?? "").split("=");
    if (!flag.startsWith("-")) names.push(own[at] ?? "");
    else {
      const taken = value.length === 0 && withValue.test(flag) ? (own[++at] ?? "") : value.join("=");
      flags.set(flag, [...(flags.get(flag) ?? []), taken]);
    }
  }
  return { names, flags, words: words.slice(end + 1) };
}

/** Such a call with the folder that it is about, by the nearest of the runner's files. */
export function graphCall(
  { words, directory }: Run,
  program: string,
  files: readonly string[],
  tree: Tree,
): GraphCall | undefined {
  const call = graphWords(words, program);
  const folder = folderPath(directory);
  if (!call || folder === undefined) return undefined;
  const config = searchUp(tree, folder, files);
  return { ...call, root: (config && parent(config)) ?? ".", config };
}

/** Why no task of such a runner moves: what it does around the task is no setting of a deployment. */
export function graphReason(what: string, does: string, config: Path | undefined, { from }: Command): Reason {
  const place = config === undefined ? from : further(from, { path: config, start: 0, end: 1 });
  return { code: "GP446", message: `\`${what}\` ${does}`, from: place };
}
