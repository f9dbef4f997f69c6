import type { Path } from "@gha2pulumi/repo";
import type { AwsChange } from "../policy/aws-change.ts";
import { awsSize, printAws } from "../policy/aws.ts";
import type { Comparison } from "../compare.ts";
import type { AwsRule } from "../rule.ts";
import { newRoleFiles, type NewRole } from "./aws-new-role.ts";
import { guardFiles, type OperationGuard } from "./operation-guard.ts";
import { awsScripts, type ScriptedRole } from "./aws-scripts.ts";
import { proofJson } from "./proof.ts";

/** What is known of one role whose trust changes. */
export interface AwsMove {
  readonly account: string | undefined;
  readonly partition: string;
  /** Its name without a path; `undefined` when no file tells it. */
  readonly name: string | undefined;
  /** A word for it where the name is not known. */
  readonly label: string;
  readonly change: AwsChange;
  readonly comparison: Comparison;
  readonly quota: number;
  /** What a role in place of keys needs besides; `undefined` for one that is there. */
  readonly made: Pick<NewRole, "session" | "keys"> | undefined;
  /** What keeps previews from writing, where they take this role and had another. */
  readonly guard: OperationGuard | undefined;
  /** The same change in the file that defines the role, as diffs that `git apply` takes, one after the other. */
  readonly patches: { readonly transition: string | undefined; readonly final: string | undefined };
}

/** Each role's folder under `aws/`, and the scripts of each account. */
export function awsFiles(moves: readonly AwsMove[]): ReadonlyMap<Path, string> {
  const files = new Map<Path, string>();
  const accounts = new Map<string, { readonly partition: string; readonly roles: ScriptedRole[] }>();
  for (const move of moves) {
    const folder = folderOf(move);
    for (const [name, text] of documentsOf(move)) files.set(`${folder}/${name}`, text);
    if (move.account === undefined || !isRoleName(move.name)) continue;
    const known = accounts.get(move.account) ?? { partition: move.partition, roles: [] };
    accounts.set(move.account, known);
    known.roles.push(scripted(move, move.name));
  }
  for (const [account, { partition, roles }] of accounts) {
    for (const [name, text] of awsScripts({ account, partition, roles })) files.set(`aws/${account}/${name}`, text);
  }
  return files;
}

/** Where a role's documents lie, below the artefacts' folder. */
export function folderOf({ account, name, label }: AwsMove): Path {
  const own = isRoleName(name) ? name : label.replace(/[^\w-]+/g, "-").replace(/^-+/, "") || "role";
  return `aws/${account ?? "account-not-known"}/${own}`;
}

/** `undo` of a table: the script that takes the role's steps back, or nothing where none is written. */
export function undoOf(move: AwsMove): Path | undefined {
  const { account, name } = move;
  const isScripted = account !== undefined && isRoleName(name) && scripted(move, name).blocked.length === 0;
  return isScripted ? `aws/${account}/rollback.sh` : undefined;
}

/**
 * A name that IAM takes, and that is a folder and an argument as it stands.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html
 */
function isRoleName(name: string | undefined): name is string {
  return name !== undefined && /^[\w+=,@][\w+=,.@-]{0,63}$/.test(name);
}

function scripted({ change, partition, account, guard }: AwsMove, name: string): ScriptedRole {
  const { before, transition, final, audiences } = change;
  const blocked =
    before.kind === "hidden"
      ? [`its trust policy is in no file: look at it with aws iam get-role --role-name ${name}, or plan with --live`]
      : before.kind === "new"
        ? ["the role does not exist yet"]
        : transition.kind === "blocked"
          ? transition.because
          : [before, transition.rule].flatMap((rule) => (isLiteral(rule, partition, account) ? [] : [notLiteral]));
  const waits = final.kind === "blocked" ? final.because : [];
  return { name, blocked: [...new Set(blocked)], waits, audiences, guarded: guard !== undefined };
}

const notLiteral =
  "its trust policy has parts that only the program that defines it fills in: make the change there, with the patch";

/** Whether a policy reads in the account as it reads here: no part is unread, and no ARN has a parameter in it. */
function isLiteral(rule: AwsRule, partition: string, account: string | undefined): boolean {
  const providers = rule.statements.flatMap((one) =>
    one.kind === "read" && one.principal.kind === "only" ? one.principal.types.flatMap(({ values }) => values) : [],
  );
  const own = `arn:${partition}:iam::${account ?? ""}:oidc-provider/`;
  return (
    rule.statements.every(({ kind }) => kind === "read") &&
    providers.every((value) => !value.includes(":oidc-provider/") || value.startsWith(own)) &&
    !/\$\{(?!aws:)|<[A-Z_]+>/.test(printAws(rule))
  );
}

function documentsOf(move: AwsMove): readonly (readonly [string, string])[] {
  const { change, patches } = move;
  const { before, transition, final, adds, narrowed } = change;
  const document = (name: string, rule: AwsRule | undefined): readonly (readonly [string, string])[] =>
    rule === undefined || rule.statements.length === 0 ? [] : [[`${name}.json`, printAws(rule)]];
  const isKnown = before.kind === "aws" || before.kind === "new";
  return [
    ...document("before", before.kind === "aws" ? before : undefined),
    ...(isKnown ? document("transition", transition.rule) : document("adds", adds)),
    ...(isKnown ? document("final", final.rule) : []),
    ...document("narrowed", narrowed),
    ...(patches.transition === undefined ? [] : [["transition.patch", patches.transition] as const]),
    ...(patches.final === undefined ? [] : [["final.patch", patches.final] as const]),
    ...(move.made === undefined || adds.statements.length === 0
      ? []
      : newRoleFiles({ label: move.label, trust: adds, audiences: change.audiences, ...move.made })),
    ...(move.guard === undefined ? [] : guardFiles(move.guard, isRoleName(move.name) ? move.name : move.label)),
    ["proof.json", proofJson(move.comparison, sizes(change), move.quota)],
  ];
}

function sizes({ before, transition, final }: AwsChange): Readonly<Record<string, number>> {
  const named = [
    ["before", before.kind === "aws" ? before : undefined],
    ["transition", transition.rule],
    ["final", final.rule],
  ] as const;
  return Object.fromEntries(named.flatMap(([name, rule]) => (rule === undefined ? [] : [[name, awsSize(rule)]])));
}
