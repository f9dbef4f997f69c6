import { entry, grouped, readYaml, scalarText, type Path, type Trail } from "@gha2pulumi/repo";
import { isLiteralPattern } from "@gha2pulumi/workflow";
import { settingLabel, type StackSettings } from "@gha2pulumi/deployments";
import type { Plan } from "./decision.ts";
import type { ProvenWorld } from "./effects.ts";
import type { Occurrence } from "./intent.ts";
import type { Intent } from "./intents.ts";
import type { World } from "./world.ts";

type Declaring = World & Pick<ProvenWorld, "declared">;

/** Why the workflow's cache of dependencies does not become `cacheOptions`; "": it does. */
export interface CacheChoice {
  readonly asked: Trail;
  readonly because: string;
}

/**
 * What becomes of the caches that operations restore, by operation. Deployments keeps one cache for a project and its
 * lock file, whatever the branch (deployments/concepts/settings/dependency-caching); GitHub lets no run restore what a
 * pull request has cached, nor another branch. So it is set only where all that Deployments runs of the project runs on
 * one branch. https://docs.github.com/actions/reference/workflows-and-actions/dependency-caching#restrictions-for-accessing-a-cache
 */
export function cacheChoices(
  running: readonly Intent[],
  isCalled: (intent: Intent) => boolean,
  world: Declaring,
): ReadonlyMap<Intent, CacheChoice> {
  const projects = grouped(running, ({ occurrences: [{ project }] }) => project ?? "");
  return new Map(
    [...projects.values()].flatMap((all) => {
      const shared = sharedWith(all, isCalled, world);
      return all.flatMap((intent): readonly (readonly [Intent, CacheChoice])[] => {
        const [occurrence] = intent.occurrences;
        if (occurrence.cache === undefined) return [];
        const because = shared ?? unsupported(occurrence, world) ?? "";
        return [[intent, { asked: occurrence.cache, because }]];
      });
    }),
  );
}

/** What asks for the cache of a stack. A stack that a program declares has it there, or has it not. */
export function cacheOf(
  group: readonly [Intent, ...Intent[]],
  choices: ReadonlyMap<Intent, CacheChoice>,
  declared: readonly StackSettings[],
): Trail | undefined {
  const standing = declaredAs(group[0], declared);
  if (standing) return standing.cache ? (standing.reasons.get("cache") ?? standing.from) : undefined;
  return group.map((intent) => choices.get(intent)).find((choice) => choice?.because === "")?.asked;
}

/** The settings of its stack that a program has; an organisation that is not written down may be any. */
function declaredAs({ occurrences: [one] }: Intent, declared: readonly StackSettings[]): StackSettings | undefined {
  return declared.find(({ project, stack }) => project === one.project && stack === one.stack);
}

/** Caches that Deployments does not keep for stacks that get settings: one of a project for each reason. */
export function cachesLeftOff({ decisions }: Pick<Plan, "decisions">, world: Declaring): readonly CacheChoice[] {
  const called = new Set(decisions.filter((one) => one.disposition === "call").map(({ intent }) => intent));
  const running = decisions
    .filter(({ disposition }) => disposition === "move" || disposition === "call")
    .map(({ intent }) => intent)
    .filter(({ occurrences: [{ operates }] }) => operates.called === undefined);
  const left = [...cacheChoices(running, (intent) => called.has(intent), world)].filter(
    ([intent, { because }]) => because !== "" && declaredAs(intent, world.declared) === undefined,
  );
  const reasons = grouped(
    left,
    ([
      {
        occurrences: [{ project }],
      },
      { because },
    ]) => `${project}\n${because}`,
  );
  return [...reasons.values()].map(([[, choice]]) => choice);
}

/** Who else would write into the cache of a project. */
function sharedWith(
  all: readonly [Intent, ...Intent[]],
  isCalled: (intent: Intent) => boolean,
  world: Declaring,
): string | undefined {
  const { project } = all[0].occurrences[0];
  const beside = [...world.declared, ...world.settingsFiles.map(({ settings }) => settings)].filter(
    (one) => one.project === project,
  );
  const triggers = all.flatMap((intent) => intent.on.map((trigger) => ({ ...trigger, called: isCalled(intent) })));
  // A call brings what its workflow runs on; by hand, that is any branch.
  const other = triggers.find(
    ({ event, called }) => event !== "push" && event !== "schedule" && (called || event !== "workflow_dispatch"),
  );
  const previewed = beside.some((one) => one.previewPullRequests || one.pullRequestTemplate);
  const event = other?.event ?? (previewed ? "pull_request" : undefined);
  if (event !== undefined) return `${oneForAll}, and what \`${event}\` starts would fill it too`;
  const pushed = triggers.filter((trigger) => trigger.event === "push");
  const branches = new Set([
    ...pushed.flatMap((trigger) => trigger.branches),
    ...beside.filter(({ deployCommits }) => deployCommits).map(({ branch }) => settingLabel(branch)),
  ]);
  const isOne =
    branches.size < 2 && pushed.every(({ branches: own }) => own.length === 1 && own.every(isLiteralPattern));
  return isOne ? undefined : `${oneForAll}, and several branches would fill it`;
}

const oneForAll = "Deployments keeps one for the whole project";

/** Lock files that name the cache, by runtime; Java and Pulumi YAML have none. */
const lockFiles: ReadonlyMap<string, readonly string[]> = new Map([
  ["nodejs", ["package-lock.json", "yarn.lock", "pnpm-lock.yaml"]],
  ["python", ["requirements.txt", "uv.lock", "poetry.lock"]],
  ["go", ["go.sum"]],
]);

/** What the cache of Deployments cannot do for an operation. */
function unsupported({ directory, pool }: Occurrence, { projects, tree }: World): string | undefined {
  const project = directory === undefined ? undefined : projects.get(directory);
  if (project === undefined) return "its project is not known";
  if (pool !== undefined) return "agents of a pool of one's own have no cache";
  const names = lockFiles.get(project.runtime ?? "");
  if (names === undefined)
    return `Deployments keeps none that is known here for a program in ${project.runtime ?? "another language"}`;
  const found = upwards(project.directory).flatMap((folder) =>
    names.map((name) => `${folder}${name}`).filter((path) => tree.has(path)),
  );
  if (found.length === 0) return `Deployments names it after a lock file, and there is none of ${names.join(", ")}`;
  if (found.length > 1) return `Deployments names it after one lock file, and there are ${found.join(", ")}`;
  if (project.runtime !== "python") return undefined;
  const { root } = readYaml(project.path, tree.get(project.path) ?? "");
  const folder = scalarText(entry(entry(entry(root, "runtime"), "options"), "virtualenv"));
  return folder === "venv"
    ? undefined
    : "Deployments keeps the virtual environment of a program in Python only under the name `venv`";
}

/** A folder and those above it, each as the start of a path. */
function upwards(directory: Path): readonly string[] {
  if (directory === ".") return [""];
  const parts = directory.split("/");
  return [...parts.map((_, i) => `${parts.slice(0, parts.length - i).join("/")}/`), ""];
}
