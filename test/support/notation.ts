import { expect } from "vitest";
import { apply, type Edited, type Grammars, type Tree } from "@gha2pulumi/repo";
import {
  awsQuota,
  changeAws,
  readDefinitions,
  type AwsPlan,
  type AwsRule,
  type RoleDefinition,
  type Runs,
} from "@gha2pulumi/trust";

export const prod: Runs = { organization: "acme", project: "infra", stack: "prod", operations: "any" };

/** What came of giving a role the transition's policy in its file. */
export interface Rewritten {
  readonly definition: RoleDefinition;
  /** The policy that was asked for. */
  readonly after: AwsRule;
  readonly edited: Edited;
  readonly tree: Tree;
  /** The same role as the changed tree defines it. */
  readonly again: RoleDefinition | undefined;
}

/** The policy of the transition for a role as its file has it. */
export function transitionOf(definition: RoleDefinition, more: Partial<AwsPlan> = {}): AwsRule {
  const change = changeAws({
    before: definition.policy,
    account: "111122223333",
    partition: "aws",
    home: definition.home,
    runs: [prod],
    github: [],
    stays: { kind: "nobody" },
    subjects: "compact",
    quota: awsQuota.raised,
    ...more,
  });
  if (change.transition.kind !== "rule") throw new Error(change.transition.because.join("; "));
  return change.transition.rule;
}

/** Reads every role of a tree, gives the wanted one the policy of the transition, and reads it again. */
export async function rewrite(
  tree: Tree,
  grammars: Grammars | undefined,
  more: Partial<AwsPlan> = {},
  turn = 0,
): Promise<Rewritten> {
  const definitions = await readDefinitions(tree, grammars);
  const definition = definitions.roles[turn];
  if (definition === undefined) throw new Error("no role is defined there");
  const after = transitionOf(definition, more);
  const edited = definitions.write(definition, after);
  const changed =
    edited.kind === "edited"
      ? apply(tree, [{ kind: "edit", path: definition.document.path, splices: edited.splices }])
      : tree;
  return { definition, after, edited, tree: changed, again: (await readDefinitions(changed, grammars)).roles[turn] };
}

/**
 * What the transition puts into a file, whole lines; the reason where the file is left alone. It fails where another
 * byte changes, where the result does not read as meant, or where a second run would change it again.
 */
export async function insertedLines(
  files: Readonly<Record<string, string>>,
  grammars: Grammars | undefined,
  turn = 0,
): Promise<string> {
  const { definition, edited, tree, again, after } = await rewrite(new Map(Object.entries(files)), grammars, {}, turn);
  if (edited.kind === "refused") return `refused: ${edited.reason}`;
  expect(again?.policy).toEqual(after);
  expect(again && transitionOf(again)).toEqual(again?.policy);
  const { path } = definition.document;
  const before = (files[path] ?? "").split("\n");
  const lines = (tree.get(path) ?? "").split("\n");
  let from = 0;
  while (before[from] === lines[from]) from += 1;
  let to = 0;
  while (before.at(-1 - to) === lines.at(-1 - to) && to < before.length - from) to += 1;
  expect([...lines.slice(0, from), ...lines.slice(lines.length - to)]).toEqual(before);
  return lines.slice(from, lines.length - to).join("\n");
}

/** Takes what was put in out again: what is left has to be the file as it was. */
export function withoutSplices({ edited, tree, definition }: Rewritten): string {
  let rest = tree.get(definition.document.path) ?? "";
  const splices = edited.kind === "edited" ? edited.splices : [];
  let moved = splices.reduce((sum, { text }) => sum + text.length, 0);
  for (const { start, text } of [...splices].sort((a, b) => b.start - a.start)) {
    moved -= text.length;
    rest = rest.slice(0, start + moved) + rest.slice(start + moved + text.length);
  }
  return rest;
}
