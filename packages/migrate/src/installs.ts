import { remembered } from "@gha2pulumi/repo";

/** A command that installs what programs need, by its words. */
export interface Install {
  /**
   * `default`: no more and no less than Deployments does by itself in that folder, maybe with other output or speed.
   * `tool`: it brings the installer alone. `whole`: the dependencies of a folder with other flags, files or folders.
   * `adds`: packages that its words name, beside those of the program. `apart`: into a folder that they name.
   */
  readonly kind: "default" | "tool" | "whole" | "adds" | "apart";
  /** The language of the programs that it is for, as `Pulumi.yaml` names it; `undefined`: that of any. */
  readonly runtime: string | undefined;
  /** The program that Deployments would have to choose so that it does the same; `undefined`: any. */
  readonly installer: string | undefined;
}

/** Which install a command is; `undefined` for any other, and for `npm install <package>`, which builds. */
export const installOf: (text: string) => Install | undefined = remembered(2000, (text) => {
  // A value of the owner's is one word.
  const words = text.replaceAll(/\$\{\{.*?\}\}/g, "$VALUE").split(/\s+/);
  const squashed = words.join(" ");
  if (/^pulumi install\b/.test(squashed))
    return { kind: words.length === 2 ? "default" : "whole", runtime: undefined, installer: undefined };
  for (const { runtime, pattern, plain } of managers)
    if (pattern.test(squashed))
      return { kind: plain.test(squashed) ? "default" : "whole", runtime, installer: chosen.exec(squashed)?.[0] };
  const pip = pipCall.exec(squashed)?.[0];
  if (pip !== undefined) {
    const kind = pipKind(pip, squashed.slice(pip.length).trim().split(" "));
    return { kind, runtime: "python", installer: "pip" };
  }
  if (/^go get\b/.test(squashed)) return { kind: "adds", runtime: "go", installer: undefined };
  return undefined;
});

/** Programs among which `pulumi install` chooses. */
const chosen = /^(?:npm|pnpm|yarn|bun|uv|poetry)\b/;

interface Manager {
  readonly runtime: string;
  readonly pattern: RegExp;
  /** The form that Deployments runs by itself, with flags that change nothing but its output or its speed. */
  readonly plain: RegExp;
}

// https://docs.npmjs.com/cli/commands/npm-install, https://pnpm.io/cli/install, https://bun.sh/docs/cli/install,
// https://classic.yarnpkg.com/lang/en/docs/cli/install/, https://yarnpkg.com/cli/install
const nodeFlags =
  /(?:-[sqd]|--(?:silent|quiet|verbose|no-audit|audit=false|no-fund|fund=false|no-progress|progress=false|no-color|loglevel=\w+|reporter=[\w-]+|prefer-offline|frozen-lockfile|immutable|immutable-cache|check-cache|pure-lockfile|inline-builds|non-interactive|no-save|maxsockets=\d+|network-timeout=\d+|network-concurrency=\d+))/;

const managers: readonly Manager[] = [
  {
    runtime: "nodejs",
    pattern:
      /^(?:npm (?:ci|install|i)(?: (?:--prefix|--workspace|-w|-C)[ =]\S+| -[\w=-]+)*|pnpm (?:-w |(?:--dir|-C|--filter|-F)[ =]\S+ )*(?:install|i)(?: --filter[ =]\S+| -[\w=-]+)*|yarn(?: --cwd \S+)?(?: install)?(?: -[\w=-]+)*|bun (?:install|i)(?: -[\w=-]+)*)$/,
    plain: new RegExp(
      String.raw`^(?:npm (?:ci|install|i)|pnpm (?:install|i)|yarn(?: install)?|bun (?:install|i))(?: ${nodeFlags.source})*$`,
    ),
  },
  {
    runtime: "python",
    pattern: /^uv (?:(?:--(?:project|directory)[ =]\S+|-q|--quiet|--no-progress) )*sync\b/,
    plain: /^uv(?: -q| --quiet| --no-progress)* sync(?: -q| --quiet| --no-progress| --frozen| --locked)*$/,
  },
  {
    runtime: "python",
    pattern: /^poetry (?:install|sync)\b/,
    plain:
      /^poetry (?:install|sync)(?: -n| -q| -v+| --(?:no-root|no-interaction|no-ansi|no-cache|quiet|verbose|sync|no-directory))*$/,
  },
  // Deployments knows no Pipenv.
  { runtime: "python", pattern: /^pipenv (?:install|sync)\b/, plain: /^$/ },
  { runtime: "go", pattern: /^go mod (?:download|tidy)\b/, plain: /^go mod download(?: -x)?$/ },
  {
    runtime: "dotnet",
    pattern: /^dotnet restore\b/,
    plain: /^dotnet restore(?: --nologo| (?:-v|--verbosity)[ =]\w+)*$/,
  },
  { runtime: "ruby", pattern: /^bundle install\b/, plain: /^$/ },
];

const pipCall =
  /^(?:\S*\/)?(?:pip[\d.]* install|python[\d.]* -m pip install)(?= |$)|^uv(?: -q| --quiet)* pip (?:install|sync)(?= |$)/;

/** https://pip.pypa.io/en/stable/cli/pip_install/ */
const quietPip =
  /(?:^| )(?:-[qv]+|--quiet|--verbose|--no-cache-dir|--no-cache|--disable-pip-version-check|--no-input|--no-color|--no-progress|--no-warn-script-location|--break-system-packages|--system|--root-user-action=\w+|--(?:progress-bar|retries|timeout|default-timeout)[= ]\w+)(?= |$)/g;
/** Flags that change nothing where nothing is installed yet, and whose place is not that of a deployment. */
const freshPip = /(?:^| )(?:-U|--upgrade|--user)(?= |$)/g;
const apart = /(?:^| )(?:-t|--(?:target|root|prefix|dry-run))(?:[ =]|$)/;
const wholeFile = /(?:^| )(?:-r|--requirements?)(?:[ =]|$)|^-r\S/;
/** Programs that install or build packages, and none that a program of Pulumi imports. */
const pipTools =
  /^(?:pip|setuptools|wheel|pipx|poetry|uv|pipenv|hatch|pdm|virtualenv)(?:(?:[=<>~!]=?|===)[\w.,<>=!*]+)?$/;

function pipKind(call: string, args: readonly string[]): Install["kind"] {
  const rest = args.join(" ").replaceAll(quietPip, "").trim();
  if (apart.test(rest)) return "apart";
  const isDefaultPlace = !call.includes("/");
  if (
    isDefaultPlace &&
    /^(?:-r ?|--requirement[ =])?(?:\.\/)?requirements\.txt$/.test(rest.replaceAll(freshPip, "").trim())
  )
    // Without `-r` it is a package, but for `uv pip sync`.
    return /(?:^| )-(?:r|-requirement)/.test(rest) || call.endsWith(" sync") ? "default" : "adds";
  const named = rest.split(" ").filter((word) => !/^(?:-U|--upgrade|--user)$/.test(word));
  if (named.length > 0 && named.every((word) => pipTools.test(word))) return "tool";
  return wholeFile.test(rest) || call.endsWith(" sync") ? "whole" : "adds";
}

/** Where the packages of Python are that no active environment has: the Python of the runner. */
export const runnerPython = "runner";

/** Where an install of Python puts its packages when no environment is active; `undefined`: its program says where. */
export function pythonPlace(text: string, variable: (name: string) => string | undefined): string | undefined {
  if (/^uv\b.* pip /.test(text))
    return text.includes(" --system") || /^(?:1|true)$/i.test(variable("UV_SYSTEM_PYTHON") ?? "")
      ? runnerPython
      : ".venv";
  if (text.startsWith("uv ")) return variable("UV_PROJECT_ENVIRONMENT") ?? ".venv";
  if (text.startsWith("pipenv ")) return text.includes(" --system") ? runnerPython : "pipenv";
  if (text.startsWith("poetry "))
    return /^(?:0|false)$/i.test(variable("POETRY_VIRTUALENVS_CREATE") ?? "") ? runnerPython : "poetry";
  return /^(?:sudo )?(?:pip|python)[\d.]* /.test(text) ? runnerPython : undefined;
}

/** Whether it reads nothing but files of requirements, as the install that Deployments does by itself. */
export function readsRequirements(text: string): boolean {
  return /^(?:pip[\d.]*|python[\d.]* -m pip) install(?: -r \S+)+$/.test(
    text.replaceAll(quietPip, "").replaceAll(freshPip, ""),
  );
}
