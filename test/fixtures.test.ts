import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { apply, readYaml, type Change, type Tree } from "@gha2pulumi/repo";
import {
  blockers,
  migrate,
  questionsIssue,
  renderMarkdown,
  renderProof,
  renderPullRequest,
  type Migration,
  type PullContext,
} from "@gha2pulumi/migrate";
import { addedRisks } from "./support/added-risks.ts";
import { complaints, lintOf } from "./support/github-parser.ts";
import { grammars } from "./support/grammars.ts";
import { firstDifference, fixtures, readTree, reversed, writeTree, type Fixture } from "./support/fixture.ts";
import { leftCredentials } from "./support/left-credentials.ts";

const writes = process.env["GOLDEN"] === "write";
const schema = JSON.parse(readFileSync(new URL("../packages/cli/plan.schema.json", import.meta.url), "utf8")) as object;
const validate = new Ajv2020({ allErrors: true }).compile(schema);

for (const fixture of fixtures()) {
  describe(`fixture ${fixture.name}`, () => {
    const result = run(fixture);

    test("GitHub's own parser and actionlint find nothing new in what is edited", async () => {
      const { changes } = await result;
      for (const change of changes.filter(
        ({ kind, path }) => kind === "edit" && path.startsWith(".github/workflows/"),
      )) {
        for (const judge of [complaints, lintOf]) {
          const before = await judge(change.path, fixture.before.get(change.path) ?? "");
          const after = await judge(change.path, apply(fixture.before, [change]).get(change.path) ?? "");
          expect(after.filter((one) => !before.includes(one))).toEqual([]);
        }
      }
    });

    test("gains no trigger, no permission but GitHub's identity, no loose action and no expression in a script", async () => {
      const { changes } = await result;
      for (const change of changes.filter(
        ({ kind, path }) => kind !== "delete" && path.startsWith(".github/workflows/"),
      )) {
        const before = fixture.before.get(change.path);
        const after = apply(fixture.before, [change]).get(change.path) ?? "";
        // A new workflow is the relay, which starts by hand alone: its own test says more.
        expect(addedRisks(before ?? "on: { workflow_dispatch: {} }\npermissions: {}\n", byHand(after, before))).toEqual(
          [],
        );
      }
    });

    test("leaves no credentials of a cloud to a job that calls and has no use for them", async () => {
      expect(leftCredentials(fixture.before, (await result).changes)).toEqual([]);
    });

    test("comes out as its golden files say", async () => {
      const { document, changes } = await result;
      const after = apply(fixture.before, changes);
      if (writes) writeGolden(fixture, after, document);
      expect(after).toEqual(readTree(join(fixture.folder, "after")));
      expect(renderMarkdown(document)).toBe(golden(fixture, "report.md"));
      expect(renderProof(document)).toBe(golden(fixture, "proof.txt"));
    });

    test("is the same whatever the order of its files", async () => {
      const { document } = await migrate(
        { tree: reversed(fixture.before), surroundings: fixture.surroundings },
        grammars,
      );
      expect(firstDifference(JSON.stringify((await result).document), JSON.stringify(document))).toBe("");
    });

    test("prints a plan that its schema accepts", async () => {
      const { document } = await result;
      validate(JSON.parse(JSON.stringify(document)));
      expect(validate.errors ?? []).toEqual([]);
    });

    test("leaves every byte outside its splices, and files that still read", async () => {
      const { changes } = await result;
      for (const change of changes) expectUntouched(fixture.before, change);
    });

    test("changes nothing when it is migrated again", async () => {
      const { changes } = await result;
      const again = await migrate(
        { tree: apply(fixture.before, changes), surroundings: fixture.surroundings },
        grammars,
      );
      expect(again.changes).toEqual([]);
    });

    test("proves what it does", async () => {
      const { document } = await result;
      const { missing, extra, changed } = document.proof.verdicts;
      expect({ missing, extra, changed }).toEqual({ missing: 0, extra: 0, changed: 0 });
    });
  });
}

// What GitHub shows is the same facts once more: a few fixtures of different kinds have it.
const onGitHub = "pull-request.md";

test.each(fixtures().filter(({ folder }) => existsSync(join(folder, onGitHub))))(
  "fixture $name is told on GitHub as its golden file says",
  async (fixture) => {
    const text = proposal((await run(fixture)).document);
    if (writes) writeFileSync(join(fixture.folder, onGitHub), text);
    expect(text).toBe(golden(fixture, onGitHub));
  },
);

test("every fixture has been looked at", () => {
  expect(fixtures().length).toBeGreaterThanOrEqual(20);
});

/** A workflow of our own without the inputs it is started with. */
function byHand(text: string, before: string | undefined): string {
  return before === undefined
    ? text.replace(/^ {2}workflow_dispatch:\n(?: {4}.*\n)+/m, "  workflow_dispatch: {}\n")
    : text;
}

test("what an edit must not add is seen", () => {
  const before = "on: push\njobs: { a: { permissions: { contents: read }, steps: [] } }\n";
  const after = `on: [push, pull_request_target]
jobs:
  a:
    permissions: { contents: write, id-token: write }
    steps:
      - uses: pulumi/auth-actions@v2
      - run: deploy \${{ secrets.TOKEN }}
`;
  expect(addedRisks(before, after)).toEqual([
    "its triggers are others",
    "pulumi/auth-actions@v2 is not pinned to a commit",
    "an expression in a script: deploy ${{ secrets.TOKEN }}",
    "a may write contents",
  ]);
  expect(addedRisks(after, after)).toEqual([]);
});

/** Title and text of the pull request, or of the issue where there are only questions. */
function proposal(document: Migration["document"]): string {
  const context: PullContext = {
    campaign: "acme",
    plan: `sha256:${"a".repeat(64)}`,
    sources: `sha256:${"b".repeat(64)}`,
    version: "1.2.0",
    draft: blockers(document).length > 0,
  };
  const { title, body } = questionsIssue(document, context) ?? renderPullRequest(document, context);
  return `${title}\n\n${body}`;
}

function run({ before, surroundings }: Fixture): Promise<Migration> {
  return migrate({ tree: before, surroundings }, grammars);
}

function golden({ folder }: Fixture, name: string): string {
  const path = join(folder, name);
  return existsSync(path) ? readFileSync(path, "utf8") : "";
}

function writeGolden({ folder }: Fixture, after: Tree, document: Migration["document"]): void {
  writeTree(join(folder, "after"), after);
  writeFileSync(join(folder, "report.md"), renderMarkdown(document));
  writeFileSync(join(folder, "proof.txt"), renderProof(document));
}

/** What stands between two splices is in the result, unchanged and in order; and YAML is still YAML. */
function expectUntouched(before: Tree, change: Change): void {
  if (change.kind !== "edit") return;
  const text = before.get(change.path) ?? "";
  const after = apply(before, [change]).get(change.path) ?? "";
  const splices = [...change.splices].sort((a, b) => a.start - b.start);
  let read = 0;
  let written = 0;
  for (const splice of splices) {
    const kept = text.slice(read, splice.start);
    expect(after.slice(written, written + kept.length)).toBe(kept);
    written += kept.length + splice.text.length;
    read = splice.end;
  }
  expect(after.slice(written)).toBe(text.slice(read));
  if (/\.ya?ml$/.test(change.path))
    expect(readYaml(change.path, after).problems.filter(({ fatal }) => fatal)).toEqual([]);
}
