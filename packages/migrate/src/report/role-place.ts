import { apply, location, mayFit, positionIn, unifiedDiff, type Tree } from "@gha2pulumi/repo";
import { settingText, type Setting } from "@gha2pulumi/deployments";
import {
  readAwsText,
  type AwsChange,
  type AwsRule,
  type Definitions,
  type RoleDefinition,
  type RoleName,
} from "@gha2pulumi/trust";
import { shellWord } from "../shell-word.ts";
import type { PlannedDefinition, PlannedHole } from "./plan-document.ts";

/** What is known of the place where a role is defined. */
export interface RolePlace {
  /** The key under which a person tells the policy, or the file that holds it. */
  readonly key: string;
  /** The one definition that it is, or can be. */
  readonly role: RoleDefinition | undefined;
  /** Its name or an answer says so; otherwise it is only the one role for GitHub that the files define. */
  readonly certain: boolean;
  /** All that it can be. */
  readonly candidates: readonly RoleDefinition[];
  /** The policy as a person told it. */
  readonly told: AwsRule | undefined;
  /** Why an answer is of no use. */
  readonly misread: string | undefined;
}

/** Where the files define the role of an ARN, as far as its name or an answer tells. */
export function rolePlace(
  arn: Setting,
  { roles }: Definitions,
  surroundings: ReadonlyMap<string, string>,
  tree: Tree,
): RolePlace {
  const { account, name } = partsOf(arn);
  const key = `trust-policy.${roleWord(arn)}`;
  const answer = surroundings.get(key);
  const told = answer?.trim().startsWith("{") === true ? readAwsText(answer) : undefined;
  const pointed = answer === undefined || told !== undefined ? [] : roles.filter((one) => isAt(one, answer, tree));
  // A page that shows a policy is a place only where a person says so.
  const own = roles.filter(({ home, notation }) => notation !== "documentation" && agrees(home, account));
  const named = own.filter((one) => name !== undefined && fits(one.name, name) === "yes");
  const open = own.filter((one) => one.told && (name === undefined || fits(one.name, name) === "perhaps"));
  const candidates = [pointed, named, open].find((found) => found.length > 0) ?? [];
  return {
    key,
    role: candidates.length === 1 ? candidates[0] : undefined,
    certain: candidates.length === 1 && candidates !== open,
    candidates,
    told: told?.kind === "aws" ? told : undefined,
    misread: misreadAnswer(answer, told, pointed),
  };
}

/** A role in the keys of answers about it: its name, or of what holds its ARN. */
export function roleWord(arn: Setting): string {
  return (partsOf(arn).name ?? configNames(arn)).replace(/[^\w./-]+/g, "-");
}

function misreadAnswer(
  answer: string | undefined,
  told: ReturnType<typeof readAwsText> | undefined,
  pointed: readonly RoleDefinition[],
): string | undefined {
  if (told?.kind === "unread") return told.because;
  if (answer === undefined || told !== undefined || pointed.length > 0) return undefined;
  return `no role for GitHub is defined in ${answer}`;
}

/** Account and role name of an ARN; the name also where the account is a variable. */
function partsOf({ value }: Setting): { readonly account: string | undefined; readonly name: string | undefined } {
  const written = value.map((piece) => (typeof piece === "string" ? piece : "\0")).join("");
  const [, account, name] = /^arn:[\w-]+:iam::([^:]*):role\/(?:[^\0]*\/)?([^/\0]+)$/.exec(written) ?? [];
  return { account: account !== undefined && /^\d{12}$/.test(account) ? account : undefined, name };
}

function configNames(setting: Setting): string {
  const names = setting.value.flatMap((piece) => (typeof piece === "string" ? [] : [piece.config]));
  return names.join("-") || (settingText(setting) ?? "role");
}

function isAt({ place }: RoleDefinition, answer: string, tree: Tree): boolean {
  return answer === place.path || location(tree, place).startsWith(`${answer}:`);
}

function agrees(home: string | undefined, account: string | undefined): boolean {
  const own = /:iam::(\d{12})$/.exec(home ?? "")?.[1];
  return own === undefined || account === undefined || own === account;
}

/** Whether a definition's name is this one. A name with parts that the file does not tell may be. */
function fits(own: RoleName, name: string): "yes" | "no" | "perhaps" {
  switch (own.kind) {
    case "untold":
      return "perhaps";
    case "generated":
      return own.pattern.test(name) ? "yes" : "no";
    case "named": {
      if (own.name.every((piece) => typeof piece === "string")) return own.name.join("") === name ? "yes" : "no";
      const parts = own.name.map((piece) => (typeof piece === "string" ? piece : { atLeast: 0 as const }));
      return mayFit(parts, name) ? "perhaps" : "no";
    }
  }
}

/** `infra/iam.ts:41`: columns are of no use to who looks for a role. */
export function lineOf({ place }: RoleDefinition, tree: Tree): string {
  return `${place.path}:${positionIn(tree.get(place.path) ?? "", place.start).line}`;
}

/** The definition as the plan shows it, with the transition as a diff of its file. */
export function plannedDefinition(
  { role, certain }: RolePlace,
  change: AwsChange | undefined,
  definitions: Definitions,
  tree: Tree,
): PlannedDefinition | null {
  if (role === undefined) return null;
  const made = diffOf(role, change, definitions, tree);
  const { notation, variant } = role;
  return { location: location(tree, role.place), notation, variant, certain, ...made };
}

function diffOf(
  role: RoleDefinition,
  change: AwsChange | undefined,
  definitions: Definitions,
  tree: Tree,
): Pick<PlannedDefinition, "diff" | "because"> {
  if (change === undefined) return { diff: null, because: "the organisation is not known" };
  if (change.transition.kind === "blocked") return { diff: null, because: change.transition.because.join("; ") };
  const edited = definitions.write(role, change.transition.rule);
  if (edited.kind === "refused") return { diff: null, because: edited.reason };
  const { path } = role.document;
  const after = apply(tree, [{ kind: "edit", path, splices: edited.splices }]).get(path);
  const diff = unifiedDiff(tree.get(path), after, path);
  return diff === "" ? { diff: null, because: "it lets these stacks in already" } : { diff, because: "" };
}

/** What has to be told before the policy can be changed, or nothing. */
export function plannedHole(place: RolePlace, arn: Setting, tree: Tree): PlannedHole | null {
  const { key, certain, candidates, told, misread } = place;
  if (told !== undefined || (certain && place.role?.told === true)) return null;
  const { name } = partsOf(arn);
  const files = candidates.map((one) => lineOf(one, tree));
  const where =
    certain && place.role?.told === false
      ? `Its trust policy is not read in ${files.join()}. What is it (JSON)?`
      : files.length === 0
        ? "No file defines this role. What is its trust policy (JSON), or which file defines it?"
        : `Is this role defined in ${files.join(" or ")}? Answer with the file and line, or with its trust policy (JSON).`;
  return {
    key,
    question: misread === undefined ? where : `The answer is of no use: ${misread}. ${where}`,
    command: `aws iam get-role --role-name ${shellWord(name ?? "ROLE")} --query Role.AssumeRolePolicyDocument --output json`,
  };
}
