import { literal } from "@gha2pulumi/repo";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/** `bash -c '…'` and `sh -ec "…"`: a script in one word. */
export const inlineShell: Unwrapper = {
  name: "inline-shell",
  unwrap(command) {
    if (
      command.kind !== "run" ||
      !/^(?:\/bin\/|\/usr\/bin\/)?(?:ba|z|da)?sh$/.test(literal(command.words[0] ?? []) ?? "")
    )
      return undefined;
    const flag = command.words.findIndex((word, i) => i > 0 && /^-[a-z]*c$/.test(literal(word) ?? ""));
    const script = flag < 0 ? undefined : literal(command.words[flag + 1] ?? []);
    return script === undefined ? undefined : plain(insideScript(command, script, command.directory, () => undefined));
  },
};
