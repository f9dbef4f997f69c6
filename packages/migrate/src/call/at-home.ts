import { expressionsIn } from "@gha2pulumi/workflow";
import type { Host } from "./call-group.ts";

/**
 * Expressions that are neither written in the called job or the action itself, nor mean the same there as where it is
 * called. An action has neither `vars` nor `secrets`:
 * https://docs.github.com/actions/reference/workflows-and-actions/contexts#context-availability
 */
export function namesAway(text: string, around: string, { kind }: Pick<Host, "kind">): readonly string[] {
  const everywhere =
    kind === "action"
      ? /^(github|env)\.[\w.]+( \|\| github\.[\w.]+)?$/
      : /^(github|vars|env)\.[\w.]+( \|\| github\.[\w.]+)?$/;
  return expressionsIn(text).flatMap(({ source }) => {
    const key = /^fromJSON\('(?:[^']|'')*'\)\[(.+)\]$/.exec(source)?.[1] ?? source;
    return everywhere.test(key) || around.includes(key) ? [] : [key];
  });
}
