import type { Span } from "@gha2pulumi/repo";
import type { Job, Step } from "@gha2pulumi/workflow";
import type { World } from "./world.ts";

/** https://docs.github.com/actions/how-tos/manage-workflow-runs/skip-workflow-runs */
const skips = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|\bskip-checks: ?true\b/i;

/** Actions that commit and push; those of releases do so by their plug-ins or options. */
const pushers =
  /^(?:stefanzweifel\/git-auto-commit-action|endbug\/add-and-commit|ad-m\/github-push-action|actions-js\/push|cycjimmy\/semantic-release-action|codfish\/semantic-release-action|python-semantic-release\/python-semantic-release)$/i;

/** A push of a branch; tags by themselves are no commits of one. */
const pushes =
  /\bgit push\b(?![^\n&|;]*(?: --tags\b| --delete\b| -d\b| refs\/tags\/))|\bsemantic-release\b|\blerna version\b/;

/** What makes the commit that is pushed, in any step of the job. */
const commits = /\bgit (?:\S+ )*commit\b|\b(?:npm|yarn|pnpm) version\b|\bsemantic-release\b|\blerna version\b/;

/**
 * Steps that push commits for which GitHub starts no workflow: their messages say so, or they are made with the token of
 * the run, which a checkout leaves behind where it is given no other. Deployments hears each of them.
 * https://docs.github.com/actions/how-tos/write-workflows/choose-when-workflows-run/trigger-a-workflow#triggering-a-workflow-from-a-workflow
 */
export function skippedPushes({ repository }: World): readonly Span[] {
  const known = found.get(repository) ?? readAll(repository);
  found.set(repository, known);
  return known;
}

const found = new WeakMap<World["repository"], readonly Span[]>();

function readAll({ workflows }: World["repository"]): readonly Span[] {
  return [...workflows.values()]
    .filter(({ path, runnable }) => runnable && !path.startsWith("@"))
    .flatMap(({ jobs }) => [...jobs.values()])
    .flatMap((job) => job.steps.filter((step) => isSkipped(step, job)).map(({ span }) => span));
}

function isSkipped(step: Step, job: Job): boolean {
  const action = step.uses?.text.split("@")[0] ?? "";
  const script = step.run?.text ?? "";
  const isAction = pushers.test(action);
  if (!isAction && !pushes.test(script)) return false;
  if (!isAction && !job.steps.some(({ run }) => commits.test(run?.text ?? ""))) return false;
  const texts = [...step.with.values(), ...step.env.values(), ...job.steps.flatMap(({ run }) => run ?? [])];
  return texts.some(({ text }) => skips.test(text)) || !hasOwnToken(step, job);
}

/** A token or key of the owner's: of that GitHub starts workflows as of a person. */
function hasOwnToken(step: Step, { steps }: Job): boolean {
  const checkouts = steps.filter(({ uses }) => uses?.text.startsWith("actions/checkout@"));
  return [step, ...checkouts].some(({ with: inputs, env }) =>
    [...inputs, ...env].some(
      ([name, { text }]) =>
        /token|ssh-key/i.test(name) && text !== "" && !/\b(?:github\.token|secrets\.GITHUB_TOKEN)\b/i.test(text),
    ),
  );
}
