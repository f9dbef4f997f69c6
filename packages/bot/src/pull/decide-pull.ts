import type { Marker } from "@gha2pulumi/migrate";

/** A pull request whose head is our branch. */
export interface Pull {
  readonly number: number;
  readonly state: "open" | "closed" | "merged";
  readonly draft: boolean;
  /** The marker its text begins with. */
  readonly marker: Marker | undefined;
  /** Whether GitHub says that we opened it. */
  readonly byUs: boolean;
  /** Whether we closed it ourselves: that is nobody's no. False for one that is not closed. */
  readonly closedByUs: boolean;
  /** Whether title and text are what we would write now, ticks of the checklist aside. */
  readonly same: boolean;
}

/** Our branch: what its commits since the merge base with the default branch are. */
export interface Branch {
  readonly head: string;
  /** The commit of the default branch that it builds on. */
  readonly base: string;
  /** Who committed, by author and committer; a merge of the default branch that brings nothing else is nobody's. */
  readonly commits: readonly ("us" | "person")[];
  /** Whether the files that the plan writes are on it as the plan writes them, and no others differ from its base. */
  readonly same: boolean;
  /** False only where GitHub says that it cannot merge it into the default branch as that is now. */
  readonly mergeable: boolean;
}

/** The issue with our questions, where there is one. */
export interface QuestionsIssue {
  readonly number: number;
  readonly state: "open" | "closed";
  readonly marker: Marker | undefined;
  readonly closedByUs: boolean;
  readonly same: boolean;
}

/** Everything that decides what is done about one repository. */
export interface PullState {
  /** All that GitHub lists for our head branch, in any order. */
  readonly pulls: readonly Pull[];
  readonly branch: Branch | undefined;
  readonly issue: QuestionsIssue | undefined;
  /** The plan as it is now: what its marker would say. `draft` is whether something holds the merge back, or drafts are wanted. */
  readonly ours: Marker;
  /** The head of the default branch that the plan was made for. */
  readonly base: string;
  /** What the plan has to propose: changes of files, nothing but questions, or neither. */
  readonly proposes: "changes" | "questions" | "nothing";
  /** How somebody told us to stay away, where it is still in force: a later `recreate` ends a comment's `stop`. */
  readonly optedOut: "ignore-file" | "topic" | "label" | "comment" | undefined;
  /** The last command since we last wrote, and whether who gave it may write to the repository. */
  readonly asked: { readonly command: "rebase" | "recreate"; readonly mayWrite: boolean } | undefined;
}

export type LeaveReason =
  | "opted-out"
  | "opened-by-a-person"
  | "edited-by-a-person"
  | "text-without-marker"
  | "closed-means-no"
  | "merged"
  | "same-already"
  | "nothing-to-do";

export type CloseReason = "opted-out" | "nothing-left" | "only-questions-left" | "answered";

/**
 * One thing to do; what is left to do afterwards is found by looking again. `overwrites` says that a person's commits go
 * with what is written, and is true only where a person with write access asked for that.
 */
export type PullAction =
  | { readonly kind: "create"; readonly draft: boolean; readonly commits: boolean; readonly overwrites: boolean }
  | {
      readonly kind: "update";
      readonly number: number;
      readonly body: boolean;
      readonly commits: boolean;
      readonly overwrites: boolean;
      /** What to turn it into; undefined where it stays as it is. */
      readonly draft: boolean | undefined;
    }
  | { readonly kind: "close"; readonly what: "pull" | "issue"; readonly number: number; readonly because: CloseReason }
  | { readonly kind: "issue"; readonly number: number | undefined }
  | { readonly kind: "leave"; readonly because: LeaveReason; readonly number: number | undefined };

/**
 * What to do about one repository, from what is there. A pull request is found before one is created, a person's commit
 * is never overwritten, and what a person closed stays closed until something relevant changes ({@link isAnother}).
 */
export function decidePull(state: PullState): PullAction {
  const open = newest(state.pulls.filter((pull) => pull.state === "open"));
  if (state.optedOut !== undefined) return outOf(state, open);
  if (open !== undefined) return aboutOpen(state, open);
  return aboutNone(state);
}

/** Ours before a person's: GitHub allows one for each base branch. */
function newest(pulls: readonly Pull[]): Pull | undefined {
  return [...pulls].sort((a, b) => Number(b.byUs) - Number(a.byUs) || b.number - a.number)[0];
}

function outOf(state: PullState, open: Pull | undefined): PullAction {
  if (open !== undefined && open.byUs && open.marker !== undefined && !hasPersons(state))
    return { kind: "close", what: "pull", number: open.number, because: "opted-out" };
  return closedIssue(state, "opted-out") ?? leave("opted-out", (open ?? newest(state.pulls))?.number);
}

function aboutOpen(state: PullState, open: Pull): PullAction {
  const { number } = open;
  if (!open.byUs) return leave("opened-by-a-person", number);
  const isRecreated = isAsked(state, "recreate");
  if (!isRecreated && hasPersons(state)) return leave("edited-by-a-person", number);
  if (!isRecreated && open.marker === undefined) return leave("text-without-marker", number);
  if (state.proposes !== "changes") {
    // To close a pull request is no way to get rid of what a person has put on its branch.
    if (hasPersons(state)) return leave("edited-by-a-person", number);
    const because = state.proposes === "nothing" ? "nothing-left" : "only-questions-left";
    return { kind: "close", what: "pull", number, because };
  }
  const commits = needsCommits(state);
  const draft = turned(open, state.ours);
  if (commits || !open.same || draft !== undefined || isRecreated)
    return {
      kind: "update",
      number,
      body: true,
      commits: commits || isRecreated,
      overwrites: (commits || isRecreated) && hasPersons(state),
      draft,
    };
  return closedIssue(state, "answered") ?? leave("same-already", number);
}

function aboutNone(state: PullState): PullAction {
  const isRecreated = isAsked(state, "recreate");
  const refused = state.pulls.find((pull) => isNo(pull, state.ours));
  const last = newest(state.pulls);
  if (state.proposes === "nothing") return closedIssue(state, "nothing-left") ?? leave("nothing-to-do", last?.number);
  if (refused !== undefined && !isRecreated) return leave("closed-means-no", refused.number);
  if (state.proposes === "questions") return aboutIssue(state, isRecreated);
  const merged = state.pulls.find((pull) => pull.state === "merged" && pull.marker?.plan === state.ours.plan);
  if (merged !== undefined && !isRecreated) return leave("merged", merged.number);
  if (hasPersons(state) && !isRecreated) return leave("edited-by-a-person", last?.number);
  const commits = isRecreated || needsCommits(state);
  return { kind: "create", draft: state.ours.draft, commits, overwrites: commits && hasPersons(state) };
}

function aboutIssue({ issue, ours }: PullState, isRecreated: boolean): PullAction {
  if (issue === undefined) return { kind: "issue", number: undefined };
  if (issue.state === "open")
    return issue.marker === undefined
      ? leave("text-without-marker", issue.number)
      : issue.same
        ? leave("same-already", issue.number)
        : { kind: "issue", number: issue.number };
  if (!isRecreated && isNo(issue, ours)) return leave("closed-means-no", issue.number);
  return { kind: "issue", number: undefined };
}

/** Our questions that nobody has to answer any more. */
function closedIssue({ issue }: PullState, because: CloseReason): PullAction | undefined {
  return issue?.state === "open" && issue.marker !== undefined
    ? { kind: "close", what: "issue", number: issue.number, because }
    : undefined;
}

/** Whether a person has said no to this: what has lost its marker cannot be told apart from it, and counts. */
function isNo(one: Pick<Pull, "state" | "marker" | "closedByUs">, ours: Marker): boolean {
  return one.state === "closed" && !one.closedByUs && (one.marker === undefined || !isAnother(one.marker, ours));
}

/**
 * Whether a plan is another one than a person has seen, so that they may be asked once more. Both must differ: what it
 * was made of (the workflows, the answers), or a new version of the tool would ask everybody again; and what it decides,
 * or each new version of an action in a workflow would.
 */
export function isAnother(seen: Marker, ours: Marker): boolean {
  return seen.sources !== ours.sources && seen.plan !== ours.plan;
}

/** A default branch that only moved is no reason to write: GitHub merges the same files into it. */
function needsCommits(state: PullState): boolean {
  const { branch } = state;
  if (branch === undefined || !branch.same) return true;
  return branch.base !== state.base && (!branch.mergeable || isAsked(state, "rebase"));
}

/** A draft is turned only where it is as we left it: a person's choice stays. */
function turned(open: Pull, ours: Marker): boolean | undefined {
  const isAsLeft = open.marker === undefined || open.marker.draft === open.draft;
  return isAsLeft && open.draft !== ours.draft ? ours.draft : undefined;
}

function hasPersons({ branch }: PullState): boolean {
  return branch !== undefined && branch.commits.includes("person");
}

function isAsked({ asked }: PullState, command: "rebase" | "recreate"): boolean {
  return asked !== undefined && asked.mayWrite && asked.command === command;
}

function leave(because: LeaveReason, number: number | undefined): PullAction {
  return { kind: "leave", because, number };
}
