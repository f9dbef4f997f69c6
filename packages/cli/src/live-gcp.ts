import { isJsonFields, jsonField, type Json } from "@gha2pulumi/repo";
import { askProgram, type Asked } from "./ask-program.ts";

/**
 * Who may take a service account, from the person's own `gcloud`: its policy, and every provider of the pools that the
 * policy lets in. Both commands name what they ask for in full, whatever project is configured.
 * https://cloud.google.com/sdk/gcloud/reference/iam/service-accounts/get-iam-policy,
 * https://cloud.google.com/sdk/gcloud/reference/iam/workload-identity-pools/providers/list
 */
export async function liveGcp(account: string): Promise<Asked> {
  // Two segments of letters, digits and dashes: neither can be taken for a flag.
  if (!/^[a-z0-9][a-z0-9-]*@[a-z0-9][a-z0-9.-]*\.gserviceaccount\.com$/.test(account))
    return failed("no file tells its address, so it cannot be looked up");
  const policy = await gcloud("iam", "service-accounts", "get-iam-policy", account);
  if (policy.kind === "failed") return policy;
  const pools = poolsOf(policy.value);
  if (pools === undefined) return failed("gcloud gave no policy of a service account");
  const providers: Json[] = [];
  for (const { project, id } of pools) {
    const found = await gcloud(
      "iam",
      "workload-identity-pools",
      "providers",
      "list",
      `--workload-identity-pool=${id}`,
      "--location=global",
      `--project=${project}`,
    );
    if (found.kind === "failed") return failed(`the pool ${id} of project ${project}: ${found.because}`);
    const own = `projects/${project}/locations/global/workloadIdentityPools/${id}/providers/`;
    if (!isListBelow(found.value, own)) return failed(`gcloud gave no list of the providers of the pool ${id}`);
    providers.push(...found.value);
  }
  return { kind: "answer", value: { providers, policy: policy.value } };
}

interface Pool {
  readonly project: string;
  readonly id: string;
}

/** The pools whose identities a policy lets take the account; `undefined` where it is no policy. */
function poolsOf(policy: Json): readonly Pool[] | undefined {
  if (!isJsonFields(policy)) return undefined;
  const bindings = jsonField(policy, "bindings") ?? [];
  if (!Array.isArray(bindings)) return undefined;
  const found = new Map<string, Pool>();
  for (const binding of bindings as readonly Json[]) {
    const members = jsonField(binding, "members") ?? [];
    if (!Array.isArray(members) || !members.every((one) => typeof one === "string")) return undefined;
    if (jsonField(binding, "role") !== "roles/iam.workloadIdentityUser") continue;
    for (const member of members) {
      const [, project, id] =
        /^principal(?:Set)?:\/\/iam\.googleapis\.com\/projects\/(\d+)\/locations\/global\/workloadIdentityPools\/([a-z0-9-]+)\//.exec(
          member,
        ) ?? [];
      if (project !== undefined && id !== undefined) found.set(`${project} ${id}`, { project, id });
    }
  }
  return [...found.values()];
}

/** Providers as gcloud lists them, all of the pool that was asked about. */
function isListBelow(value: Json, place: string): value is readonly Json[] {
  const isOwn = (one: Json): boolean => {
    const name = jsonField(one, "name");
    return typeof name === "string" && name.startsWith(place);
  };
  return Array.isArray(value) && value.every(isOwn);
}

async function gcloud(...words: readonly string[]): Promise<Asked> {
  return await askProgram("gcloud", [...words, "--format=json", "--quiet"]);
}

function failed(because: string): Asked {
  return { kind: "failed", because };
}
