import { literal, type Tree } from "@gha2pulumi/repo";
import { joinPath } from "@gha2pulumi/workflow";
import type { Entry } from "../entry.ts";
import { hidesProgram } from "../hidden-programs.ts";
import { withImported } from "../imported.ts";
import { program } from "../program-entry.ts";

/**
 * The Pulumi CLI as a program starts it: as the first word of a text in quotes (`execFileSync("pulumi", …)`,
 * `["pulumi", "stack"]`, `` `pulumi up` ``), or through the Automation API, which is the CLI on the path
 * (https://www.pulumi.com/docs/iac/automation-api/). `"pulumi:pulumi:Stack"` and `"pulumi_aws"` are none.
 */
const started =
  /["'`]pulumi(?:\.exe)?(?:["'`]|\s)|(?:\$|\bsh|\bexec)\s*[`(]\s*pulumi\s|@pulumi\/pulumi\/automation|\bpulumi\.automation\b|\bpulumi import automation\b|\/sdk\/v\d+\/go\/auto\b|\bPulumi\.Automation\b/;

/**
 * Whether a command that is no operation may start the Pulumi CLI in a program: one whose text says so, or one that
 * cannot be read and that its own step hands a Pulumi token. Of a program that is not found in the tree, any that
 * starts the CLI may be it.
 */
export function mayStartCli(entry: Entry, tree: Tree): boolean {
  const { command, step } = entry;
  if (command.kind === "script") return started.test(command.text);
  const words = command.kind === "run" ? command.words : [...command.inputs.values()].map(({ text }) => text);
  // What a value was made by ran before, as a command of its own.
  if (words.some((word) => word.some((piece) => typeof piece === "string" && started.test(piece)))) return true;
  if (command.kind === "uses") return entry.duty === "gates" && step.step.env.has(tokenName);
  if (!hidesProgram(command, tree)) return false;
  if (step.step.env.has(tokenName)) return true;
  const named = command.words.flatMap((word) => {
    const path = literal(joinPath(command.directory, word));
    return path !== undefined && program.test(path) && tree.has(path) ? [path] : [];
  });
  const { paths, missing } = withImported(named, tree);
  if ([...paths].some((path) => started.test(tree.get(path) ?? ""))) return true;
  return (named.length === 0 || missing.length > 0) && command.environment.has(tokenName) && startsSomewhere(tree);
}

const tokenName = "PULUMI_ACCESS_TOKEN";

const known = new WeakMap<Tree, boolean>();

/** Whether any source of the repository starts the CLI. */
function startsSomewhere(tree: Tree): boolean {
  const found =
    known.get(tree) ??
    [...tree].some(([path, text]) => !path.startsWith("@") && program.test(path) && started.test(text));
  known.set(tree, found);
  return found;
}
