export * from "./model.ts";
export * from "./play-model.ts";
export { tellable } from "./answered.ts";
export { readWorkflow, readCompositeAction } from "./read.ts";
export { readRepository } from "./read-repository.ts";
export { reachable } from "./atoms.ts";
export { calledPath, findAction, calledWorkflows, type Repository, type VariablesWritten } from "./repository.ts";
export { playWorkflow } from "./play.ts";
export {
  defaultPermissions,
  mayAskIdentity,
  permissionsOf,
  type Permissions,
  type WrittenPermissions,
} from "./permissions.ts";
export { checkNames, mayBeCheck, type CheckName } from "./check-names.ts";
export { scenarios, kindsOfEvents, otherBranch } from "./scenarios.ts";
export { looksAtFiles, type FileGroup, type KnownChange } from "./changed-files.ts";
export { fileFilters } from "./file-filters.ts";
export { starts, defaultTypes, mayMatchPath } from "./starts.ts";
export { isTooOften } from "./often.ts";
export { marked, unmarked } from "./stand-in.ts";
export { defaultBranchStandIn, isStandIn, ownRepository, refOf, type Surroundings } from "./context.ts";
export {
  matchesPattern,
  passesFilter,
  passesIgnore,
  pathsPass,
  isLiteralPattern,
  namesOf,
  samplesOf,
} from "./filter.ts";
export { afterTrouble, isUnreached, neverTrue, noCells, switchedOff } from "./play-condition.ts";
export { environmentFile, joinPath, normalise, workspaceFolder } from "./shell/state.ts";
export { playScript } from "./shell/play-script.ts";
export { givenRead, withGivenRead, withoutGiven } from "./shell/given.ts";
export { filledIn, type ShellLine } from "./shell/shell-line.ts";
export { ownChoices, type Arm, type ProgramCall, type ScriptPlay } from "./shell/frame.ts";
export { childrenOf, parseExpression, type Expression } from "./expression/parse.ts";
export { evaluateText, evaluateCondition, expressionsIn } from "./expression/template.ts";
