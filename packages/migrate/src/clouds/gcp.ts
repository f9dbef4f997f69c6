import { literal, type Bound } from "@gha2pulumi/repo";
import type { Setting } from "@gha2pulumi/deployments";
import { keyOf, type Cloud } from "../cloud.ts";
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
 * The detail of a login whose project nobody has written down: the account, or the key, that the action takes it from.
 * https://github.com/google-github-actions/auth#inputs-miscellaneous
 */
export const projectOf = "project_of";

/** Names the provider takes the project from; the action sets all but the first, and one more. */
const projectNames = ["GOOGLE_PROJECT", "GOOGLE_CLOUD_PROJECT", "GCLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"];

const notExported = "export_environment_variables";

/** A login that takes the grants of the workload itself, and acts for no service account. */
export function isDirect({ kind, details }: Identity): boolean {
  return kind === "gcp-wif" && !details.has("service_account");
}

/** Accounts that Google makes: their addresses name no project by its id. */
function isDefaultAccount({ text }: Bound): boolean {
  return /@(?:developer|appspot|cloudservices)\.gserviceaccount\.com$/.test(literal(text)?.trim() ?? "");
}

/** The project of a service account, which its address names. */
function projectIn(account: Bound | undefined): Bound | undefined {
  const project = /^.+@([\w.-]+)\.iam\.gserviceaccount\.com$/.exec(literal(account?.text ?? [])?.trim() ?? "")?.[1];
  return account && project !== undefined ? { text: [project], from: account.from } : undefined;
}

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
    const key = provider ? undefined : input(command, isOld ? "service_account_key" : "credentials_json");
    const details = new Map<string, Bound>(keyOf(key));
    const account = input(command, "service_account");
    const written = input(command, "project_id");
    const project = written ?? (isOld ? undefined : projectIn(account));
    const source = account ?? input(command, "credentials_json");
    if (account) details.set("service_account", account);
    if (written) details.set("project_id", written);
    if (!project && !isOld && source && !isDefaultAccount(source)) details.set(projectOf, source);
    const exported = literal(input(command, "export_environment_variables")?.text ?? ["true"]);
    if (exported?.toLowerCase() !== "true") details.set("unexported", { text: [notExported], from: command.from });
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
        details: new Map(keyOf(key)),
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
        : isDirect(identity)
          ? naming.required(
              "gcp-service-account",
              identity.from,
              "an account of its own, with the rights that the federated principal has",
            )
          : naming.ofKey("gcp-service-account", identity, "GOOGLE_CREDENTIALS", note),
    };
  },
  left(identity, environment, naming) {
    const source = identity.details.get(projectOf);
    if (source === undefined || projectNames.some((name) => environment.has(name))) return new Map();
    const note = "the project that the login takes from its account";
    return new Map([["GOOGLE_CLOUD_PROJECT", naming.required("gcp-project", source.from, note)]]);
  },
  obstacle: (identity) =>
    identity.details.has("unexported")
      ? `its login is changed by \`${notExported}\`, which deployment settings cannot say`
      : undefined,
};
