import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SettingsSnapshot } from "@gha2pulumi/migrate";
import { startSettingsCloud, type SettingsCloud, type StoredSchedule } from "./engine/settings-cloud.ts";
import { folderOf, published, scratch } from "./support/command-line.ts";
import { runWatched, type Watched } from "./support/watched-program.ts";

const token = "pul-0123456789abcdef0123456789abcdef01234567";
const prod = "acme/network/prod";
const dev = "acme/network/dev";

let cloud: SettingsCloud;
beforeEach(async () => {
  cloud = await startSettingsCloud(token, [prod, dev]);
});
afterEach(async () => {
  // Whatever was asked and answered is as Pulumi Cloud's own description has it.
  await cloud.close();
  if (cloud.faults.length > 0) throw new Error(cloud.faults.join("\n"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const program = "deployment-settings/index.ts";
const files = {
  "deployment-settings/Pulumi.yaml":
    "name: deployment-settings\nruntime: nodejs\nconfig:\n  live: { type: boolean, default: true }\n",
  [program]: `import * as pulumi from "@pulumi/pulumi";
import * as service from "@pulumi/pulumiservice";

const config = new pulumi.Config();
const live = config.requireBoolean("live");

new service.DeploymentSettings("network-prod", {
  organization: pulumi.getOrganization(),
  project: "network",
  stack: "prod",
  sourceContext: { git: { branch: "main", repoDir: "infra" } },
  github: {
    repository: "acme/network",
    deployCommits: live,
    previewPullRequests: false,
    pullRequestTemplate: false,
    paths: ["infra/**", "!infra/docs/**"],
  },
  operationContext: {
    preRunCommands: ["npm run build"],
    environmentVariables: { REGION: "eu-west-1", PASSWORD: config.requireSecret("PASSWORD") },
    oidc: { aws: { roleARN: pulumi.interpolate\`arn:aws:iam::\${config.require("account")}:role/deploy\`, sessionName: "deploy", duration: "1h" } },
  },
});
if (live) {
  new service.DeploymentSchedule("network-prod-refresh", {
    organization: pulumi.getOrganization(),
    project: "network",
    stack: "prod",
    scheduleCron: "5 4 * * 1",
    pulumiOperation: service.PulumiOperation.Refresh,
  });
}
`,
};

/** What that program makes of the stack; the service gives a duration back as Go writes it. */
const settled = {
  sourceContext: { git: { branch: "refs/heads/main", repoDir: "infra/" } },
  gitHub: { repository: "acme/network", deployCommits: true, paths: ["infra/**", "!infra/docs/**"] },
  operationContext: {
    preRunCommands: ["npm run build"],
    environmentVariables: { REGION: "eu-west-1", PASSWORD: { secret: "canary one" } },
    oidc: { aws: { roleArn: "arn:aws:iam::111122223333:role/deploy", sessionName: "deploy", duration: "1h0m0s" } },
  },
};
const refresh: StoredSchedule = { id: "schedule-1", cron: "5 4 * * 1", request: { operation: "refresh" } };

/** Puts settings on a stack, as the console or the program would. */
function put(name: string, settings: unknown, ...schedules: readonly StoredSchedule[]): void {
  cloud.stacks.set(name, { settings: structuredClone(settings) as never, schedules: [...schedules] });
}

const run = (folder: string, ...args: readonly string[]): Promise<Watched> =>
  runWatched(published, folder, args, { PULUMI_ACCESS_TOKEN: token, PULUMI_BACKEND_URL: cloud.url });

const written = (): readonly string[] =>
  cloud.exchanges.filter(({ method }) => method !== "GET").map(({ method, path }) => `${method} ${path}`);

const asked = "--answer=organization=acme";

describe("settings diff and check", () => {
  test("settings that are live as the program says are no difference, however they are spelt", async () => {
    put(prod, settled, refresh);
    const folder = folderOf(files);
    const diff = await run(folder, "settings", "diff", asked);
    expect(diff).toMatchObject({ code: 0, err: "No difference.\n" });
    expect(diff.out).toContain("GP644");
    expect(diff.out).toContain("environmentVariables.PASSWORD, oidc.aws.roleARN");
    expect(await run(folder, "check", asked)).toMatchObject({ code: 0, err: "1 stack, all as the program says.\n" });
    expect(written()).toEqual([]);
  });

  test.each<readonly [string, (live: typeof settled) => unknown, string]>([
    ["a branch", (one) => (one.sourceContext.git.branch = "next"), 'branch is "next" in Pulumi Cloud, and "main"'],
    ["a trigger", (one) => (one.gitHub.deployCommits = false), 'deployCommits is not set in Pulumi Cloud, and "true"'],
    ["patterns in another order", (one) => one.gitHub.paths.reverse(), "paths is"],
    ["a role", (one) => (one.operationContext.oidc.aws.roleArn += "-2"), "oidc.aws.roleARN is"],
    [
      "a variable that is no secret any more",
      (one) => Object.assign(one.operationContext.environmentVariables, { PASSWORD: "canary two" }),
      'environmentVariables.PASSWORD is "(not shown)" in Pulumi Cloud, and "(secret)"',
    ],
    [
      "a variable more",
      (one) => Object.assign(one.operationContext.environmentVariables, { MORE: "false" }),
      "environmentVariables.MORE",
    ],
    ["a command", (one) => one.operationContext.preRunCommands.push("echo canary"), "preRunCommands"],
    ["a pool", (one) => Object.assign(one, { agentPoolID: "00000000-0000-4000-8000-000000000002" }), "agentPoolId"],
  ])("%s that differs is shown with its place, and ends check with 12", async (_, change, message) => {
    const live = structuredClone(settled);
    change(live);
    put(prod, live, refresh);
    const folder = folderOf(files);
    const { code, out, err } = await run(folder, "check", asked, "--format", "json");
    expect({ code, err }).toEqual({ code: 12, err: "1 difference.\n" });
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; message: string; location: string }[] };
    expect(diagnostics.filter((one) => one.code === "GP641")).toMatchObject([
      {
        message: expect.stringContaining(message),
        location: expect.stringMatching(/^deployment-settings\/index.ts:\d+:/),
      },
    ]);
    expect(out + err).not.toContain("canary");
  });

  test("what no program can declare is refused: `pulumi up` would erase it", async () => {
    const live = structuredClone(settled);
    Object.assign(live.gitHub, { deployTags: true });
    Object.assign(live.operationContext, { role: { id: "canary" } });
    put(prod, live, refresh);
    const folder = folderOf(files);
    const { code, out, err } = await run(folder, "settings", "diff", asked, "--format", "json");
    expect(code).toBe(12);
    expect(err).toBe("2 differences. `pulumi up` would erase 2 settings: not before that is settled.\n");
    const { diagnostics } = JSON.parse(out) as { diagnostics: { code: string; message: string }[] };
    expect(diagnostics.filter((one) => one.code === "GP519").map(({ message }) => message)).toEqual([
      expect.stringContaining(`${prod}: gitHub.deployTags is "true" in Pulumi Cloud`),
      expect.stringContaining(`${prod}: operationContext.role.id is "(not shown)" in Pulumi Cloud`),
    ]);
    expect(out + err).not.toContain("canary");
    expect((await run(folder, "check", asked)).code).toBe(12);
  });

  test("schedules are compared in any order, and one that is paused is another one", async () => {
    put(
      prod,
      settled,
      { ...refresh, paused: true },
      { id: "s-2", cron: "", once: "2030-01-01T00:00:00Z", request: { operation: "destroy" } },
    );
    const { code, out } = await run(folderOf(files), "check", asked, "--format", "json");
    expect(code).toBe(12);
    expect(out).toContain(
      'schedule is \\"refresh at 5 4 * * 1 (paused)\\", \\"destroy at once 2030-01-01T00:00:00Z\\"',
    );
  });

  test("a program that is off is compared as such", async () => {
    const off = {
      ...files,
      "deployment-settings/Pulumi.yaml": files["deployment-settings/Pulumi.yaml"].replace("true", "false"),
    };
    put(prod, settled, refresh);
    const { out } = await run(folderOf(off), "check", asked, "--format", "json");
    expect(out).toContain("deployCommits is");
    expect(out).toContain("schedule is");
    put(prod, { ...settled, gitHub: { ...settled.gitHub, deployCommits: false } });
    expect(await run(folderOf(off), "check", asked)).toMatchObject({ code: 0 });
  });

  test("a stack without settings, and one that is not there", async () => {
    const folder = folderOf(files);
    const without = await run(folder, "check", asked);
    expect(without).toMatchObject({
      code: 12,
      out: expect.stringContaining("has no deployment settings in Pulumi Cloud"),
    });
    cloud.stacks.delete(prod);
    expect((await run(folder, "check", asked)).out).toContain("is not in Pulumi Cloud, or the token may not see it");
  });

  test("an organisation that no file names is asked for, and no address is made of what is no name", async () => {
    const folder = folderOf(files);
    const { code, out } = await run(folder, "check");
    expect(code).toBe(11);
    expect(out).toContain("GP645");
    const hostile = {
      ...files,
      [program]: files[program].replaceAll('"network"', '".."').replaceAll('"prod"', '"../../user"'),
    };
    expect((await run(folderOf(hostile), "check", asked)).out).toContain("is no name of a stack");
    expect(cloud.exchanges).toEqual([]);
  });

  test("the recorded plan is compared too, where it was kept or is given", async () => {
    put(prod, settled, refresh);
    const folder = folderOf(files);
    const plan = join(folder, "gha2pulumi.plan.json");
    expect((await run(folder, "plan", "--out", plan)).code).toBeDefined();
    const document = JSON.parse(readFileSync(plan, "utf8")) as { settings: unknown[] };
    const field = (name: string, value: string): unknown => ({ name, value, location: "a.yml:1:1" });
    const fields = [field("branch", "release"), field("repository", "acme/network")];
    document.settings = [{ organization: null, project: "network", stack: "prod", fields }];
    writeFileSync(plan, JSON.stringify(document));
    const { code, out } = await run(folder, "check", asked);
    expect(code).toBe(12);
    expect(out).toContain("acme/network/prod: branch is not what the plan says");
    expect(out).not.toContain("repository is not");
    expect((await run(folder, "check", asked, "--plan", "no-such.json")).err).toContain("error[GP710]");
  });

  test("SARIF for code scanning, annotations for a step, and a file of either", async () => {
    put(prod, { ...settled, agentPoolID: "pool" }, refresh);
    const folder = folderOf(files);
    const { out, code } = await run(folder, "check", asked, "--format", "sarif");
    expect(code).toBe(12);
    const log = JSON.parse(out) as {
      runs: { results: { ruleId: string; level: string }[]; tool: { driver: { rules: unknown[] } } }[];
    };
    expect(log.runs[0]?.results).toMatchObject([
      { ruleId: "GP641", level: "error" },
      { ruleId: "GP644", level: "note" },
    ]);
    expect(log.runs[0]?.tool.driver.rules).toMatchObject([{ shortDescription: { text: expect.any(String) } }, {}]);
    expect((await run(folder, "check", asked, "--format", "github")).out).toMatch(/^::error file=deployment-settings/);
    expect((await run(folder, "check", asked, "--out", "check.sarif")).err).toContain("wrote check.sarif");
    expect(JSON.parse(readFileSync(join(folder, "check.sarif"), "utf8"))).toEqual(log);
  });

  test("without a settings program there is nothing to compare", async () => {
    expect(await run(folderOf({}), "check")).toMatchObject({ code: 3, err: "No settings program was found.\n" });
  });
});

describe("settings snapshot and restore", () => {
  const snapshotIn = (folder: string): SettingsSnapshot =>
    JSON.parse(readFileSync(join(folder, "before.json"), "utf8")) as SettingsSnapshot;
  const state = (): unknown =>
    structuredClone(
      [...cloud.stacks].map(([name, { settings, schedules }]) => [
        name,
        settings,
        schedules.map(({ id: _, ...one }) => one).sort((a, b) => (a.cron < b.cron ? -1 : 1)),
      ]),
    );

  test("a snapshot has everything but secrets, and no file is overwritten by one", async () => {
    put(prod, { ...settled, executorContext: { executorImage: "acme/runner:1" } }, refresh);
    const folder = folderOf(files);
    const { code, err } = await run(folder, "settings", "snapshot", asked, "--stack", dev, "--out", "before.json");
    expect(code).toBe(0);
    expect(err).toContain("2 stacks. 1 secret of them by name alone");
    const { stacks, url } = snapshotIn(folder);
    expect(url).toBe(cloud.url);
    expect(stacks).toMatchObject([
      { stack: dev, settings: null, secrets: [], schedules: [] },
      {
        stack: prod,
        settings: {
          gitHub: settled.gitHub,
          operationContext: { environmentVariables: { REGION: "eu-west-1" } },
          executorContext: { executorImage: { reference: "acme/runner:1" } },
        },
        secrets: [
          {
            path: ["operationContext", "environmentVariables", "PASSWORD"],
            fingerprint: expect.stringMatching(/^[0-9a-f]{16}$/),
          },
        ],
        schedules: [{ cron: "5 4 * * 1", once: null, paused: false, request: { operation: "refresh" }, secrets: [] }],
      },
    ]);
    expect(statSync(join(folder, "before.json")).mode & 0o777).toBe(0o600);
    const again = await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    expect(again).toMatchObject({ code: 2, err: expect.stringContaining("error[GP654]") });
    expect(written()).toEqual([]);
  });

  /** What a person, or the switch, does to the stack after the snapshot was taken; what restoring it sends. */
  const edits: readonly (readonly [string, () => void, readonly string[]])[] = [
    ["nothing", () => undefined, []],
    [
      "other settings, a variable more, a secret more, a plain image",
      () =>
        put(
          prod,
          {
            ...settled,
            gitHub: { repository: "acme/network", previewPullRequests: true, paths: ["a/**"] },
            operationContext: {
              ...settled.operationContext,
              environmentVariables: {
                ...settled.operationContext.environmentVariables,
                X: "1",
                Y: { secret: "canary y" },
              },
            },
            executorContext: { executorImage: "other:2" },
          },
          refresh,
        ),
      [`POST /api/stacks/${prod}/deployments/settings`],
    ],
    [
      "schedules",
      () =>
        put(
          prod,
          settled,
          { id: "s-7", cron: "1 1 * * *", request: { operation: "update" } },
          { ...refresh, id: "s-8", paused: true },
        ),
      [
        `DELETE /api/stacks/${prod}/deployments/schedules/s-7`,
        `DELETE /api/stacks/${prod}/deployments/schedules/s-8`,
        `POST /api/stacks/${prod}/deployments/schedules`,
      ],
    ],
    [
      "settings where there were none",
      () => put(dev, { ...settled, gitHub: { ...settled.gitHub } }),
      [`DELETE /api/stacks/${dev}/deployments/settings`],
    ],
  ];

  test.each(edits)("restore makes it what it was, after: %s", async (_, edit, requests) => {
    put(prod, settled, refresh);
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--stack", dev, "--out", "before.json");
    const before = state();
    edit();
    const refused = await run(folder, "settings", "restore", "before.json");
    if (requests.length > 0) expect(refused).toMatchObject({ code: 2, err: expect.stringContaining("error[GP708]") });
    expect(written()).toEqual([]);
    const restored = await run(folder, "settings", "restore", "before.json", "--yes");
    expect(restored.code).toBe(0);
    expect(restored.out + restored.err).not.toContain("canary");
    expect(state()).toEqual(before);
    expect(written()).toEqual(requests);
    expect(await run(folder, "settings", "restore", "before.json", "--yes")).toMatchObject({
      code: 0,
      err: expect.stringContaining("Nothing to restore."),
    });
  });

  test("drift schedules, paused ones and ones whose time is past", async () => {
    const drift: StoredSchedule = {
      id: "s-1",
      cron: "0 3 * * *",
      paused: true,
      request: { operation: "detect-drift", operationContext: { options: { remediateIfDriftDetected: true } } },
    };
    put(prod, settled, drift, { id: "s-2", cron: "", once: "2020-01-01T00:00:00Z", request: { operation: "destroy" } });
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    put(prod, settled);
    const { code, out } = await run(folder, "settings", "restore", "before.json", "--yes");
    expect(code).toBe(11);
    expect(out).toContain('the time of "destroy at once 2020-01-01T00:00:00Z" is past');
    expect(cloud.stacks.get(prod)?.schedules).toMatchObject([
      { cron: drift.cron, paused: true, request: drift.request },
    ]);
  });

  test("secrets that are gone or others are named, to be set by hand", async () => {
    put(prod, settled);
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    const variables = { REGION: "eu-west-1", PASSWORD: { secret: "canary two" } };
    put(prod, { ...settled, operationContext: { ...settled.operationContext, environmentVariables: variables } });
    const other = await run(folder, "settings", "restore", "before.json", "--yes");
    expect(other).toMatchObject({ code: 11, out: expect.stringContaining("PASSWORD again: it is another one by now") });
    put(prod, undefined);
    const gone = await run(folder, "settings", "restore", "before.json", "--yes");
    expect(gone.out).toContain("give it its deployment settings back");
    expect(gone.out).toContain(
      "by hand: set the secret operationContext.environmentVariables.PASSWORD again: it is gone",
    );
    expect(gone.code).toBe(11);
    expect(cloud.stacks.get(prod)?.settings).toMatchObject({ gitHub: settled.gitHub });
  });

  test("what is only half sent is finished by the same command", async () => {
    put(prod, settled, refresh);
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    const before = state();
    put(prod, { ...settled, agentPoolID: "pool" });
    cloud.mishaps.push({ method: "POST", path: /schedules$/, done: false, answer: undefined });
    const broken = await run(folder, "settings", "restore", "before.json", "--yes");
    expect(broken).toMatchObject({ code: 5, err: expect.stringContaining("1 change of 2 made before that.") });
    expect(broken.err).toContain("error[GP649]");
    expect((await run(folder, "settings", "restore", "before.json", "--yes")).code).toBe(0);
    expect(state()).toEqual(before);
  });

  test("a stack that is gone is said, and nothing is sent", async () => {
    put(prod, settled);
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    cloud.stacks.delete(prod);
    expect(await run(folder, "settings", "restore", "before.json", "--yes")).toMatchObject({
      code: 11,
      out: expect.stringContaining("the stack is gone"),
    });
    expect(written()).toEqual([]);
  });

  test.each<readonly [string, (text: string) => string]>([
    ["cut short", (text) => text.slice(0, text.length / 2)],
    ["of another version", (text) => text.replace('"schemaVersion": 1', '"schemaVersion": 2')],
    ["about what is no stack", (text) => text.replace(prod, "acme/../../user")],
    ["of another form", (text) => text.replace('"schedules": [', '"schedules": [7, ')],
    ["taken elsewhere", (text) => text.replace(/"url": "[^"]*"/, '"url": "https://evil.example"')],
  ])("a snapshot that is %s is refused, and nothing is sent", async (_, change) => {
    put(prod, settled, refresh);
    const folder = folderOf(files);
    await run(folder, "settings", "snapshot", asked, "--out", "before.json");
    const text = readFileSync(join(folder, "before.json"), "utf8");
    expect(change(text)).not.toBe(text);
    writeFileSync(join(folder, "other.json"), change(text));
    put(prod, undefined);
    const { code, err } = await run(folder, "settings", "restore", "other.json", "--yes");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("error[GP653]") });
    expect(written()).toEqual([]);
  });

  test("a folder that cannot be written leaves no half of a snapshot", async () => {
    put(prod, settled);
    const folder = folderOf(files);
    const { code, err } = await run(folder, "settings", "snapshot", asked, "--out", "no/such/before.json");
    expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining("error[GP704]") });
    expect(existsSync(join(folder, "no"))).toBe(false);
  });
});
