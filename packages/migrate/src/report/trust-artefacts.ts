import { innermost, location, type Path, type Trail } from "@gha2pulumi/repo";
import {
  admits,
  awsFiles,
  folderOf,
  readToken,
  summaryIntro,
  type Answer,
  type AwsMove,
  type Rule,
  type Token,
} from "@gha2pulumi/trust";
import type { Outcome } from "./outcome.ts";
import { renderTrust } from "./markdown.ts";
import type { PlanDocument } from "./plan-document.ts";
import { roleTrusts, type RoleTrust } from "./trust.ts";

/** What can be asked about the roles of a plan besides what the document says. */
export interface RoleAnswers {
  /** Documents, diffs, proofs, scripts, and a page that leads through them, by path below a folder for them. */
  readonly artefacts: () => ReadonlyMap<Path, string>;
  /** Whether a token with this decoded payload gets in; `undefined` when the payload is that of no token. */
  readonly verify: (payload: unknown) => readonly TokenCase[] | undefined;
}

/** Whether one token may assume one role: as it is, in the transition, and in the end. */
export interface TokenCase {
  readonly role: string;
  readonly before: Admitted;
  readonly transition: Admitted;
  readonly final: Admitted;
  /** Why it is not known, where it is not. */
  readonly because: readonly string[];
}

/** `absent`: there is no such rule, because the step cannot be taken. */
export type Admitted = "yes" | "no" | "unknown" | "absent";

export function roleAnswers(outcome: Outcome, document: PlanDocument): RoleAnswers {
  const at = (trail: Trail): string => location(outcome.world.tree, innermost(trail));
  const roles = (): readonly RoleTrust[] => roleTrusts(outcome, at);
  return {
    artefacts() {
      if (document.trust.length === 0) return new Map();
      const moves = roles().flatMap(({ move }) => move ?? []);
      const others = roles().flatMap(({ files }) => [...files]);
      return new Map([...awsFiles(moves), ...others, ["SUMMARY.md", summary(document, moves, foldersOf(others))]]);
    },
    verify(payload) {
      const token = readToken(payload);
      return (
        token &&
        roles().flatMap(({ planned, asked }) => (asked === undefined ? [] : [caseOf(planned.role, asked, token)]))
      );
    },
  };
}

const yes: Answer = { kind: "yes" };

function caseOf(role: string, { change, account }: NonNullable<RoleTrust["asked"]>, token: Token): TokenCase {
  const { before, transition, final, adds } = change;
  const hidden: Answer = { kind: "unknown", because: ["its trust policy is not known"] };
  const asked = (rule: Rule | undefined): Answer | undefined => rule && admits(rule, token, { account });
  const later = asked(adds)?.kind === "yes" ? yes : hidden;
  const steps =
    before.kind === "hidden"
      ? [hidden, later, later]
      : [before.kind === "new" ? undefined : asked(before), asked(transition.rule), asked(final.rule)];
  const [first, second, third] = steps.map((one): Admitted => one?.kind ?? "absent");
  const because = steps.flatMap((one) => (one?.kind === "unknown" ? one.because : []));
  return {
    role,
    before: first ?? "absent",
    transition: second ?? "absent",
    final: third ?? "absent",
    because: [...new Set(because)],
  };
}

/** The folders of files that lie in folders of their own, each once. */
function foldersOf(files: readonly (readonly [Path, string])[]): readonly Path[] {
  return [...new Set(files.map(([path]) => path.slice(0, path.lastIndexOf("/"))))];
}

function summary(document: PlanDocument, moves: readonly AwsMove[], others: readonly Path[]): string {
  return [
    summaryTitle,
    "",
    summaryIntro,
    "",
    "1. `apply-1-transition.sh --dry-run`, then without the flag: Pulumi Deployments gets in beside GitHub Actions.",
    "2. Switch the settings program on, and see deployments work.",
    "3. `apply-2-final.sh`: GitHub Actions no longer gets in. A role that something still assumes is left as it is.",
    "",
    "`rollback.sh` gives every role the policy it had before. Each script may be run again, writes nothing where a live",
    "policy is neither as reviewed nor done already, and needs `aws` (`gcloud`, `az`) and `jq`. Where a patch lies beside the documents,",
    "a file of the repository defines the role: apply the patch as well, or the next run of that program undoes the script.",
    "",
    ...(moves.some(({ made }) => made !== undefined)
      ? [
          "A role in place of access keys is made by `create-role.sh` in its folder, without permissions: `PERMISSIONS.md` beside",
          "it says how to find them. It has no other step.",
          "",
        ]
      : []),
    ...moves.map((move) => `- \`${folderOf(move)}/\``),
    ...others.map((folder) => `- \`${folder}/\`, with scripts of its own where it is known who gets in today`),
    "",
    renderTrust(document),
    ...cleanUp(document),
  ].join("\n");
}

/** What is left to delete once deployments have worked; a person does it, and no script. */
function cleanUp({ secrets, trust }: PlanDocument): readonly string[] {
  const retired = secrets.filter(({ goes }) => goes === "retire").map(({ name }) => name);
  const lines = [
    ...retired.map((name) => `- the secret \`${name}\` in GitHub: no workflow reads it any more`),
    ...(trust.some(({ cloud, note }) => cloud === "aws" && note.includes("keys' user"))
      ? [
          "- access keys: first `aws iam update-access-key --status Inactive`, then look at `aws iam get-access-key-last-used`, and delete them some weeks later",
        ]
      : []),
  ];
  return lines.length === 0 ? [] : ["## To delete by hand, last of all", "", ...lines, ""];
}

/** How the page begins: a folder that has it may be written again. */
export const summaryTitle = "# Who may assume which role";
