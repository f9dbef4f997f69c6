/** A text as a part of a regular expression that means nothing but itself. A repository may write any sign in a name. */
export function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

/** Whether a text has a name that stands for itself, and is no part of a longer one. */
export function hasWord(text: string, name: string): boolean {
  return new RegExp(`(?<!\\w)${escaped(name)}(?!\\w)`).test(text);
}

/** A part of a name that is open: how many of which signs stand there. */
export interface OpenPart {
  /** Tells one sign; `undefined`: any. */
  readonly sign?: RegExp;
  readonly atLeast: 0 | 1;
}

/** Names of GitHub and of clouds have at most a few hundred signs; one of more is not looked at. */
const longest = 1_000;

/**
 * Whether a text is what the parts say, open ones included; of more than a thousand signs, `true`. All ways to fit are
 * tried side by side: a regular expression of many open parts would try them one after another, for years.
 */
export function mayFit(parts: readonly (string | OpenPart)[], text: string): boolean {
  const steps = parts.flatMap((part): readonly (string | OpenPart)[] =>
    typeof part === "string" ? part.split("") : [part],
  );
  const signs = text.split("");
  if (steps.length > longest || signs.length > longest) return true;
  // Which steps are done already: those behind an open part that may be empty count as reached at once.
  const settle = (reached: readonly boolean[]): boolean[] => {
    const all = [...reached];
    steps.forEach((step, at) => {
      if (all[at] && typeof step !== "string" && step.atLeast === 0) all[at + 1] = true;
    });
    return all;
  };
  let reached = settle(Array.from({ length: steps.length + 1 }, (_, at) => at === 0));
  for (const sign of signs) {
    const next = Array.from({ length: steps.length + 1 }, () => false);
    steps.forEach((step, at) => {
      const isOf = typeof step === "string" ? step === sign : (step.sign?.test(sign) ?? true);
      if (!reached[at] || !isOf) return;
      next[at + 1] = true;
      if (typeof step !== "string") next[at] = true;
    });
    reached = settle(next);
  }
  return reached[steps.length] ?? false;
}
