import type { Json } from "../rule.ts";
import readActions from "./read-actions.json" with { type: "json" };
import { shellComment, shellWord } from "./shell.ts";

/** Previews that take a role of updates: what of AWS they may read there, and what is not known of it. */
export interface OperationGuard {
  /** Prefixes of IAM's actions: `s3`, `elasticloadbalancing`. */
  readonly services: readonly string[];
  /** What the program uses besides, and nobody could follow: each may need a service more. */
  readonly unread: readonly string[];
  /** The role that previews had for themselves. */
  readonly previewRole: string;
  /** The key of the answer that asked for it. */
  readonly key: string;
}

/** The name of the inline policy that is attached to a role. */
export const guardName = "PulumiPreviewsOnlyRead";

// What every preview asks for: whose session it is, and to decrypt what it may read.
const always = ["kms:Decrypt", "sts:GetCallerIdentity"];

/**
 * A Deny for sessions of previews of all that does not read, to be attached beside the role's own policies. The subject
 * of the token stays with the session; one that came through GitHub has no such key, and no Deny.
 * IAM takes no wildcard for a service, so that the list is one of services:
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notaction.html
 */
export function guardPolicy({ services }: Pick<OperationGuard, "services">): Json {
  const reads = services.flatMap((service) => readsOf(service).map((action) => `${service}:${action}`));
  return {
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "PreviewIsReadOnly",
        Effect: "Deny",
        NotAction: [...new Set([...always, ...reads])].sort(),
        Resource: "*",
        Condition: { StringLike: { "api.pulumi.com/oidc:sub": "pulumi:deploy:*:operation:preview:scope:*" } },
      },
    ],
  };
}

/** Whether AWS has a service of this prefix. */
export function isAwsService(prefix: string): boolean {
  return Object.hasOwn(readActions, prefix);
}

/** Actions that change nothing, by AWS's own service authorization data, or patterns that fit no other. */
function readsOf(service: string): readonly string[] {
  const table: Readonly<Record<string, string>> = readActions;
  return isAwsService(service) ? (table[service] ?? "").split(" ") : [];
}

/**
 * What all inline policies of a role may have together, in characters without white space.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
 */
const mostInline = 10_240;

/** The policy and a page about it, by file name. */
export function guardFiles(guard: OperationGuard, name: string): readonly (readonly [name: string, text: string])[] {
  const policy = guardPolicy(guard);
  return [
    ["guard.json", `${JSON.stringify(policy, null, 2)}\n`],
    ["GUARD.md", page(guard, name, JSON.stringify(policy).length)],
  ];
}

function page({ services, unread, previewRole, key }: OperationGuard, name: string, size: number): string {
  const code = (text: string): string => `\`${text.replaceAll("`", "'").replace(/\s+/g, " ")}\``;
  return `# Previews as ${name}

${code(previewRole)} was for previews alone. A stack has one role in its settings, so that previews which no workflow starts
take ${code(name)}. \`guard.json\` is attached to it as the inline policy \`${guardName}\`: it denies such a preview all that does
not read. \`apply-1-transition.sh\` attaches it before it lets previews in.

## What previews may use

Of each service the actions that AWS itself calls reading or listing, and \`kms:Decrypt\`:

${services.length === 0 ? "- none: no service was seen in the program" : services.map((one) => `- ${code(one)}`).join("\n")}
${unread.length === 0 ? "" : `\nNot followed, and perhaps in need of another service:\n\n${unread.map((one) => `- ${code(one)}`).join("\n")}\n`}
A preview that needs another service fails with \`AccessDenied\` and \`explicit deny\`: answer
\`${key}\` with \`yes\` and the services behind it, as \`yes,s3,logs\`, and write the files again.
The policy has ${size} characters; all inline policies of a role may have ${mostInline} together.${size > mostInline ? " **It is too long: name fewer services, or make several roles.**" : ""}

## What is lost

- The wall between two roles. What a preview may read is now what ${code(name)} may read, its secrets and state as well.
- A chained role (\`sts:AssumeRole\`) would lose the guard, so that it is denied: a provider that assumes another role cannot be previewed.
- A program that manages all inline policies of the role takes this one away with its next run: declare it there too.
- A service that AWS adds a writing action to under a reading name is trusted with it.

That a session keeps its subject for later requests is documented for web identities and was not tried with Pulumi's issuer:
start a preview with the guard attached and see that a write in it is denied, before you rely on it.

\`rollback.sh\` leaves it: sessions through GitHub have no such key, and it denies them nothing. By hand:
\`aws iam delete-role-policy --role-name ${name} --policy-name ${guardName}\`.
`;
}

/** For the script of the transition: what attaches a role's guard, after all roles were found as reviewed. */
export function guardStep(names: readonly string[]): readonly string[] {
  if (names.length === 0) return [];
  return [
    shellComment("A policy under the guard's name that is not ours is left alone, and stops the script."),
    `guard() {
  local role=$1 known
  known=$(aws iam list-role-policies --role-name "$role" --query PolicyNames --output json) || stop 1 "the policies of $role cannot be listed"
  if jq -e 'index("${guardName}") != null' <<<"$known" >/dev/null; then
    known=$(aws iam get-role-policy --role-name "$role" --policy-name ${guardName} --query PolicyDocument --output json) || stop 1 "the guard of $role cannot be read"
    same "$known" "$role/guard.json" || stop 3 "$role has another policy of the name ${guardName}"
    return
  fi
  run aws iam put-role-policy --role-name "$role" --policy-name ${guardName} --policy-document "file://$role/guard.json"
}`,
    ...names.map((name) => `guard ${shellWord(name)}`),
  ];
}
