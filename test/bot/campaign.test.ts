import { runCampaign, type Row } from "@gha2pulumi/bot";
import { afterEach, describe, expect, test } from "vitest";
import { fixture, readTree } from "../support/fixture.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, filesAt, gitIn, ran, stateFolder, withBot, type BotSetting } from "./support.ts";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function gitHub(): Promise<GitHub> {
  const github = await startGitHub();
  endings.push(() => github.close());
  return github;
}

function state(): string {
  const { state, remove } = stateFolder();
  endings.push(remove);
  return state;
}

/** A fixture's repository as one of the organisation. */
function add(github: GitHub, name: string, from: string): void {
  github.addRepository({ owner, name, files: fixture(from).before, collaborators: { migrator: "write" } });
}

// As the fixtures have it.
const owner = "my-org";
const open = "waves: {risk: high, next: at-once}";
const branch = "gha2pulumi/move";

/** Each row in a few words: `pull 1`, `left 1: edited-by-a-person`. */
function told(rows: readonly Row[]): readonly string[] {
  return rows.map(
    ({ state, pull, reason }) =>
      [state, ...(pull ? [pull.number] : [])].join(" ") + (reason === "" ? "" : `: ${reason}`),
  );
}

/** Where there is one repository, and it has its pull request. */
async function opened(from = "repositories/rule-card", text = open): Promise<BotSetting> {
  const github = await gitHub();
  add(github, "my-project", from);
  const setting = { github, configuration: campaign(text), state: state() };
  const { rows } = await ran(setting);
  expect(told(rows)).toEqual(["pull 1"]);
  return setting;
}

describe("a campaign", () => {
  for (const via of ["api", "git"]) {
    test(`via ${via}, opens a pull request whose branch is the plan applied, and nothing more`, async () => {
      const from = "repositories/rule-card";
      const { github } = await opened(from, `${open}\nvia: ${via}`);
      expect(filesAt(github, owner, "my-project", branch)).toEqual(readTree(`${fixture(from).folder}/after`));
      expect(gitIn(github, owner, "my-project", "rev-list", "--count", `main..${branch}`).trim()).toBe("1");
      expect(gitIn(github, owner, "my-project", "fsck", "--strict", "--no-dangling")).toBe("");
      const [pull] = github.pulls(owner, "my-project");
      expect(pull?.title).toMatch(/^Move .* to Pulumi Deployments/);
      const writes = github.requests.filter(({ content }) => content > 0);
      expect(writes.reduce((sum, { content }) => sum + content, 0)).toBeLessThanOrEqual(3);
      expectClean(github);
    });
  }

  test("writes nothing when it is run again, and asks for nothing that has not changed", async () => {
    const setting = await opened();
    const { github } = setting;
    // What is new since the first run began is read once.
    expect(told((await ran(setting, 2)).rows)).toEqual(["left 1: same-already"]);
    const before = github.requests.length;
    expect(told((await ran(setting, 3)).rows)).toEqual(["left 1: same-already"]);
    const again = github.requests.slice(before);
    expect(again.filter(({ isWrite }) => isWrite)).toEqual([]);
    const fresh = again.filter(({ notModified }) => !notModified).map(({ method, path }) => `${method} ${path}`);
    expect(fresh).toEqual([]);
    expectClean(github);
  });

  test("does not overwrite a person's commit, nor ask again where a person said no", async () => {
    const setting = await opened();
    const { github } = setting;
    const theirs = github.commit(owner, "my-project", branch, new Map([["NOTES.md", "mine\n"]]));
    github.commit(owner, "my-project", "main", new Map([["README.md", "moved\n"]]));
    const edited = await ran(setting, 2);
    expect(told(edited.rows)).toEqual(["left 1: edited-by-a-person"]);
    expect(gitIn(github, owner, "my-project", "rev-parse", branch).trim()).toBe(theirs);
    github.closePull(owner, "my-project", 1);
    const closed = await ran(setting, 3);
    expect(told(closed.rows)).toEqual(["left 1: closed-means-no"]);
    expect(github.pulls(owner, "my-project").map(({ number }) => number)).toEqual([1]);
    expectClean(github);
  });

  test("takes a merge by the button Update branch for nobody's work, and a commit after it for a person's", async () => {
    const setting = await opened();
    const { github } = setting;
    github.commit(owner, "my-project", "main", new Map([["README.md", "moved\n"]]));
    github.updateBranch(owner, "my-project", 1);
    expect(told((await ran(setting, 2)).rows)).toEqual(["left 1: same-already"]);
    const theirs = github.commit(owner, "my-project", branch, new Map([["NOTES.md", "mine\n"]]));
    expect(told((await ran(setting, 3)).rows)).toEqual(["left 1: edited-by-a-person"]);
    expect(gitIn(github, owner, "my-project", "rev-parse", branch).trim()).toBe(theirs);
    expectClean(github);
  });

  for (const via of ["api", "git"]) {
    test(`via ${via}, names the scope that its token misses, and leaves out what has no commit`, async () => {
      const github = await gitHub();
      add(github, "my-project", "repositories/rule-card");
      github.addRepository({ owner, name: "new", empty: true, collaborators: { migrator: "write" } });
      const token = github.addToken("migrator", { workflows: false });
      const configuration = campaign(`${open}\nvia: ${via}`);
      const { rows } = await ran({ github, configuration, state: state(), token });
      expect(told(rows)).toEqual([
        expect.stringMatching(/^failed: .*may not write below \.github\/workflows: .*scope `workflow`/),
        "skipped: it has no commit",
      ]);
      expect(github.pulls(owner, "my-project")).toEqual([]);
      expectClean(github);
    });
  }

  test("goes on with what was left running, though that begins before the bot is open", async () => {
    const github = await gitHub();
    add(github, "my-project", "repositories/rule-card");
    const setting = { github, configuration: campaign(open), state: state() };
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      github.trouble = ({ template }) => {
        if (template !== "/repos/{owner}/{repo}/git/trees/{tree_sha}") return undefined;
        resolve();
        return { until: released };
      };
    });
    await withBot(setting, async ({ engine, services, works }) => {
      const { configuration } = setting;
      const run = runCampaign({ services, works, configuration, number: 1, progress: () => undefined });
      await reached;
      const closed = engine.close();
      release();
      await expect(run).rejects.toThrow("closed");
      await closed;
    });
    github.trouble = () => undefined;
    expect(told((await ran(setting)).rows)).toEqual(["pull 1"]);
    expectClean(github);
  });

  test("brings a pull request up to date in place when what it is about changes", async () => {
    const setting = await opened();
    const { github } = setting;
    const [path = "", text = ""] =
      [...fixture("repositories/rule-card").before].find(([one]) => one.startsWith(".github/workflows")) ?? [];
    github.commit(owner, "my-project", "main", new Map([[path, text.replace("main", "release")]]));
    const { rows } = await ran(setting, 2);
    expect(told(rows)).toEqual(["pull 1"]);
    expect(gitIn(github, owner, "my-project", "rev-list", "--count", `main..${branch}`).trim()).toBe("1");
    expect(gitIn(github, owner, "my-project", "branch", "--list", "*-next")).toBe("");
    expect(filesAt(github, owner, "my-project", branch).get("deployment-settings/index.ts")).toContain('"release"');
    expectClean(github);
  });
});
