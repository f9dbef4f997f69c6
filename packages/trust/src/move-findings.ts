import { waitsFor } from "./change.ts";
import { issuerKey, pulumiIssuer } from "./claims.ts";
import type { FindingContext, FindingKind, Seen } from "./finding.ts";
import { awsSize } from "./policy/aws.ts";
import { mostCredentials } from "./policy/azure-change.ts";
import { tooLong } from "./policy/gcp-change.ts";
import type { Rule } from "./rule.ts";

/** What is seen in the limits of a rule and in its move: W15 and W18 to W27. */
export const moveFindings: readonly FindingKind[] = [
  {
    id: "W15",
    code: "GP415",
    title: "An administrator without a boundary",
    why: "Whoever takes the role can do anything in the account, and make further roles that can. A boundary would limit both. After the move that is whoever may write to the stack in Pulumi Cloud.",
    todo: "attach a permissions boundary, or fewer permissions",
    see: (_, { powers }) =>
      powers?.administrator && !powers.boundary
        ? [seen("warning", "the identity may do anything, and no boundary limits it")]
        : [],
  },
  {
    id: "W18",
    code: "GP418",
    title: "The trust policy is too long",
    why: "IAM takes 2,048 characters without white space, 4,096 where the quota was raised; a longer policy is refused as a whole.",
    todo: "one pattern a stack, several roles, or a raised quota",
    see: (rule, { quota }) => {
      const size = rule.kind === "aws" ? awsSize(rule) : 0;
      return size > quota ? [seen("error", `${size} characters, and ${quota} are allowed`)] : [];
    },
  },
  {
    id: "W19",
    code: "GP419",
    title: "A restriction of GitHub's is lost",
    why: "GitHub's token names the branch or the environment, and the cloud compared it. Pulumi's names organisation, project, stack and operation. The restriction now is the deployment settings', and whoever may write to the stack may change those.",
    todo: "set the branch in the deployment settings, and give write on the stack to few in Pulumi Cloud",
    see: (_, { lost }) => lost.map((one) => seen("warning", `${one}: Pulumi's token does not carry it`)),
  },
  {
    id: "W20",
    code: "GP420",
    title: "Previews get the role of updates",
    why: "A stack has one role in its settings. Where previews had one for themselves, a workflow can still ask for it. A preview that somebody starts in Pulumi Cloud takes the role of the settings, unless that lets in other operations alone. The operation guard is a Deny of all that does not read, for previews.",
    todo: "leave previews to the workflow, or put the operation guard before them (in AWS): `operation-guard.<role>`",
    see: (_, { previews }) => (previews === undefined ? [] : [previewSeen(previews)]),
  },
  {
    id: "W21",
    code: "GP421",
    title: "Sessions longer than the role allows",
    why: "A session is taken once, at the start, and AWS refuses one that is longer than the role allows.",
    todo: "ask for less, or raise MaxSessionDuration",
    see: (_, { duration }) =>
      duration && duration.asked > duration.allowed
        ? [seen("error", `${duration.asked} seconds are asked for, and ${duration.allowed} are allowed`)]
        : [],
  },
  {
    id: "W22",
    code: "GP422",
    title: "Others use the identity through GitHub",
    why: "A workflow that stays, or another repository, still takes the role through GitHub. Its statement has to stay as long.",
    todo: "keep GitHub's statement until they have moved",
    see: (_, context) => others(context),
  },
  {
    id: "W23",
    code: "GP423",
    title: "Static keys are still active",
    why: "The keys that the role takes the place of go on working until they are deactivated.",
    todo: "deactivate them, wait, look at their last use, then delete them",
    see: (_, { activeKeys }) => activeKeys.map((one) => seen("warning", `${one} still works`)),
  },
  {
    id: "W24",
    code: "GP424",
    title: "A workload identity provider that is open, or a subject that is too long for it",
    why: "A provider without an attribute condition lets every token of its issuer into the pool. Google Cloud takes subjects of 127 bytes and no more.",
    todo: "set an attribute condition on the organisation, and map a shorter subject",
    see: (rule, { runs }) => gcpLimits(rule, runs),
  },
  {
    id: "W25",
    code: "GP425",
    title: "Federated credentials that are too many, or with the wrong audience",
    why: "An application or a managed identity has room for 20 federated credentials, and each deployment operation of a stack needs one. Pulumi's tokens have the organisation as their audience, never Azure's default.",
    todo: "one identity a stack, and the organisation as the audience",
    see: azureLimits,
  },
  {
    id: "W26",
    code: "GP426",
    title: "Two accounts for one role",
    why: "The workflow logs in to one account, and the file that defines a role of this name is about another.",
    todo: "find out which of the two is meant",
    see: (_, { accounts }) =>
      accounts && accounts.workflow !== accounts.code
        ? [seen("warning", `the workflow names account ${accounts.workflow}, the code ${accounts.code}`)]
        : [],
  },
  {
    id: "W27",
    code: "GP427",
    title: "A permission that is no longer used",
    why: "The job may still ask GitHub for a token that nothing in it uses: whatever runs there could.",
    todo: "remove `id-token: write`",
    see: (_, { idTokenLeft }) => idTokenLeft.map((one) => seen("note", `${one} keeps \`id-token: write\``)),
  },
];

function seen(severity: Seen["severity"], text: string, at?: string): Seen {
  return { severity, at, text };
}

function previewSeen({ role, here }: NonNullable<FindingContext["previews"]>): Seen {
  switch (here) {
    case "refused":
      return seen(
        "note",
        `${role} is for previews; one that no workflow starts finds no role, for this one refuses it`,
      );
    case "guarded":
      return seen(
        "warning",
        `${role} was for previews; they take this role now, and the guard has to keep them from writing`,
      );
    case "open":
      return seen("warning", `${role} is for previews; one that no workflow starts takes this role, and may write`);
  }
}

function others({ stays, phase }: FindingContext): readonly Seen[] {
  const severity = phase === "final" ? "error" : "note";
  switch (stays.kind) {
    case "nobody":
      return [];
    case "somebody":
      return stays.who.map((one) => seen(severity, `${one} still assumes it`));
    case "unknown":
      return waitsFor(stays).map((one) => seen(severity, one));
  }
}

function gcpLimits(rule: Rule, runs: FindingContext["runs"]): readonly Seen[] {
  if (rule.kind !== "gcp") return [];
  const open = rule.providers.filter(({ condition, disabled }) => !disabled && !condition?.trim());
  const whole = rule.providers.filter(
    ({ issuer, mapping }) => issuerKey(issuer) === pulumiIssuer && mapping["google.subject"] === "assertion.sub",
  );
  const long = whole.flatMap(({ id }) =>
    runs.map((run) => ({ id, size: subjectSize(run), run })).filter(({ size }) => size > 127),
  );
  return [
    ...open.map(({ id, issuer }) =>
      seen("error", `no attribute condition: any token of ${issuerKey(issuer)} gets into the pool`, id),
    ),
    ...(whole.length > 0 ? [] : tooLong(runs).map((one) => seen("error", one))),
    ...long.map(({ id, size, run }) =>
      seen("error", `the subject of ${run.stack} has ${size} bytes, and 127 are allowed`, id),
    ),
  ];
}

/** Pulumi's own subject, with the longest of the documented operations. */
function subjectSize({ organization, project, stack }: FindingContext["runs"][number]): number {
  return `pulumi:deploy:org:${organization}:project:${project}:stack:${stack}:operation:preview:scope:write`.length;
}

function azureLimits(rule: Rule): readonly Seen[] {
  if (rule.kind !== "azure") return [];
  const count = rule.credentials.length;
  const wrong = rule.credentials.filter(
    ({ issuer, audiences }) => issuerKey(issuer) === pulumiIssuer && audiences.includes("api://AzureADTokenExchange"),
  );
  return [
    ...(count > mostCredentials ? [seen("error", `${count} credentials, and ${mostCredentials} are allowed`)] : []),
    ...wrong.map(({ name }) =>
      seen("error", "the audience is Azure's default, and Pulumi's tokens have the organisation", name),
    ),
  ];
}
