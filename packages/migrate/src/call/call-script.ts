import type { Path } from "@gha2pulumi/repo";

/** Where the script of the call steps stands in a repository: one file, whatever the number of calls. */
export const callFile: Path = ".github/pulumi-deployments/call.sh";

/**
 * The script of the call steps: bash, curl and jq as on GitHub's runners. Everything it reads comes through `env:`.
 * Without TLS it talks to 127.0.0.1 alone, which is for tests.
 *
 * - Paths, bodies and statuses: the Pulumi Cloud OpenAPI document, tags Deployments and Stacks
 *   (https://api.pulumi.com/api/openapi/pulumi-spec.json). Objects sent are merged into the stack's settings; `null`
 *   removes, as a saved branch would contradict a commit; lists replace, so saved pre-run commands are sent along.
 * - Creating is not idempotent. 429 and 409 refuse, so asking again is safe. After anything that leaves it open
 *   whether the deployment exists, it is looked for by a ticket that only this run of the step sends, and asked for
 *   again only after three looks found nothing. Not covered: one that appears even later.
 * - Outputs are those of the stack's state (`/export`). Secret ones are encrypted there; Pulumi Cloud decrypts them
 *   (`/decrypt`, https://github.com/pulumi/pulumi/blob/master/pkg/secrets/service/manager.go) when it is the stack's
 *   secrets provider; those of every other provider are refused. Values are written as pulumi/actions writes them.
 * - The runner sends SIGINT, 7.5 s later SIGTERM, to bash alone
 *   (https://docs.github.com/actions/reference/workflows-and-actions/workflow-cancellation). Bash runs a trap only
 *   between commands, so whatever takes time runs in the background and is waited for.
 */
export function callScript(): string {
  return `#!/usr/bin/env bash\n${asking}${savedCommands}${waiting}${readingOutputs}`;
}

const asking = String.raw`# Asks Pulumi Deployments for one operation, waits for its end and reads the outputs that later steps use.
# All input comes through env. Neither the token nor a secret that is sent or read is ever printed.
set +x
set -euo pipefail
export LC_ALL=C
umask 077
work=$(mktemp -d)
id='' status='' link='' goes_on='' deadline=$((SECONDS + CALL_TIMEOUT_SECONDS))
fail() { printf '::error::%s\n' "$*$goes_on" >&2; exit 1; }
unclear() { fail "The answer of Pulumi Cloud to $1 is not as documented."; }
leave() { echo "Stopped waiting.$goes_on"; exit "$1"; }
trap 'kill $(jobs -p) 2>/dev/null || true; rm -rf "$work"' EXIT
trap 'leave 130' INT; trap 'leave 143' TERM

for tool in curl jq; do command -v "$tool" >/dev/null || fail "This step needs $tool on the runner."; done
[[ $PULUMI_ACCESS_TOKEN =~ ^[[:graph:]]+$ ]] || fail 'PULUMI_ACCESS_TOKEN is empty, or has a blank in it.'
[[ $CALL_API =~ ^(https://|http://127\.0\.0\.1:)[^[:space:]?#@]+$ ]] || fail 'CALL_API is not an https address.'
[[ $CALL_OPERATION =~ ^(update|preview|refresh|destroy)$ ]] || fail "Not an operation of Pulumi Deployments: $CALL_OPERATION"
path=$CALL_ORGANIZATION/$CALL_PROJECT/$CALL_STACK stack=/api/stacks/$CALL_ORGANIZATION/$CALL_PROJECT/$CALL_STACK
[[ $path =~ ^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){2}$ && ! /$path/ =~ /\.+/ ]] || fail "Not the full name of a stack: $path"
[[ $CALL_COMMIT != HEAD ]] || CALL_COMMIT=$(git -C "$GITHUB_WORKSPACE" rev-parse HEAD) || fail 'Nothing is checked out.'
[[ $CALL_COMMIT =~ ^[0-9a-f]{40}$ || (-z $CALL_COMMIT && $CALL_BRANCH) ]] || fail 'Neither a full commit hash nor a branch.'

# Waits for what was just put into the background.
finish() { wait $! || return; }
# One request: METHOD PATH [BODY]. $code is the status, 000 without a whole answer; $sent is "no" if it never left.
request() {
  local method=$1 url=$CALL_API$2 body='' exit=0
  shift 2
  if (($# > 0)); then body=$1; set -- --data-binary @-; fi
  : >"$work/headers"; : >"$work/answer"
  printf '%s' "$body" | curl -q -sS -X "$method" --max-time 60 -o "$work/answer" -D "$work/headers" -w '%{http_code}' \
    -H @<(printf 'Authorization: token %s\n' "$PULUMI_ACCESS_TOKEN") -H 'Accept: application/vnd.pulumi+8' \
    -H 'Content-Type: application/json' "$@" "$url" >"$work/code" &
  finish || exit=$?
  code=$(<"$work/code") sent=yes
  # No such proxy or host, connection refused, no TLS; then everything else that curl gives up for.
  case $exit in 0) ;; 5 | 6 | 7 | 35 | 60) code=000 sent=no ;; *) code=000 ;; esac
}
# Ends with the message of the answer, without anything that was handed over as a secret.
refuse() {
  local why
  why=$(jq -r '[env | to_entries[] | select(.key == "PULUMI_ACCESS_TOKEN" or (.key | startswith("SEND_SECRET_"))) | .value
    | select(. != "")] as $secrets | reduce $secrets[] as $one (.message | strings; split($one) | join("***"))
    | gsub("[[:cntrl:]]"; " ") | .[:300]' "$work/answer" 2>"$work/error") || why=''
  case $code in 401) why+=' (is the token right?)' ;; 404) why+=' (is the stack there, and may the token see it?)' ;; esac
  fail "$1: HTTP $code $why."
}
# Waits N times the interval, or as long as Retry-After asks, and never beyond the time limit.
rest() {
  local left=$((deadline - SECONDS))
  ((left > 0)) || fail "No end within $CALL_TIMEOUT_SECONDS s."
  sleep "$(awk -v n="$1" -v each="$POLL_SECONDS" -v left="$left" 'tolower($1) == "retry-after:" { asked = int($2) }
    END { pause = asked > 0 ? asked : n * each; print pause < left ? pause : left }' "$work/headers")" &
  finish
}
# Reads an object: PATH [BODY]. Reading changes nothing, so it may be tried again.
get() {
  local method=GET tries=0
  (($# == 1)) || method=POST
  while request "$method" "$@"; [[ $code != 200 ]]; do
    if [[ ! $code =~ ^(000|429|5..)$ ]] || ((++tries == 20)); then refuse "Could not read $1"; fi
    rest $((tries < 6 ? tries : 6))
  done
  jq -es 'length == 1 and (.[0] | type == "object")' "$work/answer" >/dev/null 2>&1 || unclear "$1"
}
# Takes from the answer what has to be there.
pick() { jq -er "$@" "$work/answer" 2>"$work/error" || unclear 'the last request'; }
# Looks for the deployment asked for here among those that are newer than the newest one before.
look() {
  local newer version one whose
  get "$stack/deployments?page=1&pageSize=100"
  newer=$(pick --argjson before "$before" '(.deployments // []) | map(select(.version > $before) | "\(.version) \(.id)\n")
    | add // ""')
  while read -r version one; do
    [[ $one ]] || continue
    [[ $one =~ ^[A-Za-z0-9-]+$ ]] || unclear "$stack/deployments"
    get "$stack/deployments/$one"
    whose=$(pick --arg ticket "$ticket" '.configuration.environmentVariables | if type != "array" then "unclear" else
      map(select(.name == "CALLED_BY_RUN"))[0] | if . == null then "other" elif .secret then "unclear"
      elif .value == $ticket then "ours" else "other" end end')
    [[ $whose != unclear ]] || fail "Deployment $version may be the one asked for here, so it is not asked for again."
    [[ $whose == other ]] || { id=$one link=$(sed 's|//api\.|//app.|' <<<"$CALL_API")/$path/deployments/$version; return; }
  done <<<"$newer"
}

get "$stack/deployments?page=1&pageSize=10"
before=$(pick '[(.deployments // [])[].version] | max // 0 | numbers')
saved='[]'
`;

/**
 * Where pre-run commands are sent, the saved ones stay in front of them, unless the call has its own in their place: the
 * list sent replaces the list saved.
 */
const savedCommands = String.raw`if printenv CALL_COMMANDS >/dev/null; then
  saved=$(jq -cn 'env.CALL_COMMANDS | split("\n") | map(select(. != ""))')
elif printenv CALL_PRE_RUN >/dev/null; then
  get "$stack/deployments/settings"
  saved=$(pick -c '.operationContext.preRunCommands // [] | arrays')
fi
`;

const waiting = String.raw`ticket=$GITHUB_RUN_ID.$GITHUB_RUN_ATTEMPT.$GITHUB_JOB.$GITHUB_ACTION.$RANDOM
body=$(jq -cn --arg ticket "$ticket" --argjson saved "$saved" '
  def sent($prefix): env | with_entries(select(.key | startswith($prefix)) | .key |= .[($prefix | length):]);
  {operation: env.CALL_OPERATION, inheritSettings: true, sourceContext: {git: (if env.CALL_COMMIT != ""
     then {commit: env.CALL_COMMIT, branch: null} else {branch: env.CALL_BRANCH, commit: null} end)},
   operationContext: ({environmentVariables:
       (sent("SEND_PLAIN_") + (sent("SEND_SWITCH_") | with_entries(.value |= ascii_downcase | select(.value == "true")))
       + (sent("SEND_SECRET_") | map_values({secret: .})) + {CALLED_BY_RUN: $ticket})}
     + (if env.CALL_PRE_RUN or env.CALL_COMMANDS then
         {preRunCommands: ($saved + (env.CALL_PRE_RUN // "" | split("\n") | map(select(. != ""))))} else {} end)
     + (if env.CALL_SKIP_INSTALL then {options: {skipInstallDependencies: (env.CALL_SKIP_INSTALL == "true")}} else {} end)
     + (if env.CALL_AWS_ROLE then
         {oidc: {aws: {roleArn: env.CALL_AWS_ROLE, sessionName: ("pulumi-$" + "{deployment.version}")}}} else {} end))}')
tries=0 goes_on=' If a deployment was started, it goes on: see those of the stack in Pulumi Cloud.'
until [[ $id ]]; do
  request POST "$stack/deployments" "$body"
  case $code in
    202)
      created=$(pick '"\(.id | strings) \(.consoleUrl | strings)"')
      [[ $created =~ ^[A-Za-z0-9-]+\ https?://[[:graph:]]+$ ]] || unclear "$stack/deployments"
      read -r id link <<<"$created" ;;
    429) echo 'HTTP 429: nothing was created, asking again.'; rest 1 ;;
    409 | 000 | 5??)
      ((++tries < 10)) || refuse 'Could not ask for the deployment'
      echo "HTTP $code: asking again, unless the deployment is there."
      maybe=$sent
      [[ $code != 409 ]] || maybe=no
      rest "$tries"
      for turn in 1 2 3; do [[ $maybe == yes && -z $id ]] || break; look; rest "$turn"; done ;;
    *) refuse 'Could not ask for the deployment' ;;
  esac
done
echo "Pulumi Deployments: $link"

turn=0 goes_on=" The deployment goes on: $link"
while get "$stack/deployments/$id"; do
  now=$(pick --arg id "$id" 'select(.id == $id).status | strings | gsub("[^a-z-]"; "?")')
  [[ $now == "$status" ]] || { echo "$CALL_OPERATION of $path: $now"; status=$now turn=0; }
  case $status in
    not-started | accepted | running) rest $((++turn < 6 ? turn : 6)) ;;
    succeeded) break ;;
    failed) goes_on=" See $link"; fail "The $CALL_OPERATION failed." ;;
    skipped) goes_on=" See $link"; fail "The $CALL_OPERATION was skipped, for a newer one or after seven days in the queue." ;;
    *) fail "The status $status is not known." ;;
  esac
done
goes_on=''
`;

const readingOutputs = String.raw`
printenv CALL_OUTPUTS >/dev/null || exit 0
get "$stack/export"
# A secret is {"<mark>": "<kind>", "ciphertext": …}; other kinds stand for files and the like, and are refused.
marks='def mark: if type == "object" then .["4dabf18193072939515e22adb298388d"] else null end;
  def secret: mark == "1b47061264138c4ac30d75fd1eb44270";
  def text: if type == "string" then . elif . == null then "" else tojson end;'
pick -c "$marks"'if has("deployment") then .deployment // {} else error end | (.secrets_providers.type // "none") as $by
  | ([(.resources // [])[] | select(.type == "pulumi:pulumi:Stack")][0].outputs // {}) as $all
  | env.CALL_OUTPUTS | split("\n") | map(capture("^(?<as>[^=]+)=(?<name>.+)$") | .name as $name | $all[$name] as $value
    | . + {by: $by, found: ($all | has($name)), value: $value, hidden: ([$value | .. | select(secret)] != [])})' >"$work/wanted"
jq -r '.[] | select(.found | not) | "::warning::The stack has no output \(.name); \(.as) is not set."' "$work/wanted"
jq -r "$marks"'.[] | .by as $by | .value | .. | select(secret) | "\($by) \(.ciphertext)"' "$work/wanted" >"$work/secrets"
files=$(jq -r "$marks"'map(select([.value | .. | select(mark and (secret | not))] != []) | .name) | join(", ")' "$work/wanted")
[[ -z $files ]] || fail "No text can stand for these outputs, which are files or resources: $files"
echo '{}' >"$work/known"
while read -r by ciphertext; do
  [[ $by == service ]] || fail "Secret outputs of this stack cannot be read: $by encrypts them, not Pulumi Cloud."
  get "$stack/decrypt" "$(jq -n --arg it "$ciphertext" '{ciphertext: $it}')"
  pick -c --arg it "$ciphertext" '{($it): (.plaintext | @base64d | fromjson)}' >>"$work/known"
done <"$work/secrets"
jq --slurpfile known "$work/known" "$marks"'($known | add) as $known | map(select(.found) | .value |= walk(
  if secret then $known[.ciphertext] else . end))' "$work/wanted" >"$work/found" 2>"$work/error" \
  || unclear "$stack/export"
# Masks come first: for a secret output as a whole, for each text in it, and for that text as JSON writes it.
jq -r "$marks"'.[] | select(.hidden) | .value | [text, (.. | strings | ., (tojson | .[1:-1]))] | unique[] | select(. != "")
  | gsub("%"; "%25") | gsub("\r"; "%0D") | gsub("\n"; "%0A") | "::add-mask::\(.)"' "$work/found"
line=end-$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
jq -r --arg line "$line" "$marks"'.[] | "\(.as)<<\($line)\n\(.value | text)\n\($line)"' "$work/found" >>"$GITHUB_OUTPUT"
`;
