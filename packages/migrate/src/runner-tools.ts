import {
  entry as valueOf,
  literal,
  mapEntries,
  namesIn,
  tableOf,
  written,
  type Path,
  type Text,
  type Trail,
} from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import type { Entry } from "./entry.ts";
import { folderPath } from "./folder.ts";
import type { Occurrence, Once } from "./intent.ts";
import { miseConfigs } from "./mise/config.ts";
import { programIn, unreadModules } from "./program-files.ts";
import { input } from "./scope.ts";
import type { World } from "./world.ts";

/** What an operation may find on the runner and not in a deployment, as far as files tell. */
export function unlikeRunner(directory: Path | undefined, earlier: readonly Entry[], world: World): readonly Once[] {
  const runtime = directory === undefined ? undefined : world.projects.get(directory)?.runtime;
  return [
    ...unreadModules(directory, world),
    ...toolsLost(earlier),
    ...versionsLost(earlier, runtime),
    ...enginesNeeded(directory, world),
  ];
}

/**
 * Versions of a program's language that a step pins and no image of a deployment has: Node 22 and later, Python 3.10 and
 * later, .NET 8 and later. https://github.com/pulumi/pulumi-docker-containers, `docker/pulumi`
 */
const oldVersions = tableOf<readonly [action: string, name: string, old: RegExp]>({
  nodejs: ["actions/setup-node", "node-version", /^v?(?:[4-9]|1\d|2[01])(?:\.|$)/],
  python: ["actions/setup-python", "python-version", /^(?:2|3\.[0-9])(?:\.|$)/],
  dotnet: ["actions/setup-dotnet", "dotnet-version", /^[2-7](?:\.|$)/],
});

function versionsLost(earlier: readonly Entry[], runtime: string | undefined): readonly Once[] {
  const [action, name, old] = oldVersions[runtime ?? ""] ?? [];
  if (action === undefined || name === undefined || old === undefined) return [];
  return earlier.flatMap(({ command }): readonly Once[] => {
    const bound = command.kind === "uses" && command.action.toLowerCase() === action ? input(command, name) : undefined;
    const versions = (bound && literal(bound.text))?.split(/\s+/).filter((one) => one !== "") ?? [];
    const isLost = versions.length > 0 && versions.every((one) => old.test(one));
    return isLost && bound ? [{ kind: "version", from: bound.from, isOfCommand: true }] : [];
  });
}

/**
 * Actions that put a tool in place which the image of a deployment lacks, or one that brings any tool. What the program
 * of the stack calls by its name nobody has looked for.
 * https://github.com/pulumi/pulumi-docker-containers, `docker/pulumi`
 */
const lacking: ReadonlySet<string> = new Set([
  "actions-rust-lang/setup-rust-toolchain",
  "arduino/setup-task",
  "asdf-vm/actions/install",
  "asdf-vm/actions/setup",
  "aws-actions/setup-sam",
  "azure/use-kubelogin",
  "bats-core/bats-action",
  "cachix/install-nix-action",
  "denoland/setup-deno",
  "determinatesystems/nix-installer-action",
  "dtolnay/rust-toolchain",
  "extractions/setup-just",
  "flox/install-flox-action",
  "grafana/setup-k6-action",
  "hashicorp/setup-terraform",
  "homebrew/actions/setup-homebrew",
  "jetify-com/devbox-install-action",
  "jetpack-io/devbox-install-action",
  "mdgreenwald/mozilla-sops-action",
  "mlugg/setup-zig",
  "moonrepo/setup-toolchain",
  "nixbuild/nix-quick-install-action",
  "opentofu/setup-opentofu",
  "peaceiris/actions-hugo",
  "reviewdog/action-setup",
  "ruby/setup-ruby",
  "sigstore/cosign-installer",
  "superfly/flyctl-actions/setup-flyctl",
  "taiki-e/install-action",
  "terraform-linters/setup-tflint",
  "yokawasa/action-setup-kube-tools",
]);

/** Commands that put such tools in place: `duty-programs.ts` knows them. */
const lackingInstalls =
  /^(?:pipx|uv tool|brew|snap|cargo)\b.* install\b.* (?:pipenv|hatch|pdm|just|rust-just|go-task|task|mise)(?:[=@]\S+)?(?: |$)/;

/** Tools of mise that the image has, or that only the version of is another. */
const ofImage =
  /^(?:core:)?(?:aws-?cli|azure(?:-cli)?|bun|dotnet(?:-core)?|gcloud|go|golang|gradle|helm|java|jq|kubectl|maven|node|nodejs|npm|pnpm|poetry|pulumi|python|uv|yarn)$/;

/** Tools that steps before an operation put in place, and that a deployment does not have. */
function toolsLost(earlier: readonly Entry[]): readonly Once[] {
  return earlier.filter(isLost).map(({ command }) => ({ kind: "tool", from: command.from, isOfCommand: true }));
}

function isLost({ command, before }: Entry): boolean {
  if (command.kind === "script") return false;
  if (command.kind === "run") {
    const text = command.words.map((word) => written(word)).join(" ");
    return (
      lackingInstalls.test(text) || (/^mise .*\b(?:install|i)\b/.test(text) && bringsMore(command.directory, before))
    );
  }
  const action = command.action.toLowerCase();
  if (action !== "jdx/mise-action") return lacking.has(action);
  const folder = command.inputs.get("working_directory")?.text ?? ["."];
  return command.inputs.has("mise_toml") || bringsMore(joinPath(["."], folder), before);
}

/** Whether the configuration of mise names other tools than those of the image; one that is not there may name any. */
function bringsMore(directory: Text, { tree }: Entry["before"]): boolean {
  const folder = folderPath(directory);
  const configs = folder === undefined ? [] : miseConfigs(tree, folder);
  if (configs.length === 0) return true;
  return configs.some(({ node }) => mapEntries(valueOf(node, "tools")).some(({ key }) => !ofImage.test(key)));
}

/** Packages that build images or run containers, and the part of `awsx` that does; in the words of each language. */
const engines =
  /@pulumi\/docker(?:-build)?\b|\bpulumi_docker(?:_build)?\b|\bpulumi-docker(?:-build)?\/sdk\b|\bPulumi\.Docker(?:Build)?\b|\bcom\.pulumi\.docker(?:build)?\b|\btype:\s*["']?(?:docker|docker-build|awsx:ecr):(?:index:)?Image\b|\btype:\s*["']?docker:(?:index:)?(?:Container|RemoteImage)\b|\becr\.(?:Image\b|buildImage\b|buildAndPushImage\b|NewImage\b)/;

/** Where a program first names what needs an engine for containers: that a deployment has one is documented nowhere. */
function enginesNeeded(directory: Path | undefined, world: World): readonly Once[] {
  if (directory === undefined || !world.projects.has(directory)) return [];
  return programIn(directory, world).flatMap(([path, text]): readonly Once[] => {
    const found = engines.exec(text);
    if (!found) return [];
    const from: Trail = [{ path, start: found.index, end: found.index + found[0].length }];
    return [{ kind: "engine", from, isOfCommand: true }];
  });
}

/**
 * Variables of the repository that a deployment's checks see: there they have the value of the day on which the settings
 * were deployed, so that nobody can stop an update with one of them any more. A call leaves the checks where they are.
 */
export function switchesRead({ environment, prepare }: Pick<Occurrence, "environment" | "prepare">): readonly Once[] {
  if (!prepare.some(({ checks }) => checks)) return [];
  return [...environment.values()]
    .filter(({ text }) => namesIn(text, "vars").length > 0)
    .map(({ from }) => ({ kind: "switch", from, isOfCommand: false }));
}
