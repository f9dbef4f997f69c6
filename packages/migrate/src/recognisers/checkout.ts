import { literal, written, type Bound } from "@gha2pulumi/repo";
import type { Reason } from "../intent.ts";
import { input, serves, type Recogniser } from "../scope.ts";

/**
 * `actions/checkout` 1 to 7. A deployment clones the repository at the branch of the event and nothing else, so every
 * input that checks out something else, or somewhere else, holds the operation back.
 * https://github.com/actions/checkout#usage
 */
export const checkout: Recogniser = {
  name: "checkout",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "actions/checkout") return undefined;
    const reasons = different.flatMap(([name, what]): readonly Reason[] => {
      const value = input(command, name);
      return value && !isDefault(name, value)
        ? [{ code: "GP228", message: `it checks out ${what} (\`${name}: ${written(value.text)}\`)`, from: value.from }]
        : [];
    });
    return { ...serves(scope), duty: reasons.length > 0 ? "gates" : "serves", reasons };
  },
};

/** Inputs that change what is checked out. How deep the history goes, and with which token, does not matter here. */
const different: readonly (readonly [string, string])[] = [
  ["repository", "another repository"],
  ["ref", "another revision"],
  ["path", "into another folder"],
  ["submodules", "submodules, which Deployments is not known to clone"],
  ["lfs", "large files, which Deployments is not known to fetch"],
  ["sparse-checkout", "only some of the files"],
];

function isDefault(name: string, value: Bound): boolean {
  const text = literal(value.text);
  if (text === "false" || text === ".") return true;
  const [only] = value.text;
  // The revision of the event, written out.
  if (name === "ref")
    return (
      value.text.length === 1 &&
      typeof only !== "string" &&
      (only?.expression === "github.sha" ||
        only?.expression === "github.ref" ||
        only?.expression === "github.event.pull_request.head.sha" ||
        only?.expression === "github.head_ref")
    );
  return (
    name === "repository" &&
    value.text.length === 1 &&
    typeof only !== "string" &&
    only?.expression === "github.repository"
  );
}
