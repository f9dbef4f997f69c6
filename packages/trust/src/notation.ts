import type { Edited, Gap, Grammars, Path, Span, Text, Tree } from "@gha2pulumi/repo";
import type { AwsRule } from "./rule.ts";

/**
 * What a file says of a role's name. `generated`: the engine adds an ending to this beginning, as `pattern` tells.
 * `untold`: the file is a policy alone.
 */
export type RoleName =
  | { readonly kind: "named"; readonly name: Text }
  | { readonly kind: "generated"; readonly name: string; readonly pattern: RegExp }
  | { readonly kind: "untold" };

/** Why the place of a policy cannot be edited, in words. */
export interface Obstacle {
  readonly gap: Gap;
  readonly because: string;
}

/** A role that a file defines, with its trust policy as far as the file tells it. */
export interface RoleDefinition {
  readonly notation: string;
  /** How it is written there: `JSON.stringify`, `!Sub`. */
  readonly variant: string;
  readonly name: RoleName;
  /** Where a reader finds it: the role, or the policy where there is no role. */
  readonly place: Span;
  /** The policy document itself. */
  readonly document: Span;
  /** A statement that holds what the file does not tell is unread, with the reason. */
  readonly policy: AwsRule;
  /** Where each statement of the policy is written, in the same order. */
  readonly statements: readonly Span[];
  /** How ARNs of the role's own account begin there: `arn:${AWS::Partition}:iam::${AWS::AccountId}`. */
  readonly home: string | undefined;
  readonly obstacle: Obstacle | undefined;
  /** The file tells that the policy is for GitHub or Pulumi. Of a policy that is not read, nobody knows. */
  readonly told: boolean;
}

/** One notation for roles, whose parser is loaded when a file needs it. */
export interface Notation {
  readonly name: string;
  /** Whether a file of this path and text may define a role in it. */
  readonly claims: (path: Path, text: string) => boolean;
  /** `undefined` when a grammar it needs was not given. */
  readonly open: (grammars: Grammars | undefined) => Promise<NotationReader | undefined>;
}

/** Reads and rewrites roles. What `write` gives must make `read` give back the policy that was asked for. */
export interface NotationReader {
  readonly read: (tree: Tree, path: Path) => readonly RoleDefinition[];
  /** The splices of the document's file that turn its policy into `after`, or why there are none. */
  readonly write: (definition: RoleDefinition, after: AwsRule, tree: Tree) => Edited;
}
