/** JSON as it is parsed. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A trust rule: which claims may become one cloud identity. What each cloud keeps is what its documents say. */
export type Rule = AwsRule | GcpRule | AzureRule;

/** An AWS role's trust policy. Statements keep their order and their Sids; nothing of the document is lost. */
export interface AwsRule {
  readonly kind: "aws";
  /** Without `2012-10-17`, `${…}` in a value is plain text. */
  readonly version: string | undefined;
  readonly id: string | undefined;
  readonly statements: readonly AwsStatement[];
}

/** A statement, or one with a part that we do not read: it is written back as it was, and its effect is unknown. */
export type AwsStatement =
  | AwsReadStatement
  | { readonly kind: "unread"; readonly sid: string | undefined; readonly because: string; readonly json: Json };

export interface AwsReadStatement {
  readonly kind: "read";
  readonly sid: string | undefined;
  readonly effect: "Allow" | "Deny";
  readonly principal: AwsPrincipal;
  readonly action: AwsAction;
  readonly conditions: readonly AwsCondition[];
}

export type AwsPrincipal =
  { readonly kind: "everyone" } | { readonly kind: "only" | "all-but"; readonly types: readonly AwsPrincipalType[] };

/** One entry of `Principal`: `Federated`, `AWS` or `Service`, and its values. */
export interface AwsPrincipalType {
  readonly type: string;
  readonly values: readonly string[];
}

export interface AwsAction {
  readonly kind: "only" | "all-but";
  readonly values: readonly string[];
}

/** One key under one operator, as written: `StringLike`, `token.actions.githubusercontent.com:sub`, its patterns. */
export interface AwsCondition {
  readonly operator: string;
  readonly key: string;
  readonly values: readonly string[];
}

/** A GCP service account that federated identities may impersonate: the providers, and the members bound to it. */
export interface GcpRule {
  readonly kind: "gcp";
  readonly providers: readonly GcpProvider[];
  readonly members: readonly string[];
}

/** A workload identity provider. Without `audiences`, its own resource name is the only one. */
export interface GcpProvider {
  /** `projects/NUMBER/locations/global/workloadIdentityPools/POOL` */
  readonly pool: string;
  readonly id: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly mapping: Readonly<Record<string, string>>;
  readonly condition: string | undefined;
  readonly disabled: boolean;
}

/** The federated credentials of an Azure app registration or managed identity. */
export interface AzureRule {
  readonly kind: "azure";
  readonly credentials: readonly AzureCredential[];
}

/** A federated credential: an exact subject, or the expression of a flexible one. */
export interface AzureCredential {
  readonly name: string;
  readonly issuer: string;
  readonly audiences: readonly string[];
  readonly matching:
    | { readonly kind: "subject"; readonly subject: string }
    | { readonly kind: "expression"; readonly expression: string };
}
