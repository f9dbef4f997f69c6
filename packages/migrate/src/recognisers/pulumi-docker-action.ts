import { branchFile, literal, written } from "@gha2pulumi/repo";
import type { Modifier } from "../intent.ts";
import { operationWords } from "../operation-words.ts";
import { joinFolder } from "../folder.ts";
import { fromEnvironment, input, operates, serves, type Recogniser } from "../scope.ts";
import { modifiersOf, parseArguments } from "./pulumi-arguments.ts";
import { hasPulumiToken } from "../tokens.ts";

/**
 * The container form of the first Pulumi action: `docker://pulumi/actions` with `args: up --yes`. The folder and the
 * stack come from the environment (`PULUMI_ROOT`, `PULUMI_STACK_NAME`) or from `-s` in the arguments; without one, and
 * with `PULUMI_CI` set, it takes it from a file that maps branches, `.pulumi/ci.json`. Where `-s` names one, it does
 * nothing on a branch that is not in there.
 * https://github.com/pulumi/pulumi/blob/18817b606ff131640d7447053079cf2e01c462e9/docker/actions/entrypoint.sh
 */
export const pulumiDockerAction: Recogniser = {
  name: "pulumi-docker-action",
  recognise(command, scope) {
    if (command.kind !== "uses" || !/^docker:\/\/(docker\.io\/)?pulumi\/(actions|pulumi)(:|$)/.test(command.action))
      return undefined;
    const args = input(command, "args");
    const words = args ? written(args.text).trim().split(/\s+/) : [];
    const parsed = parseArguments(words.map((word) => [word]));
    const next = { ...scope, token: scope.token || hasPulumiToken(command) };
    const [first] = words;
    if (!args || first === undefined) return serves(next);
    const root = fromEnvironment(command, "PULUMI_ROOT");
    // The container's own root was the work folder, so `/infra` and `./infra` meant the same.
    const rootText = root && literal(root.text)?.replace(/^\/+/, "./");
    const stack = parsed.stack
      ? { text: parsed.stack, from: args.from }
      : fromEnvironment(command, "PULUMI_STACK_NAME");
    const mode = fromEnvironment(command, "PULUMI_CI");
    const isMapped =
      mode !== undefined && fromEnvironment(command, "PULUMI_STACK_NAME") === undefined && scope.tree.has(branchFile);
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
      byBranch: isMapped
        ? { branch: literal(mode.text) === "pr" ? "base" : "own", named: parsed.stack !== undefined }
        : undefined,
      called: undefined,
      config: [],
      hidden: undefined,
      from: command.from,
    });
  },
};
