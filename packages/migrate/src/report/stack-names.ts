import type { PlannedOperation } from "./plan-document.ts";

type Named = Pick<PlannedOperation, "organization" | "project" | "stacks" | "stackExpression">;

/** Full names of the stacks an operation is about, as far as they can be told: `acme/network/${{ vars.STACK }}`. */
export function stackNames({ organization, project, stacks, stackExpression }: Named): readonly string[] {
  const prefix = [organization, project].filter((part) => part !== null);
  if (stacks.length > 0) return stacks.map((stack) => [...prefix, stack].join("/"));
  // What is written may name organisation and project itself.
  const own = prefix.reduce(
    (name, part) => (name.startsWith(`${part}/`) ? name.slice(part.length + 1) : name),
    stackExpression ?? "(stack not told)",
  );
  return [[...prefix, own].join("/")];
}
