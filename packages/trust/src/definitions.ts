import { apply, byText, mayDefineRole, type Edited, type Grammars, type Path, type Tree } from "@gha2pulumi/repo";
import type { NotationReader, RoleDefinition } from "./notation.ts";
import { notations } from "./notations/index.ts";
import { sameAws } from "./policy/aws.ts";
import type { AwsRule } from "./rule.ts";

/** The roles that a repository's files define, and how to change one. */
export interface Definitions {
  readonly roles: readonly RoleDefinition[];
  /**
   * The splices that give a role another policy, in the file of its document. Refused where they would not say exactly
   * that when they are read again, or would change another role as well.
   */
  readonly write: (definition: RoleDefinition, after: AwsRule) => Edited;
  /**
   * The texts of the document's file after each of these policies is written, one after the other; shorter than they
   * are where one is refused.
   */
  readonly steps: (definition: RoleDefinition, rules: readonly AwsRule[]) => readonly string[];
}

/** Every role for GitHub's or Pulumi's tokens that some file of the tree defines. */
export async function readDefinitions(tree: Tree, grammars: Grammars | undefined): Promise<Definitions> {
  const readers = new Map<string, NotationReader>();
  const roles: RoleDefinition[] = [];
  for (const [path, text] of [...tree].sort(([a], [b]) => byText(a, b))) {
    if (path.startsWith("@") || isArtefact(path, text) || !mayDefineRole(text)) continue;
    for (const { name, open } of notations.filter((one) => one.claims(path, text))) {
      const reader = readers.get(name) ?? (await open(grammars));
      if (reader === undefined) continue;
      readers.set(name, reader);
      // Terraform reads the files of a folder as one, and each of them leads to the roles of all.
      roles.push(...readIn(reader, tree, path).filter((one) => !roles.some((known) => isSame(known, one))));
    }
  }
  const own = roles.filter((role) => !isFileOf(role, roles));
  const all = own.map((role) => ({ ...role, obstacle: role.obstacle ?? shared(role, own) }));
  const write = (definition: RoleDefinition, after: AwsRule): Edited => {
    const reader = readers.get(definition.notation);
    if (reader === undefined) throw new Error(`a definition of ${definition.notation}, which read nothing`);
    return writeRole(definition, after, tree, reader);
  };
  const steps = (definition: RoleDefinition, rules: readonly AwsRule[]): readonly string[] => {
    const reader = readers.get(definition.notation);
    return reader === undefined ? [] : stepsOf(definition, rules, tree, reader);
  };
  return { roles: all, write, steps };
}

function stepsOf(
  definition: RoleDefinition,
  [rule, ...rest]: readonly AwsRule[],
  tree: Tree,
  reader: NotationReader,
): readonly string[] {
  if (rule === undefined) return [];
  const edited = writeRole(definition, rule, tree, reader);
  if (edited.kind === "refused") return [];
  const { path } = definition.document;
  const after = apply(tree, [{ kind: "edit", path, splices: edited.splices }]);
  const again = findAgain(definition, tree, after, reader);
  const text = after.get(path);
  if (again === undefined || text === undefined) return [];
  return [text, ...stepsOf({ ...again, obstacle: definition.obstacle }, rest, after, reader)];
}

/** How the page begins that lies beside the scripts, under its title. */
export const summaryIntro =
  "Nothing here has been run. In this order, with an administrator's credentials of each account:";

const ownFile =
  /(?:^|\/)aws\/(?:\d{12}|account-not-known)\/[^/]+\/(?:(?:before|transition|final|narrowed|adds|trust)\.json|[A-Z]+\.md)$/;

/** A document that an earlier run wrote with its scripts: it shows a policy, and defines no role. */
function isArtefact(path: Path, text: string): boolean {
  return ownFile.test(path) || (path.endsWith("SUMMARY.md") && text.includes(summaryIntro));
}

/** A file that is nested deeper than any written by hand, a generated sum of thousands, defines nothing. */
function readIn(reader: NotationReader, tree: Tree, path: Path): readonly RoleDefinition[] {
  try {
    return reader.read(tree, path);
  } catch (error) {
    if (error instanceof RangeError) return [];
    throw error;
  }
}

function isSame(a: RoleDefinition, b: RoleDefinition): boolean {
  return a.place.path === b.place.path && a.place.start === b.place.start && a.notation === b.notation;
}

/** A policy in a file of its own that some role of a program reads is that role's, and not one more. */
function isFileOf({ name, document, place }: RoleDefinition, roles: readonly RoleDefinition[]): boolean {
  return (
    name.kind === "untold" &&
    roles.some((one) => one.place.path !== place.path && one.document.path === document.path && one.told)
  );
}

/** A document that two roles use: what one needs, the other would get. */
function shared(role: RoleDefinition, roles: readonly RoleDefinition[]): RoleDefinition["obstacle"] {
  const key = ({ document }: RoleDefinition): string => `${document.path} ${document.start}`;
  const others = roles.filter((one) => one !== role && key(one) === key(role));
  return others.length === 0
    ? undefined
    : {
        gap: "ambiguous",
        because: "its policy is that of another role as well: what is added for one is added for both",
      };
}

/** The splices that give a role another policy, when they say exactly that where they are read again. */
export function writeRole(definition: RoleDefinition, after: AwsRule, tree: Tree, reader: NotationReader): Edited {
  const { obstacle, document } = definition;
  if (obstacle !== undefined) return { kind: "refused", reason: obstacle.because };
  const edited = reader.write(definition, after, tree);
  if (edited.kind === "refused") return edited;
  const changed = apply(tree, [{ kind: "edit", path: document.path, splices: edited.splices }]);
  const again = findAgain(definition, tree, changed, reader);
  return again !== undefined && sameAws(again.policy, after)
    ? edited
    : { kind: "refused", reason: "what would be written does not read as what is meant" };
}

/** The same role in a changed tree: in its file, the one in the same turn, for what is inserted adds no role. */
function findAgain(
  definition: RoleDefinition,
  before: Tree,
  after: Tree,
  reader: NotationReader,
): RoleDefinition | undefined {
  const { path, start } = definition.place;
  const turn = reader.read(before, path).findIndex((one) => one.place.start === start);
  return reader.read(after, path)[turn];
}
