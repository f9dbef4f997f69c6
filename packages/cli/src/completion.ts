import type { Command, Option } from "commander";

/** A command line as a shell completes it. */
interface Verb {
  readonly name: string;
  readonly what: string;
  readonly options: readonly Flag[];
  /** What may stand where an argument does; without any, a file or a folder. */
  readonly words: readonly string[];
}

interface Flag {
  readonly name: string;
  readonly what: string;
  readonly takes: "nothing" | "file" | "text" | readonly string[];
}

export const shells = ["bash", "zsh", "fish"] as const;

export type Shell = (typeof shells)[number];

/** The script that completes the command line in a shell; `codes` are what `explain` knows. */
export function completionScript(shell: Shell, program: Command, codes: readonly string[]): string {
  const verbs = program.commands.map((command) => verbOf(command, codes));
  switch (shell) {
    case "bash":
      return bash(verbs);
    case "zsh":
      return zsh(verbs);
    case "fish":
      return fish(verbs);
  }
}

function verbOf(command: Command, codes: readonly string[]): Verb {
  const choices = command.registeredArguments.flatMap(({ argChoices }) => argChoices ?? []);
  const below = command.commands;
  const words = command.name() === "explain" ? codes : [...choices, ...below.map((one) => one.name())];
  // What a command below takes is offered wherever its parent's is: each option once.
  const flags = [...command.options, ...below.flatMap(({ options }) => options)].map(flagOf);
  const options = [...new Map(flags.map((flag) => [flag.name, flag])).values()];
  return { name: command.name(), what: command.description(), options, words };
}

function flagOf(option: Option): Flag {
  const takes = option.argChoices ?? (option.long === "--out" ? "file" : option.required ? "text" : "nothing");
  return { name: option.long ?? "", what: option.description, takes };
}

function bash(verbs: readonly Verb[]): string {
  const names = verbs.map(({ name }) => name).join(" ");
  const cases = verbs.map(({ name, options, words }) =>
    [
      `    ${name})`,
      `      case $previous in`,
      ...options.flatMap(({ name: flag, takes }) =>
        takes === "nothing" ? [] : [`        ${flag}) ${bashValue(takes)}; return ;;`],
      ),
      `      esac`,
      `      options="${options.map(({ name: flag }) => flag).join(" ")} --help"`,
      ...(words.length > 0 ? [`      words="${words.join(" ")}"`] : []),
      `      ;;`,
    ].join("\n"),
  );
  return `# Completion of gha2pulumi for bash: source <(gha2pulumi completion bash)
_gha2pulumi() {
  local current=\${COMP_WORDS[COMP_CWORD]} previous=\${COMP_WORDS[COMP_CWORD-1]} verb= options="--help --version" words= i
  COMPREPLY=()
  for ((i = 1; i < COMP_CWORD; i++)); do
    case " ${names} " in *" \${COMP_WORDS[i]} "*) verb=\${COMP_WORDS[i]}; break ;; esac
  done
  case $verb in
${cases.join("\n")}
    *) words="${names}" ;;
  esac
  if [[ $current == -* ]]; then
    COMPREPLY=($(compgen -W "$options" -- "$current"))
  else
    COMPREPLY=($(compgen -W "$words" -- "$current"))
    if [[ -z $verb || -z $words ]]; then compopt -o default 2>/dev/null; fi
  fi
}
complete -F _gha2pulumi gha2pulumi
`;
}

function bashValue(takes: Flag["takes"]): string {
  if (takes === "file") return "compopt -o default 2>/dev/null";
  return typeof takes === "string" ? ":" : `COMPREPLY=($(compgen -W "${takes.join(" ")}" -- "$current"))`;
}

function zsh(verbs: readonly Verb[]): string {
  const list = verbs.map(({ name, what }) => `    ${quoted(`${name}:${what}`)}`).join("\n");
  const cases = verbs.map(({ name, options, words }) => {
    const flags = options.map((flag) => `        ${quoted(zshFlag(flag))} \\`);
    const rest = words.length > 0 ? `*:word:(${words.join(" ")})` : "*:file:_files";
    return [`    ${name})`, `      _arguments \\`, ...flags, `        ${quoted(rest)} ;;`].join("\n");
  });
  return `#compdef gha2pulumi
# Completion of gha2pulumi for zsh: gha2pulumi completion zsh > "\${fpath[1]}/_gha2pulumi"
_gha2pulumi() {
  local -a verbs
  verbs=(
${list}
  )
  if ((CURRENT == 2)); then
    _describe command verbs
    _files -/
    return
  fi
  local verb=$words[2]
  shift words
  ((CURRENT--))
  case $verb in
${cases.join("\n")}
  esac
}
# Called by the loader of functions, or read with source.
if [[ $funcstack[1] == _gha2pulumi ]]; then _gha2pulumi "$@"; else compdef _gha2pulumi gha2pulumi; fi
`;
}

/** `--format[what it is]:value:(pretty json)`; a bracket or a colon in the text would end it. */
function zshFlag({ name, what, takes }: Flag): string {
  const text = what.replace(/[[\]:\\]/g, "\\$&");
  const value =
    takes === "nothing"
      ? ""
      : takes === "file"
        ? ":file:_files"
        : typeof takes === "string"
          ? ":value:"
          : `:value:(${takes.join(" ")})`;
  return `${takes === "text" ? "*" : ""}${name}[${text}]${value}`;
}

function fish(verbs: readonly Verb[]): string {
  const names = verbs.map(({ name }) => name).join(" ");
  const first = `not __fish_seen_subcommand_from ${names}`;
  const lines = verbs.flatMap(({ name, what, options, words }) => {
    const here = `__fish_seen_subcommand_from ${name}`;
    return [
      `complete -c gha2pulumi -n ${quoted(first)} -a ${name} -d ${quoted(what)}`,
      ...options.map(
        (flag) =>
          `complete -c gha2pulumi -n ${quoted(here)} -l ${flag.name.slice(2)}${fishValue(flag)} -d ${quoted(flag.what)}`,
      ),
      ...(words.length > 0 ? [`complete -c gha2pulumi -n ${quoted(here)} -f -a ${quoted(words.join(" "))}`] : []),
    ];
  });
  return `# Completion of gha2pulumi for fish: gha2pulumi completion fish > ~/.config/fish/completions/gha2pulumi.fish
complete -c gha2pulumi -l help -d 'print help'
complete -c gha2pulumi -n ${quoted(first)} -l version -d 'print the version'
${lines.join("\n")}
`;
}

function fishValue({ takes }: Flag): string {
  if (takes === "nothing") return "";
  if (takes === "file") return " -r";
  return typeof takes === "string" ? " -x" : ` -x -a ${quoted(takes.join(" "))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
