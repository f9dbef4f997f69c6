import { apply, type Edited, type Tree } from "@gha2pulumi/repo";
import {
  awsQuota,
  changeAws,
  readDefinitions,
  type AwsPlan,
  type AwsRule,
  type Grammars,
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
