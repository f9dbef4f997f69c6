import { printAws } from "../policy/aws.ts";
import type { AwsRule } from "../rule.ts";
import { scriptBasics, providerStep } from "./aws-scripts.ts";
import { shellComment, shellWord } from "./shell.ts";

/** A role that takes the place of access keys: nobody has made it, and what it may do is in no file. */
export interface NewRole {
  /** What the settings call the place for its ARN. */
  readonly label: string;
  /** The whole of its trust policy; `<ACCOUNT>` stands for an account that is not known. */
  readonly trust: AwsRule;
  readonly audiences: readonly string[];
  /** The longest session that the settings ask for, in seconds. */
  readonly session: number | undefined;
  /** Names of the secrets that the keys are in. */
  readonly keys: readonly string[];
}

/** The documents and the script for a role in place of keys, by file name. */
export function newRoleFiles(role: NewRole): readonly (readonly [name: string, text: string])[] {
  return [
    ["trust.json", printAws(role.trust)],
    ["create-role.sh", script(role)],
    ["PERMISSIONS.md", permissions(role)],
  ];
}

/**
 * Makes the provider and the role, and gives it no permission. A boundary, a path or tags are asked of every new role
 * in some organisations, and no file of the repository tells them.
 * https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html
 */
function script({ label, audiences, session }: NewRole): string {
  return `#!/usr/bin/env bash
${shellComment(`A role for Pulumi Deployments in place of access keys, for ${label}.`)}
# Written by gha2pulumi from a plan that was reviewed. It may be run again. It needs aws and jq.
# It gives no permission: PERMISSIONS.md says how to find out which. It deletes nothing; a role without a policy is
# taken back with: aws iam delete-role --role-name NAME
# Exit codes: 0 done, or nothing to do. 1 a command failed. 2 wrong use. 3 the role is there, and not as reviewed.
# 4 the credentials are of another account.
set -euo pipefail
cd "$(dirname "\${BASH_SOURCE[0]}")"
usage() {
  echo 'usage: --account ID --name NAME [--path /PATH/] [--boundary ARN] [--max-session SECONDS] [--tags Key=K,Value=V] [--dry-run]' >&2
  exit 2
}
account= name= path= boundary= session=${session ?? ""} tags= dry=
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry=yes; shift; continue ;;
    --account | --name | --path | --boundary | --max-session | --tags) [ $# -gt 1 ] || usage ;;
    *) usage ;;
  esac
  case $1 in
    --account) account=$2 ;;
    --name) name=$2 ;;
    --path) path=$2 ;;
    --boundary) boundary=$2 ;;
    --max-session) session=$2 ;;
    --tags) tags=$2 ;;
  esac
  shift 2
done
[[ $account =~ ^[0-9]{12}$ ]] || usage
[[ $name =~ ^[A-Za-z0-9_+=,@][A-Za-z0-9_+=,.@-]{0,63}$ ]] || usage

${scriptBasics}
partition=$(aws sts get-caller-identity --query Arn --output text | cut -d: -f2) || stop 1 'aws does not say which partition this is'
trust=$(sed -e "s/<ACCOUNT>/$account/g" -e "s/arn:aws:/arn:$partition:/g" trust.json)
asked=$(mktemp)
trap 'rm -f "$asked"' EXIT
printf '%s\\n' "$trust" >"$asked"

todo=$name
${providerStep}
provider ${audiences.map(shellWord).join(" ")}

# Of a role that is not there aws says so in words, and of everything else as well: only this one error is an answer.
if found=$(aws iam get-role --role-name "$name" --output json 2>&1); then
  same "$(jq -c .Role.AssumeRolePolicyDocument <<<"$found")" "$asked" || stop 3 "$name is there with another trust policy; nothing was written to it"
  printf '%s: there already\\n' "$name"
elif [[ $found != *NoSuchEntity* ]]; then
  stop 1 "$name cannot be looked for: $found"
else
  words=(--role-name "$name" --assume-role-policy-document "$trust" --description 'Pulumi Deployments')
  [ -z "$path" ] || words+=(--path "$path")
  [ -z "$boundary" ] || words+=(--permissions-boundary "$boundary")
  [ -z "$session" ] || [ "$session" -le 3600 ] || words+=(--max-session-duration "$session")
  [ -z "$tags" ] || words+=(--tags "$tags")
  run aws iam create-role "\${words[@]}"
  [ -n "$dry" ] || printf '%s: made, without a permission\\n' "$name"
fi
[ -n "$dry" ] || printf 'its ARN, for the configuration of the settings: %s\\n' "$(aws iam get-role --role-name "$name" --query Role.Arn --output text)"
`;
}

function permissions({ label, keys }: NewRole): string {
  const named = keys.length === 0 ? "the keys" : keys.map((one) => `\`${one}\``).join(", ");
  return `# What the role for ${label} may do

\`<<PERMISSIONS>>\`: no file of the repository tells it, and \`AdministratorAccess\` is no answer.
The role has to do what the user of ${named} does today. Three ways to find out, the surest first:

1. **As the user has it.** Exact, and usually too wide. The inline policies, the attached ones, those of its groups, and its boundary:

   \`\`\`sh
   aws iam get-access-key-last-used --access-key-id KEY --query UserName --output text
   aws iam get-account-authorization-details --filter User Group LocalManagedPolicy --output json
   \`\`\`

   Attach the same managed policies, copy the inline ones, and give the role the same boundary.
2. **What was used.** Needs a trail of CloudTrail; misses what has not run in 90 days, \`destroy\` above all, and data events.

   \`\`\`sh
   aws accessanalyzer start-policy-generation --policy-generation-details principalArn=USER_ARN --cloud-trail-details file://trail.json
   aws accessanalyzer get-generated-policy --job-id JOB
   \`\`\`

   \`aws iam generate-service-last-accessed-details --arn USER_ARN --granularity ACTION_LEVEL\` prunes the first way's policies.
3. **An estimate** from the resource types of the program. Label it so, and run a preview and an update with it before you rely on it.

## What differs between a user and a role

- \`aws:username\` and \`aws:userid\` in policies do not hold for a role.
- Policies of buckets, keys and other accounts' roles that name the user's ARN have to name the role's.
- Conditions on MFA, console use, and SMTP or CodeCommit credentials made from the user do not carry over.
- A session of a role cannot call \`sts:GetFederationToken\` and \`sts:GetSessionToken\`.

## In this order

1. \`create-role.sh --dry-run\`, then without the flag; attach the permissions; write the ARN into the configuration.
2. A preview by Pulumi Deployments, then an update.
3. Deactivate the key: \`aws iam update-access-key --access-key-id KEY --status Inactive\`. Wait, and look at \`aws iam get-access-key-last-used\`.
4. By hand and last of all: delete the key, then ${keys.length === 0 ? "the secrets in GitHub" : `the secrets in GitHub that hold it (${named})`}, then the user if nothing else is its.
`;
}
