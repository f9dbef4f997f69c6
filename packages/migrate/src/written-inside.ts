import { literal, type Bound, type Tree } from "@gha2pulumi/repo";
import { environmentFile, type Command, type VariablesWritten } from "@gha2pulumi/workflow";
import { unwrapOnce } from "./unwrapper.ts";
import { variableWritten } from "./unwrap/inner-script.ts";
import { unwrappers } from "./unwrap/index.ts";

/** Wrappers nest, and a script may call itself. */
const deepest = 8;

/** Commands that are looked into for one command of a step. */
const mostCommands = 200;

/**
 * What the scripts, targets and tasks that a command runs write to `$GITHUB_ENV`. Where no file of the tree speaks of it,
 * only a script in the command itself can.
 */
export function writtenInside(tree: Tree): VariablesWritten {
  const inFiles = [...tree].some(
    ([path, text]) => text.includes("GITHUB_ENV") && !path.startsWith(".github/workflows/"),
  );
  return (command) => {
    const found: (readonly [string, Bound])[] = [];
    if (!inFiles && !speaksOf(command)) return found;
    const budget = { left: mostCommands };
    const look = (one: Command, depth: number): void => {
      const variable = variableWritten(one);
      if (variable !== undefined) {
        const [name, text] = variable;
        found.push([name, { text: one.certainty ? text : [open(name)], from: one.from }]);
      }
      if (variable !== undefined || depth >= deepest || (budget.left -= 1) < 0) return;
      for (const inner of unwrapOnce(one, tree, unwrappers)?.commands ?? []) look(inner, depth + 1);
    };
    look(command, 0);
    return found;
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
