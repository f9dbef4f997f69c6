import { planCampaign, runCampaign, type Bot, type Ran, type Row } from "@gha2pulumi/bot";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { turnSwitch } from "../../packages/bot/src/campaign/kill-switch.ts";
import { fullName, repositoriesOf, type Source } from "../../packages/bot/src/github/repositories.ts";
import { fixture, readTree } from "../support/fixture.ts";
import { quickClock } from "./engine/quick-clock.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, filesAt, gitIn, openedBot, planned, stateFolder } from "./support.ts";

// As the fixtures have it.
const owner = "my-org";
const open = "waves: {risk: high, next: at-once}";
const branch = "gha2pulumi/move";
const from = "repositories/rule-card";

const { state, remove } = stateFolder();
const clock = quickClock(20);
let github: GitHub;
let bot: Bot;
let runs = 0;

beforeAll(async () => {
  github = await startGitHub();
  bot = await openedBot({ github, configuration: campaign(open), state, clock });
});
afterAll(async () => {
  await bot.engine.close();
  await github.close();
  remove();
});

/** One more run of the campaign over some repositories of one owner: all tests share a bot and its state. */
async function run(names: readonly string[], text = open, by = runCampaign): Promise<Ran> {
  const configuration = campaign(
    `repositories: [{names: [${names.map((one) => `${owner}/${one}`).join(", ")}]}]\n${text}`,
  );
  const { services, works } = bot;
  return await by({ services, works, configuration, number: ++runs, progress: () => undefined });
}

/** A fixture's repository as one of the organisation. */
function add(name: string, files = fixture(from).before): void {
  github.addRepository({ owner, name, files, collaborators: { migrator: "write" } });
}

/** Each row in a few words: `pull 1`, `left 1: edited-by-a-person`. */
function told({ rows }: { readonly rows: readonly Row[] }): readonly string[] {
  return rows.map(
    ({ state, pull, reason }) =>
      [state, ...(pull ? [pull.number] : [])].join(" ") + (reason === "" ? "" : `: ${reason}`),
  );
}

/** Where there is a repository of its own, and it has its pull request. */
async function opened(name: string, text = open): Promise<void> {
  add(name);
  expect(told(await run([name], text))).toEqual(["pull 1"]);
}

const pulls = (name: string): readonly string[] =>
  github.pulls(owner, name).map(({ number, open }) => `${number} ${open ? "open" : "closed"}`);

describe("a campaign", () => {
  for (const via of ["api", "git"]) {
    test(`via ${via}, opens a pull request whose branch is the plan applied, and nothing more`, async () => {
      // The name that the fixture's own result has.
      const name = via === "api" ? "my-project" : "by-git";
      const before = github.requests.length;
      await opened(name, `${open}\nvia: ${via}`);
      const after = await planned(from, `${owner}/${name}`);
      if (via === "api") expect(after).toEqual(readTree(`${fixture(from).folder}/after`));
      expect(filesAt(github, owner, name, branch)).toEqual(after);
      expect(gitIn(github, owner, name, "rev-list", "--count", `main..${branch}`).trim()).toBe("1");
      expect(gitIn(github, owner, name, "fsck", "--strict", "--no-dangling")).toBe("");
      expect(github.pulls(owner, name)[0]?.title).toMatch(/^Move .* to Pulumi Deployments/);
      const writes = github.requests.slice(before).filter(({ content }) => content > 0);
      expect(writes.reduce((sum, { content }) => sum + content, 0)).toBeLessThanOrEqual(3);
    });
  }

  test("writes nothing when it is run again, and asks for nothing that has not changed", async () => {
    await opened("unchanged");
    // What is new since the first run began is read once.
    expect(told(await run(["unchanged"]))).toEqual(["left 1: same-already"]);
    const before = github.requests.length;
    expect(told(await run(["unchanged"]))).toEqual(["left 1: same-already"]);
    const again = github.requests.slice(before);
    expect(again.filter(({ isWrite }) => isWrite)).toEqual([]);
    const fresh = again.filter(({ notModified }) => !notModified).map(({ method, path }) => `${method} ${path}`);
    expect(fresh).toEqual([]);
  });

  test("does not overwrite a person's commit, nor ask again where a person said no", async () => {
    const name = "edited";
    await opened(name);
    const theirs = github.commit(owner, name, branch, new Map([["NOTES.md", "mine\n"]]));
    github.commit(owner, name, "main", new Map([["README.md", "moved\n"]]));
    expect(told(await run([name]))).toEqual(["left 1: edited-by-a-person"]);
    expect(gitIn(github, owner, name, "rev-parse", branch).trim()).toBe(theirs);
    github.closePull(owner, name, 1);
    expect(told(await run([name]))).toEqual(["left 1: closed-means-no"]);
    expect(pulls(name)).toEqual(["1 closed"]);
  });

  test("takes a merge by the button Update branch for nobody's work, and a commit after it for a person's", async () => {
    const name = "button";
    await opened(name);
    github.commit(owner, name, "main", new Map([["README.md", "moved\n"]]));
    github.updateBranch(owner, name, 1);
    expect(told(await run([name]))).toEqual(["left 1: same-already"]);
    const theirs = github.commit(owner, name, branch, new Map([["NOTES.md", "mine\n"]]));
    expect(told(await run([name]))).toEqual(["left 1: edited-by-a-person"]);
    expect(gitIn(github, owner, name, "rev-parse", branch).trim()).toBe(theirs);
  });

  test("brings a pull request up to date in place when what it is about changes", async () => {
    const name = "moving";
    await opened(name);
    const [path = "", text = ""] = [...fixture(from).before].find(([one]) => one.startsWith(".github/workflows")) ?? [];
    github.commit(owner, name, "main", new Map([[path, text.replace("main", "release")]]));
    expect(told(await run([name]))).toEqual(["pull 1"]);
    expect(gitIn(github, owner, name, "rev-list", "--count", `main..${branch}`).trim()).toBe("1");
    expect(gitIn(github, owner, name, "branch", "--list", "*-next")).toBe("");
    expect(filesAt(github, owner, name, branch).get("deployment-settings/index.ts")).toContain('"release"');
  });

  test("closes what is open where the topic or the file says no, and leaves the repository alone from then on", async () => {
    const names = ["by-file", "by-topic"];
    for (const name of names) await opened(name);
    github.commit(owner, "by-file", "main", new Map([[".github/gha2pulumi-ignore", ""]]));
    github.repository(owner, "by-topic").topics = ["gha2pulumi-ignore"];
    const planned = await run(names, open, async (one) => ({ rows: await planCampaign(one), gate: { kind: "open" } }));
    const words = ["it has .github/gha2pulumi-ignore", "it has the topic gha2pulumi-ignore"];
    expect(told(planned)).toEqual(words.map((one) => `skipped 1: ${one}`));
    expect(told(await run(names))).toEqual(["left 1: opted-out", "left 1: opted-out"]);
    for (const name of names) {
      expect(pulls(name)).toEqual(["1 closed"]);
      expect(github.pulls(owner, name)[0]?.comments.at(-1)?.body).toContain("wants no pull requests");
    }
    const before = github.requests.length;
    expect(told(await run(names))).toEqual(["left 1: opted-out", `skipped 1: ${words[1]}`]);
    expect(github.requests.slice(before).filter(({ isWrite }) => isWrite)).toEqual([]);
    // Who takes the no back is asked again: it was not a person who closed it.
    github.repository(owner, "by-topic").topics = [];
    expect(told(await run(["by-topic"]))).toEqual(["pull 2"]);
  });

  test("closes the issue with its questions where the topic says no", async () => {
    const text = `${open}\nquestions: issue`;
    add("asks", fixture("repositories/rule-card-without-stack").before);
    expect(told(await run(["asks"], text))).toEqual(["held: its questions are asked in an issue"]);
    github.repository(owner, "asks").topics = ["gha2pulumi-ignore"];
    expect(told(await run(["asks"], text))).toEqual(["skipped: it has the topic gha2pulumi-ignore"]);
    expect(github.issues(owner, "asks").map(({ open: isOpen }) => isOpen)).toEqual([false]);
  });

  test("behind a gate opens nothing, and still closes what is not wanted any more", async () => {
    const names = ["first", "second", "third"];
    for (const name of names) add(name);
    const waves = "waves: {risk: high, sizes: [1, 1]}";
    expect(told(await run(names, waves))).toEqual(["pull 1", "waiting", "waiting"]);
    github.closePull(owner, "first", 1);
    expect(told(await run(names, waves))).toEqual(["left 1: closed-means-no", "pull 1", "waiting"]);
    // Its owner has thought it over, so that the first wave is open again.
    Object.assign(github.pulls(owner, "first")[0] ?? {}, { open: true, closedAt: undefined, closedBy: undefined });
    github.repository(owner, "second").topics = ["gha2pulumi-ignore"];
    expect(told(await run(names, waves)).slice(1)).toEqual(["left 1: opted-out", "waiting"]);
    expect([pulls("second"), pulls("third")]).toEqual([["1 closed"], []]);
  });

  test("writes nothing once it is paused, not even what had waited for its turn", async () => {
    const names = ["paused-one", "paused-two", "paused-three"];
    for (const name of names) add(name);
    let writes = 0;
    github.trouble = ({ isWrite }) => {
      if (!isWrite || ++writes > 1) return undefined;
      return { until: turnSwitch(bot.engine, "move", { paused: true, who: "somebody" }) };
    };
    const paused = await run(names);
    github.trouble = () => undefined;
    expect(told(paused)).toEqual(names.map(() => "waiting: the campaign is paused"));
    // The one that was under way when somebody said so, and at most one that was sent just before.
    expect(writes).toBeLessThanOrEqual(2);
    await turnSwitch(bot.engine, "move", { paused: false, who: "somebody" });
    expect(told(await run(names))).toEqual(names.map(() => "pull 1"));
  });

  test("finds its repositories by organisation, user, topic, search and name, and says what it is not shown", async () => {
    const files = new Map([["README.md", "Nothing.\n"]]);
    const others = { files, collaborators: { migrator: "write" } } as const;
    github.addRepository({ owner: "dana", ownerType: "User", name: "own", visibility: "public", ...others });
    github.addRepository({ owner: "other-org", name: "infra", topics: ["pulumi"], ...others });
    github.addRepository({ owner: "other-org", name: "docs", ...others });
    const found = async (...sources: readonly Source[]): Promise<readonly string[]> => {
      const { found: taken, hidden } = await repositoriesOf(bot.services.credentials, sources);
      return [...taken.map(fullName), ...hidden.map(({ name }) => `${name} is hidden`)];
    };
    expect(await found({ user: "dana" })).toEqual(["dana/own"]);
    expect(await found({ organization: "other-org" })).toEqual(["other-org/docs", "other-org/infra"]);
    expect(await found({ topic: "pulumi", owner: "other-org" })).toEqual(["other-org/infra"]);
    expect(await found({ search: "docs", owner: "other-org" })).toEqual(["other-org/docs"]);
    const named = { repositories: ["other-org/docs", "other-org/none"] };
    expect(await found({ organization: "other-org" }, named)).toEqual([
      "other-org/docs",
      "other-org/infra",
      "other-org/none is hidden",
    ]);
  });

  test("leaves no request and no answer that GitHub's descriptions know otherwise", () => expectClean(github));
});

describe("a bot that is opened anew", () => {
  test("names the scope that its token misses, and leaves out what has no commit", async () => {
    await bot.engine.close();
    github.addRepository({ owner, name: "empty", empty: true, collaborators: { migrator: "write" } });
    const token = github.addToken("migrator", { workflows: false });
    bot = await openedBot({ github, configuration: campaign(open), state, clock, token });
    for (const via of ["api", "git"]) {
      const name = `denied-by-${via}`;
      add(name);
      expect(told(await run([name, "empty"], `${open}\nvia: ${via}`))).toEqual([
        expect.stringMatching(/^failed: .*may not write below \.github\/workflows: .*scope `workflow`/),
        "skipped: it has no commit",
      ]);
      expect(pulls(name)).toEqual([]);
    }
    await bot.engine.close();
    bot = await openedBot({ github, configuration: campaign(open), state, clock });
  });

  test("goes on with what was left running, though that begins before it is open", async () => {
    add("left-running");
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => {
      github.trouble = ({ template }) => {
        if (template !== "/repos/{owner}/{repo}/git/trees/{tree_sha}") return undefined;
        resolve();
        return { until: released };
      };
    });
    const first = run(["left-running"]);
    await reached;
    const closed = bot.engine.close();
    release();
    await expect(first).rejects.toThrow("closed");
    await closed;
    github.trouble = () => undefined;
    bot = await openedBot({ github, configuration: campaign(open), state, clock });
    runs -= 1;
    expect(told(await run(["left-running"]))).toEqual(["pull 1"]);
    expectClean(github);
  });
});
