import { literal, type Bound } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import type { Cloud } from "../cloud.ts";
import type { Identity } from "../intent.ts";
import { input, serves, withExports, withIdentity } from "../scope.ts";

const carriers = [
  "GOOGLE_CREDENTIALS",
  "GOOGLE_APPLICATION_CREDENTIALS",
  "GOOGLE_GHA_CREDS_PATH",
  "CLOUDSDK_AUTH_CREDENTIAL_FILE_OVERRIDE",
];
/** Names the provider reads a key from. https://www.pulumi.com/registry/packages/gcp/installation-configuration/ */
const keyNames = [
  "GOOGLE_CREDENTIALS",
  "GOOGLE_CLOUD_KEYFILE_JSON",
  "GCLOUD_KEYFILE_JSON",
  "GOOGLE_APPLICATION_CREDENTIALS",
];

/**
 * Google Cloud: `google-github-actions/auth` 0 to 3, the old `setup-gcloud` with a key, and keys in the environment.
 * https://github.com/google-github-actions/auth#inputs
 */
export const gcp: Cloud = {
  name: "gcp",
  recognise(command, scope) {
    if (command.kind !== "uses") return undefined;
    const action = command.action.toLowerCase();
    const isOld =
      action === "google-github-actions/setup-gcloud" && input(command, "service_account_key") !== undefined;
    if (action !== "google-github-actions/auth" && !isOld) return undefined;
    const provider = input(command, "workload_identity_provider");
    const project = input(command, "project_id");
    const details = new Map<string, Bound>();
    const account = input(command, "service_account");
    if (account) details.set("service_account", account);
    if (project) details.set("project_id", project);
    const identity: Identity = {
      kind: provider ? "gcp-wif" : "gcp-key",
      role: provider?.text,
      details,
      carriers,
      from: command.from,
    };
    return serves(withIdentity(withExports(scope, { GOOGLE_CLOUD_PROJECT: project }), identity));
  },
  inEnvironment(environment) {
    const name = keyNames.find((one) => environment.has(one));
    const key = name === undefined ? undefined : environment.get(name);
    return (
      key && {
        kind: "gcp-key",
        role: undefined,
        details: new Map(),
        carriers: [...carriers, ...keyNames],
        from: key.from,
      }
    );
  },
  oidc(identity, naming) {
    if (identity.kind !== "gcp-wif" && identity.kind !== "gcp-key") return undefined;
    const note = identity.kind === "gcp-key" ? "takes the place of a service account key" : "";
    // In GitHub's pool, what GitHub's tokens are mapped to could be what Pulumi's are: another issuer has a pool of its own.
    const parts = /^projects\/([^/]+)\/locations\/global\/workloadIdentityPools\//.exec(
      literal(identity.role ?? []) ?? "",
    );
    const part = (value: string | undefined, what: string): Setting =>
      value === undefined ? naming.required(what, identity.from, note) : { value: [value], from: identity.from, note };
    const account = identity.details.get("service_account");
    return {
      kind: "gcp",
      projectId: part(parts?.[1], "gcp-project-number"),
      workloadPoolId: naming.required("gcp-workload-pool", identity.from, "a pool for Pulumi's issuer alone"),
      providerId: naming.required("gcp-provider", identity.from, "a provider for Pulumi's issuer"),
      serviceAccount: account
        ? naming.setting(account, note)
        : naming.required("gcp-service-account", identity.from, note),
    };
  },
  obstacle: () => undefined,
};
