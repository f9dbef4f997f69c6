import { asInShell, literal, written, type Bound, type Text } from "@gha2pulumi/repo";
import { environmentFile, type Command } from "@gha2pulumi/workflow";
import { actionDuty } from "./duty-actions.ts";
import { placeOf, readsOnlyText, writesItself } from "./carried-line.ts";
import { leftByAction } from "./left-by-action.ts";
import { npmRegistry } from "./npm-registry.ts";
import { fileRead, isMissing, javaKind, programKind, scriptKind, type ProgramKind } from "./duty-programs.ts";
import { installOf } from "./installs.ts";
import type { Duty } from "./intent.ts";
import { isInWorkTree } from "./runner-paths.ts";
import { writesVariables } from "./unwrap/inner-script.ts";
import { calledScript } from "./workspace-scripts.ts";

/** What a command that is no recogniser's is to an operation of its job, and why. */
export interface Judgement {
  readonly duty: Duty;
  /** For `prepares`: it installs the dependencies of the program in its folder. */
  readonly installs: boolean;
  /** For `prepares` and `stands`: a test or a linter, which leaves nothing behind that the operation needs. */
  readonly checks: boolean;
  readonly note: string;
}

/** What a command is judged by besides itself. */
export interface Surrounding {
  /** The command in front of it, for `curl … | sh`. */
  readonly before: Command | undefined;
  /** What a wrapper such as `npm run build` runs; `undefined` for a command that is no wrapper we know. */
  readonly inner: readonly Command[] | undefined;
  /** Tests and linters stay where they are, as the checks of a pull request, rather than move into a deployment. */
  readonly checksStand: boolean;
  /** Somebody said that commands nobody knows do the same inside a deployment. */
  readonly runsUnknown: boolean;
  /** The language of the Pulumi program in a folder, when there is one. */
  readonly runtime: (directory: Text) => string | undefined;
  /** Places of the files that commands in front of it write in a deployment too, as `placeOf` names them. */
  readonly made: ReadonlySet<string>;
}

const judged = (duty: Duty, note = "", kind = ""): Judgement => ({
  duty,
  note,
  installs: kind === "installs",
  checks: kind === "checks",
});

/** What a command is to the operations of its job. */
export function judge(command: Command, surrounding: Surrounding): Judgement {
  switch (command.kind) {
    case "uses": {
      if (isScriptThatLeaves(command))
        return judged("gates", `the script of \`${command.action}\` may leave something`);
      if (/^actions\/setup-node$/i.test(command.action) && npmRegistry(command.inputs)) return judged("prepares");
      const left = leftByAction(command.action, command.inputs, (folder) => surrounding.runtime([folder]));
      if (left !== undefined) return judged("gates", left);
      const duty = actionDuty(command.action);
      if (duty === "outside") return judged(duty, outsideNote(command.action));
      return duty ? judged(duty) : judged("gates", `what \`${command.action}\` does is not known`);
    }
    case "run":
      return judgeRun(command, surrounding);
    case "script":
      return judged("gates", `a script in \`${command.shell}\` is not read`);
  }
}

function judgeRun(command: Command & { readonly kind: "run" }, surrounding: Surrounding): Judgement {
  // Later steps have it: the play of the job has read it.
  if (writesVariables(command)) return judged("serves");
  const text = textOf(command);
  const kind = kindOf(command, text, surrounding);
  if (kind === "pulumi-install" || isInstallerShell(text, surrounding.before)) return judged("serves");
  if (command.writes !== undefined && kind !== "sets-up")
    return judged("gates", `\`${shortened(text)}\` writes ${fileNamed(command.writes)}`);
  if (kind === "looks") return judged("serves");
  if (kind === "outside") return judged("outside", outsideNote(text));
  // What nobody heeds holds nothing back, and as a command of the deployment it would.
  if (kind === "checks" && (surrounding.checksStand || command.excused)) return judged("stands", "", kind);
  if (kind === undefined && !surrounding.runsUnknown)
    return judged("gates", `what \`${shortened(text)}\` does is not known to work inside a deployment`);
  if (isMissing(text))
    return kind === "checks"
      ? judged("outside", outsideNote(text))
      : judged("gates", `\`${shortened(text)}\` needs a program that a deployment's image does not have`);
  // Dependencies are installed in a deployment whatever a cache of the runner holds.
  const isDefault = kind === "installs" && /^(?:default|tool)$/.test(installOf(text)?.kind ?? "default");
  if (command.excused && !isDefault)
    return judged("gates", `\`${shortened(text)}\` may fail without consequence, and would stop a deployment`);
  if (command.piped && !readsOnlyText(command))
    return judged("gates", `\`${shortened(text)}\` reads what another program prints`);
  const unknown = command.words.find((word) => isInWorkTree(word) || (!command.line && literal(word) === undefined));
  if (unknown)
    return judged(
      "gates",
      `\`${shortened(text)}\` uses \`${asInShell(written(unknown))}\`, which a deployment does not have`,
    );
  if (command.certainty !== true && !isDefault)
    return judged("gates", `\`${shortened(text)}\` runs under a condition that only the run can tell`);
  if (surrounding.inner?.some(writesVariables) || command.words.some((word) => literal(word) === environmentFile))
    return judged("gates", `\`${shortened(text)}\` writes \`$GITHUB_ENV\`, which a deployment does not have`);
  return judged("prepares", "", kind);
}

function kindOf(
  command: Command & { readonly kind: "run" },
  text: string,
  { inner, made, runtime }: Surrounding,
): ProgramKind | undefined {
  if (command.writes !== undefined) return writesItself(command) ? "sets-up" : programKind(text);
  const file = fileRead(text);
  if (file !== undefined) return made.has(placeOf(command, [file]) ?? "") ? "sets-up" : undefined;
  return (
    programKind(text) ?? javaKind(text, () => runtime(command.directory)) ?? (inner && wrapperKind(command, inner))
  );
}

/** `actions/github-script` runs whatever stands in it; most of it talks to GitHub, some leaves variables or files. */
function isScriptThatLeaves({ action, inputs }: Command & { readonly kind: "uses" }): boolean {
  if (action.toLowerCase() !== "actions/github-script") return false;
  return /exportVariable|addPath|\bexec\b|writeFile|require\((?!['"]@actions\/)|import\(/.test(
    written(inputs.get("script")?.text ?? []),
  );
}

function outsideNote(text: string): string {
  if (text.startsWith("exit ")) return "the script may end the job here";
  if (/\blogin\b|login-action|docker\/setup-/i.test(text))
    return `what \`${shortened(text)}\` logs in to or sets up is not there in a deployment`;
  return `\`${shortened(text)}\` is done before it, and a deployment would not wait for that`;
}

function textOf(command: Command & { readonly kind: "run" }): string {
  return (
    command.words
      .map((word) => written(word).replaceAll("${{ env.HOME }}", "~"))
      .join(" ")
      .replace(/^sudo( -\w+)* /, "")
      // https://github.com/nodejs/corepack#corepack-binary-nameversion-args
      .replace(/^corepack (?=(?:npm|pnpm|yarn) )/, "")
  );
}

/** A wrapper is what its script does; one whose script is not in the repository is not known. */
function wrapperKind(
  command: Command & { readonly kind: "run" },
  inner: readonly Command[],
): ReturnType<typeof scriptKind> {
  const name = calledScript(command.words);
  const others = inner.filter((one) => !writesVariables(one));
  if (inner.length > 0 && others.length === 0) return "looks";
  const texts = others.map((one) => (one.kind === "run" ? textOf(one) : "deploy"));
  const [only] = texts;
  if (name === undefined && texts.length === 1 && only !== undefined && plainPrefix.test(textOf(command)))
    return programKind(only);
  return name === undefined ? undefined : scriptKind(name, texts);
}

/** Prefixes that put an environment of the repository's own around a program, and no secrets. */
const plainPrefix =
  /^(uv run|poetry run|pipenv run|hatch run|bundle exec|npx|bunx|pnpm exec|yarn exec|nix develop|mise (exec|x)|time|timeout) /;

/**
 * The `sh` of `curl -fsSL https://get.pulumi.com | sh -s -- --version 3.100.0`, with options of the installer alone:
 * https://get.pulumi.com, https://www.pulumi.com/docs/iac/download-install/#installation-script
 */
const installerShell =
  /^(?:\/(?:usr\/)?bin\/)?(?:ba|z|da)?sh(?: -s(?: --(?: --silent| --no-edit-path| --version \S+)*)?)?$/;

function isInstallerShell(text: string, before: Command | undefined): boolean {
  return installerShell.test(text) && before?.kind === "run" && programKind(textOf(before)) === "pulumi-install";
}

/** The version of the CLI that such a `sh` is asked for, as it is written. */
export function installerVersion(command: Command, before: Command | undefined): Bound | undefined {
  if (command.kind !== "run" || !isInstallerShell(textOf(command), before)) return undefined;
  const at = command.words.findLastIndex((word) => literal(word) === "--version");
  const text = at < 0 ? undefined : command.words[at + 1];
  return text && { text, from: command.from };
}

/** A file that a command writes, as a message has it; a value that nothing sets leaves no name. */
export function fileNamed(writes: Text): string {
  return literal(writes) === ""
    ? "a file whose name is empty: the input or variable that it is read from is not set"
    : `\`${asInShell(written(writes))}\`, which a deployment does not have`;
}

function shortened(text: string): string {
  const line = asInShell(text).replace(/\s+/g, " ");
  return line.length > 60 ? `${line.slice(0, 57)}…` : line;
}
