import { literal } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

type Run = Command & { readonly kind: "run" };

/** `bash -c '…'`, `sh -ec "…"` and `eval "…"`: a script in words. */
export const inlineShell: Unwrapper = {
  name: "inline-shell",
  unwrap(command) {
    if (command.kind !== "run") return undefined;
    const name = literal(command.words[0] ?? []) ?? "";
    if (name === "eval") return evaluated(command);
    if (!/^(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh$/.test(name)) return undefined;
    const flag = command.words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(literal(word) ?? ""));
    const script = flag < 0 ? undefined : literal(command.words[flag + 1] ?? []);
    return script === undefined ? undefined : plain(insideScript(command, script, command.directory, () => undefined));
  },
};

/**
 * What `eval` runs, it runs in the shell around it: what it sets or where it goes would be lost here, so that one which
 * runs no program of its own stays what it is.
 */
function evaluated(command: Run): ReturnType<Unwrapper["unwrap"]> {
  const words = command.words.slice(1).map((word) => literal(word));
  if (words.length === 0 || words.includes(undefined)) return undefined;
  const inner = insideScript(command, words.join(" "), command.directory, () => undefined);
  return inner.length > 0 ? plain(inner) : undefined;
}
