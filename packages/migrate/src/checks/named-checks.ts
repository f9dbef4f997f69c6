import { baseName, byText, hasCheckRules, type Path } from "@gha2pulumi/repo";
import type { CheckName } from "@gha2pulumi/workflow";
import type { World } from "../world.ts";
import { together, type NamedCheck, type NamesFound } from "./named-check.ts";
import { rulesInSettings } from "./rules-in-settings.ts";
import { rulesOfMergify } from "./rules-of-mergify.ts";
import { isFoundIn } from "./search-pattern.ts";
import { checksAwaited } from "./waiting-steps.ts";

const known = new WeakMap<World["repository"], NamesFound>();

/** Every check that the files of a repository name as required or awaited, in the order of the files. */
export function namedChecks(world: World): NamesFound {
  const found = known.get(world.repository) ?? together([...namesInFiles(world), ...namesInSteps(world)]);
  known.set(world.repository, found);
  return found;
}

function namesInFiles({ tree }: World): readonly NamesFound[] {
  return [...tree.keys()]
    .filter((path) => hasCheckRules(path) || isOtherOfGitHub(path))
    .sort(byText)
    .map((path) => {
      const text = tree.get(path) ?? "";
      return isOfMergify(path) ? rulesOfMergify(path, text) : rulesInSettings(path, text);
    });
}

/** Whatever else apps read in `.github`: what GitHub itself reads there names no checks. */
function isOtherOfGitHub(path: Path): boolean {
  return /^\.github\/(?!workflows\/|actions\/).*\.ya?ml$/.test(path) && !/^action\.ya?ml$/.test(baseName(path));
}

function isOfMergify(path: Path): boolean {
  return /^\.mergify\/|(?:^\.|\/)mergify\.ya?ml$/.test(path);
}

function namesInSteps({ repository }: World): readonly NamesFound[] {
  const jobs = [...repository.workflows.values()].flatMap((workflow) => [...workflow.jobs.values()]);
  return [...jobs, ...repository.actions.values()].flatMap(({ steps }) => steps.map(checksAwaited));
}

/** Whether a regular expression may be found in the name of a check. */
export function mayFind({ text: pattern }: NamedCheck, { text, exact }: CheckName): boolean {
  return isFoundIn(pattern, exact ? [text] : text.split("*")) ?? true;
}
