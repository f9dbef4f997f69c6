import { literal, textOf, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { plain, type Unwrapper } from "../unwrapper.ts";

type Run = Command & { readonly kind: "run" };

/**
 * Programs that run the words behind them once for each thing they find or are given: how often, and with what, only the
 * run can tell. https://www.gnu.org/software/findutils/manual/html_mono/find.html,
 * https://www.gnu.org/software/parallel/man.html
 */
export const runEach: Unwrapper = {
  name: "run-each",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    switch (literal(command.words[0] ?? [])) {
      case "xargs":
        return each(command, behindFlags(command.words, valuesOfXargs));
      case "parallel":
        return each(command, { mark: "{}", inner: untilSources(behindFlags(command.words, valuesOfParallel).inner) });
      case "find":
        return found(command);
      default:
        return undefined;
    }
  },
};

const valuesOfXargs =
  /^(?:-[adEILnPs]|--(?:arg-file|delimiter|max-lines|max-args|max-procs|max-chars|process-slot-var))$/;
const valuesOfParallel =
  /^(?:-[aIjnNPS]|--(?:arg-file|colsep|delay|env|jobs|joblog|load|max-args|max-procs|memfree|retries|results|tagstring|timeout|workdir|wd))$/;

/** The words behind the program's own flags, of which some take the next word; and what stands for each line in them. */
function behindFlags(
  words: readonly Text[],
  values: RegExp,
): { readonly inner: readonly Text[]; readonly mark?: string } {
  let mark: string | undefined;
  let at = 1;
  for (; at < words.length; at++) {
    const word = literal(words[at] ?? []);
    if (word === "--") return { inner: words.slice(at + 1), ...(mark === undefined ? {} : { mark }) };
    if (word === undefined || !word.startsWith("-")) break;
    // Without one of these, `xargs` puts the lines behind the words.
    if (word === "-I") mark = literal(words[at + 1] ?? []);
    else mark = /^(?:-I|--replace=)(.+)$/.exec(word)?.[1] ?? (/^(?:-i|--replace)$/.test(word) ? "{}" : mark);
    if (values.test(word)) at++;
  }
  return { inner: words.slice(at), ...(mark === undefined ? {} : { mark }) };
}

/** In front of `:::` stand the words, behind it what they are run for. */
function untilSources(words: readonly Text[]): readonly Text[] {
  const at = words.findIndex((word) => /^:{3,4}\+?$/.test(literal(word) ?? ""));
  return at < 0 ? words : words.slice(0, at);
}

const given: Text = [{ expression: "$(each …)", names: [], note: "what it is run for is only known when it runs" }];

function each(command: Run, { inner, mark }: ReturnType<typeof behindFlags>): ReturnType<Unwrapper["unwrap"]> {
  if (inner.length === 0) return undefined;
  const filled = inner.map((word) => (mark === undefined ? word : withGiven(word, mark)));
  const isMarked = filled.some((word, i) => word !== inner[i]);
  return plain([perhaps({ ...command, words: isMarked ? filled : [...filled, given] })]);
}

function found(command: Run): ReturnType<Unwrapper["unwrap"]> {
  const at = command.words.findIndex((word) => /^-(?:exec|execdir|ok|okdir)$/.test(literal(word) ?? ""));
  const rest = command.words.slice(at + 1);
  const end = rest.findIndex((word) => [";", "+"].includes(literal(word) ?? ""));
  if (at < 0 || end <= 0) return undefined;
  const isThere = literal(command.words[at] ?? [])?.endsWith("dir") === true;
  const words = rest.slice(0, end).map((word) => withGiven(word, "{}"));
  return plain([perhaps({ ...command, words, directory: isThere ? given : command.directory })]);
}

/** It may find nothing, and then nothing runs. */
function perhaps(command: Run): Command {
  return { ...command, certainty: undefined, unconditional: false };
}

function withGiven(word: Text, mark: string): Text {
  const text = word.some((piece) => typeof piece === "string" && piece.includes(mark));
  if (!text) return word;
  const pieces = word.flatMap((piece): (string | Text)[] =>
    typeof piece === "string" ? piece.split(mark).flatMap((part, i) => (i === 0 ? [part] : [given, part])) : [[piece]],
  );
  return textOf(...pieces);
}
