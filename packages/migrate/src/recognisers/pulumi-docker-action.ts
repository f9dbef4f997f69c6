import { literal, textOf, written } from "@gha2pulumi/repo";
import { operationWords } from "../operation-words.ts";
import { joinFolder } from "../folder.ts";
import { fromEnvironment, input, operates, serves, type Recogniser } from "../scope.ts";

/**
 * The container form of the first Pulumi action: `docker://pulumi/actions` with `args: up --yes`. The folder and the
 * stack come from the environment (`PULUMI_ROOT`, `PULUMI_STACK_NAME`) or from `-s` in the arguments; without one it
 * took the stack from a file that maps branches, `.pulumi/ci.json`, which is not read.
 * https://github.com/pulumi/actions/tree/v0.0.2
 */
export const pulumiDockerAction: Recogniser = {
  name: "pulumi-docker-action",
  recognise(command, scope) {
    if (command.kind !== "uses" || !/^docker:\/\/(docker\.io\/)?pulumi\/(actions|pulumi)(:|$)/.test(command.action))
      return undefined;
    const args = input(command, "args");
    const words = args ? written(args.text).trim().split(/\s+/) : [];
    const flag = words.findIndex((word) => word === "-s" || word === "--stack");
    const next = { ...scope, token: scope.token || command.environment.has("PULUMI_ACCESS_TOKEN") };
    const [first] = words;
    if (!args || first === undefined) return serves(next);
    const root = fromEnvironment(command, "PULUMI_ROOT");
    // The container's own root was the work folder, so `/infra` and `./infra` meant the same.
    const rootText = root && literal(root.text)?.replace(/^\/+/, "./");
    const named = flag >= 0 ? words[flag + 1] : undefined;
    const stack =
      named !== undefined ? { text: textOf(named), from: args.from } : fromEnvironment(command, "PULUMI_STACK_NAME");
    return operates(next, {
      operation: operationWords.get(first),
      operationText: first,
      stack,
      directory: joinFolder(command.directory, rootText === undefined ? root?.text : [rootText]),
      modifiers: [],
      upsert: false,
      removeStack: false,
      called: undefined,
      config: [],
      hidden: false,
      from: command.from,
    });
  },
};
