import { byText, innermost, location, type Grammars, type Tree } from "@gha2pulumi/repo";
import {
  byStack,
  readSettings,
  settingsProgram,
  settingText,
  stackLabel,
  switchOf,
  type StackSettings,
} from "@gha2pulumi/deployments";
import { excerptOf } from "../report/diagnostics.ts";
import type { PlannedDiagnostic } from "../report/plan-document.ts";
import type { Snapshot } from "../world.ts";

/** A stack that the settings programs of a tree declare, with its full name in Pulumi Cloud: `acme/network/prod`. */
export interface DeclaredStack {
  readonly name: string;
  readonly settings: StackSettings;
}

/** What a tree declares for Pulumi Cloud, and what of it cannot be told. */
export interface DeclaredStacks {
  readonly stacks: readonly DeclaredStack[];
  /** Triggers and schedules are off: `live` is false in the files of the program. */
  readonly isOff: boolean;
  readonly problems: readonly PlannedDiagnostic[];
}

/**
 * Names that may stand in an address: the service's own rules. Anything else would lead to another address, `..` too.
 * https://www.pulumi.com/docs/iac/concepts/stacks/#create-stack
 */
const plainName = /^(?!\.\.?$)[A-Za-z0-9_.-]{1,100}$/;

/** The stacks that the settings programs of a tree declare; the answer `organization` stands for one that no file names. */
export async function declaredStacks(
  { tree, surroundings }: Snapshot,
  grammars: Grammars | undefined,
): Promise<DeclaredStacks> {
  const { settings, gaps } = await readSettings(tree, grammars);
  const program = await settingsProgram(tree);
  const stacks: DeclaredStack[] = [];
  const problems: PlannedDiagnostic[] = gaps.map((gap) =>
    problem("GP302", gap.note, innermost(gap.from), "It is not compared: what it declares is not known.", tree),
  );
  for (const one of [...settings].sort(byStack)) {
    const organization = (one.organization && settingText(one.organization)) ?? surroundings.get("organization");
    const parts = [organization ?? "", one.project, one.stack];
    if (parts.every((part) => plainName.test(part))) stacks.push({ name: parts.join("/"), settings: one });
    else problems.push(unnamed(one, organization, tree));
  }
  const isOff = program !== undefined && switchOf(program, tree) === "off";
  return { stacks: stacks.sort((a, b) => byText(a.name, b.name)), isOff, problems };
}

/** Whether a text is the full name of a stack: three names that may stand in an address. */
export function isStackName(text: string): boolean {
  const parts = text.split("/");
  return parts.length === 3 && parts.every((part) => plainName.test(part));
}

function unnamed(one: StackSettings, organization: string | undefined, tree: Tree): PlannedDiagnostic {
  const isOpen = organization === undefined;
  return problem(
    "GP645",
    isOpen
      ? `${stackLabel(one)}: no file names its organisation, so it is not looked up`
      : `${stackLabel(one)} is no name of a stack, so it is not looked up`,
    innermost(one.from),
    isOpen ? "Give --answer organization=NAME." : "Names have letters, digits, `_`, `-` and `.`.",
    tree,
  );
}

function problem(
  code: string,
  message: string,
  span: Parameters<typeof excerptOf>[1],
  help: string,
  tree: Tree,
): PlannedDiagnostic {
  return { code, severity: "warning", message, location: location(tree, span), excerpt: excerptOf(tree, span), help };
}
