import { withoutGiven } from "@gha2pulumi/workflow";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/**
 * GitHub writes a script into a file and runs `shell:` with its path for `{0}`: what ends in `bash -e {0}` is read by
 * bash, whatever stands before it. What that does around it (another environment, a container, another machine) is not
 * known. One that begins with a shell is no such wrapper.
 * https://docs.github.com/actions/reference/workflows-and-actions/workflow-syntax#custom-shell
 */
export const shellTemplate: Unwrapper = {
  name: "shell-template",
  unwrap(command) {
    if (command.kind !== "script" || !endsInShell.test(command.shell)) return undefined;
    const { environment, from, directory, shell } = command;
    const inner = { ...command, environment: withoutGiven(environment, { text: [], from }) };
    const commands = insideScript(inner, command.filled, directory, () => undefined);
    const message = `its script runs in the shell \`${shell}\`, and what \`${wrapperIn(shell)}\` puts around it is not known`;
    return { commands, identities: [], reasons: [{ code: "GP441", message, from }] };
  },
};

const endsInShell = /(?:^|[\s/"'])(?:ba|z|da)?sh(?:\s+(?:-\S+|pipefail))*\s+\{0\}["']?\s*$/;

function wrapperIn(shell: string): string {
  return shell
    .replace(endsInShell, "")
    .replace(/\s+(?:--?|-c)$/, "")
    .trim();
}
