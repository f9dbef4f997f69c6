/**
 * A pure function of a text that keeps its latest answers: the same expressions, scripts and manifests are met again
 * on every event. At `most` answers it forgets all of them, so that a campaign over many repositories does not grow.
 */
export function remembered<T>(most: number, read: (text: string) => T): (text: string) => T {
  const answers = new Map<string, { readonly answer: T }>();
  return (text) => {
    const known = answers.get(text);
    if (known) return known.answer;
    if (answers.size >= most) answers.clear();
    const answer = read(text);
    answers.set(text, { answer });
    return answer;
  };
}
