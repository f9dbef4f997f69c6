import { asInShell, literal, written, type Bound } from "@gha2pulumi/repo";
import { withoutGiven, type Command, type Steering } from "@gha2pulumi/workflow";
import type { Reason } from "../intent.ts";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { prefix, prefixCall, type Prefix, type PrefixCall } from "./prefix-words.ts";

/**
 * Programs that run the words behind them and change nothing about which program that is. Those that put secrets into
 * its environment are in `secret-prefix.ts`, those that open the environment of a file in `opened-shell.ts`.
 */
const prefixes: readonly Prefix[] = [
  // https://docs.astral.sh/uv/reference/cli/#uv-run
  prefix("uv run", {
    values: [
      "--project",
      "--with",
      "--with-requirements",
      "--with-editable",
      "--python",
      "-p",
      "--group",
      "--extra",
      "--package",
      "--env-file",
      "--no-group",
      "--config-file",
      "--index",
      "--index-url",
    ],
    folders: ["--directory"],
  }),
  // https://python-poetry.org/docs/cli/#run
  prefix("poetry run", { values: ["-P", "--project"], folders: ["-C", "--directory"] }),
  prefix("pipenv run"),
  prefix("hatch run", { values: ["-e", "--env"] }),
  prefix("pdm run", { values: ["-p", "--project"] }),
  prefix("rye run"),
  prefix("bundle exec"),
  prefix("nix shell", { operands: "dashes", rest: ["-c", "--command"], values: ["-f", "--file"] }),
  prefix("sudo", { values: ["-u", "--user", "-g", "--group"], assigns: true }),
  prefix("env", { values: ["-u", "--unset"], folders: ["-C", "--chdir"], assigns: true }),
  // https://github.com/kentcdodds/cross-env
  prefix("cross-env", { assigns: true }),
  prefix("time"),
  prefix("command"),
  prefix("exec"),
  prefix("nohup"),
  prefix("unbuffer"),
  prefix("nice", { values: ["-n", "--adjustment"] }),
  prefix("stdbuf", { values: ["-i", "-o", "-e"] }),
  // https://www.gnu.org/software/coreutils/manual/html_node/timeout-invocation.html
  prefix("timeout", { values: ["-k", "--kill-after", "-s", "--signal"], operands: 1 }),
  // Programs of this name differ in their flags: those of Debian's package, and whatever stands behind `--`.
  prefix("retry", { values: ["-d", "--delay", "-t", "--times", "-u", "--until", "-w", "--while"] }),
];

/** Wrappers that only stand in front of another program, from `uv run` to `timeout 30m`. */
export const execPrefix: Unwrapper = {
  name: "exec-prefix",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    for (const row of prefixes) {
      const call = prefixCall(command, row);
      if (!call || isLook(call, row)) continue;
      const commands = call.commands.map((one) => withSteering(withoutUnset(one, call, row), command, row));
      return { ...plain(commands), reasons: [...packagesOf(call, row, command), ...variablesOf(call, row, command)] };
    }
    return undefined;
  },
};

/** Packages that `uv run` puts into the environment of its program, and a deployment does not. */
function packagesOf({ flags }: PrefixCall, row: Prefix, { from }: Command): readonly Reason[] {
  if (row.words[0] !== "uv") return [];
  const given = [...flags.keys()].find((name) => /^--(?:with|extra|group|all-extras|all-groups|only-)/.test(name));
  if (given === undefined) return [];
  const message = `\`uv run ${given}\` gives its program packages, which a deployment does not`;
  return [{ code: "GP221", message, from }];
}

/** Files of variables that `uv run` reads: https://docs.astral.sh/uv/reference/environment/#uv_env_file */
function variablesOf({ flags }: PrefixCall, row: Prefix, { from, environment }: Command): readonly Reason[] {
  if (row.words[0] !== "uv" || flags.has("--no-env-file")) return [];
  const named = flags.get("--env-file") ?? environment.get("UV_ENV_FILE")?.text;
  if (named === undefined || literal(named) === "") return [];
  const message = `\`uv run\` takes variables from \`${asInShell(written(named))}\`, which is not read`;
  return [{ code: "GP445", message, from }];
}

/** `command -v pulumi` only looks for the program. */
function isLook({ flags }: PrefixCall, row: Prefix): boolean {
  return row.words[0] === "command" && flags.size > 0;
}

function withSteering(inner: Command, { from }: Command, row: Prefix): Command {
  const kind = steering.get(row.words[0] ?? "");
  return kind === undefined || inner.kind !== "run" ? inner : { ...inner, steered: [...inner.steered, { kind, from }] };
}

const steering: ReadonlyMap<string, Steering["kind"]> = new Map([
  ["retry", "again"],
  ["timeout", "time"],
]);

/** `env -u NAME` and `env -i` take variables away; `sudo` and `nix shell -i` those that the runner gives to all. */
function withoutUnset(command: Command, { flags }: PrefixCall, row: Prefix): Command {
  const none: Bound = { text: [], from: command.from };
  const isCleared = [...flags.keys()].some((name) => /^(?:--pure|--ignore-environment|-i)$/.test(name));
  const isReset =
    row.words[0] === "sudo" && ![...flags.keys()].some((name) => /^(?:-\w*E\w*|--preserve-env)$/.test(name));
  const { environment } = command;
  if (row.words[0] !== "env")
    return isCleared || isReset ? { ...command, environment: withoutGiven(environment, none) } : command;
  const unset = literal(flags.get("-u") ?? flags.get("--unset") ?? []) ?? "";
  const left = new Map<string, Bound>(flags.has("-i") ? [] : environment);
  left.delete(unset);
  return { ...command, environment: withoutGiven(left, none, isCleared ? undefined : [unset]) };
}
