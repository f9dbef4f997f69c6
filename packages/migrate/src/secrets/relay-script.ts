/**
 * The script of a relay job: bash, curl and jq as on GitHub's runners. Values come in through `env:` and leave on
 * curl's standard input: never in an argument, never in a file, never in the log.
 *
 * - Paths, bodies and statuses: the Pulumi Cloud OpenAPI document, tag Environments
 *   (https://api.pulumi.com/api/openapi/pulumi-spec.json). The definition is YAML, of which JSON is a part. Pulumi
 *   Cloud encrypts what stands under `fn::secret` when it saves it
 *   (https://www.pulumi.com/docs/esc/environments/syntax/builtin-functions/fn-secret/).
 * - A text with signs that YAML or ESC's `${…}` may read otherwise is sent in base64, under `fn::fromBase64`.
 * - Creating is not idempotent: an environment that is there and holds something is refused. The answer to a change
 *   may get lost, so each run writes a ticket of its own, by which it finds out whether the change was saved.
 * - A fingerprint is SHA-256 over a random key, the value and a line feed. The key is kept as a secret beside the values.
 */
export const relayScript = String.raw`set +x
set -euo pipefail
umask 077
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() { printf '::error::%s\n' "$*" >&2; exit 1; }

for tool in curl jq iconv sha256sum od; do command -v "$tool" >/dev/null || fail "This step needs $tool on the runner."; done
[[ $(printenv PULUMI_ACCESS_TOKEN) =~ ^[[:graph:]]+$ ]] || fail 'The login to Pulumi Cloud left no token.'
[[ $RELAY_API =~ ^(https://|http://127\.0\.0\.1:)[^[:space:]?#@]+$ ]] || fail 'RELAY_API is not an https address.'
path=$RELAY_ORGANIZATION/$RELAY_PROJECT/$RELAY_ENVIRONMENT
[[ $path =~ ^[A-Za-z0-9_.-]+(/[A-Za-z0-9_.-]+){2}$ && ! /$path/ =~ /\.+/ ]] || fail "Not the full name of an ESC environment: $path"

# A name that GitHub has no secret for is the empty text there, which nobody means to carry.
empty='' foreign=''
while read -r at name key; do
  [[ $at ]] || continue
  [[ $(printenv "VALUE_$at") ]] || empty+=" $name"
  printenv "VALUE_$at" | iconv -f UTF-8 -t UTF-8 >/dev/null 2>&1 || foreign+=" $name"
done <<<"$RELAY_LIST"
[[ -z $empty ]] || fail "GitHub has no value for:$empty. Nothing was carried."
[[ -z $foreign ]] || fail "Not text in UTF-8, which ESC cannot hold:$foreign. Nothing was carried."

key=$(od -An -N32 -tx1 /dev/urandom | tr -d ' \n')
ticket=$GITHUB_RUN_ID.$GITHUB_RUN_ATTEMPT.$GITHUB_JOB.$(od -An -N8 -tx1 /dev/urandom | tr -d ' \n')
definition() {
  KEY=$key TICKET=$ticket jq -n '
    def secret: if test("\\A[ -#%-~\n\t]*\\z") then {"fn::secret": .} else {"fn::fromBase64": {"fn::secret": @base64}} end;
    {values: {relay: {ticket: env.TICKET, key: {"fn::secret": env.KEY}},
      pulumiConfig: (env.RELAY_LIST | split("\n") | map(select(. != "") | capture("^(?<at>[0-9]+) [^ ]+ (?<key>.+)$")
        | {key, value: (env["VALUE_" + .at] | secret)}) | from_entries)}}'
}
# One request: METHOD PATH TYPE [TAG]; the body on standard input. $code is the status, 000 without a whole answer.
request() {
  local method=$1 url=$RELAY_API$2 type=$3
  shift 3
  if (($# > 0)) && [[ $1 ]]; then set -- -H "If-Match: $1"; else set --; fi
  [[ $method == GET ]] || set -- "$@" --data-binary @-
  : >"$work/answer"; : >"$work/headers"
  code=$(curl -q -sS -X "$method" --max-time 60 -o "$work/answer" -D "$work/headers" -w '%{http_code}' "$@" \
    -H @<(printf 'Authorization: token %s\n' "$PULUMI_ACCESS_TOKEN") -H 'Accept: application/vnd.pulumi+8' \
    -H "Content-Type: $type" "$url") || code=000
}
# Waits as long as the answer asks, or longer each time; gives up after eight times.
again() {
  ((++tries < 8)) || fail "Pulumi Cloud does not answer as it should: HTTP $code."
  sleep "$(awk -v n="$tries" -v each="$POLL_SECONDS" 'tolower($1) == "retry-after:" { asked = int($2) }
    END { pause = asked > 0 ? asked : n * each; print (pause < 120 ? pause : 120) }' "$work/headers")"
}
# Reads the definition: $found is what it holds without blanks, $tag the state it is in.
look() {
  while request GET "/api/esc/environments/$path" application/json </dev/null; [[ $code =~ ^(000|429|5..)$ ]]; do again; done
  [[ $code == 200 ]] || fail "Could not read $path: HTTP $code. May the login of this workflow open it?"
  found=$(tr -d '[:space:]' <"$work/answer")
  tag=$(tr -d '\r' <"$work/headers" | awk 'tolower($1) == "etag:" { print $2 }')
}

tries=0
while
  request POST "/api/esc/environments/$RELAY_ORGANIZATION" application/json \
    < <(jq -n '{project: env.RELAY_PROJECT, name: env.RELAY_ENVIRONMENT}')
  [[ $code =~ ^(000|429|5..)$ ]]
do again; done
[[ $code =~ ^(200|201|204|409)$ ]] || fail "Could not create $path: HTTP $code. May the login of this workflow create it?"
look
[[ $RELAY_REPLACE == true || -z $found || $found =~ ^(\{\}|null|values:(\{\})?)$ ]] ||
  fail "$path holds something already. Nothing was carried; start this workflow with 'replace' to replace all of it."
tries=0
while
  request PATCH "/api/esc/environments/$path" application/x-yaml "$tag" < <(definition)
  [[ $code != 200 ]]
do
  case $code in
    000 | 5??) again; look; [[ $found != *"$ticket"* ]] || { : >"$work/answer"; break; } ;;
    429) again ;;
    409) fail "$path was changed by someone else at the same time. Start this workflow again." ;;
    *) fail "Pulumi Cloud did not take the definition of $path: HTTP $code." ;;
  esac
done
jq -en '[(first(inputs) // {}).diagnostics // [] | .[] | select(.severity == "error")] == []' "$work/answer" >/dev/null ||
  fail "Pulumi Cloud finds faults in the definition of $path."
echo "$path holds now (name in GitHub, configuration key, fingerprint):"
while read -r at name config; do
  [[ $at ]] || continue
  printf '%s %s %s\n' "$name" "$config" "$({ printf '%s' "$key"; printenv "VALUE_$at"; } | sha256sum | cut -c1-16)"
done <<<"$RELAY_LIST"
`;
