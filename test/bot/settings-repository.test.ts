// Settings programs in one repository for all: one pull request there, and one where the workflows are.
import { runCampaign, type Bot, type Row } from "@gha2pulumi/bot";
import { apply } from "@gha2pulumi/repo";
import { migrate } from "@gha2pulumi/migrate";
import { afterAll, beforeAll, expect, test } from "vitest";
import { closeCampaign } from "../../packages/bot/src/campaign/run-campaign.ts";
import { fixture, readTree } from "../support/fixture.ts";
import { quickClock } from "./engine/quick-clock.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { campaign, expectClean, filesAt, openedBot, stateFolder } from "./support.ts";

const owner = "my-org";
const central = "central";
const branch = "gha2pulumi/move";
const from = "repositories/rule-card";
const there = (name: string): string => `${branch}-settings/${owner}/${name}`;

const { state, remove } = stateFolder();
let github: GitHub;
let bot: Bot;
let runs = 0;

const configurationOf = (names: readonly string[]): ReturnType<typeof campaign> =>
  campaign(`repositories: [{names: [${names.map((one) => `${owner}/${one}`).join(", ")}]}]
settings: {repository: ${owner}/${central}}
waves: {risk: high, next: at-once}`);

beforeAll(async () => {
  github = await startGitHub();
  const files = new Map([["README.md", "Settings of all.\n"]]);
  github.addRepository({ owner, name: central, files, collaborators: { migrator: "write" } });
  bot = await openedBot({ github, configuration: configurationOf(["any"]), state, clock: quickClock(20) });
});
afterAll(async () => {
  await bot.engine.close();
  await github.close();
  remove();
});

function add(name: string, files: ReadonlyMap<string, string> = fixture(from).before): void {
  github.addRepository({ owner, name, files, collaborators: { migrator: "write" } });
}

async function told(names: readonly string[], rows?: readonly Row[]): Promise<readonly string[]> {
  const { services, works } = bot;
  const run = { services, works, configuration: configurationOf(names), number: ++runs, progress: () => undefined };
  const ended = rows ?? (await runCampaign(run)).rows;
  return ended.map(({ state: one, pull, reason }) =>
    [one, pull?.number, pull?.isDraft ? "draft" : "", reason].join(" "),
  );
}

/** The plan as a whole, cut in two: what is beside the program, and the program below the folder of its repository. */
async function halves(name: string): Promise<Record<"own" | "program", ReadonlyMap<string, string>>> {
  const { before, surroundings } = fixture(from);
  const given = new Map([
    ...surroundings,
    ["repository", `${owner}/${name}`],
    ["settings.repository", `${owner}/${central}`],
  ]);
  const { changes } = await migrate({ tree: before, surroundings: given }, undefined);
  const after = [...apply(before, changes)];
  const folder = "deployment-settings/";
  return {
    own: new Map(after.filter(([path]) => !path.startsWith(folder))),
    program: new Map(
      after.flatMap(([path, text]) =>
        path.startsWith(folder) ? [[`${owner}/${name}/${path.slice(folder.length)}`, text] as const] : [],
      ),
    ),
  };
}

const open = (name: string): readonly string[] =>
  github
    .pulls(owner, name)
    .map(({ number, open: isOpen, pull }) => `${number} ${isOpen ? "open" : "closed"} ${pull?.headRef}`);

test("the program goes to the one repository, and the other pull request is a draft until it is merged there", async () => {
  add("shop");
  const { own, program } = await halves("shop");
  expect(program.size).toBe(5);
  expect(await told(["shop"])).toEqual(["pull 1 draft "]);
  expect(open(central)).toEqual([`1 open ${there("shop")}`]);
  expect(filesAt(github, owner, "shop", branch)).toEqual(own);
  expect(filesAt(github, owner, central, there("shop"))).toEqual(
    new Map([...program, ["README.md", "Settings of all.\n"]]),
  );
  const [theirs] = github.pulls(owner, central);
  expect(theirs?.title).toBe("Settings of my-org/shop for Pulumi Deployments");
  expect(program.get("my-org/shop/README.md")).toContain("must be installed for my-org/shop.");
  expect(program.get("my-org/shop/README.md")).not.toContain("this repository");
  const body = github.pulls(owner, "shop")[0]?.body ?? "";
  expect(body).toMatch(
    /^\*\*Merge \[pull request 1\]\(\S+\/my-org\/central\/pull\/1\) of `my-org\/central` first\.\*\*/m,
  );
  expect(body).toContain("until this is settled: the settings program is not merged in");
  expect(body).toContain("my-org/shop/ of the repository my-org/central");
  expect(body).not.toContain("deployment-settings/");

  // Nothing has changed: nothing is written.
  const before = github.requests.length;
  expect(await told(["shop"])).toEqual(["left 1 draft same-already"]);
  expect(github.requests.slice(before).filter(({ isWrite }) => isWrite)).toEqual([]);

  github.mergePull(owner, central, 1);
  expect(await told(["shop"])).toEqual(["pull 1  "]);
  expect(github.pulls(owner, "shop")[0]?.body).toMatch(
    /^The settings program is in `my-org\/central`, .*since \[pull request 1\]/m,
  );
  expect(await told(["shop"])).toEqual(["left 1  same-already"]);
  github.mergePull(owner, "shop", 1);
  expect(await told(["shop"])).toEqual(["left 1  nothing-to-do"]);
  expectClean(github);
});

test("who says no in either repository is heard in both", async () => {
  for (const name of ["refused", "unwanted", "ended"]) add(name);
  const names = ["refused", "unwanted", "ended"];
  expect(await told(names)).toEqual(names.map(() => "pull 1 draft "));
  const numbers = new Map(github.pulls(owner, central).map(({ number, pull }) => [pull?.headRef ?? "", number]));
  const isOpen = (name: string): boolean | undefined =>
    github.pulls(owner, central).find(({ number }) => number === numbers.get(there(name)))?.open;
  github.closePull(owner, central, numbers.get(there("refused")) ?? 0);
  github.closePull(owner, "unwanted", 1);
  const [refused, unwanted] = await told(["refused", "unwanted"]);
  expect(refused).toBe(
    `held 1 draft its settings program was refused: pull request ${numbers.get(there("refused"))} of my-org/central was closed`,
  );
  expect([unwanted, isOpen("unwanted")]).toEqual(["left 1 draft closed-means-no", false]);

  const { services, works } = bot;
  const run = { services, works, configuration: configurationOf(["ended"]), number: ++runs, progress: () => undefined };
  await closeCampaign(run);
  expect([isOpen("ended"), open("ended")]).toEqual([false, [`1 closed ${branch}`]]);
  expectClean(github);
});

test("what is in the folder already is nobody's to overwrite, and a program of its own stays where it is", async () => {
  add("taken");
  github.commit(owner, central, "main", new Map([["my-org/taken/index.ts", "// ours\n"]]));
  const { before, folder } = fixture(from);
  const program = [...readTree(`${folder}/after`)].filter(([path]) => path.startsWith("deployment-settings/"));
  const other = program.map(([path, text]) => [path, text.replaceAll("prod", "staging")] as const);
  add("my-project", new Map([...before, ...other]));
  expect(await told(["my-project", "taken"])).toEqual([
    "pull 1  ",
    "held   my-org/taken/ of my-org/central holds another program: its stacks are to be added there by hand",
  ]);
  const own = filesAt(github, owner, "my-project", branch).get("deployment-settings/index.ts");
  for (const stack of ["prod", "staging"]) expect(own).toContain(`stack: "${stack}"`);
  expect(github.pulls(owner, central).filter(({ pull }) => pull?.headRef === there("my-project"))).toEqual([]);
  expect(open("taken")).toEqual([]);
  expectClean(github);
});
