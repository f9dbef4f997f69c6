import { literal, sameText, type Bound } from "@gha2pulumi/repo";
import { cloudOf } from "./cloud.ts";
import type { Entry } from "./entry.ts";
import type { Identity, Reason } from "./intent.ts";

/** Variables beside a login step: those that only hand it on are the login itself, and others are a second one. */

/**
 * Outputs that are the credentials of a login, and the variables of a provider that hold nothing else. Whatever a program
 * reads under a name of its own stays a value.
 * https://github.com/google-github-actions/auth#outputs, https://github.com/aws-actions/configure-aws-credentials/blob/main/action.yml
 */
const handedOn: Readonly<Record<string, { readonly outputs: RegExp; readonly names: RegExp }>> = {
  aws: {
    outputs: /^aws-(?:access-key-id|secret-access-key|session-token)$/,
    names: /^AWS_(?:ACCESS_KEY_ID|SECRET_ACCESS_KEY|SESSION_TOKEN)$/,
  },
  gcp: {
    outputs: /^(?:credentials_file_path|auth_token|access_token)$/,
    names:
      /^(?:GOOGLE_(?:APPLICATION_CREDENTIALS|CREDENTIALS|GHA_CREDS_PATH|OAUTH_ACCESS_TOKEN)|CLOUDSDK_AUTH_(?:CREDENTIAL_FILE_OVERRIDE|ACCESS_TOKEN))$/,
  },
};

/** What an operation sees, without variables that hand on the login it has anyway. */
export function withoutLoginOutputs(
  environment: ReadonlyMap<string, Bound>,
  { before: { identities } }: Entry,
  earlier: readonly Entry[],
): ReadonlyMap<string, Bound> {
  const logins = identities.flatMap((identity) => {
    const made = earlier.find(({ before, after }) => isIn(identity, after) && !isIn(identity, before));
    const own = handedOn[cloudOf(identity)];
    return made?.step.step.id === undefined || own === undefined ? [] : [{ id: made.step.step.id, ...own }];
  });
  const isHandedOn = (name: string, { text: [piece, ...more] }: Bound): boolean => {
    if (typeof piece !== "object" || more.length > 0) return false;
    const [, id, output] = /^steps\.([\w-]+)\.outputs\.([\w-]+)$/.exec(piece.expression) ?? [];
    return logins.some(
      (one) => one.id.toLowerCase() === id?.toLowerCase() && one.outputs.test(output ?? "") && one.names.test(name),
    );
  };
  const kept = [...environment].filter(([name, bound]) => !isHandedOn(name, bound));
  return kept.length === environment.size ? environment : new Map(kept);
}

function isIn(identity: Identity, scope: Entry["before"]): boolean {
  return scope.identities.includes(identity);
}

/**
 * Names from which a provider logs in before it looks for what a login step has left. A step's own `env:` stands over the
 * variables that steps before it have written; one of the job does not.
 * https://www.pulumi.com/registry/packages/gcp/installation-configuration/
 */
const first: Readonly<Record<string, readonly string[]>> = {
  "aws-oidc": ["AWS_ACCESS_KEY_ID"],
  "gcp-wif": [
    "GOOGLE_OAUTH_ACCESS_TOKEN",
    "GOOGLE_CREDENTIALS",
    "GOOGLE_CLOUD_KEYFILE_JSON",
    "GCLOUD_KEYFILE_JSON",
    "GOOGLE_APPLICATION_CREDENTIALS",
  ],
  "azure-oidc": ["ARM_CLIENT_SECRET"],
};
const writtenByLogin: readonly string[] = ["AWS_ACCESS_KEY_ID", "GOOGLE_APPLICATION_CREDENTIALS"];

/** Variables of an operation that log in as somebody else than the step before it: settings take one role per cloud. */
export function secondLogins(entry: Entry, environment: ReadonlyMap<string, Bound>): readonly Reason[] {
  return entry.before.identities.flatMap((identity) => {
    const names = (first[identity.kind] ?? []).filter(
      (name) => !writtenByLogin.includes(name) || entry.step.step.env.has(name),
    );
    const found = [...names.filter((name) => isSet(environment.get(name))), ...otherIds(identity, environment)];
    return found.slice(0, 1).map((name) => ({
      code: "GP225",
      message: `\`${name}\` of its own logs in as somebody else than the step before it (${identity.kind})`,
      from: environment.get(name)?.from ?? identity.from,
    }));
  });
}

/** Azure's provider reads the ids from variables of its own, whatever `azure/login` was given. */
function otherIds({ kind, role, details, from }: Identity, environment: ReadonlyMap<string, Bound>): readonly string[] {
  if (kind !== "azure-oidc") return [];
  const ids: readonly (readonly [string, Bound | undefined])[] = [
    ["ARM_CLIENT_ID", role && { text: role, from }],
    ["ARM_TENANT_ID", details.get("tenantId")],
    ["ARM_SUBSCRIPTION_ID", details.get("subscriptionId")],
  ];
  return ids.flatMap(([name, login]) => {
    const own = environment.get(name);
    return own !== undefined && login !== undefined && isSet(own) && !sameText(own.text, login.text) ? [name] : [];
  });
}

function isSet(bound: Bound | undefined): boolean {
  return bound !== undefined && literal(bound.text) !== "";
}
