import { literal, type Text } from "@gha2pulumi/repo";
import { isCommandFile } from "./state.ts";
import type { Command, Node, Redirection } from "./syntax.ts";
import { expandParts, expandToText, type Expansion } from "./word.ts";

/** The text of a here-document, with what the shell puts into it. */
export function hereDocument(node: Command, expansion: Expansion): Text | undefined {
  const document = node.redirects.find((redirect) => redirect.type === "HereDoc");
  if (document?.type !== "HereDoc") return undefined;
  const { body } = document;
  return body.parts ? expandParts(body.parts, expansion) : expansion.unmask(body.text);
}

/** The file that output goes to, if any. */
export function redirectTarget(redirects: readonly Redirection[], expansion: Expansion): Text | undefined {
  for (const redirect of redirects) {
    if (redirect.type !== "Redirect" || !redirect.operator.includes(">") || !redirect.target) continue;
    const target = expandToText(redirect.target, expansion);
    const path = literal(target);
    // `2>&1` and `>&2` name no file.
    if (redirect.operator.includes("&") && (path === undefined || /^[\d-]*$/.test(path))) continue;
    return target;
  }
  return undefined;
}

/** The command file of GitHub's that `… | tee -a "$GITHUB_ENV"` writes. */
export function teeTarget(last: Node | undefined, expansion: Expansion): string | undefined {
  if (last?.type !== "Command" || last.name?.value !== "tee") return undefined;
  return last.args
    .flatMap((arg) => (arg.type === "Word" ? [literal(expandToText(arg, expansion)) ?? ""] : []))
    .find((word) => isCommandFile(word));
}
