import { entry, further, listItems, literal, scalarText, type Bound, type Tree } from "@gha2pulumi/repo";
import { withoutGiven, type Command } from "@gha2pulumi/workflow";
import { folderPath, joinFolder } from "../folder.ts";
import { plain, type Unwrapped, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { prefix, prefixCall, type Prefix, type PrefixCall } from "./prefix-words.ts";
import { devboxManifest, floxManifest, openParts, type ShellManifest } from "./shell-manifest.ts";
import { searchUp } from "./template.ts";

type Run = Command & { readonly kind: "run" };

interface Row {
  readonly prefix: Prefix;
  /** Files that say what the environment is, where one of them is looked for. */
  readonly files: readonly string[];
  /** Flags and words with which it opens packages and no file. */
  readonly packagesOnly?: (call: PrefixCall) => boolean;
}

/** Programs that open an environment which no setting of a deployment builds, and which only they can read. */
const unreadRows: readonly Row[] = [
  // Any attribute of `mkShell` is a variable: https://nix.dev/manual/nix/latest/command-ref/new-cli/nix3-develop.html
  {
    prefix: prefix("nix develop", { operands: "dashes", rest: ["-c", "--command"], values: ["-f", "--file"] }),
    files: ["flake.nix"],
  },
  {
    prefix: prefix("nix-shell", { operands: "dashes", scripts: ["--run", "--command"], values: ["-p", "-I"] }),
    files: ["shell.nix"],
    packagesOnly: ({ flags }) => flags.has("-p") || flags.has("--packages"),
  },
  // https://devenv.sh/reference/options/
  { prefix: prefix("devenv shell"), files: ["devenv.nix"] },
  // https://guix.gnu.org/manual/en/html_node/Invoking-guix-shell.html
  {
    prefix: prefix("guix shell", { operands: "dashes", values: ["-m", "--manifest", "-f", "--file", "-L", "-e"] }),
    files: [],
    packagesOnly: ({ flags, operands }) =>
      operands.length > 0 && !["-m", "--manifest", "-f", "--file", "-D", "--development"].some((one) => flags.has(one)),
  },
  // Packages set variables when they are activated: https://docs.conda.io/projects/conda/en/stable/commands/run.html
  ...["conda", "mamba", "micromamba"].map((name) => ({
    prefix: prefix(`${name} run`, { values: ["-n", "--name", "-p", "--prefix"], folders: ["--cwd"] }),
    files: [],
  })),
];

// https://www.jetify.com/docs/devbox/cli-reference/devbox-run, https://flox.dev/docs/man/flox-activate/
const devboxFlags = { values: ["-e", "--env", "--env-file"], folders: ["-c", "--config"] };
const devboxRows = [
  prefix("devbox run", { ...devboxFlags, operands: "dashes" }),
  prefix("devbox shell", { ...devboxFlags, operands: "dashes" }),
  prefix("devbox run", devboxFlags),
];
const floxRow = prefix("flox activate", {
  operands: "dashes",
  scripts: ["-c", "--command"],
  values: ["-r", "--remote", "-d", "--dir", "-m", "--mode"],
});

/**
 * Programs that run a command in the environment of a file: its variables are the command's. `nix shell`, which only
 * brings packages, is in `exec-prefix.ts`, and `mise` has a file of its own.
 */
export const openedShell: Unwrapper = {
  name: "opened-shell",
  unwrap(command, tree) {
    if (command.kind !== "run") return undefined;
    for (const row of unreadRows) {
      const call = prefixCall(command, row.prefix);
      if (call) return unread(call, row, command, tree);
    }
    const flox = prefixCall(command, floxRow);
    if (flox) return inFlox(flox, command, tree);
    for (const row of devboxRows) {
      const call = prefixCall(command, row);
      if (call) return inDevbox(call, command, tree);
    }
    return undefined;
  },
};

function unread(call: PrefixCall, row: Row, command: Run, tree: Tree): Unwrapped {
  const commands = call.commands.map((one) => cleared(one, call));
  if (row.packagesOnly?.(call)) return plain(commands);
  const folder = folderPath(command.directory);
  const path = folder === undefined ? undefined : searchUp(tree, folder, row.files);
  const of = path === undefined ? "" : ` of \`${path}\``;
  const name = row.prefix.words.join(" ");
  const message = `\`${name}\` opens an environment${of}, and which variables and packages are in it is not read`;
  const from = path === undefined ? command.from : further(command.from, { path, start: 0, end: 1 });
  return { commands, identities: [], reasons: [{ code: "GP445", message, from }] };
}

function inFlox(call: PrefixCall, command: Run, tree: Tree): Unwrapped {
  const remote = call.flags.has("-r") || call.flags.has("--remote");
  const folder = folderPath(joinFolder(command.directory, call.flags.get("-d") ?? call.flags.get("--dir")));
  const manifest = remote || folder === undefined ? undefined : floxManifest(tree, folder);
  return inManifest(call.commands, manifest, command, "flox activate");
}

/** Whatever folder it is called in, a command of Devbox runs in that of `devbox.json`. */
function inDevbox(call: PrefixCall, command: Run, tree: Tree): Unwrapped | undefined {
  // `-c` names the folder of the file; it is none that the command runs in otherwise.
  const [called] = call.commands;
  const folder = called && folderPath(called.directory);
  const manifest = folder === undefined ? undefined : devboxManifest(tree, folder);
  const commands = call.commands.flatMap((one) => inProject(cleared(withWordsOf(one, call), call), manifest));
  const unwrapped = inManifest(commands, manifest, command, "devbox run");
  const flag = ["-e", "--env", "--env-file"].find((name) => call.flags.has(name));
  if (flag === undefined) return unwrapped;
  const message = `\`devbox run ${flag}\` sets variables for what it runs, which are not read`;
  return { ...unwrapped, reasons: [...unwrapped.reasons, { code: "GP445", message, from: command.from }] };
}

/** `devbox run up -- -s prod`: what stands behind a script goes to it. */
function withWordsOf(command: Command, { operands }: PrefixCall): Command {
  return command.kind === "run" ? { ...command, words: [...operands, ...command.words] } : command;
}

function inProject(command: Command, manifest: ShellManifest | undefined): readonly Command[] {
  if (command.kind !== "run" || manifest === undefined) return [command];
  const directory = [manifest.root];
  const [name = [], ...words] = command.words;
  const script = entry(entry(entry(manifest.node, "shell"), "scripts"), literal(name) ?? "");
  if (script === undefined) return [{ ...command, directory }];
  const lines = script.kind === "list" ? listItems(script) : [script];
  const text = lines.map((line) => scalarText(line) ?? "").join("\n");
  // Words behind a script are its positional parameters.
  const given = words.map((word, i): readonly [string, Bound] => [String(i + 1), { text: word, from: command.from }]);
  const environment = new Map([...command.environment, ...given]);
  return insideScript({ ...command, environment }, text, directory, () => script.span);
}

/** Commands with the variables of a manifest, and what of it is not read. */
export function inManifest(
  commands: readonly Command[],
  manifest: ShellManifest | undefined,
  { from }: Command,
  name: string,
): Unwrapped {
  if (manifest === undefined) {
    const message = `\`${name}\` opens an environment of a file that is not there, and which variables are in it is not read`;
    return { commands, identities: [], reasons: [{ code: "GP445", message, from }] };
  }
  // What a manifest sets goes before what is there already.
  const inside = commands.map((one) => ({ ...one, environment: new Map([...one.environment, ...manifest.variables]) }));
  return { commands: inside, identities: [], reasons: openParts(manifest, from) };
}

/** `--pure` and `nix develop -i` take away what the runner gives to all. */
function cleared(command: Command, { flags }: PrefixCall): Command {
  const isCleared = [...flags.keys()].some((name) => /^(?:--pure|--ignore-environment|-i)$/.test(name));
  const none: Bound = { text: [], from: command.from };
  return isCleared ? { ...command, environment: withoutGiven(command.environment, none) } : command;
}
