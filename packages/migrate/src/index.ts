export * from "./report/plan-document.ts";
export { completed, diagnosticOf } from "./report/completed.ts";
export { phases, type Phase } from "./phases/phase.ts";
export { migrate, type Migration } from "./migrate.ts";
export type { Snapshot } from "./world.ts";
export { renderMarkdown, renderProofMarkdown, renderTrust } from "./report/markdown.ts";
export type { TokenCase } from "./report/trust-artefacts.ts";
export { renderProof } from "./report/proof-text.ts";
export type * from "./report/audit-document.ts";
export { stackNames } from "./report/stack-names.ts";
export { auditedRepository, auditOf, covering, failedRepository, shapeOf } from "./report/audit.ts";
export { renderReportPage, type ReportPageData } from "./report/report-page.ts";
export { forecastText } from "./report/forecast.ts";
export {
  historyForecast,
  workflowsThatMove,
  type HistoryForecast,
  type JobTime,
  type RunHistory,
} from "./report/run-history.ts";
export { priced, priceLists, type Edition, type EditionForecast, type Load, type PriceList } from "./report/prices.ts";
export { auditTitle, renderAuditMarkdown } from "./report/audit-markdown.ts";
export { withoutSecrets } from "./literal-secrets.ts";
export { acceptable } from "./accepted.ts";
export { answerProblem, malformedAnswer } from "./answer-keys.ts";
export { loadExplanations } from "./load-explanations.ts";
export type { Example, Explanation } from "./explanations/explanation.ts";
export { compare, type Case, type Verdict } from "./prove.ts";
export { effects, readProven, type Effect, type ProvenWorld } from "./effects.ts";
export { proveTrees, verify } from "./verify.ts";
export { relayOf, type Relay, type RelayPart } from "./secrets/relay.ts";
export { inverse, type Reversible, type ReversibleSplice } from "./rollback.ts";
export type { Grammars } from "@gha2pulumi/repo";
export {
  questionsIssue,
  renderPullRequest,
  renderSettingsPullRequest,
  type PullContext,
  type PullText,
} from "./report/pull-request.ts";
export { isOfProgram, pathElsewhere, type SettingsPull } from "./report/pull-request-elsewhere.ts";
export { settingsPlace, settingsRepositoryKey, type SettingsPlace } from "./settings-place.ts";
export { blockers } from "./report/pull-request-sections.ts";
export { readMarker, writtenMarker, type Marker } from "./report/pull-request-marker.ts";
export { riskOf, type Risk } from "./report/risk.ts";
export { decidedText, sourcesText } from "./report/pull-request-digest.ts";
export { wavesOf, type Candidate } from "./report/waves.ts";
export { code as markdownCode, markdownTable, prose as markdownProse } from "./report/markdown-text.ts";
export { withTicks } from "./report/pull-request-body.ts";
export { declaredStacks, isStackName, type DeclaredStack, type DeclaredStacks } from "./live/declared-stacks.ts";
export { environmentsAnswer, requiredChecksAnswer, type BranchSeen, type EnvironmentSeen } from "./live/observed.ts";
export { checkSettings, type LiveStack } from "./live/check-settings.ts";
export { readSnapshot, stackSnapshot, type SettingsSnapshot, type StackSnapshot } from "./live/settings-snapshot.ts";
export { restoring, type Restoring, type RestoringRequest } from "./live/restore-settings.ts";
