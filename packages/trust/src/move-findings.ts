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
    todo: "set the branch in the deployment settings, and give write on the stack to few in Pulumi Cloud",
    see: (_, { lost }) => lost.map((one) => seen("warning", `${one}: Pulumi's token does not carry it`)),
  },
  {
    id: "W20",
    code: "GP420",
    title: "Previews get the role of updates",
    todo: "attach the operation guard, or keep previews in GitHub Actions",
    see: (_, { previewRole }) =>
      previewRole === undefined
        ? []
        : [seen("warning", `${previewRole} is for previews; one that the workflow does not start takes this role`)],
  },
  {
    id: "W21",
    code: "GP421",
    title: "Sessions longer than the role allows",
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
    todo: "keep GitHub's statement until they have moved",
    see: (_, context) => others(context),
  },
  {
    id: "W23",
    code: "GP423",
    title: "Static keys are still active",
    todo: "deactivate them, wait, look at their last use, then delete them",
    see: (_, { activeKeys }) => activeKeys.map((one) => seen("warning", `${one} still works`)),
  },
  {
    id: "W24",
    code: "GP424",
    title: "A workload identity provider that is open, or a subject that is too long for it",
    todo: "set an attribute condition on the organisation, and map a shorter subject",
    see: (rule, { runs }) => gcpLimits(rule, runs),
  },
  {
    id: "W25",
    code: "GP425",
    title: "Federated credentials that are too many, or with the wrong audience",
    todo: "one identity a stack, and the organisation as the audience",
    see: azureLimits,
  },
  {
    id: "W26",
    code: "GP426",
    title: "Two accounts for one role",
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
    todo: "remove `id-token: write`",
    see: (_, { idTokenLeft }) => idTokenLeft.map((one) => seen("note", `${one} keeps \`id-token: write\``)),
  },
];

function seen(severity: Seen["severity"], text: string, at?: string): Seen {
  return { severity, at, text };
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
