import { apply, byText, written, type Path } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import type { AwsRule, AwsStatement, Stays } from "@gha2pulumi/trust";
import type { Outcome } from "./outcome.ts";

/**
 * Who still assumes a role once the plan is carried out: what is left in the repository's workflows, actions and
 * scripts that names it, and whom its policy lets in from other repositories. It errs on the side of somebody.
 */
export function staysOf(arn: Setting, policy: AwsRule | undefined, outcome: Outcome): Stays {
  const others = policy === undefined ? [notRead] : foreign(policy, outcome.world.surroundings.get("repository"));
  return staysBeside(arn, others, outcome);
}

/** The same, where `others` tells whom the rule lets in besides, in words. */
export function staysBeside(arn: Setting, others: readonly string[], outcome: Outcome): Stays {
  const { world, changes } = outcome;
  const after = apply(world.tree, changes);
  const names = namesOf(arn, outcome);
  const lines = [...after].filter(([path]) => mayAssume(path)).flatMap(([path, text]) => usesIn(path, text, names));
  const certain = lines.filter(({ sure }) => sure).map(({ at }) => at);
  if (certain.length > 0) return { kind: "somebody", who: certain.sort(byText), parties: [] };
  const perhaps = lines.map(({ at, says }) => `${at} logs in as ${says}, which may be this role`).sort(byText);
  const because = [...perhaps, ...others];
  return because.length === 0 ? { kind: "nobody" } : { kind: "unknown", because };
}

export const notRead = "its policy is not known, and may let in other repositories";

/** How the repository calls the role: as written at its logins, and its ARN. */
function namesOf(arn: Setting, { plan }: Outcome): ReadonlySet<string> {
  const at = JSON.stringify(arn.from);
  const logins = plan.decisions
    .flatMap(({ intent }) => intent.occurrences)
    .flatMap(({ identities }) => identities)
    .filter(({ from, role }) => role !== undefined && JSON.stringify(from) === at);
  const texts = arn.value.every((piece) => typeof piece === "string") ? [arn.value.join("")] : [];
  return new Set([...texts, ...logins.map(({ role }) => written(role ?? []))].map(plain).filter((one) => one !== ""));
}

function plain(text: string): string {
  return text.replace(/\s+/g, "");
}

function mayAssume(path: Path): boolean {
  return /(?:^|\/)\.github\/.*\.ya?ml$|(?:^|\/)action\.ya?ml$|\.sh$/.test(path);
}

interface Use {
  readonly at: string;
  readonly says: string;
  readonly sure: boolean;
}

/** Lines that name the role, and logins that may be meant for it; comments are none. */
function usesIn(path: Path, text: string, names: ReadonlySet<string>): readonly Use[] {
  // Behind a variable may be any role, also one that another login spells out.
  const isVariable = ![...names].some((name) => name.startsWith("arn:") && !name.includes("$"));
  return text.split("\n").flatMap((line, i): readonly Use[] => {
    const code = line.replace(/(?:^|\s)#.*$/, "");
    const at = `${path}:${i + 1}`;
    // A call hands the role's name to Deployments, and does not take it.
    if (/^\s*CALL_AWS_ROLE:/.test(code)) return [];
    if ([...names].some((name) => plain(code).includes(name))) return [{ at, says: "", sure: true }];
    const role = /\b(?:role-to-assume|role-arn|AWS_ROLE_ARN)["']?\s*[:=]\s*(.*)$/.exec(code)?.[1]?.trim();
    if (role !== undefined && (isVariable || /\$|^[>|&*]/.test(role))) return [{ at, says: role, sure: false }];
    const inherits = [...names].some((name) => name.includes("secrets.")) && /\bsecrets:\s*inherit\b/.test(code);
    return inherits ? [{ at, says: "what it inherits", sure: false }] : [];
  });
}

/** GitHub statements that let in other repositories than this one, in words. */
function foreign(policy: AwsRule, repository: string | undefined): readonly string[] {
  const subjects = policy.statements.flatMap(subjectsOf);
  if (subjects.length === 0) return [];
  const [owner = "", name = ""] = (repository ?? "").split("/");
  if (owner === "" || name === "") return ["the repository's own name is not known: answer `repository`"];
  const own = new RegExp(`^repo:${escaped(owner)}(?:@\\d+)?/${escaped(name)}(?:@\\d+)?:`, "i");
  const others = subjects.filter((one) => one === undefined || !own.test(one));
  return [...new Set(others)].map((one) =>
    one === undefined
      ? "a statement for GitHub is not told by its subject, and may let in other repositories"
      : `its policy also lets in \`${one}\``,
  );
}

/** What the statement's subject is compared with; `undefined` for a GitHub statement without such a comparison. */
function subjectsOf(statement: AwsStatement): readonly (string | undefined)[] {
  if (statement.kind === "unread") return /token\.actions\./i.test(JSON.stringify(statement.json)) ? [undefined] : [];
  const { effect, principal, conditions } = statement;
  if (effect === "Deny") return [];
  const isGitHub =
    principal.kind !== "only" ||
    principal.types.some(
      ({ type, values }) =>
        type === "Federated" && values.some((one) => /token\.actions\.|_services\/token/i.test(one)),
    );
  if (!isGitHub) return [];
  const told = conditions.filter(
    ({ operator, key }) => /:sub$/i.test(key) && /^(?:ForAnyValue:)?String(?:Equals|Like)$/i.test(operator),
  );
  return told.length === 0 ? [undefined] : (told[0]?.values ?? [undefined]);
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}
