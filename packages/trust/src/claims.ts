/** A token as a cloud sees it after the signature is checked: who issued it, and its claims; most have one value. */
export interface Token {
  readonly issuer: string;
  readonly claims: ReadonlyMap<string, readonly string[]>;
}

/** Who runs an issuer. `esc-custom` signs `fn::open::oidc`'s own tokens, with keys that Deployments does not use. */
export type IssuerKind =
  "github" | "github-enterprise" | "github-residency" | "github-server" | "pulumi" | "esc-custom";

/** The issuer of GitHub Actions on github.com, for every repository that has no enterprise issuer of its own. */
export const githubIssuer = "token.actions.githubusercontent.com";
/** The issuer of both Pulumi Deployments and Pulumi ESC in Pulumi Cloud. */
export const pulumiIssuer = "api.pulumi.com/oidc";

/**
 * The issuer as IAM writes it before a claim: the URL without `https://` and without a slash at its end. Lower case,
 * because IAM takes condition keys in any case.
 */
export function issuerKey(url: string): string {
  return url
    .trim()
    .replace(/^https:\/\//i, "")
    .replace(/\/+$/, "")
    .toLowerCase();
}

/**
 * Whose issuer this is, or `undefined` for one we know nothing about (an EKS cluster, another provider).
 * A self-hosted Pulumi Cloud is not told apart: its host may be any.
 * https://docs.github.com/en/actions/reference/security/oidc
 */
export function issuerKind(url: string): IssuerKind | undefined {
  const key = issuerKey(url);
  if (key === githubIssuer) return "github";
  if (key === pulumiIssuer) return "pulumi";
  if (key === `${pulumiIssuer}/v2`) return "esc-custom";
  if (/^token\.actions\.githubusercontent\.com\/[\w-]+$/.test(key)) return "github-enterprise";
  if (/^token\.actions\.[\w-]+\.ghe\.com$/.test(key)) return "github-residency";
  return /^[\w.-]+(?::\d+)?\/_services\/token$/.test(key) ? "github-server" : undefined;
}

/** Whether a GitHub of any form runs this issuer. */
export function isGitHub(url: string): boolean {
  return issuerKind(url)?.startsWith("github") ?? false;
}

/**
 * GitHub's claims that AWS tests since January 2026, besides `aud` and `sub`; not those of a GitHub Enterprise Server.
 * Pulumi's issuer has no such list, and nobody's `iss` is a key.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_iam-condition-keys.html
 */
const githubKeys = [
  "actor",
  "actor_id",
  "enterprise_id",
  "environment",
  "job_workflow_ref",
  "ref",
  "repository",
  "repository_id",
  "repository_owner_id",
  "workflow",
];

/** The claims of an issuer that AWS has a condition key for. */
export function awsClaims(issuer: string): readonly string[] {
  const kind = issuerKind(issuer);
  const more = kind !== undefined && kind.startsWith("github") && kind !== "github-server" ? githubKeys : [];
  return ["aud", "sub", "amr", ...more];
}

/** A token of these claims, one value each. */
export function token(issuer: string, claims: Readonly<Record<string, string | readonly string[]>>): Token {
  const entries = Object.entries(claims).map(
    ([name, value]) => [name, typeof value === "string" ? [value] : value] as const,
  );
  return { issuer: issuerKey(issuer), claims: new Map(entries) };
}

/** The token that a decoded payload stands for, or `undefined` when it has no issuer. Objects within it are left out. */
export function readToken(payload: unknown): Token | undefined {
  if (typeof payload !== "object" || payload === null) return undefined;
  const claims = Object.entries(payload).flatMap(([name, value]): [string, readonly string[]][] => {
    const values: readonly unknown[] = Array.isArray(value) ? value : [value];
    const texts = values.flatMap((one) =>
      typeof one === "string" || typeof one === "number" || typeof one === "boolean" ? [String(one)] : [],
    );
    return texts.length === values.length ? [[name, texts]] : [];
  });
  const issuer = new Map(claims).get("iss")?.[0];
  return issuer === undefined ? undefined : { issuer: issuerKey(issuer), claims: new Map(claims) };
}

/** A token's claims in one line, without its issuer: `aud=acme sub=…`. */
export function printClaims({ claims }: Token): string {
  const shown = [...claims].filter(([name]) => name !== "iss").map(([name, values]) => `${name}=${values.join(",")}`);
  return shown.join(" ");
}

/** A token in one line, for people: `api.pulumi.com/oidc aud=acme sub=…`. */
export function printToken(token: Token): string {
  return [token.issuer, printClaims(token)].filter((part) => part !== "").join(" ");
}

/** A cloud that takes tokens, as ESC names it in its audiences. */
export type CloudName = "aws" | "azure" | "gcp";

/**
 * The audience of Deployments' tokens: the organisation, in lower case.
 * https://www.pulumi.com/docs/deployments/guides/oidc/
 */
export function deploymentAudience(organization: string): string {
  return organization.toLowerCase();
}

/** The audience of ESC's tokens for a cloud. Environments of the legacy `default` project have the organisation alone. */
export function escAudience(cloud: CloudName, organization: string): string {
  return `${cloud}:${organization.toLowerCase()}`;
}

/** The audience that GitHub's login actions ask for unless told otherwise; `provider` is GCP's full resource name. */
export function githubAudience(cloud: CloudName, partition = "aws", provider = ""): string {
  switch (cloud) {
    case "aws":
      return partition === "aws-cn" ? "sts.amazonaws.com.cn" : "sts.amazonaws.com";
    case "azure":
      return "api://AzureADTokenExchange";
    case "gcp":
      return `https://iam.googleapis.com/${provider}`;
  }
}
