import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Marker } from "@gha2pulumi/migrate";
import { decidePull, isAnother, type Branch, type Pull, type PullAction, type PullState } from "./decide-pull.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;

const ours: Marker = { campaign: "acme", plan: digest("a"), sources: digest("b"), version: "1.2.0", draft: false };
const draft: Marker = { ...ours, draft: true };
/** Another workflow, and so another plan. */
const other: Marker = { ...ours, plan: digest("c"), sources: digest("d") };

const open: Pull = {
  number: 7,
  state: "open",
  draft: false,
  marker: ours,
  byUs: true,
  closedByUs: false,
  same: true,
};
const closed: Pull = { ...open, state: "closed" };
const merged: Pull = { ...open, state: "merged" };

const branch: Branch = { head: "h1", base: "b1", commits: ["us"], same: true, mergeable: true };
const edited: Branch = { ...branch, commits: ["us", "person"] };

const state: PullState = {
  pulls: [],
  branch: undefined,
  issue: undefined,
  ours,
  base: "b1",
  proposes: "changes",
  optedOut: undefined,
  asked: undefined,
};

const issue = { number: 9, state: "open", marker: ours, closedByUs: false, same: true } as const;
const recreate = { command: "recreate", mayWrite: true } as const;
const rebase = { command: "rebase", mayWrite: true } as const;

const created = (more: Partial<PullAction & { kind: "create" }> = {}): PullAction => ({
  kind: "create",
  draft: false,
  commits: true,
  overwrites: false,
  ...more,
});
const updated = (more: Partial<PullAction & { kind: "update" }> = {}): PullAction => ({
  kind: "update",
  number: 7,
  body: true,
  commits: false,
  overwrites: false,
  draft: undefined,
  ...more,
});
const closes = (because: (PullAction & { kind: "close" })["because"]): PullAction => ({
  kind: "close",
  what: "pull",
  number: 7,
  because,
});
const left = (because: (PullAction & { kind: "leave" })["because"], number: number | "none" = 7): PullAction => ({
  kind: "leave",
  because,
  number: number === "none" ? undefined : number,
});

const table: readonly (readonly [what: string, state: Partial<PullState>, action: PullAction])[] = [
  ["nothing there yet", {}, created()],
  ["something blocks", { ours: draft }, created({ draft: true })],
  ["the branch is there from a run that was killed", { branch }, created({ commits: false })],
  ["that branch is of an older plan", { branch: { ...branch, same: false } }, created()],
  ["a person has put commits on a branch without pull request", { branch: edited }, left("edited-by-a-person", "none")],
  ["nothing to propose", { proposes: "nothing" }, left("nothing-to-do", "none")],
  ["only questions", { proposes: "questions" }, { kind: "issue", number: undefined }],

  ["ours is there, and right", { pulls: [open], branch }, left("same-already")],
  ["its text is of an older plan", { pulls: [{ ...open, same: false }], branch }, updated()],
  ["its files are of an older plan", { pulls: [open], branch: { ...branch, same: false } }, updated({ commits: true })],
  ["the base moved elsewhere", { pulls: [open], branch, base: "b2" }, left("same-already")],
  [
    "the base moved, and it conflicts",
    { pulls: [open], branch: { ...branch, mergeable: false }, base: "b2" },
    updated({ commits: true }),
  ],
  [
    "it conflicts with the base it is made for",
    { pulls: [open], branch: { ...branch, mergeable: false } },
    left("same-already"),
  ],
  ["somebody asks to rebase", { pulls: [open], branch, base: "b2", asked: rebase }, updated({ commits: true })],
  [
    "somebody without write access asks to rebase",
    { pulls: [open], branch, base: "b2", asked: { ...rebase, mayWrite: false } },
    left("same-already"),
  ],
  ["the branch is gone", { pulls: [open] }, updated({ commits: true })],
  ["a person has committed", { pulls: [open], branch: edited }, left("edited-by-a-person")],
  [
    "a person has committed, and the plan changed",
    { pulls: [{ ...open, same: false }], branch: { ...edited, same: false } },
    left("edited-by-a-person"),
  ],
  [
    "a person has committed, and asks to rebase",
    { pulls: [open], branch: edited, base: "b2", asked: rebase },
    left("edited-by-a-person"),
  ],
  [
    "a person has committed, and asks to recreate",
    { pulls: [open], branch: edited, asked: recreate },
    updated({ commits: true, overwrites: true }),
  ],
  [
    "somebody without write access asks to recreate",
    { pulls: [open], branch: edited, asked: { ...recreate, mayWrite: false } },
    left("edited-by-a-person"),
  ],
  [
    "a person has rewritten its text",
    { pulls: [{ ...open, marker: undefined, same: false }], branch },
    left("text-without-marker"),
  ],
  [
    "a person opened it from our branch",
    { pulls: [{ ...open, byUs: false, marker: undefined }], branch },
    left("opened-by-a-person"),
  ],
  ["nothing is left to propose", { pulls: [open], branch, proposes: "nothing" }, closes("nothing-left")],
  ["only questions are left", { pulls: [open], branch, proposes: "questions" }, closes("only-questions-left")],
  [
    "nothing is left, but for a person's commits",
    { pulls: [open], branch: edited, proposes: "nothing" },
    left("edited-by-a-person"),
  ],
  [
    "what blocked is settled",
    { pulls: [{ ...open, draft: true, marker: draft, same: false }], branch },
    updated({ draft: false }),
  ],
  ["something blocks now", { pulls: [{ ...open, same: false }], branch, ours: draft }, updated({ draft: true })],
  [
    "a person has made it ready while something blocks",
    { pulls: [{ ...open, marker: draft }], branch, ours: draft },
    left("same-already"),
  ],
  ["a person has made it a draft", { pulls: [{ ...open, draft: true }], branch }, left("same-already")],
  [
    "two are open, and one is a person's",
    { pulls: [open, { ...open, number: 8, byUs: false }], branch },
    left("same-already"),
  ],

  ["a person closed it", { pulls: [closed], branch }, left("closed-means-no")],
  [
    "a person closed it; the tool is newer",
    { pulls: [{ ...closed, marker: { ...ours, version: "1.0.0" } }] },
    left("closed-means-no"),
  ],
  [
    "a person closed it; a newer tool decides otherwise on the same files",
    { pulls: [{ ...closed, marker: { ...other, sources: ours.sources } }] },
    left("closed-means-no"),
  ],
  [
    "a person closed it; an action in the workflow is newer",
    { pulls: [{ ...closed, marker: { ...other, plan: ours.plan } }] },
    left("closed-means-no"),
  ],
  ["a person closed another one", { pulls: [{ ...closed, marker: other }] }, created()],
  [
    "a person closed this one before another one",
    { pulls: [closed, { ...merged, number: 8, marker: other }] },
    left("closed-means-no"),
  ],
  ["a person closed one that lost its marker", { pulls: [{ ...closed, marker: undefined }] }, left("closed-means-no")],
  [
    "a person closed it, and only questions are left",
    { pulls: [closed], proposes: "questions" },
    left("closed-means-no"),
  ],
  ["a person closed it, and asks to recreate", { pulls: [closed], branch, asked: recreate }, created()],
  [
    "a person closed it, with commits on it, and asks to recreate",
    { pulls: [closed], branch: edited, asked: recreate },
    created({ overwrites: true }),
  ],
  [
    "a person closed another one, with commits on it",
    { pulls: [{ ...closed, marker: other }], branch: edited },
    left("edited-by-a-person"),
  ],
  ["we closed it ourselves", { pulls: [{ ...closed, closedByUs: true }], branch }, created({ commits: false })],
  ["it was merged", { pulls: [merged] }, left("merged")],
  ["it was merged, and nothing is left", { pulls: [merged], proposes: "nothing" }, left("nothing-to-do")],
  ["it was merged, and there is another plan", { pulls: [{ ...merged, marker: other }] }, created()],
  [
    "it was merged, and only questions are left",
    { pulls: [merged], proposes: "questions" },
    { kind: "issue", number: undefined },
  ],

  ["opted out", { optedOut: "topic" }, left("opted-out", "none")],
  ["opted out with one open", { optedOut: "comment", pulls: [open], branch }, closes("opted-out")],
  ["opted out with a person's commits", { optedOut: "label", pulls: [open], branch: edited }, left("opted-out")],
  [
    "opted out, and asked to recreate",
    { optedOut: "ignore-file", pulls: [closed], asked: recreate },
    left("opted-out"),
  ],

  ["the questions are there", { proposes: "questions", issue }, left("same-already", 9)],
  [
    "other questions are there",
    { proposes: "questions", issue: { ...issue, same: false } },
    { kind: "issue", number: 9 },
  ],
  [
    "somebody rewrote them",
    { proposes: "questions", issue: { ...issue, marker: undefined, same: false } },
    left("text-without-marker", 9),
  ],
  [
    "somebody closed the questions",
    { proposes: "questions", issue: { ...issue, state: "closed" } },
    left("closed-means-no", 9),
  ],
  [
    "somebody closed other questions",
    { proposes: "questions", issue: { ...issue, state: "closed", marker: other } },
    { kind: "issue", number: undefined },
  ],
  [
    "the questions are answered",
    { pulls: [open], branch, issue },
    { kind: "close", what: "issue", number: 9, because: "answered" },
  ],
  [
    "nothing is left to ask",
    { proposes: "nothing", issue },
    { kind: "close", what: "issue", number: 9, because: "nothing-left" },
  ],
];

describe("what is done about one repository", () => {
  test.each(table)("%s", (_, more, action) => {
    expect(decidePull({ ...state, ...more })).toEqual(action);
  });

  test("every action and every reason to leave is in the table", () => {
    const actions = table.map(([, , action]) => action);
    const reasons = actions.flatMap((one) => (one.kind === "leave" || one.kind === "close" ? [one.because] : []));
    expect(new Set(actions.map(({ kind }) => kind)).size).toBe(5);
    expect(new Set(reasons).size).toBe(11);
  });
});

const anyMarker = fc.record({
  campaign: fc.constantFrom("acme", "other"),
  plan: fc.constantFrom(digest("a"), digest("c")),
  sources: fc.constantFrom(digest("b"), digest("d")),
  version: fc.constantFrom("1.0.0", "1.2.0"),
  draft: fc.boolean(),
});
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined });
const anyState: fc.Arbitrary<PullState> = fc.record({
  pulls: fc.array(
    fc.record({
      number: fc.integer({ min: 1, max: 20 }),
      state: fc.constantFrom("open" as const, "closed" as const, "merged" as const),
      draft: fc.boolean(),
      marker: maybe(anyMarker),
      byUs: fc.boolean(),
      closedByUs: fc.boolean(),
      same: fc.boolean(),
    }),
    { maxLength: 4 },
  ),
  branch: maybe(
    fc.record({
      head: fc.constant("h1"),
      base: fc.constantFrom("b1", "b2"),
      commits: fc.array(fc.constantFrom("us" as const, "person" as const), { maxLength: 3 }),
      same: fc.boolean(),
      mergeable: fc.boolean(),
    }),
  ),
  issue: maybe(
    fc.record({
      number: fc.integer({ min: 21, max: 30 }),
      state: fc.constantFrom("open" as const, "closed" as const),
      marker: maybe(anyMarker),
      closedByUs: fc.boolean(),
      same: fc.boolean(),
    }),
  ),
  ours: anyMarker,
  base: fc.constantFrom("b1", "b2"),
  proposes: fc.constantFrom("changes" as const, "questions" as const, "nothing" as const),
  optedOut: maybe(fc.constantFrom("ignore-file" as const, "topic" as const, "label" as const, "comment" as const)),
  asked: maybe(fc.record({ command: fc.constantFrom("rebase" as const, "recreate" as const), mayWrite: fc.boolean() })),
});

describe("for whatever is there", () => {
  const runs = { numRuns: 20_000 };
  const mayRecreate = ({ asked }: PullState): boolean => asked?.command === "recreate" && asked.mayWrite;

  test("a person's commit is overwritten only where somebody with write access asked to recreate", () => {
    fc.assert(
      fc.property(anyState, (one) => {
        const action = decidePull(one);
        const writes = (action.kind === "create" || action.kind === "update") && action.commits;
        const persons = one.branch?.commits.includes("person") === true;
        if (writes && persons) expect(mayRecreate(one)).toBe(true);
        if (action.kind === "create" || action.kind === "update") expect(action.overwrites).toBe(writes && persons);
      }),
      runs,
    );
  });

  test("what a person closed is not proposed again, unless asked or changed", () => {
    fc.assert(
      fc.property(anyState, (one) => {
        const action = decidePull(one);
        if (action.kind !== "create" || mayRecreate(one)) return;
        const refused = one.pulls.filter(({ state: how, closedByUs }) => how === "closed" && !closedByUs);
        for (const { marker } of refused) {
          expect(marker).toBeDefined();
          expect(marker?.plan).not.toBe(one.ours.plan);
          expect(marker && isAnother(marker, one.ours)).toBe(true);
        }
      }),
      runs,
    );
  });

  test("nothing is created or written where one is open already, where nothing is proposed, or after an opt-out", () => {
    fc.assert(
      fc.property(anyState, (one) => {
        const { kind } = decidePull(one);
        if (one.pulls.some((pull) => pull.state === "open")) expect(["create", "issue"]).not.toContain(kind);
        if (one.proposes === "nothing" || one.optedOut !== undefined) expect(["leave", "close"]).toContain(kind);
        if (one.proposes !== "changes") expect(["create", "update"]).not.toContain(kind);
      }),
      runs,
    );
  });

  test("only what we opened is updated or closed, and after a few looks there is nothing to do", () => {
    fc.assert(
      fc.property(anyState, (one) => {
        const action = decidePull(one);
        if (action.kind === "update" || (action.kind === "close" && action.what === "pull")) {
          expect(
            one.pulls.some(({ number, byUs, state: how }) => number === action.number && byUs && how === "open"),
          ).toBe(true);
        }
        let now = one;
        for (let looks = 0; looks < 7; looks += 1) now = carriedOut(now, decidePull(now));
        expect(decidePull(now).kind).toBe("leave");
      }),
      runs,
    );
  });
});

/** The repository once an action is carried out. */
function carriedOut(one: PullState, action: PullAction): PullState {
  const rest = { ...one, asked: undefined };
  const fresh: Branch = { head: "h2", base: one.base, commits: ["us"], same: true, mergeable: true };
  switch (action.kind) {
    case "create":
      return {
        ...rest,
        branch: action.commits ? fresh : one.branch,
        pulls: [...one.pulls, { ...open, number: 40, draft: action.draft, marker: one.ours }],
      };
    case "update":
      return {
        ...rest,
        branch: action.commits ? fresh : one.branch,
        pulls: one.pulls.map((pull) =>
          pull.number === action.number && pull.byUs && pull.state === "open"
            ? { ...pull, marker: one.ours, same: true, draft: action.draft ?? pull.draft }
            : pull,
        ),
      };
    case "close":
      return action.what === "issue"
        ? { ...rest, issue: one.issue && { ...one.issue, state: "closed", closedByUs: true } }
        : { ...rest, pulls: one.pulls.filter(({ number }) => number !== action.number) };
    case "issue":
      return { ...rest, issue: { ...issue, marker: one.ours } };
    case "leave":
      return rest;
  }
}
