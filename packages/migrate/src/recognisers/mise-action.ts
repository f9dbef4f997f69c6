import { literal, textOf, type Bound } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import { folderPath } from "../folder.ts";
import { miseConfigs, miseEnvironment, namesOtherFiles } from "../mise/config.ts";
import { input, serves, withExports, type Recogniser } from "../scope.ts";

/**
 * `jdx/mise-action` 1 to 4: installs tools, and hands the variables of `mise.toml` on to all later steps.
 * https://github.com/jdx/mise-action#readme
 */
export const miseAction: Recogniser = {
  name: "mise-action",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "jdx/mise-action") return undefined;
    if (literal(input(command, "env")?.text ?? []) === "false") return serves(scope);
    const directory = joinPath(["."], input(command, "working_directory")?.text ?? ["."]);
    const folder = folderPath(directory);
    const configs = folder === undefined ? [] : miseConfigs(scope.tree, folder);
    const { variables, open } = miseEnvironment(configs, command.environment, textOf(directory));
    const written = input(command, "mise_toml");
    const isOpen = open.length > 0 || folder === undefined || namesOtherFiles(command.environment);
    const isWritten = written !== undefined && /^\s*\[?env\b/m.test(literal(written.text) ?? "env");
    const steers = [...variables.keys()].find((name) => name.startsWith("PULUMI_"));
    const exports = Object.fromEntries([...variables].filter((one): one is [string, Bound] => one[1] !== undefined));
    const message =
      steers === undefined
        ? "`jdx/mise-action` puts variables into the environment that no file tells"
        : `\`jdx/mise-action\` sets \`${steers}\` for all later steps`;
    if (!isOpen && !isWritten && steers === undefined) return serves(withExports(scope, exports));
    return {
      ...serves(withExports(scope, exports)),
      duty: "gates",
      reasons: [{ code: "GP224", message, from: command.from }],
    };
  },
};
