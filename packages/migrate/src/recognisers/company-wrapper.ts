import { entry, literal, readYaml, remembered, scalarText, textOf, type Text, type YamlNode } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { operationWords } from "../operation-words.ts";
import { joinFolder } from "../folder.ts";
import { operates, type Recogniser } from "../scope.ts";

/** The file of a repository in which its owner answers questions and describes wrappers. */
const file = "gha2pulumi.yaml";

/**
 * A company's own action or reusable workflow around Pulumi, whose code is not here, as its owner describes it under
 * `wrappers:` in `gha2pulumi.yaml`: which command it runs, on which stack, in which folder, in terms of its inputs.
 */
export const companyWrapper: Recogniser = {
  name: "company-wrapper",
  recognise(command, scope) {
    const text = scope.tree.get(file);
    if (command.kind !== "uses" || text === undefined) return undefined;
    const wrapper = entry(entry(read(text).root, "wrappers"), command.action);
    if (wrapper?.kind !== "map") return undefined;
    const word = filled(entry(wrapper, "command"), command);
    const stack = filled(entry(wrapper, "stack"), command);
    const verb = literal(word)?.trim() ?? "";
    return operates(
      { ...scope, token: true },
      {
        operation: operationWords.get(verb),
        operationText: verb === "" ? command.action : verb,
        stack: stack.length === 0 ? undefined : { text: stack, from: command.from },
        directory: joinFolder(command.directory, filled(entry(wrapper, "folder"), command)),
        modifiers: [],
        upsert: false,
        removeStack: false,
        byBranch: undefined,
        called: undefined,
        config: [],
        hidden: undefined,
        from: command.from,
      },
    );
  },
};

const read = remembered(4, (text) => readYaml(file, text));

/** A value of the description, its `${{ inputs.NAME }}` replaced by what the call gives. */
function filled(node: YamlNode | undefined, command: Command & { kind: "uses" }): Text {
  const source = scalarText(node) ?? "";
  const parts = source.split(/\$\{\{\s*inputs\.([\w-]+)\s*\}\}/);
  return textOf(...parts.map((part, i) => (i % 2 === 0 ? part : (command.inputs.get(part.toLowerCase())?.text ?? []))));
}
