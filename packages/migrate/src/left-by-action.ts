import { literal, written, type Bound } from "@gha2pulumi/repo";
import { workspaceFolder } from "@gha2pulumi/workflow";
import { installOf } from "./installs.ts";
import { isPrivate, npmRegistry } from "./npm-registry.ts";

type Inputs = ReadonlyMap<string, Bound>;

/** The language of the Pulumi program in a folder. */
type Runtime = (folder: string) => string | undefined;

/** What a well-known action leaves behind with some of its inputs, and a deployment would not have. */
export function leftByAction(action: string, inputs: Inputs, runtime: Runtime): string | undefined {
  const left = actions.get(action.toLowerCase())?.(inputs, runtime);
  return left === undefined ? undefined : `\`${action}\` ${left}, which a deployment does not have`;
}

/** An input as it is written; "" for none. */
function input(inputs: Inputs, name: string): string {
  return written(inputs.get(name)?.text ?? []).trim();
}

/** Documentation of what the actions do is at `https://github.com/<name>`. */
const actions: ReadonlyMap<string, (inputs: Inputs, runtime: Runtime) => string | undefined> = new Map([
  ["actions/cache", cached],
  ["actions/cache/restore", cached],
  [
    "actions/setup-node",
    (inputs) => {
      const registry = literal(inputs.get("registry-url")?.text ?? []) ?? "";
      return isPrivate(registry) && npmRegistry(inputs) === undefined
        ? `writes an \`.npmrc\` for \`${registry}\``
        : undefined;
    },
  ],
  [
    "actions/setup-python",
    (inputs) => {
      const packages = input(inputs, "pip-install");
      return packages === "" || installOf(`pip install ${packages}`)?.kind === "default"
        ? undefined
        : `installs \`${packages}\``;
    },
  ],
  ["actions/setup-dotnet", (inputs) => given(inputs, ["source-url"], "writes a `nuget.config`")],
  [
    "actions/setup-java",
    (inputs) =>
      given(inputs, ["server-id", "server-username", "server-password", "gpg-private-key"], "writes a `settings.xml`"),
  ],
  ["actions/download-artifact", () => "brings files of another job"],
  ["bahmutov/npm-install", npmInstall],
  ...["tailscale/github-action", "twingate/github-action", "kota65535/github-openvpn-connect-action"].map(
    (name) => [name, () => "joins the runner to a private network"] as const,
  ),
  [
    "pnpm/action-setup",
    (inputs) => (runsInstall(input(inputs, "run_install")) ? "installs other packages" : undefined),
  ],
  [
    "hashicorp/setup-terraform",
    (inputs) => given(inputs, ["cli_config_credentials_token"], "writes a token for Terraform"),
  ],
  [
    "jaxxstorm/action-install-gh-release",
    (inputs) => {
      const repository = input(inputs, "repo");
      return /^(?:mikefarah\/yq|(?:stedolan|jqlang)\/jq|cli\/cli|helm\/helm|pulumi\/pulumictl)$/.test(repository)
        ? undefined
        : `installs \`${repository}\``;
    },
  ],
  [
    "step-security/harden-runner",
    (inputs) => (/^(?:audit)?$/.test(input(inputs, "egress-policy")) ? undefined : "may keep the job from other hosts"),
  ],
]);

function given(inputs: Inputs, names: readonly string[], left: string): string | undefined {
  return names.some((name) => input(inputs, name) !== "") ? left : undefined;
}

/** It installs what Deployments does by itself, but in other folders and with another command. */
function npmInstall(inputs: Inputs, runtime: Runtime): string | undefined {
  const command = input(inputs, "install-command");
  const folders = input(inputs, "working-directory").split("\n");
  const other = folders.find(
    (folder) => folder !== "" && runtime(folder.trim().replace(/^\.\/|\/$/g, "")) === undefined,
  );
  if (command !== "" && installOf(command)?.kind !== "default") return `runs \`${command}\``;
  return other === undefined ? undefined : `installs packages in \`${other}\``;
}

/** Whether `run_install` asks for more than the packages of the repository: `true`, or YAML with folders and flags. */
function runsInstall(text: string): boolean {
  return !/^(?:|null|true|false|[-\s]*recursive: *true|[-\s]*args: *\[\s*["']?--(?:frozen-lockfile|prefer-offline)["']?\s*\])*$/.test(
    text.replaceAll("\n", ""),
  );
}

/** Folders that hold what can be fetched again, wherever they are. */
const dependencyFolder =
  /(?:^|\/)(?:node_modules|\.venv|venv|env|\.pulumi|\.yarn|\.pnpm-store|\.cache|\.npm|\.nuget|vendor|\.gradle|\.m2|\.terraform|__pycache__|\.turbo|\.nx|\.mypy_cache|\.ruff_cache|\.pytest_cache|\.eslintcache)(?:\/|$)|\.next\/cache|(?:^|\/)go\/pkg(?:\/|$)/;

/** Places outside the work tree; a path that only the run can tell is that of a tool, too. */
const elsewhere = /^(?:~|\/(?!tmp(?:\/|$))|\$HOME|\$\{\{ (?!runner\.temp\b))/;

function cached(inputs: Inputs): string | undefined {
  // A step that cannot do without it restores no mere dependencies.
  const isNeeded = !/^(?:false)?$/.test(input(inputs, "fail-on-cache-miss"));
  const paths = input(inputs, "path")
    .split("\n")
    .map((line) =>
      line
        .trim()
        .replaceAll(workspaceFolder, ".")
        .replace(/^(?:\.\/)+/, ""),
    );
  const built = paths.find(
    (path) =>
      path !== "" && !path.startsWith("!") && !dependencyFolder.test(path) && (isNeeded || !elsewhere.test(path)),
  );
  return built === undefined ? undefined : `brings \`${built}\``;
}
