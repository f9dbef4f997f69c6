import { literal, written } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Duty } from "./intent.ts";

/** What a command that is no recogniser's is to an operation of its job, and why. */
export interface Judgement {
  readonly duty: Duty;
  /** For `prepares`: it installs the dependencies of the program in its folder. */
  readonly installs: boolean;
  readonly note: string;
}

const judged = (duty: Duty, note = "", installs = false): Judgement => ({ duty, note, installs });

/** Actions by what they do. An action that is not here stands alone, and what it does is not known. */
const actions: readonly (readonly [RegExp, Duty])[] = [
  // Checks out, sets up and caches: https://github.com/actions and the setup actions of the languages.
  [/^actions\/(cache|cache\/restore|cache\/save|setup-(node|python|go|java|dotnet))$/, "serves"],
  [
    /^(pnpm\/action-setup|oven-sh\/setup-bun|astral-sh\/setup-uv|snok\/install-poetry|abatilo\/actions-poetry|ruby\/setup-ruby|denoland\/setup-deno|volta-cli\/action)$/,
    "serves",
  ],
  [
    /^(jdx\/mise-action|jetpack-io\/devbox-install-action|asdf-vm\/actions\/.*|flox\/install-flox-action|extractions\/setup-just|arduino\/setup-task|moonrepo\/setup-.*)$/,
    "serves",
  ],
  [
    /^(step-security\/harden-runner|bahmutov\/npm-install|szenius\/set-timezone|aws-actions\/setup-sam|hashicorp\/setup-terraform|azure\/setup-(kubectl|helm))$/,
    "serves",
  ],
  // Prints into the pull request or the run; nothing is deployed by it.
  [
    /^(marocchino\/sticky-pull-request-comment|peter-evans\/(create-or-update-comment|find-comment)|mshick\/add-pr-comment|thollander\/actions-comment-pull-request)$/,
    "stands",
  ],
];

function judgeAction(action: string): Judgement {
  const name = action.toLowerCase();
  const duty = actions.find(([pattern]) => pattern.test(name))?.[1];
  return duty ? judged(duty) : judged("gates", `what \`${action}\` does is not known`);
}

/** Programs that put the dependencies of a Pulumi program in place, by their first words. */
const installs =
  /^(npm (ci|install|i)|pnpm (install|i)|yarn(?=$| -)|yarn install|bun (install|i)|pip3? install|python3? -m pip install|uv (sync|pip (install|sync)|pip)|poetry install|pipenv (install|sync)|go (mod (download|tidy)|get)|dotnet restore|pulumi install)(?=\s|$)/;
/** Programs that build or check the program that is deployed; as commands before the operation they do the same there. */
const builds =
  /^((npm|pnpm|yarn|bun) (run |run-script )?[\w:.-]+|npx? (tsc|eslint|prettier)|tsc|go (build|vet|test|generate|fmt)|dotnet (build|publish|test|format)|python3? -m (venv|build|pytest|compileall|unittest)|python3? -c|pytest|ruff|black|mypy|flake8|cargo (build|lambda)|mkdir|cp|mv|zip|unzip|tar|chmod|corepack|pulumi plugin|gofmt|golangci-lint|make|tox|nox)(?=\s|$)/;
/** Programs that look and change nothing. */
const looks =
  /^(ls|pwd|cat|head|tail|which|whoami|env *$|printenv|date|df|du|tree|uname|hostname|id|node (-v|--version)|npm (-v|--version)|pnpm (-v|--version)|python3? (-V|--version)|go (version|env)|dotnet --(info|version)|aws sts get-caller-identity|aws --version|git (status|log|rev-parse|show|describe|branch)|source|\.|jq|yq|grep|sed -n|sort|wc|find|test|command -[vV])(?=\s|$)/;
/** The ways the CLI is installed: https://www.pulumi.com/docs/iac/download-install/ */
const pulumiInstall =
  /^(curl|wget)\b.*\bget\.pulumi\.com\b|^brew install pulumi|^apt(-get)? (update|install .*\bpulumi\b)/;

function judgeRun(command: Command & { readonly kind: "run" }, before: Command | undefined): Judgement {
  const text = withoutSudo(command.words.map((word) => written(word)).join(" "));
  if (pulumiInstall.test(text)) return judged("serves");
  if (
    /^(ba|z)?sh$/.test(text) &&
    before?.kind === "run" &&
    pulumiInstall.test(before.words.map((word) => written(word)).join(" "))
  )
    return judged("serves");
  if (looks.test(text)) return judged("serves");
  const isInstall = installs.test(text);
  if (!isInstall && !builds.test(text))
    return judged("gates", `what \`${shortened(text)}\` does is not known to work inside a deployment`);
  const unknown = command.words.find((word) => literal(word) === undefined);
  if (unknown)
    return judged("gates", `\`${shortened(text)}\` uses \`${written(unknown)}\`, which a deployment does not have`);
  if (command.certainty !== true)
    return judged("gates", `\`${shortened(text)}\` runs under a condition that only the run can tell`);
  return judged("prepares", "", isInstall);
}

function withoutSudo(text: string): string {
  return text.replace(/^sudo( -\w+)* /, "");
}

function shortened(text: string): string {
  const line = text.replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}

/** What a command is to the operations of its job; `before` is the command in front of it, for `curl … | sh`. */
export function judge(command: Command, before: Command | undefined): Judgement {
  switch (command.kind) {
    case "uses":
      return judgeAction(command.action);
    case "run":
      return judgeRun(command, before);
    case "script":
      return judged("gates", `a script in \`${command.shell}\` is not read`);
  }
}
