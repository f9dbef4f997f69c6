// Who gets in: tokens, subjects, and the three questions.
export {
  githubAudience,
  githubIssuer,
  issuerKind,
  printToken,
  pulumiIssuer,
  readToken,
  token,
  type CloudName,
  type IssuerKind,
  type Token,
} from "./claims.ts";
export {
  deploymentSubject,
  describeSubject,
  printSubject,
  readSubject,
  type DeploymentSubject,
  type Ran,
  type Repository,
  type Subject,
} from "./subject.ts";
export { deploymentParty, environmentParty, githubParty, subjectsOf, type Party, type Runs } from "./party.ts";
export { admits, type Place } from "./admits.ts";
export { beyond, gained, reach, shortOf, type Reach } from "./inclusion.ts";
export type { Answer } from "./formula.ts";
export type { Found } from "./find.ts";

// Rules, read from each cloud's documents and printed back.
export type * from "./rule.ts";
export type { ReadRule } from "./policy/json.ts";
export { awsSize, printAws, readAws, readAwsText, sameAws } from "./policy/aws.ts";
export { printGcp, readGcp } from "./policy/gcp.ts";
export { printAzure, readAzure } from "./policy/azure.ts";

// Changes of rules, and what a reader is told about them.
export type { Before, Blocked, Phase, Stays, TrustChange } from "./change.ts";
export { changeAws, type AwsChange, type AwsPlan } from "./policy/aws-change.ts";
export { providerStep, type AwsProvider, type ProviderStep } from "./policy/aws-provider.ts";
export { awsQuota, awsRefusals, type Refusal } from "./policy/aws-refusals.ts";
export { changeGcp, type GcpPlan } from "./policy/gcp-change.ts";
export { changeAzure, type AzurePlan } from "./policy/azure-change.ts";
export { compare, type Cell, type Comparison, type Row } from "./compare.ts";
export { printTable, type Footer, type Heading } from "./table.ts";
export { findingKinds, findings, seenInMove } from "./findings.ts";
export { nothingKnown, type Finding, type FindingContext, type FindingKind, type Severity } from "./finding.ts";

// What a person takes away: documents, proofs and scripts.
export { awsFiles, folderOf, undoOf, type AwsMove } from "./artefacts/aws-files.ts";
export { guardPolicy, isAwsService, type OperationGuard } from "./artefacts/operation-guard.ts";
export { otherFiles, undoOfOther, type OtherMove } from "./artefacts/other-clouds.ts";

// Where roles are written.
export { readDefinitions, summaryIntro, type Definitions } from "./definitions.ts";
export type { Obstacle, RoleDefinition, RoleName } from "./notation.ts";
