import { literal } from "@gha2pulumi/repo";
import { plain, type Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/** `flox/activate-action` runs its input `command` in a Flox environment. https://github.com/flox/activate-action */
export const floxAction: Unwrapper = {
  name: "flox-action",
  unwrap(command) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "flox/activate-action") return undefined;
    const script = literal(command.inputs.get("command")?.text ?? []);
    return script === undefined || script === ""
      ? undefined
      : plain(insideScript(command, script, command.directory, () => undefined));
  },
};
