import { branchFile, mapEntries, readYaml, scalarText, type Bound, type Event, type Tree } from "@gha2pulumi/repo";
import { defaultBranchStandIn } from "@gha2pulumi/workflow";
import type { ByBranch, Operates } from "./intent.ts";

/** Which stack each branch has, as `.pulumi/ci.json` says; `undefined` where it cannot be read. */
type BranchStacks = ReadonlyMap<string, Bound>;

const read = new WeakMap<Tree, { readonly stacks: BranchStacks | undefined }>();

function branchStacks(tree: Tree): BranchStacks | undefined {
  const known = read.get(tree) ?? { stacks: readStacks(tree.get(branchFile) ?? "") };
  read.set(tree, known);
  return known.stacks;
}

function readStacks(text: string): BranchStacks | undefined {
  const { root, problems } = readYaml(branchFile, text);
  if (root?.kind !== "map" || problems.length > 0) return undefined;
  return new Map(
    mapEntries(root).flatMap(({ key, value }) => {
      const stack = scalarText(value);
      return stack === undefined ? [] : [[key, { text: [stack], from: [value.span] }] as const];
    }),
  );
}

/** The branches that the file tells apart, where a step of a workflow may read it: each has events of its own. */
export function branchesOfFile(tree: Tree): readonly string[] {
  const isRead = [...tree].some(
    ([path, text]) => /\.ya?ml$/.test(path) && /pulumi\/actions@v?[01]\b|docker:\/\/\S*pulumi\//i.test(text),
  );
  return isRead ? [...(branchStacks(tree)?.keys() ?? [])] : [];
}

/** By the operation and the branch, so that what is found out of an operation is found out once a branch. */
const onBranches = new WeakMap<Operates, Map<string, Operates>>();

/**
 * An operation as an event runs it that looks its stack up by branch: on one that is not in the file it does nothing.
 * Where the branch cannot be told, no stack is named.
 */
export function onItsBranch(operates: Operates, event: Event, tree: Tree): readonly Operates[] {
  const { byBranch } = operates;
  const stacks = byBranch && branchStacks(tree);
  if (!byBranch || !stacks) return [operates];
  const branch = branchOf(event, byBranch);
  if (branch === "nothing") return [];
  if (branch === undefined) return [operates];
  const stack = stacks.get(branch.name);
  if (stack === undefined) return [];
  if (byBranch.named) return [operates];
  const known = onBranches.get(operates) ?? new Map<string, Operates>();
  onBranches.set(operates, known);
  const found = known.get(branch.name) ?? { ...operates, stack };
  known.set(branch.name, found);
  return [found];
}

/** What the script asks the file for: https://github.com/pulumi/pulumi/blob/18817b606ff131640d7447053079cf2e01c462e9/docker/actions/entrypoint.sh */
function branchOf(event: Event, { branch }: ByBranch): { readonly name: string } | "nothing" | undefined {
  const named = (name: string): { readonly name: string } | undefined =>
    name === defaultBranchStandIn || branch === "base" ? undefined : { name };
  switch (event.kind) {
    case "pull_request":
      if (branch === "own") return undefined;
      return ["opened", "edited", "synchronize"].includes(event.action) ? { name: event.base } : "nothing";
    case "push":
    case "schedule":
    case "workflow_run":
    case "other":
      return named(event.branch);
    case "dispatch":
      return event.tag === undefined ? named(event.branch) : "nothing";
    case "tag":
      return "nothing";
    case "call":
      return undefined;
  }
}
