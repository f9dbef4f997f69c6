import type { Text } from "@gha2pulumi/repo";
import type { Assignment, Command } from "unbash";
import { forgetList, setList } from "./lists.ts";
import { assignedText, expandWord, type Expansion } from "./word.ts";

/** What the assignments in front of a command give, or those that stand alone; an array is set at once. */
export function assignments(prefix: Command["prefix"], expansion: Expansion): ReadonlyMap<string, Text> {
  const isAssignment = (part: Command["prefix"][number]): part is Assignment => part.type === "Assignment";
  return new Map(
    prefix.filter(isAssignment).map(({ name, value, append }) => {
      // `args[1]=x`, and `args=x`, which is its first element.
      if (value.type === "Word") forgetList(expansion.state, name);
      else {
        const words = value.elements.flatMap((word) => expandWord(word, expansion));
        setList(expansion.state, name, words, append);
      }
      return [name, assignedText(value, expansion, append ? expansion.state.variables.get(name) : undefined)];
    }),
  );
}
