import type { Span } from "@gha2pulumi/repo";

/** A check that a file of the repository names, so that somebody or something waits for it. */
export interface NamedCheck {
  /** Its name, or a regular expression in which it is looked for. */
  readonly kind: "name" | "pattern";
  readonly text: string;
  /** What the file does with it, as a message goes on behind the file's name. */
  readonly how: "requires" | "asks for" | "waits for";
  readonly from: Span;
}

/** What may name checks and cannot be read: which ones is not known. */
export interface UnreadNames {
  readonly because: string;
  readonly from: Span;
}

/** All that was found in some files. */
export interface NamesFound {
  readonly checks: readonly NamedCheck[];
  readonly unread: readonly UnreadNames[];
}

export function together(found: readonly NamesFound[]): NamesFound {
  return { checks: found.flatMap(({ checks }) => checks), unread: found.flatMap(({ unread }) => unread) };
}
