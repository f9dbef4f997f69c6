/** What becomes of a role that is written so. */
export type Outcome =
  /** The statement is put in where the policy stands, in this file. */
  | { readonly kind: "written"; readonly file: string }
  /** It is found, and left alone for this reason. */
  | { readonly kind: "refused"; readonly because: RegExp }
  /** No role is defined there. */
  | { readonly kind: "none" };

export interface Variant {
  /** The numbers of the reference, V1 to V45. */
  readonly number: number;
  /** A folder of `variants/`. */
  readonly folder: string;
  readonly words: string;
  readonly outcome: Outcome;
  /** Not written with tabs, which the language forbids or the file has already. */
  readonly noTabs?: boolean;
}

const written = (file: string): Outcome => ({ kind: "written", file });
const refused = (because: RegExp): Outcome => ({ kind: "refused", because });
const none: Outcome = { kind: "none" };

const row = (number: number, folder: string, words: string, outcome: Outcome, noTabs = false): Variant => ({
  number,
  folder,
  words,
  outcome,
  noTabs,
});

/** Every way in which the reference knows a role to be written, each with a repository that writes it so. */
export const variants: readonly Variant[] = [
  row(1, "V01", "Pulumi TypeScript, JSON.stringify", written("iam.ts")),
  row(2, "V02", "… inside an apply of the provider's ARN", written("iam.ts")),
  row(3, "V03", "… inside pulumi.all", written("iam.ts")),
  row(4, "V04", "… JSON text in pulumi.interpolate", written("iam.ts")),
  row(5, "V05", "Pulumi JavaScript, pulumi.jsonStringify", written("iam.js")),
  row(6, "V06", "… a plain object", written("iam.ts")),
  row(7, "V07", "… getPolicyDocumentOutput", written("iam.ts")),
  row(8, "V08", "… getPolicyDocument inside an apply, and a then", written("iam.ts")),
  row(9, "V09-function", "… a function of another file, called once", written("trust.ts")),
  row(9, "V09-spread", "… statements that are spread over repositories", written("iam.ts")),
  row(9, "V09-package", "… a component of a package", refused(/construct of another package/)),
  row(10, "V10", "… assumeRolePolicyForPrincipal", refused(/knows `sts:AssumeRole` alone/)),
  row(11, "V11", "aws-native", written("iam.ts")),
  row(12, "V12", "@pulumi/aws-iam AssumableRoleWithOIDC", refused(/trust every pair/)),
  row(13, "V13", "SST", written("sst.config.ts")),
  row(14, "V14", "Pulumi Python, json.dumps inside an apply", written("__main__.py")),
  row(15, "V15", "… get_policy_document with classes", written("__main__.py")),
  row(16, "V16-json-dumps", "… Output.json_dumps", written("__main__.py")),
  row(16, "V16-f-string", "… JSON text in an f-string", written("__main__.py")),
  row(16, "V16-percent", "… JSON text with %", refused(/`%` fills it in/)),
  row(17, "V17", "Pulumi Go, pulumi.Sprintf with JSON text", written("main.go"), true),
  row(18, "V18", "… json.Marshal of maps inside an ApplyT", refused(/values of Go/)),
  row(19, "V19", "… iam.GetPolicyDocument with structs", refused(/values of Go/)),
  row(20, "V20", "Pulumi YAML, fn::toJSON", written("Pulumi.yaml"), true),
  row(
    20,
    "V20-undeclared",
    "… where the program has no words for its account",
    refused(/make Pulumi's provider/),
    true,
  ),
  row(21, "V21", "… fn::invoke of getPolicyDocument", written("Pulumi.yaml"), true),
  row(22, "V22", "Pulumi C#", refused(/values of Go, C# or Java/)),
  row(22, "V22-java", "Pulumi Java", refused(/values of Go, C# or Java/)),
  row(23, "V23", "Terraform, aws_iam_policy_document", written("iam.tf")),
  row(24, "V24", "… with the issuer's host as an expression", written("iam.tf")),
  row(25, "V25", "… jsonencode", written("iam.tf")),
  row(26, "V26", "… heredoc", written("iam.tf")),
  row(27, "V27-file", "… file()", written("trust.json")),
  row(27, "V27-template", "… templatefile()", written("trust.json.tpl")),
  row(28, "V28", "… for_each over environments", refused(/`for_each` makes it, perhaps several times/)),
  row(29, "V29", "… module iam-github-oidc-role", refused(/puts `repo:` before every subject/)),
  row(30, "V30", "… module iam-role", refused(/`trust_policy_permissions`/)),
  row(31, "V31", "… module unfunco/oidc-github", refused(/`source_policy_documents`/)),
  row(31, "V31-output", "… the policy of that module for a role of one's own", refused(/`source_policy_documents`/)),
  row(32, "V32-local", "… a module of the repository", written("modules/deploy-role/main.tf")),
  row(32, "V32-remote", "… another module", refused(/another repository's module/)),
  row(33, "V33", "CloudFormation YAML", written("template.yaml"), true),
  row(34, "V34", "… with a provider behind !If", written("template.yaml"), true),
  row(35, "V35", "CloudFormation JSON", written("template.json")),
  row(36, "V36", "CDK TypeScript, WebIdentityPrincipal", written("stack.ts")),
  row(37, "V37", "… FederatedPrincipal", written("stack.ts")),
  row(38, "V38", "… aws-cdk-github-oidc", refused(/addStatements/)),
  row(39, "V39-l1", "… CfnRole", written("stack.ts")),
  row(39, "V39-python", "CDK Python", written("stack.py")),
  row(40, "V40", "a JSON file for the aws command line", written("trust-policy.json")),
  row(41, "V41", "a heredoc of a shell script", written("create-role.sh")),
  row(41, "V41-quoted", "… with its marker in quotes", written("create-role.sh")),
  row(42, "V42", "CDKTF", written("main.ts")),
  row(42, "V42-token", "… with a provider's token for its ARN", refused(/cannot be written there/)),
  row(43, "V43-boto3", "a script of boto3", refused(/only makes roles/)),
  row(43, "V43-ansible", "Ansible, with the policy in a file", written("trust.json"), true),
  row(43, "V43-crossplane", "Crossplane", written("role.yaml"), true),
  row(44, "V44", "documentation", refused(/no program reads it there/)),
  row(45, "V45", "nowhere", none),
];
