import type { Trail } from "@gha2pulumi/repo";
import { isLiteralPattern, matchesPattern, type Surroundings } from "@gha2pulumi/workflow";
import { anyBase, blocker, type Blocker } from "./blocker.ts";
import type { Intent } from "./intents.ts";
import { placeOf } from "./trigger-blockers.ts";
import { branchesSaid, type SeenTrigger } from "./triggers-seen.ts";

/** Branches that the workflows with operations name in filters, or reach by a condition: pull requests may go into each. */
export function branchesNamed(intents: readonly Intent[]): ReadonlySet<string> {
  const ofBranches = ({ event }: { readonly event: string }): boolean =>
    /^(?:push|pull_request(?:_target)?)$/.test(event);
  const names = intents.flatMap(({ workflow, on }) => [
    ...workflow.triggers.filter(ofBranches).flatMap(({ branches }) => (branches ?? []).map(({ text }) => text)),
    ...on.filter(ofBranches).flatMap(({ branches }) => branches),
  ]);
  return new Set(names.filter(isLiteralPattern));
}

/** Previews of pull requests into branches that are not the stack's: Deployments has none of those. */
export function otherBases(
  intent: Intent,
  branch: string | undefined,
  named: ReadonlySet<string>,
  surroundings: Surroundings,
): readonly Blocker[] {
  const trigger = intent.on.find((one) => one.event === "pull_request");
  if (trigger === undefined || trigger.branches.includes(branch ?? "")) return [];
  const from = placeOf(intent, "pull_request");
  const said = `it previews pull requests into ${branchesSaid(trigger)}`;
  // Into every branch: the stack's own is asked for as configuration where no file tells it (GP619).
  if (trigger.branches.length === 0 && (branch === undefined || !isLeftOut(trigger, branch)))
    return branch === undefined ? [] : lostBases(trigger, branch, { named, surroundings, said, from });
  return [blocker("GP234", `${said}, and the stack's branch is ${branch ?? "not known"}`, from)];
}

interface Told {
  readonly named: ReadonlySet<string>;
  readonly surroundings: Surroundings;
  readonly said: string;
  readonly from: Trail;
}

/**
 * What GitHub calls the default branch where nobody says otherwise, and what it was called before. Where there
 * is a stack of another branch and nothing names one of these, which one pull requests go into is not known. https://github.com/github/renaming
 */
const usualNames: ReadonlySet<string> = new Set(["main", "master"]);

/** Every branch that is known counts as if a filter named it; those that nothing names are given up, which GP616 says. */
function lostBases(
  trigger: SeenTrigger,
  branch: string,
  { named, surroundings, said, from }: Told,
): readonly Blocker[] {
  const main = surroundings.get("default-branch");
  if (branch === main || surroundings.get("previews.other-bases") === "drop") return [];
  const others = [...(main === undefined ? [] : [main]), ...named].filter(
    (name) => name !== branch && !isLeftOut(trigger, name),
  );
  const [first] = others;
  const isUsual = [branch, ...named].some((name) => usualNames.has(name));
  if (first === undefined && (main !== undefined || isUsual)) return [];
  const which = first === undefined ? "" : first === main ? `, most of them into ${main}` : `, ${first} among them`;
  const open = first === undefined ? "; whether that is the default branch is not told (`default-branch`)" : "";
  return [blocker("GP234", `${said}${which}, and the stack's branch is ${branch}${open}`, from, anyBase(from))];
}

function isLeftOut({ except }: SeenTrigger, name: string): boolean {
  return except.some((pattern) => matchesPattern(pattern, name));
}
