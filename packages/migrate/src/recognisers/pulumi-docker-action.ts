import { literal, written } from "@gha2pulumi/repo";
import type { Modifier } from "../intent.ts";
import { operationWords } from "../operation-words.ts";
import { joinFolder } from "../folder.ts";
import { fromEnvironment, input, operates, serves, type Recogniser } from "../scope.ts";
import { modifiersOf, parseArguments } from "./pulumi-arguments.ts";

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
    const parsed = parseArguments(words.map((word) => [word]));
    const next = { ...scope, token: scope.token || command.environment.has("PULUMI_ACCESS_TOKEN") };
    const [first] = words;
    if (!args || first === undefined) return serves(next);
    const root = fromEnvironment(command, "PULUMI_ROOT");
    // The container's own root was the work folder, so `/infra` and `./infra` meant the same.
    const rootText = root && literal(root.text)?.replace(/^\/+/, "./");
    const stack = parsed.stack
      ? { text: parsed.stack, from: args.from }
      : fromEnvironment(command, "PULUMI_STACK_NAME");
    // Which flags an expression brings cannot be told.
    const open: readonly Modifier[] =
      literal(args.text) === undefined
        ? [{ name: written(args.text), treatment: "keep", value: args.text, from: args.from }]
        : [];
    return operates(next, {
      operation: operationWords.get(first),
      operationText: first,
      stack,
      directory: joinFolder(command.directory, rootText === undefined ? root?.text : [rootText]),
      modifiers: [...open, ...modifiersOf(parsed, args.from)],
      upsert: false,
      removeStack: parsed.flags.has("remove"),
      called: undefined,
      config: [],
      hidden: undefined,
      from: command.from,
    });
  },
};
