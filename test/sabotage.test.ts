import { describe, expect, test } from "vitest";
import { apply, type Tree } from "@gha2pulumi/repo";
import { migrate, proveTrees, type Case } from "@gha2pulumi/migrate";
import { fixtures, type Fixture } from "./support/fixture.ts";

const program = "deployment-settings/index.ts";

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
  "is not written at all": () => "export {};\n",
};

function replaced(text: string, from: string | RegExp, to: string): string | undefined {
  const result = text.replace(from, to);
  return result === text ? undefined : result;
}

/** What the proof cannot tell apart, each with its reason. */
const survivors: ReadonlySet<string> = new Set([
  // Started by hand only, and whoever starts it names the branch: GP606 says so above the verdicts.
  "loosens the branch repositories/several-stacks-by-hand",
]);

const moved = fixtures().filter(({ name }) => /^(repositories|recognisers|clouds|formats|unwrap)\//.test(name));

describe("a wrong change does not pass the proof", () => {
  for (const [how, sabotage] of Object.entries(sabotages)) {
    test(`a program that ${how}`, async () => {
      let tried = 0;
      for (const fixture of moved) {
        const wrong = await sabotaged(fixture, sabotage);
        if (!wrong || survivors.has(`${how} ${fixture.name}`)) continue;
        tried += 1;
        expect(`${fixture.name}: ${verdicts(await prove(fixture, wrong))}`).not.toBe(`${fixture.name}: same`);
      }
      expect(tried).toBeGreaterThan(0);
    });
  }

  test("a workflow that goes without any settings", async () => {
    for (const fixture of moved) {
      const { changes } = await migrate({ tree: fixture.before, surroundings: fixture.surroundings });
      const gone = changes.filter((change) => change.kind !== "create");
      if (gone.length === 0) continue;
      expect(`${fixture.name}: ${verdicts(await prove(fixture, apply(fixture.before, gone)))}`).not.toBe(
        `${fixture.name}: same`,
      );
    }
  });

  test("a workflow that stays beside the settings", async () => {
    for (const fixture of moved) {
      const { changes, document } = await migrate({ tree: fixture.before, surroundings: fixture.surroundings });
      // What is only started by hand may be started in either place.
      const automatic = document.settings.some(({ fields }) =>
        fields.some(({ name, value }) => /^(deployCommits|previewPullRequests)$/.test(name) && value === "true"),
      );
      if (!automatic) continue;
      const added = changes.filter((change) => change.kind === "create");
      expect(`${fixture.name}: ${verdicts(await prove(fixture, apply(fixture.before, added)))}`).not.toBe(
        `${fixture.name}: same`,
      );
    }
  });
});

async function sabotaged(
  { before, surroundings }: Fixture,
  sabotage: (text: string) => string | undefined,
): Promise<Tree | undefined> {
  const { changes } = await migrate({ tree: before, surroundings });
  const after = apply(before, changes);
  const text = changes.some(({ path }) => path === program) ? after.get(program) : undefined;
  const wrong = text === undefined ? undefined : sabotage(text);
  return wrong === undefined ? undefined : new Map([...after, [program, wrong]]);
}

function prove(fixture: Fixture, after: Tree): Promise<readonly Case[]> {
  const { before, surroundings } = fixture;
  return proveTrees({ tree: before, surroundings }, { tree: after, surroundings });
}

function verdicts(cases: readonly Case[]): string {
  return [...new Set(cases.map(({ verdict }) => verdict))].sort().join(", ");
}
