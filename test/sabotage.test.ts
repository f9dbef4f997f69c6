import { describe, expect, test } from "vitest";
import { apply, type Change, type Tree } from "@gha2pulumi/repo";
import { migrate, proveTrees, type Case, type Migration } from "@gha2pulumi/migrate";
import { fixture, fixtures, type Fixture } from "./support/fixture.ts";
import { grammars } from "./support/grammars.ts";

const program = "deployment-settings/index.ts";
const pythonProgram = "deployment-settings/__main__.py";

/** Ways to make a settings program say something else, each a change of its text. `undefined`: not applicable. */
const sabotages: Readonly<Record<string, (text: string) => string | undefined>> = {
  "loses its updates": (text) => replaced(text, "deployCommits: live", "deployCommits: false"),
  "loses its previews": (text) => replaced(text, "previewPullRequests: live", "previewPullRequests: false"),
  "starts updates nobody asked for": (text) => replaced(text, "deployCommits: false", "deployCommits: live"),
  "swaps the stack": (text) => replaced(text, /stack: "([^"]+)"/, 'stack: "another"'),
  "swaps the project's folder": (text) => replaced(text, /repoDir: "([^"]+)"/, 'repoDir: "elsewhere"'),
  "loosens the branch": (text) => replaced(text, /branch: "([^"]+)"/, 'branch: "another-branch"'),
  "drops a path filter": (text) => replaced(text, /paths: \[[^\]]*\],?/, ""),
  "takes another role": (text) =>
    replaced(text, /roleARN: "([^"]+)"/, 'roleARN: "arn:aws:iam::999988887777:role/another"'),
  "drops a variable": (text) => replaced(text, /environmentVariables: \{\s*\w+: [^\n]*\n/, "environmentVariables: {\n"),
  "drops a command before it": (text) => replaced(text, /preRunCommands: \[[^\]]*\],?/, ""),
  "makes no review stacks": (text) => replaced(text, "pullRequestTemplate: live", "pullRequestTemplate: false"),
  "makes review stacks nobody asked for": (text) =>
    replaced(text, "pullRequestTemplate: false", "pullRequestTemplate: live"),
  "starts at another time": (text) => replaced(text, /scheduleCron: "[^"]+"/, 'scheduleCron: "59 23 28 2 *"'),
  "destroys by the clock": (text) =>
    replaced(text, /PulumiOperation\.(Update|Refresh|Preview)/, "PulumiOperation.Destroy"),
  "repairs what it was to find": (text) => replaced(text, "autoRemediate: false", "autoRemediate: true"),
  "loses its schedules": (text) => replaced(text, "if (live) {", "if (false) {"),
  "is not written at all": () => "export {};\n",
};

function replaced(text: string, from: string | RegExp, to: string): string | undefined {
  const result = text.replace(from, to);
  return result === text ? undefined : result;
}

/** The same for programs in Python. */
const pythonSabotages: Readonly<Record<string, (text: string) => string | undefined>> = {
  "loses its updates": (text) => replaced(text, '"deploy_commits": live', '"deploy_commits": False'),
  "starts previews nobody asked for": (text) =>
    replaced(text, '"preview_pull_requests": False', '"preview_pull_requests": live'),
  "swaps the stack": (text) => replaced(text, /stack="([^"]+)"/, 'stack="another"'),
  "swaps the project's folder": (text) => replaced(text, /"repo_dir": "([^"]+)"/, '"repo_dir": "elsewhere"'),
  "loosens the branch": (text) => replaced(text, /"branch": "([^"]+)"/, '"branch": "another-branch"'),
  "takes another role": (text) =>
    replaced(text, /"role_arn": [^\n]*/, '"role_arn": "arn:aws:iam::999988887777:role/another",'),
  "drops a variable": (text) => replaced(text, /"environment_variables": \{[^}]*\},/, ""),
  "drops a command before it": (text) => replaced(text, /"pre_run_commands": \[[^\]]*\],/, ""),
  "is not written at all": () => "pass\n",
};

/** What the proof cannot tell apart, each with its reason. */
const survivors: ReadonlySet<string> = new Set([
  // Started by hand only, and whoever starts it names the branch: GP606 says so above the verdicts.
  "loosens the branch repositories/branch-of-a-condition",
  "loosens the branch repositories/several-stacks-by-hand",
  "loosens the branch repositories/started-by-hand",
  // Its settings started everything before: with them or the program, what runs is the same.
  "stays beside the settings repositories/settings-file-folded-in",
  "stays beside the settings repositories/settings-file-without-workflow",
  // The job with the condition runs no operation.
  "forgets a condition calls/install-under-branch-name",
  // On a push no job runs, before and after: one is skipped by its condition, and the other with it.
  "hears another branch calls/job-skipped-with-it",
  // The job that no longer waits runs no operation, and what is done with an outcome is not compared.
  "forgets a needed job calls/outputs-used-later",
  "forgets a needed job calls/release-made-after-update",
  "forgets a needed job calls/values-that-look-compared",
  // The first of its calls is the refresh, which the update does once more by its flag: only the update is compared.
  "asks for no commit calls/refresh-before-update",
  "asks for what a branch holds calls/refresh-before-update",
  "does not ask at all calls/refresh-before-update",
  // A flag that a preview alone has changes nothing: GP620 says so.
  "drops a variable calls/flag-of-the-preview-alone",
]);

/** A stack that is only called gets the commit from the call: the branch of its settings decides nothing. */
const isBranchless = (how: string, name: string): boolean =>
  how === "loosens the branch" &&
  (name.startsWith("calls/") || /^(?:recognisers\/fetched-secrets|repositories\/keys-written-into-a-file)$/.test(name));

/** Ways to make a workflow that calls Deployments say something else. */
const callSabotages: Readonly<Record<string, (text: string) => string | undefined>> = {
  "asks for another stack": (text) => replaced(text, /CALL_STACK: (.*)/, "CALL_STACK: another"),
  "asks for another project": (text) => replaced(text, /CALL_PROJECT: (.*)/, "CALL_PROJECT: another"),
  "asks for another operation": (text) => replaced(text, /CALL_OPERATION: (update|preview)/, "CALL_OPERATION: destroy"),
  "asks for another commit": (text) =>
    replaced(text, /CALL_COMMIT: (?!\$\{\{ github\.sha \}\}).+/, "CALL_COMMIT: ${{ github.sha }}"),
  "asks for no commit": (text) =>
    replaced(text, /CALL_COMMIT: .+\n(\s+)CALL_BRANCH: .*/, "CALL_COMMIT: ''\n$1CALL_BRANCH: ''"),
  "asks for what a branch holds": (text) =>
    replaced(text, /CALL_COMMIT: .*\n(\s+)CALL_BRANCH: .*/, "CALL_COMMIT: ''\n$1CALL_BRANCH: another"),
  "sends another value": (text) => replaced(text, /SEND_(PLAIN|SECRET)_(\w+): (.*)/, "SEND_$1_$2: another"),
  "does not send a value": (text) => replaced(text, /\n\s+SEND_(PLAIN|SECRET)_(\w+): (.*)/, ""),
  "sets another configuration": (text) => replaced(text, /(pulumi config set .* -- )'[^']*'/, "$1'another:key'"),
  "asks for another role": (text) => replaced(text, /CALL_AWS_ROLE: (.*)/, "CALL_AWS_ROLE: another"),
  "takes the role of the settings": (text) => replaced(text, /\n\s+CALL_AWS_ROLE: (.*)/, ""),
  "runs another command first": (text) => replaced(text, /(CALL_COMMANDS: \|-\n\s+)\S.*/, "$1another"),
  "forgets an environment": (text) => replaced(text, /\n {4}environment: .*/, ""),
  "forgets a needed job": (text) => replaced(text, /\n\s+needs: .*/, ""),
  "forgets a condition": (text) => replaced(text, /\n\s+if: .*/, ""),
  "hears another branch": (text) => replaced(text, /branches: \[main/, "branches: [another"),
  "checks nothing out": (text) => replaced(text, /\n(\s+)- uses: actions\/checkout@[^\n]*/g, "\n$1- run: echo nothing"),
  "does not ask at all": (text) => replaced(text, /exec bash .*call\.sh"/, "echo done"),
};

const moved = fixtures().filter(({ name }) => /^(calls|repositories|recognisers|clouds|formats|unwrap)\//.test(name));

/** Some of them, and the plug-in's own, with a program in Python. */
const inPython = moved
  .filter(({ name }) =>
    /^(formats\/python|recognisers\/pulumi-actions|clouds\/aws|repositories\/matrix-of-stacks)$/.test(name),
  )
  .map((one): Fixture => ({ ...one, surroundings: new Map([...one.surroundings, ["language", "python"]]) }));

describe("a wrong change does not pass the proof", () => {
  for (const [how, sabotage] of Object.entries(sabotages)) {
    test(`a program that ${how}`, async () => {
      let tried = 0;
      for (const fixture of moved) {
        const wrong = await sabotaged(fixture, sabotage);
        if (!wrong || survivors.has(`${how} ${fixture.name}`) || isBranchless(how, fixture.name)) continue;
        tried += 1;
        expect(`${fixture.name}: ${verdicts(await prove(fixture, wrong))}`).not.toBe(`${fixture.name}: same`);
      }
      expect(tried).toBeGreaterThan(0);
    });
  }

  for (const [how, sabotage] of Object.entries(pythonSabotages)) {
    test(`a program in Python that ${how}`, async () => {
      let tried = 0;
      for (const fixture of inPython) {
        const { changes } = await planned(fixture);
        const after = apply(fixture.before, changes);
        const wrong = sabotage(after.get(pythonProgram) ?? "");
        if (wrong === undefined) continue;
        tried += 1;
        const proof = await prove(fixture, new Map([...after, [pythonProgram, wrong]]));
        expect(`${fixture.name}: ${verdicts(proof)}`).not.toBe(`${fixture.name}: same`);
      }
      expect(tried).toBeGreaterThan(0);
    });
  }

  test("a program in Python that is right passes it", async () => {
    for (const fixture of inPython) {
      const { changes } = await planned(fixture);
      expect(changes.map(({ path }) => path)).toContain(pythonProgram);
      expect(verdicts(await prove(fixture, apply(fixture.before, changes)))).toBe("same");
    }
  });

  for (const [how, sabotage] of Object.entries(callSabotages)) {
    test(`a workflow that ${how}`, async () => {
      let tried = 0;
      for (const fixture of moved.filter(({ name }) => name.startsWith("calls/"))) {
        const { changes } = await planned(fixture);
        const after = apply(fixture.before, changes);
        for (const { path } of changes.filter(({ kind, path }) => kind === "edit" && path.startsWith(".github/"))) {
          const wrong = sabotage(after.get(path) ?? "");
          if (wrong === undefined || survivors.has(`${how} ${fixture.name}`)) continue;
          tried += 1;
          const proof = await prove(fixture, new Map([...after, [path, wrong]]));
          expect(`${fixture.name}: ${verdicts(proof)}`).not.toBe(`${fixture.name}: same`);
        }
      }
      expect(tried).toBeGreaterThan(0);
    });
  }

  test("a workflow that goes without any settings", async () => {
    for (const fixture of moved) {
      const { changes } = await planned(fixture);
      const gone = changes.filter((change) => !isSettings(change));
      if (gone.length === 0) continue;
      expect(`${fixture.name}: ${verdicts(await prove(fixture, apply(fixture.before, gone)))}`).not.toBe(
        `${fixture.name}: same`,
      );
    }
  });

  test("a destroy that goes before the stacks of open pull requests are gone", async () => {
    const draining = moved.filter(({ name }) => name.startsWith("repositories/review-stacks-"));
    expect(draining.length).toBeGreaterThan(1);
    for (const fixture of draining) {
      const { changes } = await migrate({ tree: fixture.before, surroundings: fixture.surroundings }, undefined);
      const after = [...apply(fixture.before, changes)].filter(([path]) => !path.startsWith(".github/"));
      expect(verdicts(await prove(fixture, new Map(after)))).toContain("missing");
    }
  });

  test("a workflow that stays beside the settings", async () => {
    for (const fixture of moved) {
      const { changes, document } = await planned(fixture);
      // What is only started by hand may be started in either place.
      const automatic = document.settings.some(({ fields }) =>
        fields.some(
          ({ name, value }) =>
            name === "schedule" ||
            (/^(deployCommits|previewPullRequests|pullRequestTemplate)$/.test(name) && value === "true"),
        ),
      );
      if (!automatic || survivors.has(`stays beside the settings ${fixture.name}`)) continue;
      const added = changes.filter(isSettings);
      expect(`${fixture.name}: ${verdicts(await prove(fixture, apply(fixture.before, added)))}`).not.toBe(
        `${fixture.name}: same`,
      );
    }
  });
});

/** Without the default branch, that of a schedule is taken for the stack's: GP615 says so above the verdicts. */
const takenForGranted: ReadonlySet<string> = new Set(["loosens the branch default-branch"]);

/** A fixture with one thing less that was told, or without one of its files that is no workflow, before and after. */
function* forgetful(how: string, fixture: Fixture, after: Tree): Generator<readonly [Fixture, Tree]> {
  for (const key of [...fixture.surroundings.keys()].filter((one) => !takenForGranted.has(`${how} ${one}`)))
    yield [{ ...fixture, surroundings: new Map([...fixture.surroundings].filter(([other]) => other !== key)) }, after];
  for (const path of fixture.before.keys()) {
    // Without the script, or the action, that holds the operation there is none, on either side.
    const isOperation = /\bpulumi (up|preview|refresh|destroy)\b|\buses: pulumi\/actions@/.test(
      fixture.before.get(path) ?? "",
    );
    // The project and its lock files say which installer Deployments takes: without them it is that of the workflow.
    const isInstaller = how === "drops a command before it" && /(?:^|\/)(?:Pulumi\.yaml|yarn\.lock)$/.test(path);
    // What names a variable is what needs it: without that file nothing does.
    const isReader = how === "drops a variable" && /(?:^|\/)\.npmrc$/.test(path);
    if (path.startsWith(".github/workflows/") || isOperation || isInstaller || isReader || !after.has(path)) continue;
    const without = (tree: Tree): Tree => new Map([...tree].filter(([other]) => other !== path));
    yield [{ ...fixture, before: without(fixture.before) }, without(after)];
  }
}

test("forgetting anything never makes a verdict surer", async () => {
  let tried = 0;
  for (const [index, fixture] of moved.entries()) {
    // Every damage on some fixture, every fixture with some damage.
    const [how, sabotage] = Object.entries(sabotages)[index % Object.keys(sabotages).length] ?? [];
    if (how === undefined || sabotage === undefined) continue;
    const after = await sabotaged(fixture, sabotage);
    if (after === undefined || verdicts(await prove(fixture, after)) === "same") continue;
    for (const [less, tree] of forgetful(how, fixture, after)) {
      tried += 1;
      const proof = await prove(less, tree);
      // Where GitHub runs schedules is then an assumption, said above the verdicts.
      const isForgotten = fixture.surroundings.has("default-branch") && !less.surroundings.has("default-branch");
      if (isForgotten && proof.some(({ assuming }) => assuming.includes("GP615"))) continue;
      expect(`${how} ${fixture.name}: ${verdicts(proof)}`).not.toBe(`${how} ${fixture.name}: same`);
    }
  }
  expect(tried).toBeGreaterThan(50);
});

test("a call hands over the commit of its event, where the tip of the branch is checked out", async () => {
  const own = fixture("calls/tip-of-the-branch");
  const path = ".github/workflows/deploy.yml";
  const after = apply(own.before, (await planned(own)).changes);
  const wrong = replaced(after.get(path) ?? "", "CALL_COMMIT: HEAD", "CALL_COMMIT: ${{ github.sha }}") ?? "";
  expect(verdicts(await prove(own, after))).toBe("same");
  expect(verdicts(await prove(own, new Map([...after, [path, wrong]])))).toContain("changed");
});

const plans = new Map<Fixture, Promise<Migration>>();

/** Every sabotage begins with the same right change of a fixture. */
function planned(fixture: Fixture): Promise<Migration> {
  const { before, surroundings } = fixture;
  const plan = plans.get(fixture) ?? migrate({ tree: before, surroundings }, grammars);
  plans.set(fixture, plan);
  return plan;
}

async function sabotaged(fixture: Fixture, sabotage: (text: string) => string | undefined): Promise<Tree | undefined> {
  const { changes } = await planned(fixture);
  const after = apply(fixture.before, changes);
  const text = changes.some(({ path }) => path === program) ? after.get(program) : undefined;
  const wrong = text === undefined ? undefined : sabotage(text);
  return wrong === undefined ? undefined : new Map([...after, [program, wrong]]);
}

/** What is created, and a settings program that is continued. */
function isSettings({ kind, path }: Change): boolean {
  return kind === "create" || !path.startsWith(".github/");
}

function prove(fixture: Fixture, after: Tree): Promise<readonly Case[]> {
  const { before, surroundings } = fixture;
  return proveTrees({ tree: before, surroundings }, { tree: after, surroundings }, [], grammars);
}

function verdicts(cases: readonly Case[]): string {
  return [...new Set(cases.map(({ verdict }) => verdict))].sort().join(", ");
}
