import { textOf, type Bound, type Event } from "@gha2pulumi/repo";
import { describe, expect, test } from "vitest";
import { fileOutputs, type FileOutputs, type KnownChange } from "./changed-files.ts";
import { fileFilters } from "./file-filters.ts";
import { playWorkflow } from "./play.ts";
import { readRepository } from "./read-repository.ts";

const from = [{ path: "deploy.yml", start: 0, end: 1 }] as const;
const before = { expression: "github.event.before", names: ["github.event.before"], note: "computed while it runs" };
const filters = ["infra:", "  - 'infra/**'", "  - Pulumi.yaml", "site: ['site/*.html', 'infra/**/web']"].join("\n");

function push(branch = "main"): Event {
  return { kind: "push", branch, files: undefined };
}

function pull(target = false): Event {
  const who = { fork: false, draft: false, labels: [], actor: "someone", merged: false };
  return { kind: "pull_request", target, base: "main", action: "opened", files: undefined, ...who };
}

function files(...names: readonly string[]): KnownChange {
  return { kind: "files", files: names };
}

function outputs(
  action: string,
  inputs: Readonly<Record<string, string | typeof before>>,
  change: KnownChange | undefined,
  event: Event = push(),
): FileOutputs {
  const bounds = Object.entries(inputs).map(([name, text]): [string, Bound] => [name, { text: textOf(text), from }]);
  const tree = new Map([["ci/filters.yml", "db: db/**\n"]]);
  return fileOutputs(action, new Map(bounds), { event, change, defaultBranch: "main", tree });
}

describe("dorny/paths-filter", () => {
  const dorny = (text: string, change: KnownChange | undefined, event?: Event): FileOutputs =>
    outputs("dorny/paths-filter", { filters: text }, change, event);

  test.each([
    [["infra/index.ts"], { infra: "true", infra_count: "1", site: "false", site_count: "0", changes: '["infra"]' }],
    [["Pulumi.yaml", "infra/.env"], { infra: "true", infra_count: "2", changes: '["infra"]' }],
    [["infra/web"], { infra: "true", site: "true", changes: '["infra","site"]' }],
    [["infra/a/b/web"], { site: "true" }],
    [["site/index.html"], { infra: "false", site: "true" }],
    [["site/a/index.html", "README.md"], { infra: "false", site: "false", changes: "[]" }],
  ])("%j", (names, expected) => {
    expect(dorny(filters, files(...names))).toMatchObject(expected);
  });

  test("one file of a pattern decides its filter, and no other", () => {
    const changes = [
      { text: "infra", sure: true },
      { text: "site", sure: false },
    ];
    expect(dorny(filters, { kind: "some", pattern: "infra/**" })).toEqual({ infra: "true", changes });
  });

  test("no file of some patterns decides the filters that have no others", () => {
    const none = dorny(filters, { kind: "none", patterns: ["infra/**", "Pulumi.yaml"] });
    expect(none).toEqual({ infra: "false", infra_count: "0", changes: [{ text: "site", sure: false }] });
  });

  test.each([
    "infra: ['infra/**', '!infra/**/*.md']",
    "infra: [{ added: 'infra/**' }]",
    "infra: 'infra/?'",
    "infra: 'infra/{a,b}/**'",
    "infra: 'infra**'",
    "infra: './infra/**'",
    "infra: 'infra/'",
    "infra: []",
    "infra: 'infra/**'\ninfra: 'site/**'",
    "- infra/**:",
  ])("%s is not read", (text) => {
    expect(dorny(text, files("infra/a"))).toEqual({});
  });

  test("lists in lists, by way of anchors, and a file of filters", () => {
    expect(dorny("a: &a\n  - a/**\nb:\n  - *a\n  - b/**\n", files("a/x"))).toMatchObject({ a: "true", b: "true" });
    expect(dorny("ci/filters.yml", files("db/1.sql"))).toMatchObject({ db: "true" });
    expect(dorny("ci/none.yml", files("db/1.sql"))).toEqual({});
  });

  test("a filter that is called `changes` takes the place of the list", () => {
    expect(dorny("changes: 'a/**'", files("a/x"))["changes"]).toBe("true");
  });

  test("nothing is known without files, nor about what a push to another branch is compared with", () => {
    expect(Object.keys(dorny(filters, undefined))).toEqual(["changes"]);
    expect(dorny(filters, files("infra/a"), push("topic"))).toEqual({});
    expect(dorny(filters, files("infra/a"), { kind: "tag", tag: "v1" })).toEqual({});
    expect(dorny(filters, files("infra/a"), pull(true))).toMatchObject({ infra: "true" });
  });

  test.each([
    ["topic", "topic", true],
    ["refs/heads/‹topic›", "topic", true],
    ["main", "topic", false],
    ["HEAD", "main", false],
    [before, "topic", true],
  ])("base %j on %s", (base, branch, isKnown) => {
    const found = outputs("dorny/paths-filter", { filters, base }, files("infra/a"), push(branch));
    expect(found["infra"]).toBe(isKnown ? "true" : undefined);
  });

  test.each([{ "predicate-quantifier": "every" }, { "working-directory": "app" }, { ref: "x" }, { token: "" }])(
    "%j makes it unknown",
    (input) => {
      expect(outputs("dorny/paths-filter", { filters, ...input } as never, files("infra/a"))).toEqual({});
    },
  );
});

describe("tj-actions/changed-files", () => {
  const name = "tj-actions/changed-files";

  test("deleted files count as modified and not as changed", () => {
    const inputs = { files: "infra/**\n*.yaml\n" };
    expect(outputs(name, inputs, files("infra/a"))).toEqual({ any_modified: "true" });
    expect(outputs(name, inputs, files("README.md"))).toMatchObject({ any_modified: "false", any_changed: "false" });
  });

  test("groups by name", () => {
    const found = outputs(name, { files_yaml: "infra:\n  - infra/**\nsite:\n  - site/**\n" }, files("site/a"), pull());
    expect(found).toMatchObject({ site_any_modified: "true", infra_any_changed: "false" });
  });

  test.each([
    [{ files: "infra/**", files_ignore: "**/*.md" }, push()],
    [{ files: "infra" }, push()],
    [{ files: "!infra/**" }, push()],
    [{ files: "infra/**", base_sha: "abc" }, push()],
    [{ files: "infra/**" }, pull(true)],
    [{}, push()],
  ])("%j is not read", (inputs, event) => {
    expect(outputs(name, inputs, files("infra/a"), event)).toEqual({});
  });
});

test("a job behind a filter runs for its files, and the filters of what a workflow calls are found", () => {
  const text = (uses: string): string =>
    [
      "on: { push: { branches: [main] } }",
      "jobs:",
      "  changes:",
      "    runs-on: ubuntu-latest",
      "    outputs: { infra: '${{ steps.filter.outputs.infra }}' }",
      "    steps:",
      `      - { id: filter, uses: ${uses} }`,
      "  deploy:",
      "    needs: changes",
      "    if: needs.changes.outputs.infra == 'true'",
      "    runs-on: ubuntu-latest",
      "    steps: [{ run: make }]",
    ].join("\n");
  const path = ".github/workflows/deploy.yml";
  const repository = readRepository(
    new Map([[path, text("dorny/paths-filter@v4, with: { filters: 'infra: infra/**' }")]]),
    new Map([["default-branch", "main"]]),
  );
  const untold = readRepository(repository.tree, new Map());
  const workflow = repository.workflows.get(path);
  if (!workflow) throw new Error("no workflow");
  const runs = (names: readonly string[] | undefined): boolean | undefined =>
    playWorkflow(workflow, { kind: "push", branch: "main", files: names }, repository).jobs[1]?.runs.value;
  expect(runs(["infra/a", "README.md"])).toBe(true);
  expect(runs(["README.md"])).toBe(false);
  expect(runs(undefined)).toBe(undefined);
  const [, deploy] = playWorkflow(workflow, { kind: "push", branch: "main", files: ["infra/a"] }, untold).jobs;
  expect(deploy?.runs).toMatchObject({ value: undefined, note: expect.stringContaining("`default-branch`") as string });
  expect(fileFilters(workflow, repository)).toEqual([{ name: "infra", patterns: ["infra/**"] }]);
});

describe("a matrix of the filters that a change matches", () => {
  const path = ".github/workflows/deploy.yml";
  const text = (condition: string, filter = "", more = ""): string =>
    [
      "on: { push: { branches: [main] } }",
      "jobs:",
      "  changes:",
      "    runs-on: ubuntu-latest",
      "    outputs: { folders: '${{ steps.filter.outputs.changes }}' }",
      "    steps:",
      `      - { id: filter, uses: dorny/paths-filter@v3, with: { filters: "dns: 'dns/**'\\nweb: ['web/**'${filter}]" } }`,
      "  deploy:",
      "    needs: changes",
      `    if: \${{ ${condition} }}`,
      `    strategy: { matrix: { folder: "\${{ fromJSON(needs.changes.outputs.folders) }}"${more} } }`,
      "    runs-on: ubuntu-latest",
      "    steps: [{ run: make }]",
    ].join("\n");
  const cells = (source: string, change: KnownChange | undefined): readonly (readonly unknown[])[] => {
    const repository = readRepository(new Map([[path, source]]), new Map([["default-branch", "main"]]));
    const workflow = repository.workflows.get(path);
    if (!workflow) throw new Error("no workflow");
    const { jobs } = playWorkflow(workflow, push(), repository, false, change);
    return jobs.slice(1).map(({ cell, runs }) => [cell, runs.value]);
  };
  const open = "needs.changes.outputs.folders";
  const dns: KnownChange = { kind: "some", pattern: "dns/**" };

  test.each([
    [
      "true",
      undefined,
      [
        ["dns", undefined],
        ["web", undefined],
      ],
    ],
    [
      "true",
      dns,
      [
        ["dns", true],
        ["web", undefined],
      ],
    ],
    ["true", { kind: "none", patterns: ["dns/**"] } as const, [["web", undefined]]],
    ["true", files("README.md"), [["", false]]],
    [
      "true",
      files("web/a", "dns/b"),
      [
        ["dns", true],
        ["web", true],
      ],
    ],
    [
      `${open} != '[]'`,
      dns,
      [
        ["dns", true],
        ["web", undefined],
      ],
    ],
    [`${open} == '[]'`, dns, [["", false]]],
    [
      `${open} != ''`,
      undefined,
      [
        ["dns", undefined],
        ["web", undefined],
      ],
    ],
    [
      `contains(${open}, 'DNS')`,
      dns,
      [
        ["dns", true],
        ["web", undefined],
      ],
    ],
    [
      `contains(${open}, 'web')`,
      dns,
      [
        ["dns", undefined],
        ["web", undefined],
      ],
    ],
    [`contains(fromJSON(${open}), 'dn')`, dns, [["", false]]],
  ])("if: %s, %j", (condition, change, expected) => {
    expect(cells(text(condition), change)).toEqual(expected);
  });

  test("patterns that are not read, and entries that would fill a missing cell, leave it open", () => {
    expect(cells(text("true", ", '!web/**/*.md'"), dns)).toEqual([[undefined, true]]);
    expect(cells(text("true", "", ", include: [{ folder: dns, region: eu }]"), dns)).toEqual([[undefined, true]]);
  });
});
