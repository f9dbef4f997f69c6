// `pnpm bot:corpus`: real repositories as one organisation. They are other people's code and lie beside this repository;
// without them, or in the test run, there is nothing to do.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, expect, test } from "vitest";
import { analyse } from "../../packages/cli/src/analyse.ts";
import { silent } from "../../packages/cli/src/progress.ts";
import { planTable, type StoredPlan } from "../../packages/bot/src/campaign/plan-work.ts";
import { publishedFiles, type PublishedFile } from "../../packages/bot/src/publication.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import { skippingClock } from "./skipping-clock.ts";
import { campaign, expectClean, gitIn, stateFolder, withBot } from "./support.ts";
import { runCampaign, type Row } from "@gha2pulumi/bot";

const corpus = join(import.meta.dirname, "../../../shared/corpus/repos");
const skipped =
  process.env["CORPUS"] === undefined
    ? "`pnpm bot:corpus` runs it"
    : existsSync(corpus)
      ? undefined
      : "the corpus is not beside this repository";
const all = skipped === undefined ? readdirSync(corpus).sort() : [];
/** `CORPUS=16` takes so many of them, from the first to the last. */
const each = Math.max(1, Math.ceil(all.length / (Number(process.env["CORPUS"]) || all.length)));
const names = all.filter((_, i) => i % each === 0);
const owner = "corpus";
const branch = "gha2pulumi/move";

const endings: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

const lines: string[] = [];
afterAll(() => {
  process.stdout.write(lines.map((line) => `${line}\n`).join(""));
});

/** Every file below a folder, byte for byte. */
function bytesIn(folder: string): ReadonlyMap<string, Uint8Array> {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((one) => one.isFile());
  return new Map(
    paths.map((one) => {
      const path = join(one.parentPath, one.name);
      return [path.slice(folder.length + 1), readFileSync(path)];
    }),
  );
}

interface Outcome {
  /** The plan as the command line makes it of the folder. */
  readonly document: string;
  readonly files: readonly PublishedFile[];
}

/** What `gha2pulumi plan` says of a folder that is told what the bot knows. */
async function plannedFolder(name: string): Promise<Outcome> {
  const answer = [`repository=${owner}/${name}`, "default-branch=main"];
  const folder = join(corpus, name);
  const { document, changes, tree } = await analyse({ folder, answer, include: [], exclude: [] }, silent);
  return { document: JSON.stringify(document, null, 1), files: publishedFiles(tree, changes) };
}

const outcomes = new Map<string, Promise<Outcome>>();
const outcomeOf = (name: string): Promise<Outcome> => {
  const known = outcomes.get(name) ?? plannedFolder(name);
  outcomes.set(name, known);
  return known;
};

/** The line of two texts where they first differ. */
function firstDifference(left: string, right: string): string | undefined {
  if (left === right) return undefined;
  const [a, b] = [left.split("\n"), right.split("\n")];
  const at = a.findIndex((line, i) => line !== b[i]);
  return `line ${at + 1}: ${a[at]?.trim()} ≠ ${b[at]?.trim()}`;
}

async function served(clock: { now: () => number }): Promise<GitHub> {
  const github = await startGitHub({
    clock,
    limits: { contentPerMinute: 10_000, contentPerHour: 100_000, primary: 10_000_000 },
  });
  endings.push(() => github.close());
  for (const name of names)
    github.addRepository({ owner, name, files: bytesIn(join(corpus, name)), collaborators: { migrator: "write" } });
  return github;
}

/** How a row has to end for this outcome of `plan`. */
function stateFor({ files }: Outcome, row: Row): string {
  if (row.plan?.audited.operations.length === 0) return "nothing";
  if (row.plan?.leftAlone !== null) return "skipped";
  return files.length > 0 ? "pull" : "held";
}

test.skipIf(skipped !== undefined).each(["api", "git"])(
  `every repository of the corpus via %s ends as \`plan\` ends on its folder${skipped === undefined ? "" : ` (skipped: ${skipped})`}`,
  async (via) => {
    const began = Date.now();
    const clock = skippingClock();
    endings.push(clock.stop);
    const github = await served(clock);
    const { state, remove } = stateFolder();
    endings.push(remove);
    const configuration = campaign(
      `repositories: [{organization: ${owner}}]\nobserve: false\nvia: ${via}\nwaves: {risk: high, next: at-once, sizes: []}`,
    );
    const setting = { github, configuration, state, clock };
    const { rows, plans } = await withBot(setting, async ({ engine, services, works }) => {
      const progress = (): void => undefined;
      const { rows } = await runCampaign({ services, works, configuration, number: 1, progress });
      const stored = await engine.store.entries(planTable(configuration.campaign));
      return { rows, plans: new Map(stored as unknown as readonly (readonly [string, StoredPlan])[]) };
    });
    const faults: string[] = [];
    for (const name of names) {
      const outcome = await outcomeOf(name);
      const row = rows.find((one) => one.name === `${owner}/${name}`);
      const plan = plans.get(`${owner}/${name}`);
      if (row === undefined || plan === undefined) {
        faults.push(`${name}: ${row?.state ?? "no row"} ${row?.reason ?? ""}`);
        continue;
      }
      const differs = [
        firstDifference(outcome.document, JSON.stringify(plan.document, null, 1)),
        firstDifference(JSON.stringify(outcome.files, null, 1), JSON.stringify(plan.files, null, 1)),
        firstDifference(stateFor(outcome, row), row.state),
        row.state === "pull" ? publishedDifference(github, name, outcome) : undefined,
      ].filter((one) => one !== undefined);
      faults.push(...differs.map((one) => `${name}: ${one} ${row.reason}`));
    }
    const states = new Map<string, number>();
    for (const row of rows) states.set(row.state, (states.get(row.state) ?? 0) + 1);
    const content = github.requests.reduce((sum, one) => sum + one.content, 0);
    lines.push(
      `via ${via}: ${rows.length} repositories (${[...states].map(([one, count]) => `${count} ${one}`).join(", ")}), ` +
        `${faults.length} differences from plan, ${github.requests.length} requests, ${content} of content, ` +
        `${((Date.now() - began) / 1000).toFixed(0)} s`,
    );
    expect(faults).toEqual([]);
    expect(rows).toHaveLength(names.length);
    expectClean(github);
  },
);

/** What a branch has that the folder after its plan has not, or the other way around. */
function publishedDifference(github: GitHub, name: string, { files }: Outcome): string | undefined {
  if (github.pulls(owner, name).length !== 1) return `${github.pulls(owner, name).length} pull requests`;
  const fsck = gitIn(github, owner, name, "fsck", "--strict", "--no-dangling");
  if (fsck !== "") return fsck;
  const diff = gitIn(github, owner, name, "diff", "--name-only", "-z", "main", branch).split("\0").sort();
  const meant = ["", ...files.map(({ path }) => path)].sort();
  if (diff.join(" ") !== meant.join(" ")) return `the branch changes ${diff.join(" ")}, the plan ${meant.join(" ")}`;
  const wrong = files.find(
    ({ path, text }) => text !== null && gitIn(github, owner, name, "show", `${branch}:${path}`) !== text,
  );
  return wrong && `${wrong.path} is not as planned`;
}
