import { literal } from "@gha2pulumi/repo";
import type { Command, Steering } from "@gha2pulumi/workflow";
import type { Reason } from "../intent.ts";
import type { Unwrapper } from "../unwrapper.ts";
import { insideScript } from "./inner-script.ts";

/**
 * `nick-fields/retry` (before: `nick-invision/retry`) runs its input `command` until it succeeds, in the workspace.
 * https://github.com/nick-fields/retry/blob/master/action.yml, versions 2 and 3
 */
export const retryAction: Unwrapper = {
  name: "retry-action",
  unwrap(command) {
    if (command.kind !== "uses" || !/^nick-(?:fields|invision)\/retry$/i.test(command.action)) return undefined;
    const script = command.inputs.get("command")?.text;
    const shell = literal(command.inputs.get("shell")?.text ?? []);
    if (!script || (shell !== "" && shell !== "bash" && shell !== "sh")) return undefined;
    const lenient = command.inputs.get("continue_on_error");
    const message = "`continue_on_error` lets the job go on when it fails";
    const reasons: readonly Reason[] =
      lenient && literal(lenient.text) !== "false" ? [{ code: "GP226", message, from: lenient.from }] : [];
    const commands = insideScript(command, script, command.directory, () => undefined);
    return { commands: commands.map((one) => withSteering(one, command)), identities: [], reasons };
  },
};

/** It tries three times unless it says otherwise, each time for as long as it has to say. */
function withSteering(inner: Command, { inputs, from }: Command & { readonly kind: "uses" }): Command {
  if (inner.kind !== "run") return inner;
  const isOnce = literal(inputs.get("max_attempts")?.text ?? []) === "1";
  const limit = inputs.get("timeout_minutes") ?? inputs.get("timeout_seconds");
  const again: readonly Steering[] = isOnce ? [] : [{ kind: "again", from: inputs.get("max_attempts")?.from ?? from }];
  const time: readonly Steering[] = limit === undefined ? [] : [{ kind: "time", from: limit.from }];
  return { ...inner, steered: [...inner.steered, ...again, ...time] };
}
