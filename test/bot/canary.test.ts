// Secrets of a campaign: in no file of its state, no table, report, pull request, log or command line, whatever fails.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { canariesIn, filesBelow, type Canaries, type Place } from "../support/canaries.ts";
import { published } from "../support/command-line.ts";
import { fixture } from "../support/fixture.ts";
import { runWatched, type Watched } from "../support/watched-program.ts";
import { ask, useCache } from "./engine/databases.ts";
import { startGitHub, type GitHub } from "./rig/github.ts";
import type { Request, Trouble } from "./rig/server.ts";
import { expectClean, filesAt, stateFolder } from "./support.ts";

const owner = "my-org";
const branch = "gha2pulumi/move";

let github: GitHub;
let canaries: Canaries;
let folder: string;
let home: string;
let remove: () => void;

const value = (name: string): string => canaries[name] ?? "";
const said = "what a failing server says";

interface Failure {
  readonly times: number;
  readonly trouble: () => Trouble;
  /** The requests that meet it; all, where nothing is said. */
  readonly at?: RegExp;
}

/** Each repository meets one of these, for ever or in its first requests. */
const failures: Readonly<Record<string, Failure>> = {
  "is-401": { times: Infinity, trouble: () => refusal(401) },
  "is-403": { times: Infinity, trouble: () => refusal(403) },
  // Of a branch it would mean that there is no commit.
  "is-409": { times: Infinity, trouble: () => refusal(409), at: /\/environments$/ },
  "is-429": { times: 1, trouble: () => refusal(429, { "retry-after": "1" }) },
  "is-500": { times: 1, trouble: () => ({ answer: { status: 500, body: { message: words() } } }) },
  "is-half": { times: 1, trouble: () => ({ answer: { status: 200, text: `{"id": 1, "name": "${words()}` } }) },
  "is-well": { times: 0, trouble: () => ({}) },
};
const names = Object.keys(failures);

/** What a server says of a request is told, but for a token that it repeats; of its own failure nothing is. */
const words = (): string => `${value(said)} ${github.token}`;
const refusal = (status: number, headers: Readonly<Record<string, string>> = {}): Trouble => ({
  answer: { status, body: { message: `Refused for ${github.token}` }, headers },
});

beforeAll(async () => {
  useCache();
  github = await startGitHub();
  ({ state: folder, remove } = stateFolder());
  home = join(folder, "home");
  mkdirSync(home);
  canaries = {
    "the token of GitHub": github.token,
    "the token of GitHub as git sends it": Buffer.from(`x-access-token:${github.token}`).toString("base64"),
    "the token of Pulumi Cloud": "pul-cafe0123456789abcdef0123456789abcdef0123",
    "what webhooks are signed with": "canary-webhook-5e11",
    "a secret in the environment": "canary-environment-2210",
    "a variable of the repository": "canary-variable-7d1f",
    "a variable of the organisation": "canary-organisation-04ba",
    [said]: "canary-message-b7e5",
  };
  for (const name of names)
    github.addRepository({
      owner,
      name,
      files: fixture("repositories/rule-card").before,
      collaborators: { migrator: "write" },
      variables: { PASSWORD: value("a variable of the repository") },
      organizationVariables: { KEY: value("a variable of the organisation") },
    });
});
afterAll(async () => {
  await github.close();
  remove();
});

const campaign = (via: string, from: string): void =>
  writeFileSync(
    join(folder, "gha2pulumi-bot.yaml"),
    `campaign: move\nrepositories: [${from}]\nvia: ${via}\nwaves: {risk: high, next: at-once}\n`,
  );

/** One command of the bot, with nothing of a canary in what it says, is called by or leaves behind. */
async function bot(args: readonly string[], stop?: () => boolean): Promise<Watched> {
  const ended = await runWatched(
    published,
    folder,
    ["bot", ...args, "--state", "state"],
    {
      GITHUB_API_URL: github.url,
      GITHUB_SERVER_URL: github.gitUrl,
      GH_TOKEN: github.token,
      GITHUB_WEBHOOK_SECRET: value("what webhooks are signed with"),
      PULUMI_ACCESS_TOKEN: value("the token of Pulumi Cloud"),
      PASSWORD: value("a secret in the environment"),
      HOME: home,
      TMPDIR: home,
      DEBUG: "1",
    },
    stop === undefined ? {} : { stop },
  );
  const { out, err, argv } = ended;
  const told: readonly Place[] = [
    ["standard output", out],
    ["standard error", err],
    ["a command line", argv],
  ];
  expect(canariesIn(canaries, [...told, ...filesBelow(folder)])).toEqual([]);
  return ended;
}

/** Every row of every table, as text: pages of a database may be compressed. */
async function rows(): Promise<readonly Place[]> {
  const state = join(folder, "state");
  const [first] = await ask(
    state,
    `select string_agg(format('select %L as place, t::text as row from %I.%I t', table_name, table_schema, table_name), ' union all ') as query
     from information_schema.tables where table_schema not in ('pg_catalog', 'information_schema')`,
  );
  const all = await ask(state, String(first?.["query"]));
  expect(all.length).toBeGreaterThan(names.length);
  return all.map(({ place, row }) => [`the table ${String(place)}`, String(row)]);
}

/** What the bot wrote on GitHub, and what it asked for. */
function written(): readonly Place[] {
  return [
    ["a request", JSON.stringify(github.requests.map(({ path, body }) => [path, body]))],
    ...names.flatMap((name): readonly Place[] => [
      ...github.pulls(owner, name).map(({ title, body }): Place => [`a pull request of ${name}`, `${title} ${body}`]),
      ...(github.pulls(owner, name).length === 0 ? [] : filesAt(github, owner, name, branch)),
    ]),
  ];
}

test("no canary anywhere: with every failure, killed, and in success, by the interface and by git", async () => {
  campaign("api", `{organization: ${owner}}`);
  const left = new Map(names.map((name) => [name, failures[name]?.times ?? 0]));
  github.trouble = ({ repository = "", path }: Request) => {
    const name = repository.replace(`${owner}/`, "");
    const { at, trouble } = failures[name] ?? {};
    const times = left.get(name) ?? 0;
    if (times === 0 || at?.test(path) === false) return undefined;
    left.set(name, times - 1);
    return trouble?.();
  };
  const failing = await bot(["plan"]);
  github.trouble = () => undefined;
  expect([...left].filter(([, times]) => times > 0).map(([name]) => name)).toEqual(["is-401", "is-403", "is-409"]);
  expect(failing.code).toBe(20);
  // What GitHub says of a request stays to be read.
  for (const name of ["is-401", "is-403", "is-409"])
    expect(failing.out).toMatch(new RegExp(`^my-org/${name} +failed .*Refused for \\*\\*\\*`, "m"));
  expect(failing.out.match(/^my-org\/\S+ +waits for its wave/gm)).toHaveLength(names.length - 3);

  campaign("git", `{names: [${owner}/is-well]}`);
  // What git is about to push, goes on when the program is killed: killed when that is done.
  const isWriting = (): boolean =>
    github.requests.some(({ method, path }) => method === "POST" && path.endsWith("/pulls"));
  expect((await bot(["run", "--yes"], isWriting)).code).toBe(null);
  expect(await bot(["run", "--yes"])).toMatchObject({ code: 0, out: expect.not.stringContaining("failed") as string });
  expect(github.pulls(owner, "is-well")).toHaveLength(1);
  // What failed before is still in the report.
  expect((await bot(["report", "--out", "log.jsonl"])).code).toBe(20);
  expect(canariesIn(canaries, [...(await rows()), ...written()])).toEqual([]);
  expectClean(github);
}, 240_000);
