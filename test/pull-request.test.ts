import { describe, expect, test } from "vitest";
import {
  decidedText,
  migrate,
  questionsIssue,
  readMarker,
  renderPullRequest,
  renderSettingsPullRequest,
  sourcesText,
  withTicks,
  type Marker,
  type PlanDocument,
  type SettingsPlace,
} from "@gha2pulumi/migrate";
import type { Tree } from "@gha2pulumi/repo";
import { fixture } from "./support/fixture.ts";
import { seenByGitHub } from "./support/github-markdown.ts";
import { grammars } from "./support/grammars.ts";

const digest = (letter: string): string => `sha256:${letter.repeat(64)}`;
const context: Marker = {
  campaign: "acme",
  plan: digest("a"),
  sources: digest("b"),
  version: "1.2.0",
  draft: true,
};

/** What somebody may call a stack, a workflow, a branch or a secret to make a text of ours do something. */
const hostile: readonly string[] = [
  ["@octocat", "@acme/owners", "x @octocat x", "(@octocat)", "`@octocat`", "``@octocat``", "&commat;octocat"],
  ["&#64;octocat", "\\@octocat", "@<!-- -->octocat", "<b>@octocat</b>", "someone@example.org", "mailto:a@example.org"],
  ["fixes #1", "Closes: #12", "resolves GH-3", "fixes acme/network#4", "close https://github.com/a/b/issues/5"],
  ["#6", "`fixes #7`", "acme/network#8", "a|fixes #9", "&num;10", "&#35;11", "GH-12"],
  ["https://example.org/x", "http://example.org", "www.example.org", "<https://example.org>", "ftp://example.org/x"],
  ["[a](https://example.org)", "[a](javascript:alert)", "![a](https://example.org/a.png)", "[a][b]", "[b]: x"],
  [
    "<img src=x>",
    "<script>",
    "<!-- x",
    "--> <i>",
    "</details>",
    "</code><i>",
    "<br>",
    "<a href=x>",
    "<?php",
    "<![CDATA[",
  ],
  ["a|b", "|", "\\|", "\\", "a\\", "`", "``", "```", "~~~", "a\n```\nb", "a\n\n# b", "\n- [ ] c", "- [x] d", "[ ] e"],
  ["a\r\n\r\n| b |\n| - |\n| c |", "# f", "+ g", "1. h", "=====", "---", "***", "> [!NOTE] i", "[^1]", "[^1]: j"],
  ["**k**", "_l_", "~~m~~", "$n$", "$`n`$", "[skip ci]", "[ci skip]", "[no ci]", "[skip actions]", "skip-checks: true"],
  ["\u202eo", "\u0000p", "\ud800", " ", "", "%%{init: {}}%%", '"];', "end", 'q"]\n  r --> s["t', "#quot;", "<%= u %>"],
].flat();

/** A document with every free text in it replaced by something hostile, `text` the whole of it or in the middle. */
function poisoned(document: PlanDocument, text: string): PlanDocument {
  const own = new Set(["kind", "disposition", "severity", "verdict", "operation", "change", "goes", "reach", "code"]);
  const walk = (value: unknown, key: string): unknown => {
    if (typeof value === "string") return own.has(key) ? value : text;
    if (Array.isArray(value)) return key === "codes" ? value : value.map((one) => walk(one, key));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, walk(one, name)]));
  };
  return walk(document, "") as PlanDocument;
}

const ownHtml =
  /^(?:<!-- gha2pulumi: \{[^<>]*\} -->|<!-- -->|<\/?code>|<br>|<\/?sub>|<details>\n<summary>[\w ]+<\/summary>|<\/details>)$/;
const mentions = /(?<![\w/`-])@[\w-]/;
const references = /#\d|\bgh-\d/i;
const addresses = /\bhttps?:\/\/|\bwww\.\w|\bftp:\/\/|\bmailto:\w/i;
const closing = /\b(?:close[sd]?|fix(?:e[sd])?|resolve[sd]?):?\s+(?:[\w.-]+\/[\w.-]+)?(?:#\d|gh-\d|https?:\/\/)/i;
const skipping = /\[(?:skip ci|ci skip|no ci|skip actions|actions skip)\]|^skip-checks:/im;

const names = [
  "repositories/preview-and-update-in-two-files",
  "calls/environment-gate",
  "calls/another-role-on-previews",
  "refusals/stack-from-variable",
  "refusals/another-account-on-previews",
  "repositories/four-branches-four-stacks",
  "notations/terraform",
];

async function documentOf(name: string): Promise<PlanDocument> {
  const { before, surroundings } = fixture(name);
  return (await migrate({ tree: before, surroundings }, grammars)).document;
}

const somewhere: Omit<PlanDocument["diagnostics"][number], "code"> = {
  severity: "warning",
  message: "something is seen",
  location: "deploy.yml:1:1",
  excerpt: null,
  help: "do something",
};

/** All that a plan can have, so that every section of a body has something in it. */
async function fullDocument(): Promise<PlanDocument> {
  const all = await Promise.all(names.map(documentOf));
  const [first] = all;
  if (first === undefined) throw new Error("no document");
  const joined = Object.fromEntries(
    Object.entries(first).map(([key, value]) => [
      key,
      Array.isArray(value) ? all.flatMap((one) => one[key as "operations"] as readonly unknown[]) : value,
    ]),
  ) as unknown as PlanDocument;
  const cases = all.flatMap((one) => one.proof.cases);
  return {
    ...joined,
    accepted: [{ code: "GP274", text: "a gate is lost", used: ["push main"] }],
    diagnostics: [...joined.diagnostics, { ...somewhere, code: "GP219" }, { ...somewhere, code: "GP416" }],
    proof: {
      cases: cases.map((one, i) =>
        i === 0 ? { ...one, verdict: "changed", codes: ["GP274"], notes: ["a note"], accepted: true } : one,
      ),
      assumptions: all.flatMap((one) => one.proof.assumptions),
      verdicts: { same: cases.length - 1, missing: 0, extra: 0, changed: 1, undecided: 0 },
    },
  };
}

const full = await fullDocument();
/** Little of everything: it is read several hundred times. */
const some = {
  ...full,
  ...Object.fromEntries(
    Object.entries(full).map(([key, value]) => [key, Array.isArray(value) ? [value[0], value.at(-1)] : value]),
  ),
  proof: { ...full.proof, cases: full.proof.cases.slice(0, 3) },
} as PlanDocument;

const place: SettingsPlace = { repository: "acme/settings", of: "acme/network" };
const calm = seenByGitHub(renderPullRequest(some, context).body);

describe("the text of a pull request", () => {
  test.each(hostile.map((text) => [JSON.stringify(text), text]))("does nothing of its own for %s", (_, text) => {
    for (const poison of [text, `prod \`${text}\` ${text} \`x`]) {
      const { title, body } = renderPullRequest(poisoned(some, poison), context);
      const seen = seenByGitHub(body);
      expect(seen.leads).toEqual([]);
      expect(seen.html.filter((one) => !ownHtml.test(one))).toEqual([]);
      for (const pattern of [mentions, references, addresses])
        expect(seen.texts.filter((one) => pattern.test(one))).toEqual([]);
      // A box without a text is none.
      if (/[^`\s]/.test(poison)) expect(seen.boxes).toBe(some.tasks.length);
      else expect(seen.boxes).toBeLessThanOrEqual(some.tasks.length);
      expect(seen.headings).toEqual(calm.headings);
      // A block of code is left out where its text would do something in the message of a commit.
      expect([calm.codeBlocks, 2]).toContain(seen.codeBlocks);
      for (const rows of seen.tables) expect(new Set(rows).size).toBe(1);
      for (const pattern of [closing, skipping]) expect(pattern.exec(body)?.[0]).toBeUndefined();
      expect(title).toMatch(/^[\w ,./()-]+$/);
      const program = seenByGitHub(renderSettingsPullRequest(poisoned(some, poison), context, place).body);
      expect([program.leads, program.headings]).toEqual([[], ["Stacks", "In this order", "If you do not want this"]]);
      for (const pattern of [mentions, references, addresses])
        expect(program.texts.filter((one) => pattern.test(one))).toEqual([]);
    }
  });

  test("has every section for the plan that has everything", () => {
    expect(seenByGitHub(renderPullRequest(full, context).body).headings).toEqual([
      "What happens when you merge",
      "Before and after",
      "Stacks",
      "What you must do",
      "Questions",
      "Secrets",
      "Who may assume which role",
      "Gates and required checks",
      "Checks that go away",
      "What the workflows keep, and why",
      "Worth knowing",
      "Proof",
      "Events that do not do the same",
      "How to undo",
      "If you do not want this",
    ]);
  });
});

describe("a plan that is too long", () => {
  const times = (count: number): PlanDocument => {
    const many = <T>(all: readonly T[]): readonly T[] => Array.from({ length: count }, () => all).flat();
    return {
      ...full,
      operations: many(full.operations),
      files: many(full.files),
      changes: many(full.changes),
      trust: many(full.trust),
      secrets: many(full.secrets),
      checks: many(full.checks),
      tasks: many(full.tasks),
      questions: many(full.questions),
      diagnostics: many(full.diagnostics),
      proof: { ...full.proof, cases: many(full.proof.cases), assumptions: many(full.proof.assumptions) },
    };
  };

  test.each([2, 3, 5, 10, 40, 200])("of %i repositories at once fits, and says what it left out", (count) => {
    const document = times(count);
    const { body } = renderPullRequest(document, context);
    expect(body.length).toBeLessThanOrEqual(60_000);
    const said = [...body.matchAll(/_Too long for a pull request: (\d+) of (\d+) ([\w ]+) left out here/g)];
    const shownTasks = body.match(/^- \[ \] /gm)?.length ?? 0;
    const tasks = said.find(([, , , noun]) => noun === "tasks");
    expect(shownTasks + Number(tasks?.[1] ?? 0)).toBe(document.tasks.length);
    expect(body).toContain("## How to undo");
    expect(body.trimEnd().endsWith("</sub>")).toBe(true);
    if (count >= 10) expect(body.length).toBeGreaterThan(50_000);
    if (count >= 40) expect(said.length).toBeGreaterThan(5);
  });

  test("loses what matters least first", () => {
    const left = (document: PlanDocument): readonly string[] =>
      [...renderPullRequest(document, context).body.matchAll(/: \d+ of \d+ ([\w ]+) left out here/g)].map(
        ([, noun = ""]) => noun,
      );
    const { proof, trust } = times(20);
    const events = { ...full, proof: { ...proof, assumptions: full.proof.assumptions } };
    expect(left(full)).toEqual([]);
    expect(left(events)).toEqual(["events"]);
    expect(left({ ...events, trust })).toEqual(expect.arrayContaining(["drawings", "parts about roles", "events"]));
    for (const count of [2, 3, 5, 10]) expect(left(times(count))).not.toContain("tasks");
  });

  test("leads to the settings program's own pull request where there is one, and lists none of its files", () => {
    const pull = { number: 7, url: "https://github.com/acme/settings/pull/7" };
    const { body } = renderPullRequest(full, context, { ...place, pull, isThere: false });
    const seen = seenByGitHub(body);
    expect([seen.leads, body.includes(`](${pull.url})`)]).toEqual([["link"], true]);
    expect(seen.headings).toEqual(seenByGitHub(renderPullRequest(full, context).body).headings);
    expect(body).not.toContain("`deployment-settings/index.ts`");
    expect(body.length).toBeLessThanOrEqual(60_000);
    const long = renderSettingsPullRequest(poisoned(full, "x".repeat(70_000)), context, place).body;
    expect(long.length).toBeLessThanOrEqual(60_000);
  });

  test("with one name that is too long for itself fits too", () => {
    const { title, body } = renderPullRequest(poisoned(full, "x".repeat(70_000)), context);
    expect(title.length).toBeLessThanOrEqual(256);
    expect(body.length).toBeLessThanOrEqual(60_000);
    const [answer] = body.match(/left out here/g) ?? [];
    expect(answer).toBeDefined();
  });
});

describe("the marker", () => {
  test("comes back out of a body", () => {
    expect(readMarker(renderPullRequest(full, context).body)).toEqual(context);
    expect(readMarker(renderPullRequest(full, context).body.replaceAll("\n", "\r\n"))).toEqual(context);
  });

  test.each(hostile)("holds a campaign called %j", (campaign) => {
    const body = renderPullRequest(some, { ...context, campaign }).body;
    expect(readMarker(body)?.campaign).toBe(campaign);
    const [first = "", ...rest] = body.trimEnd().split("\n");
    const seen = seenByGitHub(`${first}\n\n${rest.at(-1)}`);
    expect(seen.leads).toEqual([]);
    expect(seen.html.filter((one) => !ownHtml.test(one))).toEqual([]);
  });

  const line = renderPullRequest(full, context).body.split("\n")[0] ?? "";
  test.each([
    ["nothing", ""],
    ["a quotation", `> ${line}\n`],
    ["a code block", `\`\`\`\n${line}\n\`\`\`\n`],
    ["an indented line", `    ${line}\n`],
    ["a later line", `Hello\n${line}\n`],
    ["a line that goes on", `${line} x`],
    ["no JSON", "<!-- gha2pulumi: {x} -->"],
    ["another type", "<!-- gha2pulumi: [] -->"],
    ["null", "<!-- gha2pulumi: null -->"],
    ["a field that is missing", line.replace('"draft":true', '"x":true')],
    ["a digest of another kind", line.replace("sha256:", "sha1:")],
    ["a digest that is cut", line.replace("aaa", "")],
    ["something endless", line.replace("acme", "a".repeat(5000))],
  ])("is not found in %s", (_, body) => {
    expect(readMarker(body)).toBeUndefined();
  });

  test("is not found in no body at all", () => {
    expect(readMarker(null)).toBeUndefined();
  });
});

describe("the issue that asks", () => {
  const asking = documentOf("refusals/stack-from-variable");

  test("is there where nothing changes and a question is open, and only there", async () => {
    const document = await asking;
    const { title, body } = questionsIssue(document, context) ?? { title: "", body: "" };
    expect(title).toContain("A question");
    expect(body).toContain("to answer: `stack/deploy.yml/deploy: prod`");
    expect(readMarker(body)).toEqual(context);
    expect(questionsIssue({ ...document, questions: [] }, context)).toBeUndefined();
    expect(questionsIssue(full, context)).toBeUndefined();
  });

  test("says nothing that a hostile repository wants it to", async () => {
    const document = await asking;
    const seenWith = (text: string): ReturnType<typeof seenByGitHub> => {
      const questions = document.questions.map((one) => ({ ...one, key: text, text, effect: text, choices: [text] }));
      return seenByGitHub(questionsIssue({ ...poisoned(document, `a ${text} b`), questions }, context)?.body ?? "");
    };
    const { headings } = seenWith("x");
    expect(headings).toContain("Questions");
    for (const text of hostile) {
      const seen = seenWith(text);
      expect(seen.headings).toEqual(headings);
      expect([...seen.leads, ...seen.html.filter((one) => !ownHtml.test(one))]).toEqual([]);
      for (const pattern of [mentions, references, addresses])
        expect(seen.texts.filter((one) => pattern.test(one))).toEqual([]);
    }
  });
});

describe("ticks", () => {
  const before = "- [x] one (`a`)\r\n- [ ] two\r\n- [X] three\r\n- [x] gone\n";

  test("go over to the lines that are still the same, and to no others", () => {
    expect(withTicks("- [ ] one (`a`)\n- [ ] two\n- [ ] three\n- [ ] new\n", before)).toBe(
      "- [x] one (`a`)\n- [ ] two\n- [x] three\n- [ ] new\n",
    );
  });

  test("leave a body without ticks as it is", () => {
    const { body } = renderPullRequest(full, context);
    expect(withTicks(body, body)).toBe(body);
  });
});

describe("what a person who said no is not asked again for", () => {
  const name = "repositories/preview-and-update-in-two-files";
  const workflow = ".github/workflows/update.yml";
  const edited = async (change: (text: string) => string): Promise<readonly [PlanDocument, Tree]> => {
    const { before, surroundings } = fixture(name);
    const tree = new Map(before).set(workflow, change(before.get(workflow) ?? ""));
    return [(await migrate({ tree, surroundings }, grammars)).document, tree];
  };
  const answers = new Map([["organization", "acme"]]);

  test("is a comment, a blank line or a new version of an action: the plan decides the same", async () => {
    const [document, tree] = await edited((text) => text);
    const changes = [
      (text: string) => `# a comment\n\n${text}`,
      (text: string) => text.replace(/actions\/checkout@\S+/, "actions/checkout@v7"),
    ];
    for (const change of changes) {
      const [other, otherTree] = await edited(change);
      expect(decidedText(other)).toBe(decidedText(document));
      expect(sourcesText(other, otherTree, answers)).not.toBe(sourcesText(document, tree, answers));
    }
  });

  test("is not another branch, role or stack: the plan decides otherwise", async () => {
    const [document, tree] = await edited((text) => text);
    const changes = [
      (text: string) => text.replace("[main]", "[release]").replace("- main", "- release"),
      (text: string) => text.replace("network-deploy", "network-other"),
      (text: string) => text.replaceAll("acme/network/prod", "acme/network/live"),
    ];
    for (const change of changes) {
      const [other, otherTree] = await edited(change);
      expect(decidedText(other)).not.toBe(decidedText(document));
      expect(sourcesText(other, otherTree, answers)).not.toBe(sourcesText(document, tree, answers));
    }
  });

  test("is a file that has nothing to do with it, and is not an answer", async () => {
    const [document, tree] = await edited((text) => text);
    expect(sourcesText(document, new Map(tree).set("README.md", "new"), answers)).toBe(
      sourcesText(document, tree, answers),
    );
    expect(sourcesText(document, tree, new Map())).not.toBe(sourcesText(document, tree, answers));
    const reversed = new Map([...answers, ["a", "b"]].reverse() as [string, string][]);
    expect(sourcesText(document, tree, new Map([...answers, ["a", "b"]]))).toBe(sourcesText(document, tree, reversed));
  });
});
