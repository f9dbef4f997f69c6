import { byText } from "@gha2pulumi/repo";

/** A GitHub environment, and whether a rule of its own may hold a job back. */
export interface EnvironmentSeen {
  readonly name: string;
  readonly guarded: boolean;
}

/** What GitHub shows of the branch that pull requests are merged into. */
export interface BranchSeen {
  readonly protected: boolean;
  /** Whether the protection that is shown is a classic one; what it requires, where that is shown. */
  readonly classic: boolean;
  readonly classicChecks: readonly string[] | undefined;
  /** The checks that each rule of a rule set requires; a rule of another kind requires none. */
  readonly rules: readonly (readonly string[])[];
}

/** The answer to `environments.protected`. */
export function environmentsAnswer(environments: readonly EnvironmentSeen[]): string {
  const guarded = environments.filter((one) => one.guarded).map(({ name }) => name);
  return guarded.length === 0 ? "none" : guarded.join(", ");
}

/**
 * The answer to `checks.required`, by rule sets and by classic protection; `undefined` where the branch is protected and
 * it is not shown by what: https://docs.github.com/en/rest/branches/branches#get-a-branch
 */
export function requiredChecksAnswer(branch: BranchSeen): string | undefined {
  const { classic, classicChecks, rules } = branch;
  // A branch that no rule protects and that is protected has classic protection, and what that requires is not shown.
  if (branch.protected && (classicChecks === undefined || (!classic && rules.length === 0))) return undefined;
  const all = [...new Set([...rules.flat(), ...(classicChecks ?? [])])].sort(byText);
  return all.length === 0 ? "none" : all.join("; ");
}
