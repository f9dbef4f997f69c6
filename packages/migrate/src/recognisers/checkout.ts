import { literal, written, type Bound } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import type { Reason } from "../intent.ts";
import { input, serves, type Recogniser } from "../scope.ts";

/**
 * `actions/checkout` 1 to 7. A deployment clones the repository at the revision it is asked for and nothing else, so
 * every input that checks out something else, or somewhere else, holds the operation back. What `ref:` names is
 * compared event by event: `revision.ts`.
 * https://github.com/actions/checkout#usage
 */
export const checkout: Recogniser = {
  name: "checkout",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "actions/checkout") return undefined;
    const found = different.flatMap(([name, what]) => {
      const value = input(command, name);
      return value && !isDefault(name, value) ? [{ name, what, value }] : [];
    });
    const reasons = found.map(({ name, what, value }): Reason => ({
      code: "GP228",
      message: `it checks out ${what} (\`${name}: ${written(value.text)}\`)`,
      from: value.from,
    }));
    const isBeside = found.some(({ name }) => name === "repository" || name === "path");
    const history = isOther(command, "fetch-depth", "1") || isOther(command, "fetch-tags", "false");
    return {
      ...serves(isBeside ? scope : { ...scope, checkedOut: true, revision: input(command, "ref"), history }),
      duty: reasons.length > 0 ? "gates" : "serves",
      reasons,
    };
  },
};

/** Inputs that change what is checked out. With which token does not matter; how deep the history goes is GP629. */
const different: readonly (readonly [string, string])[] = [
  ["repository", "another repository"],
  ["path", "into another folder"],
  ["submodules", "submodules, which Deployments is not known to clone"],
  ["lfs", "large files, which Deployments is not known to fetch"],
  ["sparse-checkout", "only some of the files"],
];

function isOther(command: Command, name: string, byDefault: string): boolean {
  const value = input(command, name);
  return value !== undefined && literal(value.text) !== byDefault;
}

function isDefault(name: string, { text }: Bound): boolean {
  const known = literal(text);
  if (known === "false" || known === ".") return true;
  const [only] = text;
  return (
    name === "repository" && text.length === 1 && typeof only !== "string" && only?.expression === "github.repository"
  );
}
