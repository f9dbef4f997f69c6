import { cell, cells, intoMain, job, look, type Row } from "./row.ts";

const previews = job("preview", look, "    name: Infra, preview\n");
const matrix = job("preview", cell.replace("command: up", "command: preview"), cells("fail-fast: false"));

function rules(path: string, ...lines: readonly string[]): Row["files"] {
  return { [path]: `${lines.join("\n")}\n` };
}

/** A workflow with one step of these lines, and nothing to do with Pulumi. */
function waiting(...lines: readonly string[]): Row["files"] {
  const [first = "", ...others] = lines;
  const step = [`      - ${first}`, ...others.map((line) => `        ${line}`)].join("\n");
  return {
    ".github/workflows/announce.yml": `on: push\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n${step}\n`,
  };
}

const row = (what: string, files: Row["files"], jobs = previews): Row => ({
  what,
  on: intoMain,
  jobs,
  ...(files === undefined ? {} : { files }),
  code: "GP270",
});

const contexts = (...names: readonly string[]): readonly string[] => [
  "branches:",
  "  - name: main",
  "    protection:",
  `      required_status_checks: { strict: true, contexts: [${names.join(", ")}] }`,
];

const ruleset = (name: string, enforcement = "active"): string =>
  JSON.stringify({
    enforcement,
    rules: [
      {
        type: "required_status_checks",
        parameters: { required_status_checks: [{ context: name, integration_id: 15368 }] },
      },
    ],
  });

const mergify = (condition: string): readonly string[] => [
  "pull_request_rules:",
  "  - name: merge",
  "    conditions:",
  "      - and:",
  `          - ${condition}`,
  "    actions: { merge: {} }",
];

/** Jobs whose check a file names. */
export const namedChecks: readonly Row[] = [
  row("a context of a protected branch", rules(".github/settings.yml", ...contexts("Lint", '"Infra, preview"'))),
  row("one cell of a matrix", rules(".github/settings.yml", ...contexts('"preview (prod)"')), matrix),
  row("a ruleset among the settings", rules(".github/settings.yml", "rulesets:", `  - ${ruleset("Infra, preview")}`)),
  row("a ruleset", rules(".github/rulesets/main.json", ruleset("Infra, preview"))),
  row("a ruleset that is only looked at", rules("rulesets/main.json", ruleset("Infra, preview", "evaluate"))),
  row(
    "settings of another app",
    rules(
      ".github/sync-repo-settings.yaml",
      "branchProtectionRules:",
      "  - requiredStatusCheckContexts: ['Infra, preview']",
    ),
  ),
  row("a condition", rules(".mergify.yml", ...mergify("check-success=Infra, preview"))),
  row("a condition with spaces", rules(".mergify/config.yml", ...mergify("check-success = Infra, preview"))),
  row("a condition in quotes", rules(".github/mergify.yml", ...mergify(`'status-success="Infra, preview"'`))),
  row(
    "a condition of an app's check",
    rules(".mergify.yml", ...mergify("'check-success=@github-actions/Infra, preview'")),
  ),
  row("a condition with an expression", rules(".mergify.yml", ...mergify("check-success~=^Infra"))),
  row(
    "an expression for cells",
    rules(".mergify.yml", ...mergify("check-success ~= ^preview \\((dev|prod)\\)$")),
    matrix,
  ),
  row("a condition that nothing failed", rules(".mergify.yml", ...mergify("-check-failure=Infra, preview"))),
  row(
    "a name that only a run can tell, and an expression",
    rules(".mergify.yml", ...mergify("check-success~=^preview of main$")),
    job("preview", look, '    name: "preview of ${{ github.head_ref }}"\n'),
  ),
  row(
    "a step that waits",
    waiting("uses: fountainhead/action-wait-for-check@v1.2.0", "with: { checkName: 'Infra, preview' }"),
  ),
  row(
    "a step that waits by an expression",
    waiting("uses: poseidon/wait-for-status-checks@v0.6.0", "with: { match_pattern: 'preview$' }"),
  ),
  {
    ...row("whatever was answered", rules(".mergify.yml", ...mergify("check-success=preview"))),
    surroundings: { "checks.required": "none" },
  },
];

/** The same files with other names: nothing holds the job. */
export const otherChecks: readonly Row[] = [
  row("settings", rules(".github/settings.yml", ...contexts("Lint", "deploy"))),
  row("no checks", rules(".github/settings.yml", ...contexts())),
  row("a ruleset that is off", rules(".github/rulesets/main.json", ruleset("Infra, preview", "disabled"))),
  row("a condition", rules(".mergify.yml", ...mergify("check-success=Infra"))),
  row("a condition about a number", rules(".mergify.yml", ...mergify("'#check-failure=0'"))),
  row("an expression", rules(".mergify.yml", ...mergify("check-success~=^preview"))),
  row("a step", waiting("uses: lewagon/wait-on-check-action@v1", "with: { check-name: Lint }")),
  row("a step that waits for all", waiting("uses: lewagon/wait-on-check-action@v1", "with: { ref: main }")),
  row("names that every object has", waiting("uses: constructor@v1", "with: { toString: preview }")),
];

/** Files that may name checks and do not say which in a way that is read. */
export const unreadChecks: readonly Row[] = [
  row("settings that are no YAML", rules(".github/settings.yml", "branches: [required_status_checks")),
  row("settings that go on elsewhere", rules(".github/settings.yml", "_extends: .github")),
  row("a template", rules(".github/settings.yml", ...contexts('"${preview}"'))),
  row("two documents", rules(".github/settings.yml", ...contexts("a"), "---", ...contexts("b"))),
  row("a list of lists", rules(".github/settings.yml", ...contexts("[a]"))),
  row("conditions that are no YAML", rules(".mergify.yml", "conditions: ['check-success=a'")),
  row("conditions that go on elsewhere", rules(".mergify.yml", "extends: .github")),
  row("a condition with a template", rules(".mergify.yml", ...mergify("check-success={{ label }}"))),
  row("a condition with look-around", rules(".mergify.yml", ...mergify("check-success~=^(?!Lint)"))),
  row("a step", waiting("uses: lewagon/wait-on-check-action@v1", "with: { check-name: '${{ vars.CHECK }}' }")),
  row(
    "a step with look-around",
    waiting("uses: lewagon/wait-on-check-action@v1", "with: { check-regexp: '(?!Lint)' }"),
  ),
];
