import type { Tree } from "@gha2pulumi/repo";
import type { Step } from "@gha2pulumi/workflow";
import type { CallRequest } from "./call-request.ts";
import { entries, header } from "./call-step.ts";
import type { Reliance } from "./call-reliance.ts";

/**
 * The steps that set the CLI up for later steps as `pulumi/actions` did: installed, logged in, its stack selected.
 * Without `command` the action only installs (https://github.com/pulumi/actions/blob/main/src/config.ts, since 4.0);
 * `pulumi login` keeps the token of its environment for later commands. `undefined`: the step is none, or an older one.
 */
export function cliSteps(
  request: CallRequest,
  step: Step,
  needs: ReadonlySet<Reliance>,
  tree: Tree,
): readonly (readonly string[])[] | undefined {
  const { auth } = request;
  const stack = step.with.get("stack-name")?.text;
  const action = installer(step, tree);
  if (action === undefined || auth.kind !== "token" || stack === undefined) return undefined;
  const version = step.with.get("pulumi-version")?.text;
  const folder = step.with.get("work-dir")?.text;
  const own = { ...request, id: undefined };
  const install = [
    ...header({ ...own, name: "Install the Pulumi CLI" }),
    `  uses: ${action}`,
    ...(version === undefined ? [] : ["  with:", ...entries([["pulumi-version", version]], "    ")]),
  ];
  if (!needs.has("login") && !needs.has("stack")) return [install];
  const select = [
    ...header({ ...own, name: "Select the stack for the steps behind the next one" }),
    "  shell: bash",
    ...entries([["working-directory", folder]], "  "),
    "  env:",
    ...entries(
      [
        ["PULUMI_ACCESS_TOKEN", auth.text],
        ["STACK", stack],
      ],
      "    ",
    ),
    "  run: |",
    `    pulumi login ${request.cloudUrl}`,
    '    pulumi stack select "$STACK"',
  ];
  return [install, select];
}

/** The action with its revision and the comment behind it, where that is one of version 4 or later. */
function installer({ uses, span }: Step, tree: Tree): string | undefined {
  const lines = tree.get(span.path)?.slice(span.start, span.end) ?? "";
  const found = /\buses:[ \t]*(pulumi\/actions@[\w.-]+(?:[ \t]+#[ \t]*v[\d.]+)?)[ \t]*(?:\r?\n|$)/i.exec(lines)?.[1];
  return uses !== undefined && found !== undefined && /[@ ]v([4-9]|\d\d)\b/.test(found) ? found : undefined;
}
