/**
 * A pure function of a text that keeps its latest answers: the same expressions, scripts and manifests are met again
 * on every event. At `most` answers it forgets all of them, so that a campaign over many repositories does not grow.
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
  const answers = new Map<string, { readonly answer: T }>();
  return (question) => {
    const key = keyOf(question);
    const known = answers.get(key);
    if (known) return known.answer;
    if (answers.size >= most) answers.clear();
    const answer = read(question);
    answers.set(key, { answer });
    return answer;
  };
}
