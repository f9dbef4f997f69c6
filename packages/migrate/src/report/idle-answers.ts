import type { Span } from "@gha2pulumi/repo";
import { mentionOf, nameOfVariable } from "../answer-keys.ts";
import type { World } from "../world.ts";

/**
 * Variables that somebody told (`vars.STACK`), and that only jobs with an environment read: there a variable of the
 * environment may stand over the repository's, so what was told of it changes nothing.
 * https://docs.github.com/actions/reference/workflows-and-actions/variables#configuration-variable-precedence
 */
export function idleAnswers({
  surroundings,
  repository,
  tree,
}: World): readonly { readonly message: string; readonly at: Span }[] {
  return [...surroundings.keys()].flatMap((key) => {
    const name = nameOfVariable(key);
    if (name === undefined) return [];
    const mention = mentionOf(name);
    const isIn = (path: string, start = 0, end?: number): boolean =>
      mention.test((tree.get(path) ?? "").slice(start, end));
    if ([...repository.actions.keys()].some((path) => isIn(path))) return [];
    const jobs = [...repository.workflows.values()].flatMap(({ path, jobs: all }) => {
      const own = [...all.values()];
      const ends = own.map(({ span }) => span.end);
      // What stands outside of the jobs is there for all of them.
      const isShared = [0, ...ends].some((end, i) => isIn(path, end, own[i]?.span.start));
      return isShared ? own : own.filter(({ span }) => isIn(path, span.start, span.end));
    });
    const [reading] = jobs;
    if (reading === undefined || jobs.some(({ environment, uses }) => environment === undefined || uses !== undefined))
      return [];
    const text = (tree.get(reading.span.path) ?? "").slice(reading.span.start, reading.span.end);
    const found = mention.exec(text);
    const start = reading.span.start + (found?.index ?? 0);
    return [
      {
        message: `the answer \`${key}\` changes nothing: each job that reads the variable has an environment, whose own may stand in its place; answer \`stack/FILE/JOB\` for those jobs instead`,
        at: { ...reading.span, start, end: start + (found?.[0].length ?? reading.id.length) },
      },
    ];
  });
}
