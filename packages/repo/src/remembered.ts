/**
 * A pure function of a text that keeps its latest answers: the same expressions, scripts and manifests are met again
 * on every event. It keeps at most twice `most`, so that a campaign over many repositories does not grow.
 */
export function remembered<T>(most: number, read: (text: string) => T): (text: string) => T {
  return rememberedBy(most, (text) => text, read);
}

/** The same for a function of anything that a text tells apart. */
export function rememberedBy<Q, T>(
  most: number,
  keyOf: (question: Q) => string,
  read: (question: Q) => T,
): (question: Q) => T {
  type Answers = Map<string, { readonly answer: T }>;
  // What was not asked for while `most` others were is forgotten: many small questions do not drive out a large one.
  let earlier: Answers = new Map();
  let latest: Answers = new Map();
  return (question) => {
    const key = keyOf(question);
    const fresh = latest.get(key);
    if (fresh) return fresh.answer;
    const known = earlier.get(key) ?? { answer: read(question) };
    if (latest.size >= most) [earlier, latest] = [latest, new Map()];
    latest.set(key, known);
    return known.answer;
  };
}
