import type { Trail } from "@gha2pulumi/repo";
import type { Intent } from "../intents.ts";
import { meantInput } from "../recognisers/pulumi-actions.ts";

/**
 * Inputs of operations that `pulumi/actions` does not have. GitHub warns of them in the log of a run, and the action works
 * without what was meant: in another folder, or with another backend.
 */
export function inputsUnread(
  intents: readonly Intent[],
): readonly { readonly message: string; readonly from: Trail }[] {
  const dropped = intents.flatMap(({ occurrences }) =>
    occurrences.flatMap(({ operates }) => operates.modifiers.filter(({ treatment }) => treatment === "drop")),
  );
  return dropped.map(({ name, from }) => {
    const meant = meantInput(name);
    const hint = meant === undefined ? "take it out" : `if \`${meant}\` is meant, write that`;
    return {
      message: `\`${name}\` is no input of \`pulumi/actions\`, which never sees it; ${hint}`,
      from,
    };
  });
}
