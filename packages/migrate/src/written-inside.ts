import { literal, type Bound, type Tree } from "@gha2pulumi/repo";
import { environmentFile, type Command, type VariablesWritten } from "@gha2pulumi/workflow";
import { commandsInside } from "./commands-inside.ts";
import { variableWritten } from "./unwrap/inner-script.ts";

/**
 * What the scripts, targets and tasks that a command runs write to `$GITHUB_ENV`. Where no file of the tree speaks of it,
 * only a script in the command itself can.
 */
export function writtenInside(tree: Tree): VariablesWritten {
  const inFiles = [...tree].some(
    ([path, text]) => text.includes("GITHUB_ENV") && !path.startsWith(".github/workflows/"),
  );
  return (command) => {
    if (!inFiles && !speaksOf(command)) return [];
    return commandsInside([command], tree).commands.flatMap((one): readonly (readonly [string, Bound])[] => {
      const variable = variableWritten(one);
      if (variable === undefined) return [];
      const [name, text] = variable;
      return [[name, { text: one.certainty ? text : [open(name)], from: one.from }]];
    });
  };
}

function open(name: string): { readonly expression: string; readonly names: readonly string[]; readonly note: string } {
  return { expression: name, names: [], note: "set by a command that may not run" };
}

function speaksOf(command: Command): boolean {
  const texts =
    command.kind === "run"
      ? command.words
      : command.kind === "uses"
        ? [...command.inputs.values()].map(({ text }) => text)
        : [];
  return texts.some((text) => {
    const all = literal(text) ?? text.filter((piece) => typeof piece === "string").join(" ");
    return all.includes("GITHUB_ENV") || all.includes(environmentFile);
  });
}
