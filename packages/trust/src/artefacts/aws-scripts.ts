import { pulumiIssuer } from "../claims.ts";
import { guardName, guardStep } from "./operation-guard.ts";
import { shellComment, shellWord } from "./shell.ts";

/** One role of an account as the scripts see it: a folder of documents beside them, or why they leave it alone. */
export interface ScriptedRole {
  readonly name: string;
  /** Why no script writes its policy; then it has no documents. */
  readonly blocked: readonly string[];
  /** Why the last step has to wait; empty when it may be taken. */
  readonly waits: readonly string[];
  readonly audiences: readonly string[];
  /** Its folder has a guard, to be attached before previews get in. */
  readonly guarded: boolean;
}

/** The roles of one AWS account. */
export interface ScriptedAccount {
  readonly account: string;
  readonly partition: string;
  readonly roles: readonly ScriptedRole[];
}

/**
 * The scripts of an account, by file name: bash 3.2, `aws` and `jq`, nothing else. Each may be run again, writes
 * nothing before every role is found as reviewed, and leaves deletions to a person.
 */
export function awsScripts(account: ScriptedAccount): ReadonlyMap<string, string> {
  return new Map([
    ["apply-1-transition.sh", transitionScript(account)],
    ["apply-2-final.sh", finalScript(account)],
    ["rollback.sh", rollbackScript(account)],
  ]);
}

function transitionScript(account: ScriptedAccount): string {
  const roles = account.roles.filter(({ blocked }) => blocked.length === 0);
  const audiences = [...new Set(roles.flatMap((one) => one.audiences))].sort();
  return [
    ...head(account, "Step 1 of 2: Pulumi Deployments gets in beside GitHub Actions.", "[--dry-run]"),
    dryRunOnly,
    ...common,
    ...account.roles.filter(({ blocked }) => blocked.length > 0).map(leftAlone),
    ...roles.map(({ name }) => `check ${shellWord(name)} transition before`),
    ...(roles.length === 0 ? [] : [providerStep, `provider ${audiences.map(shellWord).join(" ")}`]),
    ...guardStep(roles.filter(({ guarded }) => guarded).map(({ name }) => name)),
    writeAll,
    end,
  ].join("\n");
}

function finalScript(account: ScriptedAccount): string {
  const roles = account.roles.filter(({ blocked, waits }) => blocked.length + waits.length === 0);
  return [
    ...head(account, "Step 2 of 2: GitHub Actions no longer gets in, only Pulumi Deployments.", "[--dry-run]"),
    dryRunOnly,
    ...common,
    ...account.roles.filter((one) => !roles.includes(one)).map(leftAlone),
    ...roles.map(({ name }) => `check ${shellWord(name)} final transition`),
    writeAll,
    end,
  ].join("\n");
}

function rollbackScript(account: ScriptedAccount): string {
  const roles = account.roles.filter(({ blocked }) => blocked.length === 0);
  return [
    ...head(
      account,
      "Takes the steps back: every role gets the policy it had before.",
      "[--dry-run] [--to-transition]",
    ),
    "to=before",
    "from='transition final'",
    `for word in "$@"; do
  case $word in
    --dry-run) dry=yes ;;
    --to-transition) to=transition from=final ;;
    *) usage ;;
  esac
done
`,
    ...common,
    "# Without quotes on purpose: one word for each state that may be taken back.",
    ...roles.map(({ name }) => `check ${shellWord(name)} "$to" $from`),
    writeAll,
    `echo ${shellWord(`The provider for ${pulumiIssuer} stays: by itself it lets nobody in, and other roles may use it.`)}`,
    ...roles
      .filter(({ guarded }) => guarded)
      .map(
        ({ name }) =>
          `echo ${shellWord(`The policy ${guardName} of ${name} stays: it denies nothing but writes of Pulumi's previews.`)}`,
      ),
    end,
  ].join("\n");
}

/** A role that waits or is not known does not keep the others from being done; the exit code tells. */
function leftAlone({ name, blocked, waits }: ScriptedRole): string {
  const because = [...blocked, ...waits].map((one) => one.replace(/\s+/g, " ")).join("; ");
  return `wait_for ${shellWord(name)} ${shellWord(because)}`;
}

function head({ account, partition }: ScriptedAccount, what: string, options: string): readonly string[] {
  return [
    "#!/usr/bin/env bash",
    shellComment(`AWS account ${account}. ${what}`),
    "# Written by gha2pulumi from a plan that was reviewed. It may be run again. It needs aws and jq.",
    "# Exit codes: 0 done, or nothing to do. 1 a command failed. 2 wrong use. 3 a role is not as reviewed.",
    "# 4 the credentials are of another account. 5 a role has to wait; the others are done.",
    "set -euo pipefail",
    'cd "$(dirname "${BASH_SOURCE[0]}")"',
    `account=${shellWord(account)}`,
    `partition=${shellWord(partition)}`,
    "dry=",
    `usage() { echo ${shellWord(`usage: ${options}`)} >&2; exit 2; }`,
    "",
  ];
}

const dryRunOnly = `for word in "$@"; do
  case $word in
    --dry-run) dry=yes ;;
    *) usage ;;
  esac
done
`;

/** What every script begins with: how it stops, compares and runs, and whose credentials it has. */
export const scriptBasics = `stop() { printf 'stopped: %s\\n' "$2" >&2; exit "$1"; }
for tool in aws jq; do command -v "$tool" >/dev/null || stop 1 "$tool is not installed"; done

# Neither order nor a list of one means anything in a policy.
form='def form: if type == "array" then map(form) | unique | if length == 1 then .[0] else . end
  elif type == "object" then map_values(form) else tostring end; form'
same() {
  local one other
  one=$(jq -cS "$form" <<<"$1") && other=$(jq -cS "$form" "$2") || stop 1 "$2 cannot be compared"
  [ -n "$one" ] && [ "$one" = "$other" ]
}
live() { aws iam get-role --role-name "$1" --query Role.AssumeRolePolicyDocument --output json; }
run() {
  if [ -n "$dry" ]; then printf 'would run:'; printf ' %q' "$@"; printf '\\n'; return; fi
  "$@" >/dev/null || stop 1 "failed: $1 $2 $3"
}

caller=$(aws sts get-caller-identity --query Account --output text) || stop 1 'aws does not say whose credentials these are'
[ "$caller" = "$account" ] || stop 4 "these credentials are of account $caller, not of $account"
`;

const common: readonly string[] = [
  scriptBasics,
  `status=0
todo=
wait_for() { printf '%s: not changed here: %s\\n' "$1" "$2" >&2; status=5; }
# check ROLE TARGET STATE...: the role is at the target already, or in one of the states it may come from.
check() {
  local role=$1 target=$2 now state
  shift 2
  now=$(live "$role") || stop 1 "the role $role cannot be read"
  if same "$now" "$role/$target.json"; then printf '%s: at %s already\\n' "$role" "$target"; return; fi
  for state in "$@"; do
    if same "$now" "$role/$state.json"; then todo="$todo $role:$target"; return; fi
  done
  for state in before transition final; do
    if [ -f "$role/$state.json" ] && same "$now" "$role/$state.json"; then
      stop 3 "$role is at $state, and this step goes from $* to $target; nothing was written"
    fi
  done
  for state in "$1" "$target"; do
    diff -u --label "$role/$state.json" --label "$role as it is" <(jq -S "$form" "$role/$state.json") <(jq -S "$form" <<<"$now") >&2 || true
  done
  stop 3 "the trust policy of $role is not as reviewed; nothing was written"
}
`,
];

export const providerStep = `# One provider for each issuer and account: what is there gets the audience, and nothing is taken from it.
provider() {
  local arn="arn:$partition:iam::$account:oidc-provider/${pulumiIssuer}" known id
  [ -n "$todo" ] || return 0
  known=$(aws iam list-open-id-connect-providers --query 'OpenIDConnectProviderList[].Arn' --output json) || stop 1 'the providers cannot be listed'
  if ! jq -e --arg arn "$arn" 'index($arn) != null' <<<"$known" >/dev/null; then
    run aws iam create-open-id-connect-provider --url https://${pulumiIssuer} --client-id-list "$@"
    return
  fi
  known=$(aws iam get-open-id-connect-provider --open-id-connect-provider-arn "$arn" --query ClientIDList --output json) || stop 1 'the provider cannot be read'
  for id in "$@"; do
    if jq -e --arg id "$id" 'index($id) != null' <<<"$known" >/dev/null; then continue; fi
    run aws iam add-client-id-to-open-id-connect-provider --open-id-connect-provider-arn "$arn" --client-id "$id"
  done
}`;

/** Names of roles hold neither blanks nor colons nor wildcards; a write is read back, because IAM needs a moment. */
const writeAll = `
for one in $todo; do
  role=\${one%%:*} target=\${one#*:} read=
  run aws iam update-assume-role-policy --role-name "$role" --policy-document "file://$role/$target.json"
  [ -z "$dry" ] || continue
  for _ in 1 2 3 4 5; do
    if same "$(live "$role")" "$role/$target.json"; then read=yes; break; fi
    sleep 2
  done
  [ -n "$read" ] || stop 3 "what was written to $role reads differently"
  printf '%s: at %s now\\n' "$role" "$target"
done`;

const end = 'exit "$status"\n';
