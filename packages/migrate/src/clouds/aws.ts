import type { Setting } from "@gha2pulumi/deployments";
import { literal, textOf, written, type Bound } from "@gha2pulumi/repo";
import { keyOf, type Cloud, type Naming } from "../cloud.ts";
import type { Identity } from "../intent.ts";
import { input, serves, withExports, withIdentity } from "../scope.ts";

const carriers = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"];

/** Inputs that give the session fewer rights, another audience or no environment; the settings have none of them. */
const restrictions = [
  "inline-session-policy",
  "managed-session-policies",
  "role-external-id",
  "transitive-tag-keys",
  "web-identity-token-file",
  "aws-profile",
  "audience",
  "output-env-credentials",
];

function isGiven(value: Bound | undefined, name: string): boolean {
  const text = value && literal(value.text);
  if (value === undefined || (name === "audience" && text === "sts.amazonaws.com")) return false;
  return !(name === "output-env-credentials" && text === "true");
}

/** A Go duration: `14400` seconds are `14400s`. */
function durationOf(identity: Identity, naming: Naming): Setting | undefined {
  const seconds = identity.details.get("duration");
  return seconds && naming.setting({ text: textOf(seconds.text, "s"), from: seconds.from }, "");
}

/**
 * AWS: `aws-actions/configure-aws-credentials` 1 to 6, and keys in the environment.
 * https://github.com/aws-actions/configure-aws-credentials/blob/main/action.yml
 */
export const aws: Cloud = {
  name: "aws",
  recognise(command, scope) {
    if (command.kind !== "uses" || command.action.toLowerCase() !== "aws-actions/configure-aws-credentials")
      return undefined;
    const region = input(command, "aws-region");
    const role = input(command, "role-to-assume");
    const key = input(command, "aws-access-key-id");
    // With keys and a role, the keys assume the role: a chain, which is not the role's trust in GitHub.
    const details = new Map<string, Bound>(keyOf(key, key && input(command, "aws-secret-access-key")));
    if (region) details.set("region", region);
    if (role && (key ?? input(command, "role-chaining"))) details.set("chained", role);
    const restriction = restrictions.find((name) => isGiven(input(command, name), name));
    if (restriction) details.set("restricted", { text: [restriction], from: command.from });
    const seconds = input(command, "role-duration-seconds");
    if (seconds && !key) details.set("duration", seconds);
    const identity: Identity = {
      kind: role && !key ? "aws-oidc" : "aws-static",
      role: role?.text,
      details,
      carriers,
      from: command.from,
    };
    const next = withExports(scope, { AWS_REGION: region, AWS_DEFAULT_REGION: region });
    return serves(withIdentity(next, identity));
  },
  inEnvironment(environment) {
    const role = environment.get("AWS_ROLE_ARN");
    // A token that the job fetches by itself: https://docs.aws.amazon.com/sdkref/latest/guide/access-assume-role-web.html
    if (role && environment.has("AWS_WEB_IDENTITY_TOKEN_FILE"))
      return {
        kind: "aws-oidc",
        role: role.text,
        details: new Map(),
        carriers: [...carriers, "AWS_ROLE_ARN", "AWS_WEB_IDENTITY_TOKEN_FILE"],
        from: role.from,
      };
    const key = environment.get("AWS_ACCESS_KEY_ID");
    const details = new Map(keyOf(key, environment.get("AWS_SECRET_ACCESS_KEY")));
    return key && { kind: "aws-static", role: undefined, details, carriers, from: key.from };
  },
  oidc(identity, naming) {
    if (identity.kind !== "aws-oidc" && identity.kind !== "aws-static") return undefined;
    const note = identity.kind === "aws-static" ? "takes the place of access keys" : "";
    const role =
      identity.kind === "aws-oidc" && identity.role
        ? naming.setting({ text: identity.role, from: identity.from }, note)
        : naming.ofKey("aws-role-arn", identity, "AWS_ACCESS_KEY_ID", note);
    return {
      kind: "aws",
      roleARN: role,
      sessionName: { value: ["pulumi-${deployment.version}"], from: identity.from, note: "" },
      duration: durationOf(identity, naming),
    };
  },
  obstacle(identity) {
    const restricted = identity.details.get("restricted");
    if (restricted)
      return `its login is narrowed or changed by \`${written(restricted.text)}\`, which deployment settings cannot say`;
    return identity.details.has("chained")
      ? "it assumes a role with other credentials (role chaining), which deployment settings cannot say"
      : undefined;
  },
};
