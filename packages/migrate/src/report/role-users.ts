import { byText, escaped } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import type { AwsRule, AwsStatement, Stays } from "@gha2pulumi/trust";
import type { Outcome } from "./outcome.ts";
import { roleUses, type Login } from "./role-uses.ts";

/**
 * Who still assumes a role once the plan is carried out: what is left in the repository's workflows, actions and
 * scripts that names it, and whom its policy lets in from other repositories. It errs on the side of somebody.
 */
export function staysOf(arn: Setting, policy: AwsRule | undefined, outcome: Outcome): Stays {
  const others = policy === undefined ? [notRead] : foreign(policy, outcome.world.surroundings.get("repository"));
  return staysBeside({ cloud: "aws", named: arn }, others, outcome);
}

/** The same, where `others` tells whom the rule lets in besides, in words. */
export function staysBeside(login: Login, others: readonly string[], outcome: Outcome): Stays {
  const uses = roleUses(login, outcome);
  const certain = uses.filter(({ but }) => but === undefined).map(({ at }) => at);
  if (certain.length > 0) return { kind: "somebody", who: certain.sort(byText), parties: [] };
  const perhaps = uses.map(({ at, but = "" }) => `${at} ${but}, which may be this role`).sort(byText);
  const because = [...perhaps, ...others];
  return because.length === 0 ? { kind: "nobody" } : { kind: "unknown", because };
}

export const notRead = "its policy is not known, and may let in other repositories";

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
