import { literal, written, type Text } from "@gha2pulumi/repo";
import type { Command } from "@gha2pulumi/workflow";
import { joinFolder } from "../folder.ts";
import type { Operation } from "../intent.ts";
import { operates, type Recognised, type Scope } from "../scope.ts";
import { stackOf } from "./cli-stack.ts";
import type { Arguments } from "./pulumi-arguments.ts";

const operations: readonly Operation[] = ["update", "preview", "refresh", "destroy"];

/**
 * `pulumi deployment run update`: a deployment that Pulumi Deployments runs already, with what its flags say over the
 * settings of the stack. https://www.pulumi.com/docs/iac/cli/commands/pulumi_deployment_run/
 */
export function deploymentRun(command: Command & { kind: "run" }, scope: Scope, args: Arguments): Recognised {
  const word: Text = args.positional[2] ?? [];
  const directory = joinFolder(command.directory, args.cwd);
  return operates(scope, {
    operation: operations.find((one) => one === literal(word)),
    operationText: written(word),
    stack: stackOf(command, scope, args, directory),
    directory,
    modifiers: [],
    upsert: false,
    removeStack: false,
    byBranch: undefined,
    called: {
      sent: new Map(),
      commands: undefined,
      awsRole: undefined,
      hasScript: true,
      revision: undefined,
      isRequest: true,
    },
    config: [],
    hidden: undefined,
    from: command.from,
  });
}
