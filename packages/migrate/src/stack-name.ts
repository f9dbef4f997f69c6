import type { Bound, Text } from "@gha2pulumi/repo";
import { withoutStandIns } from "./stand-ins.ts";

/** The parts of a stack's name as far as they are written; a part that holds an expression keeps it. */
export interface StackParts {
  readonly organization: Text | undefined;
  readonly project: Text | undefined;
  readonly stack: Text;
}

/**
 * `stack`, `org/stack` or `org/project/stack`; the two-part form is an organisation and a stack, not a project.
 * https://www.pulumi.com/docs/iac/concepts/stacks/#stack-names
 * `undefined` when there are more parts than that.
 */
export function stackParts(name: Text): StackParts | undefined {
  const parts = splitAtSlashes(name);
  const [a, b, c] = parts;
  if (a === undefined || parts.length > 3) return undefined;
  if (parts.length === 1) return { organization: undefined, project: undefined, stack: a };
  if (parts.length === 2 && b) return { organization: a, project: undefined, stack: b };
  return b && c ? { organization: a, project: b, stack: c } : undefined;
}

/** The parts of the name that an operation gives, where a name that stands for many is none. */
export function partsNamed(stack: Bound | undefined): StackParts | undefined {
  return stack && stackParts(withoutStandIns(stack.text));
}

function splitAtSlashes(text: Text): readonly Text[] {
  const parts: (string | Text[number])[][] = [[]];
  for (const piece of text) {
    if (typeof piece !== "string") {
      parts.at(-1)?.push(piece);
      continue;
    }
    piece.split("/").forEach((part, i) => {
      if (i > 0) parts.push([]);
      if (part !== "") parts.at(-1)?.push(part);
    });
  }
  return parts;
}
