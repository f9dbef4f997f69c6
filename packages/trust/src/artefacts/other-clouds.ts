import type { Path } from "@gha2pulumi/repo";
import type { TrustChange } from "../change.ts";
import type { Comparison } from "../compare.ts";
import { printAzure } from "../policy/azure.ts";
import { printGcp } from "../policy/gcp.ts";
import type { AzureRule, GcpRule, Rule } from "../rule.ts";
import { proofJson } from "./proof.ts";
import { shellComment, shellWord } from "./shell.ts";

/** One service account of GCP, or one application or managed identity of Azure, whose trust changes. */
export type OtherMove =
  | {
      readonly kind: "gcp";
      /** The account's e-mail address, and the project's number; `undefined` when no file tells them. */
      readonly account: string | undefined;
      readonly project: string | undefined;
      readonly change: TrustChange<GcpRule>;
      readonly comparison: Comparison;
    }
  | {
      readonly kind: "azure";
      /** The application's or identity's client id, and its tenant. */
      readonly client: string | undefined;
      readonly tenant: string | undefined;
      readonly change: TrustChange<AzureRule>;
      readonly comparison: Comparison;
    };

/** Documents, a proof, and three scripts for a service account or an application, by path below the artefacts' folder. */
export function otherFiles(move: OtherMove, label: string): ReadonlyMap<Path, string> {
  const folder = otherFolder(move, label);
  const { before, transition, final, adds } = move.change;
  const known = before.kind === "gcp" || before.kind === "azure" || before.kind === "new";
  const documents: readonly (readonly [string, Rule | undefined])[] = known
    ? [
        ["before", before.kind === "new" ? empty(move) : before],
        ["transition", transition.rule],
        ["final", final.rule],
      ]
    : [["adds", adds]];
  const files = documents.flatMap(([name, rule]) =>
    rule === undefined ? [] : [[`${folder}/${name}.json`, printed(rule)] as const],
  );
  const scripts = undoOfOther(move, label) === undefined ? [] : scriptsOf(move);
  return new Map([
    ...files,
    [`${folder}/proof.json`, proofJson(move.comparison, {}, 0)],
    ...scripts.map(([name, text]) => [`${folder}/${name}`, text] as const),
  ]);
}

export function otherFolder(move: OtherMove, label: string): Path {
  const own = move.kind === "gcp" ? move.account : move.client;
  return `${move.kind}/${(own ?? label).replace(/[^\w@.-]+/g, "-").replace(/^[-.]+/, "") || "identity"}`;
}

/** The script that takes the steps back, or nothing where none is written. */
export function undoOfOther(move: OtherMove, label: string): Path | undefined {
  const { before, transition } = move.change;
  const named =
    move.kind === "gcp" ? move.account !== undefined && move.project !== undefined : move.client !== undefined;
  const isPlain = !/<[A-Z_]+>/.test(transition.kind === "rule" ? printed(transition.rule) : "");
  return named && before.kind !== "hidden" && transition.kind === "rule" && isPlain
    ? `${otherFolder(move, label)}/rollback.sh`
    : undefined;
}

function empty({ kind }: OtherMove): Rule {
  return kind === "gcp" ? { kind, providers: [], members: [] } : { kind, credentials: [] };
}

function printed(rule: Rule): string {
  return rule.kind === "gcp" ? printGcp(rule) : rule.kind === "azure" ? printAzure(rule) : "";
}

function scriptsOf(move: OtherMove): readonly (readonly [name: string, text: string])[] {
  const { final } = move.change;
  const waits = final.kind === "blocked" ? final.because : [];
  return [
    [
      "apply-1-transition.sh",
      script(move, "Step 1 of 2: Pulumi Deployments gets in beside GitHub Actions.", "transition", "before"),
    ],
    [
      "apply-2-final.sh",
      waits.length === 0
        ? script(move, "Step 2 of 2: GitHub Actions no longer gets in, only Pulumi Deployments.", "final", "transition")
        : waiting(waits),
    ],
    [
      "rollback.sh",
      script(move, "Takes the steps back: what was there before, and nothing else.", "before", "transition final"),
    ],
  ];
}

function waiting(because: readonly string[]): string {
  const words = because.map((one) => one.replace(/\s+/g, " ")).join("; ");
  return `#!/usr/bin/env bash\nprintf 'not changed here: %s\\n' ${shellWord(words)} >&2\nexit 5\n`;
}

/**
 * What is there has to be one of the states that were reviewed; then what the target has more is added, and what it has
 * less is taken away. What is compared is members of one binding, or credentials: both are sets.
 */
function script(move: OtherMove, what: string, target: string, from: string): string {
  const words = move.kind === "gcp" ? gcpWords(move) : azureWords(move);
  return `#!/usr/bin/env bash
${shellComment(`${words.whose}. ${what}`)}
# Written by gha2pulumi from a plan that was reviewed. It may be run again. It needs ${words.tool} and jq.
# Exit codes: 0 done, or nothing to do. 1 a command failed. 2 wrong use. 3 it is not as reviewed.
# 4 the credentials are of another ${words.home}.
set -euo pipefail
cd "$(dirname "\${BASH_SOURCE[0]}")"
dry=
usage() { echo ${shellWord(`usage: ${words.usage}`)} >&2; exit 2; }
${words.options}
stop() { printf 'stopped: %s\\n' "$2" >&2; exit "$1"; }
for tool in ${words.tool} jq; do command -v "$tool" >/dev/null || stop 1 "$tool is not installed"; done
run() {
  if [ -n "$dry" ]; then printf 'would run:'; printf ' %q' "$@"; printf '\\n'; return; fi
  "$@" >/dev/null || stop 1 "failed: $1 $2 $3"
}
${words.guard}
pick=${shellWord(words.pick)}
${words.functions}
items() { jq -cS "$pick | unique" "$1.json"; }
now=$(live) || stop 1 'what is there cannot be read'
to=$(items ${target})
if [ "$now" = "$to" ]; then echo 'at ${target} already'; exit 0; fi
found=
for state in ${from}; do
  if [ -f "$state.json" ] && [ "$now" = "$(items "$state")" ]; then found=$state; fi
done
if [ -z "$found" ]; then
  diff -u --label ${target}.json --label 'as it is' <(jq -S . <<<"$to") <(jq -S . <<<"$now") >&2 || true
  stop 3 'it is not as reviewed; nothing was written'
fi
${target === "transition" ? words.prepare : ""}
while IFS= read -r one; do add "$one"; done < <(jq -c --argjson now "$now" '. - $now | .[]' <<<"$to")
while IFS= read -r one; do take "$one"; done < <(jq -c --argjson to "$to" '. - $to | .[]' <<<"$now")
[ -z "$dry" ] || exit 0
for _ in 1 2 3 4 5; do
  if [ "$(live)" = "$to" ]; then echo 'at ${target} now'; exit 0; fi
  sleep 2
done
stop 3 'what was written reads differently'
`;
}

interface Words {
  readonly whose: string;
  readonly tool: "gcloud" | "az";
  readonly home: string;
  readonly usage: string;
  readonly options: string;
  readonly guard: string;
  /** Of a document, the set that is compared. */
  readonly pick: string;
  /** `live`, `add ITEM` and `take ITEM`. */
  readonly functions: string;
  readonly prepare: string;
}

const dryOnly = `for word in "$@"; do
  case $word in
    --dry-run) dry=yes ;;
    *) usage ;;
  esac
done`;

/** https://cloud.google.com/sdk/gcloud/reference/iam/service-accounts/add-iam-policy-binding */
function gcpWords({ account = "", project = "" }: Extract<OtherMove, { kind: "gcp" }>): Words {
  return {
    whose: `Service account ${account}`,
    tool: "gcloud",
    home: "project",
    usage: "[--dry-run]",
    options: dryOnly,
    guard: `account=${shellWord(account)} project=${shellWord(project)}
number=$(gcloud projects describe "$project" --format='value(projectNumber)') || stop 4 "the project $project cannot be seen with these credentials"
[ "$number" = "$project" ] || stop 4 "the project is $number, not $project"`,
    pick: ".policy.bindings[0].members",
    functions: `live() {
  gcloud iam service-accounts get-iam-policy "$account" --project="$project" --format=json |
    jq -cS '[.bindings[]? | select(.role == "roles/iam.workloadIdentityUser" and .condition == null) | .members[]] | unique'
}
bind() { run gcloud iam service-accounts "$1" "$account" --project="$project" --role=roles/iam.workloadIdentityUser --member="$(jq -r . <<<"$2")" --condition=None --format=none; }
add() { bind add-iam-policy-binding "$1"; }
take() { bind remove-iam-policy-binding "$1"; }`,
    prepare: `# A pool of Pulumi's own, and its provider: what is there is not changed, and has to be as reviewed. Neither is ever
# deleted: an id cannot be used again for 30 days.
while IFS= read -r one; do
  name=$(jq -r .name <<<"$one") pool= id=\${name##*/}
  pool=\${name%/providers/*} pool=\${pool##*/}
  place=(--project="$project" --location=global)
  if ! gcloud iam workload-identity-pools describe "$pool" "\${place[@]}" --format=json >/dev/null 2>&1; then
    run gcloud iam workload-identity-pools create "$pool" "\${place[@]}" --display-name='Pulumi Deployments'
  fi
  if there=$(gcloud iam workload-identity-pools providers describe "$id" "\${place[@]}" --workload-identity-pool="$pool" --format=json 2>/dev/null); then
    form='{attributeCondition, attributeMapping, oidc: (.oidc | .allowedAudiences |= (. // [] | sort)), disabled: (.disabled // false)}'
    [ "$(jq -cS "$form" <<<"$there")" = "$(jq -cS "$form" <<<"$one")" ] || stop 3 "the provider $id of the pool $pool is not as reviewed"
    continue
  fi
  run gcloud iam workload-identity-pools providers create-oidc "$id" "\${place[@]}" --workload-identity-pool="$pool" \\
    --issuer-uri="$(jq -r .oidc.issuerUri <<<"$one")" \\
    --allowed-audiences="$(jq -r '.oidc.allowedAudiences | join(",")' <<<"$one")" \\
    --attribute-mapping="$(jq -r '.attributeMapping | to_entries | map("\\(.key)=\\(.value)") | join(",")' <<<"$one")" \\
    --attribute-condition="$(jq -r .attributeCondition <<<"$one")"
done < <(jq -c '.providers[] | select(.oidc.issuerUri == "https://api.pulumi.com/oidc")' transition.json)`,
  };
}

/**
 * Writes to a managed identity have to be one after the other, which a loop does.
 * https://learn.microsoft.com/cli/azure/ad/app/federated-credential, https://learn.microsoft.com/cli/azure/identity/federated-credential
 */
function azureWords({ client = "", tenant }: Extract<OtherMove, { kind: "azure" }>): Words {
  return {
    whose: `Client ${client}`,
    tool: "az",
    home: "tenant",
    usage: "[--identity NAME --resource-group GROUP] [--dry-run]",
    options: `identity= group=
while [ $# -gt 0 ]; do
  case $1 in
    --dry-run) dry=yes; shift; continue ;;
    --identity | --resource-group) [ $# -gt 1 ] || usage ;;
    *) usage ;;
  esac
  case $1 in --identity) identity=$2 ;; --resource-group) group=$2 ;; esac
  shift 2
done
# An application is known by its client id; a managed identity by its name and group.
[ -z "$identity" ] || [ -n "$group" ] || usage`,
    guard: `client=${shellWord(client)} tenant=${shellWord(tenant ?? "")}
caller=$(az account show --query tenantId --output tsv) || stop 1 'az does not say whose credentials these are'
[ -z "$tenant" ] || [ "$caller" = "$tenant" ] || stop 4 "these credentials are of the tenant $caller, not of $tenant"
if [ -n "$identity" ]; then
  own=$(az identity show --name "$identity" --resource-group "$group" --query clientId --output tsv) || stop 1 "the identity $identity cannot be read"
  [ "$own" = "$client" ] || stop 3 "$identity is $own, not $client"
fi`,
    pick: "map({name, issuer, subject, audiences, claimsMatchingExpression})",
    functions: `live() {
  if [ -n "$identity" ]; then az identity federated-credential list --identity-name "$identity" --resource-group "$group" --output json
  else az ad app federated-credential list --id "$client" --output json; fi | jq -cS "$pick | unique"
}
add() {
  local name issuer subject
  name=$(jq -r .name <<<"$1") issuer=$(jq -r .issuer <<<"$1") subject=$(jq -r '.subject // empty' <<<"$1")
  [ -n "$subject" ] || stop 3 "$name is a flexible credential, which is put back by hand"
  if [ -n "$identity" ]; then
    run az identity federated-credential create --identity-name "$identity" --resource-group "$group" --name "$name" \\
      --issuer "$issuer" --subject "$subject" --audiences "$(jq -r '.audiences[0]' <<<"$1")"
  else
    run az ad app federated-credential create --id "$client" --parameters "$(jq -c '{name, issuer, subject, audiences}' <<<"$1")"
  fi
}
take() {
  local name
  name=$(jq -r .name <<<"$1")
  if [ -n "$identity" ]; then run az identity federated-credential delete --identity-name "$identity" --resource-group "$group" --name "$name" --yes
  else run az ad app federated-credential delete --id "$client" --federated-credential-id "$name"; fi
}`,
    prepare: "",
  };
}
