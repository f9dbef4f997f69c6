import { literal, namesIn, written, tableOf } from "@gha2pulumi/repo";
import type { Command, StepPlay } from "@gha2pulumi/workflow";
import type { Operates, Operation, Reason } from "./intent.ts";
import { commandWords } from "./operation-words.ts";
import { operationFlags } from "./recognisers/pulumi-arguments.ts";

const verbs: Readonly<Record<string, Operation>> = tableOf({
  up: "update",
  update: "update",
  preview: "preview",
  refresh: "refresh",
  destroy: "destroy",
});

/**
 * An operation nobody can read: a command that is not known, and that is handed a Pulumi token by its own step or has
 * Pulumi in its name. It is shown, so that nothing that may run Pulumi is passed over in silence, and it never moves.
 * The operation is what its words say, if they say one: `vtr preview`, `mise run infrastructure:up`. `known` is why a
 * command that is known is none: `pulumi state delete`.
 */
export function hiddenOperation(command: Command, step: StepPlay, known: Reason | undefined): Operates | undefined {
  const text = textOf(command);
  const program = programOf(command);
  if (program === undefined || (!isHanded(command, step) && !/pulumi/i.test(program))) return undefined;
  const inputs = command.kind === "uses" ? command.inputs : new Map<string, never>();
  const word = command.kind === "uses" ? (literal(inputs.get("command")?.text ?? []) ?? "") : text;
  const found = new Set(word.split(/[\s:;,"']+/).flatMap((part) => verbs[part] ?? []));
  const [operation] = found;
  const operationText = shownText(command);
  const message = `what \`${operationText}\` runs is not read, and it may run Pulumi`;
  return {
    operation: found.size === 1 && known === undefined && !managers.test(program) ? operation : undefined,
    operationText,
    stack: [...inputs].find(([name]) => /^(?:pulumi[-_])?stack(?:[-_]?name)?$/i.test(name))?.[1],
    directory: command.directory,
    modifiers: [],
    upsert: false,
    removeStack: false,
    byBranch: undefined,
    called: undefined,
    config: [],
    hidden: known ?? { code: "GP219", message, from: command.from },
    from: command.from,
  };
}

/** Programs whose `update` is one of packages. */
const managers =
  /^(?:pipenv|poetry|uv|pdm|hatch|conda|mamba|cargo|rustup|bundle|gem|composer|mvn|gradle|dotnet|nix|pipx)$/;

/** Words that say what is run, and that are no value. */
const plainWords: ReadonlySet<string> = new Set([
  ...commandWords.keys(),
  "apply",
  "delete",
  "deploy",
  "dlx",
  "exec",
  "run",
  "start",
  "state",
]);

/** A command as far as its words are known: any other one may be a secret, and is not copied. */
function shownText(command: Command): string {
  if (command.kind !== "run") return textOf(command);
  const script = /^[\w./-]+\.\w+$/;
  const words = command.words.map((word, i) => {
    const text = written(word);
    const [flag = ""] = text.split("=");
    const isFlag = flag.startsWith("-") && operationFlags.has(flag.replace(/^-+/, ""));
    if (i === 0 || plainWords.has(text) || (i === 1 && script.test(text))) return text;
    return isFlag ? (flag === text ? flag : `${flag} …`) : "…";
  });
  return words.join(" ").replace(/…(?: …)+/g, "…");
}

function textOf(command: Command): string {
  switch (command.kind) {
    case "uses":
      return command.action;
    case "run":
      return command.words.map((word) => written(word)).join(" ");
    case "script":
      return `a script in ${command.shell}`;
  }
}

/** Programs that are no wrapper around Pulumi, whatever they are handed. */
const others =
  /^(?:exit|echo|cat|tee|aws|az|gcloud|gsutil|kubectl|helm|docker|git|gh|curl|wget|jq|sed|apt|apt-get|brew|npm|pnpm|yarn|bun|pip3?|go|cp|mv|rm|mkdir|chmod|export|source|eval|trap|sudo|terraform)$/;

/** Whether a command is one of those, or writes a file. */
export function isNoWrapper(command: Command): boolean {
  return programOf(command) === undefined;
}

/** What is run: the action, or the program with the script an interpreter is given. */
function programOf(command: Command): string | undefined {
  if (command.kind !== "run") return textOf(command);
  const [program = "", script = ""] = command.words.map((word) => written(word));
  if (command.writes !== undefined) return undefined;
  if (/^(?:(?:ba|z)?sh|node|tsx|ts-node|python3?|ruby|deno)$/.test(program)) return `${program} ${script}`;
  return others.test(program) ? undefined : program;
}

/** The step itself hands the token on: in its own `env:`, or as an input of an action. */
function isHanded(command: Command, { step }: StepPlay): boolean {
  if (step.env.has("PULUMI_ACCESS_TOKEN")) return true;
  if (command.kind !== "uses") return false;
  return [...command.inputs].some(
    ([name, bound]) =>
      /pulumi.*token/i.test(name) || namesIn(bound.text, "secrets").some((secret) => /pulumi.*token/i.test(secret)),
  );
}
