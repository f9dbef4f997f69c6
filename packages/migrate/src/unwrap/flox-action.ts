import { literal } from "@gha2pulumi/repo";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";
import { inManifest } from "./opened-shell.ts";
import { floxManifest } from "./shell-manifest.ts";

/** `flox/activate-action` runs its input `command` in a Flox environment. https://github.com/flox/activate-action */
export const floxAction: Unwrapper = {
  name: "flox-action",
  unwrap(command, tree) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "flox/activate-action") return undefined;
    const script = literal(command.inputs.get("command")?.text ?? []);
    if (script === undefined || script === "") return undefined;
    const commands = insideScript(command, script, command.directory, () => undefined);
    return inManifest(commands, floxManifest(tree, "."), command, "flox/activate-action");
  },
};
