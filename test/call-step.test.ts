import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkedOut } from "../packages/migrate/src/call/call-request.ts";
import { callStep } from "../packages/migrate/src/call/call-step.ts";
import type { CallRequest } from "../packages/migrate/src/call/call-request.ts";
import { answering, commit, detail, foreign, limited, plain, stack, token } from "./support/call-case.ts";
import { openApiJudge } from "./support/openapi-judge.ts";
import {
  assetOutput,
  secretOutput,
  startPulumiCloud,
  type CloudStack,
  type PulumiCloud,
} from "./support/pulumi-cloud.ts";
import { argumentsOf, missingPrograms, startStep, type StepRun } from "./support/run-call-step.ts";

const awkward = 'it\'s "quoted", $HOME $(id) `id` \\n 100% \n::error::second line\r\n\té 🚀 EOF';

const missing = missingPrograms();
const tier =
  missing.length > 0 ? `skipped, because this machine has no ${missing.join(", ")}` : "with bash, curl and jq";
const judged = openApiJudge()
  ? "judged by its OpenAPI description"
  : "unjudged: its OpenAPI description is not at hand";

describe.skipIf(missing.length > 0)(`the call step, ${tier}, against a Pulumi Cloud ${judged}`, () => {
  let cloud: PulumiCloud;
  beforeEach(async () => {
    cloud = await startPulumiCloud(token);
    cloud.stacks.set("acme/network/prod", stack({}));
  });
  afterEach(async () => {
    await cloud.close();
    if (cloud.faults.length > 0) throw new Error(`Not as its OpenAPI description says: ${cloud.faults.join("; ")}`);
  });

  const request = (changed: Partial<CallRequest>): CallRequest => ({ ...plain, cloudUrl: cloud.url, ...changed });
  const run = async (
    changed: Partial<CallRequest> = {},
    env: Readonly<Record<string, string>> = {},
  ): Promise<StepRun> => {
    const ended = await startStep(callStep(request(changed)), env).ended;
    expect(ended.log).not.toContain(token);
    return ended;
  };
  const deployments = (): CloudStack["deployments"] => cloud.stacks.get("acme/network/prod")?.deployments ?? [];
  const posts = (): number =>
    cloud.exchanges.filter(({ method, path }) => method === "POST" && path.endsWith("/deployments")).length;

  test("asks for the operation, pinned to the commit, with what the stack has saved", async () => {
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
    expect(ended.log.split("\n")).toEqual([
      "Pulumi Deployments: https://app.pulumi.com/acme/network/prod/deployments/1",
      "update of acme/network/prod: not-started",
      "update of acme/network/prod: running",
      "update of acme/network/prod: succeeded",
      "",
    ]);
    const [one] = deployments();
    expect(one?.operation).toBe("update");
    expect(one?.settings.sourceContext.git).toEqual({ commit, repoDir: "infra" });
    expect(one?.settings.operationContext.preRunCommands).toEqual(["npm ci"]);
    expect(one?.settings.operationContext.environmentVariables).toEqual({
      AWS_REGION: "eu-west-1",
      CALLED_BY_RUN: expect.stringMatching(/^4242\.1\.deploy\.__run_2\.\d+$/),
    });
  });

  test.each(["update", "preview", "refresh", "destroy"] as const)("asks for %s", async (operation) => {
    expect((await run({ operation })).exit).toBe(0);
    expect(deployments()[0]?.operation).toBe(operation);
  });

  test("asks for a branch where a branch is meant", async () => {
    cloud.stacks.set("acme/network/prod", stack({ settings: { sourceContext: { git: { commit: "0".repeat(40) } } } }));
    expect((await run({ revision: { kind: "branch", text: "refs/heads/main" } })).exit).toBe(0);
    expect(deployments()[0]?.settings.sourceContext.git).toEqual({ branch: "refs/heads/main" });
  });

  test("asks for the commit that is checked out, and for nothing where none is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "checked-out-"));
    const git = (...words: readonly string[]): string =>
      execFileSync("git", ["-C", folder, ...words])
        .toString()
        .trim();
    git("init", "--quiet");
    git("-c", "user.name=A", "-c", "user.email=a@acme.test", "commit", "--quiet", "--allow-empty", "-m", "one");
    expect((await run({ revision: checkedOut }, { GIT_DIR: join(folder, ".git") })).exit).toBe(0);
    expect(deployments()[0]?.settings.sourceContext.git).toEqual({
      commit: git("rev-parse", "HEAD"),
      repoDir: "infra",
    });
    rmSync(folder, { recursive: true });
    const ended = await run({ revision: checkedOut });
    expect([ended.exit, ended.log]).toEqual([1, expect.stringContaining("::error::Nothing is checked out.")]);
    expect(deployments()).toHaveLength(1);
  });

  test("hands values of the run over as they are, secret ones as secrets, and prints none", async () => {
    const ended = await run({
      environment: [
        { name: "IMAGE_TAG", text: awkward, secret: false },
        { name: "EMPTY", text: "", secret: false },
        { name: "DATABASE_PASSWORD", text: `hush ${awkward}`, secret: true },
      ],
      options: [
        { flag: "expect-no-changes", text: "true", isSwitch: false },
        { flag: "refresh", text: "True", isSwitch: true },
        { flag: "target-dependents", text: "false", isSwitch: true },
        { flag: "diff", text: "", isSwitch: true },
      ],
    });
    expect(ended.exit, ended.log).toBe(0);
    expect(deployments()[0]?.settings.operationContext.environmentVariables).toMatchObject({
      IMAGE_TAG: awkward,
      EMPTY: "",
      DATABASE_PASSWORD: { secret: `hush ${awkward}` },
      PULUMI_OPTION_EXPECT_NO_CHANGES: "true",
      PULUMI_OPTION_REFRESH: "true",
      AWS_REGION: "eu-west-1",
    });
    const names = Object.keys(deployments()[0]?.settings.operationContext.environmentVariables ?? {});
    expect(names.filter((name) => name.startsWith("PULUMI_OPTION_"))).toHaveLength(2);
    expect(ended.log).not.toContain("hush");
    expect(ended.log).not.toContain("quoted");
  });

  test("sends a role and commands of its own in place of those saved", async () => {
    const oidc = { aws: { roleArn: "arn:aws:iam::111122223333:role/network-deploy", sessionName: "deploy" } };
    const settings = { operationContext: { oidc, preRunCommands: ["npm ci"], environmentVariables: {} } };
    cloud.stacks.set("acme/network/prod", stack({ settings: { ...stack({}).settings, ...settings } }));
    const own = { awsRole: "arn:aws:iam::111122223333:role/network-read" };
    const prepared = { commands: ["make schema", "echo '$HOME'"], skipInstall: true };
    const config = [{ key: "network:imageTag", text: "v2", secret: false, hidden: false, path: false }];
    expect((await run({ own: { ...own, prepared }, config })).exit).toBe(0);
    expect((await run({ own: { ...own, prepared: { commands: [], skipInstall: false } } })).exit).toBe(0);
    const [one, other] = deployments().map((deployment) => deployment.settings.operationContext);
    expect(one?.oidc).toEqual({ aws: { roleArn: own.awsRole, sessionName: "pulumi-${deployment.version}" } });
    expect(one?.preRunCommands).toEqual([...prepared.commands, expect.stringContaining("network:imageTag")]);
    expect(one?.options).toEqual({ skipInstallDependencies: true });
    expect(other?.preRunCommands).toEqual([]);
    expect(other?.options).toEqual({ skipInstallDependencies: false });
  });

  test("sets configuration of the run after the saved commands, its values as variables", async () => {
    const config = [
      { key: "network:imageTag", text: awkward, secret: false, hidden: false, path: false },
      { key: "network:it's[0].key", text: "hush", secret: true, hidden: false, path: true },
    ];
    expect((await run({ config })).exit).toBe(0);
    const { preRunCommands, environmentVariables } = deployments()[0]?.settings.operationContext ?? {};
    expect(preRunCommands).toHaveLength(3);
    expect(preRunCommands[0]).toBe("npm ci");
    expect(environmentVariables).toMatchObject({ RUN_CONFIG_1: awkward, RUN_CONFIG_2: { secret: "hush" } });
    const stackName = ["--stack", "acme/network/prod", "--"];
    expect(argumentsOf(preRunCommands[1], awkward)).toEqual([
      "config",
      "set",
      "--plaintext",
      ...stackName,
      "network:imageTag",
      awkward,
    ]);
    expect(argumentsOf(preRunCommands[2], "hush")).toEqual([
      "config",
      "set",
      "--secret",
      "--path",
      ...stackName,
      "network:it's[0].key",
      "hush",
    ]);
  });

  test("sets outputs under the names that later steps use", async () => {
    cloud.stacks.set(
      "acme/network/prod",
      stack({ outputs: { bucketUrl: awkward, ports: [80, 443], on: false, none: null, odd: "end\n" } }),
    );
    const wanted = { url: "bucketUrl", ports: "ports", on: "on", none: "none", odd: "odd" };
    const ended = await run({ outputs: Object.entries(wanted).map(([as, output]) => ({ as, output })) });
    expect(ended.exit, ended.log).toBe(0);
    expect(ended.outputs).toEqual({ url: awkward, ports: "[80,443]", on: "false", none: "", odd: "end\n" });
    expect(ended.masks).toEqual([]);
    expect(ended.log).not.toContain("quoted");
  });

  test("masks secret outputs before it sets them", async () => {
    const outputs = {
      password: secretOutput(awkward),
      login: { user: "acme", key: secretOutput({ id: 7, pem: 'a"b' }) },
      url: "https://acme.example",
    };
    cloud.stacks.set("acme/network/prod", stack({ outputs }));
    const ended = await run({ outputs: Object.keys(outputs).map((as) => ({ as, output: as })) });
    expect(ended.exit, ended.log).toBe(0);
    const login = '{"user":"acme","key":{"id":7,"pem":"a\\"b"}}';
    expect(ended.outputs).toEqual({ password: awkward, login, url: "https://acme.example" });
    expect(ended.masks).toEqual(expect.arrayContaining([awkward, login, 'a"b', 'a\\"b']));
    expect(ended.masks).not.toContain("https://acme.example");
    expect(ended.log).not.toContain("quoted");
  });

  test("says so when a wanted output is not there, and leaves it unset", async () => {
    const ended = await run({ outputs: [{ as: "url", output: "bucketUrl" }] });
    expect(ended.exit).toBe(0);
    expect(ended.log).toContain("::warning::The stack has no output bucketUrl; url is not set.");
    expect(ended.outputs).toEqual({});
  });

  test("refuses secret outputs that Pulumi Cloud cannot decrypt", async () => {
    cloud.stacks.set(
      "acme/network/prod",
      stack({ outputs: { password: secretOutput("hush") }, secretsProvider: "passphrase" }),
    );
    const ended = await run({ outputs: [{ as: "password", output: "password" }] });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("Secret outputs of this stack cannot be read: passphrase encrypts them");
    expect(ended.outputs).toEqual({});
  });

  test("refuses outputs that are files", async () => {
    cloud.stacks.set("acme/network/prod", stack({ outputs: { page: assetOutput() } }));
    const ended = await run({ outputs: [{ as: "page", output: "page" }] });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("which are files or resources: page");
    expect(ended.outputs).toEqual({});
  });

  test.each([
    ["failed", "The update failed. See https://app.pulumi.com/acme/network/prod/deployments/1"],
    ["skipped", "The update was skipped"],
    ["paused", "The status paused is not known"],
    ["a\n::set-output name=x::y", "is not known"],
  ])("fails when the deployment ends as %j", async (last, said) => {
    cloud.stacks.set("acme/network/prod", stack({ states: ["not-started", last], outputs: { url: "u" } }));
    if (!["failed", "skipped"].includes(last))
      cloud.mishaps.push(answering("GET", /\/deployments\/0/, 200, detail(last)));
    const ended = await run({ outputs: [{ as: "url", output: "url" }] });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain(said);
    expect(ended.log).not.toMatch(/^::set-output/m);
    expect(ended.outputs).toEqual({});
  });

  test("gives up at the time limit, and leaves the deployment alone", async () => {
    cloud.stacks.set("acme/network/prod", stack({ states: ["running"] }));
    const ended = await run({}, { CALL_TIMEOUT_SECONDS: "1" });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain(
      "No end within 1 s. The deployment goes on: https://app.pulumi.com/acme/network/prod/deployments/1",
    );
    expect(cloud.exchanges.filter(({ path }) => path.endsWith("/cancel"))).toEqual([]);
  });

  test.each([
    ["SIGINT", "sleeps"],
    ["SIGTERM", "sleeps"],
    ["SIGINT", "waits for an answer"],
  ] as const)("leaves the deployment alone when %s stops it while it %s", async (signal, moment) => {
    cloud.stacks.set("acme/network/prod", stack({ states: ["running"] }));
    const step = startStep(callStep(request({})), { POLL_SECONDS: "30" });
    await (moment === "sleeps" ? step.printed(": running\n") : cloud.seen("GET", /\/deployments\/0/, 1));
    const asked = performance.now();
    step.signal(signal);
    const ended = await step.ended;
    // The runner waits for 7.5 s, and after a second signal for 2.5 s, before it kills; a busy machine takes its time.
    expect(performance.now() - asked).toBeLessThan(20_000);
    expect(ended.exit).toBe(signal === "SIGINT" ? 130 : 143);
    expect(ended.log).toContain(
      "Stopped waiting. The deployment goes on: https://app.pulumi.com/acme/network/prod/deployments/1",
    );
    expect(cloud.exchanges.filter(({ path }) => path.endsWith("/cancel"))).toEqual([]);
  });

  test("asks again after 429, when Retry-After says", async () => {
    cloud.mishaps.push({
      ...answering("POST", /\/deployments$/, 429, limited),
      answer: { status: 429, body: limited, retryAfter: "1" },
    });
    const started = performance.now();
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
    expect(performance.now() - started).toBeGreaterThan(1000);
    expect(deployments()).toHaveLength(1);
  });

  test("asks again after 409, which creates nothing", async () => {
    cloud.mishaps.push(answering("POST", /\/deployments$/, 409, '{"code":409,"message":"Conflict"}'));
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
    expect(deployments()).toHaveLength(1);
  });

  test("gives up after ten times 409", async () => {
    for (let time = 0; time < 20; time += 1)
      cloud.mishaps.push(
        answering("POST", /\/deployments$/, 409, '{"code":409,"message":"Another update\\nis in progress"}'),
      );
    const ended = await run();
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("::error::Could not ask for the deployment: HTTP 409 Another update is in progress.");
    expect(posts()).toBe(10);
    expect(deployments()).toEqual([]);
  });

  test("asks again after 500, when no deployment is found", async () => {
    cloud.mishaps.push(answering("POST", /\/deployments$/, 500, "<html>"));
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
    expect(posts()).toBe(2);
    expect(deployments()).toHaveLength(1);
  });

  test.each([
    ["answered with 500", { status: 500, body: "" }],
    ["whose connection broke", undefined],
  ])("finds the deployment of a request %s, and asks for no second one", async (_, answer) => {
    cloud.stacks.get("acme/network/prod")?.deployments.push(foreign(1));
    cloud.mishaps.push({ method: "POST", path: /\/deployments$/, done: true, answer });
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
    expect(posts()).toBe(1);
    expect(deployments()).toHaveLength(2);
    expect(ended.log).toContain("/acme/network/prod/deployments/2\n");
  });

  test.each([
    ["by hand", {}],
    ["by another run", { CALLED_BY_RUN: "4241.1.deploy.__run_2.77" }],
  ])("does not take a deployment started %s for its own", async (_, variables) => {
    cloud.mishaps.push(answering("POST", /\/deployments$/, 502, ""));
    const ending = startStep(callStep(request({})), {});
    await cloud.seen("POST", /\/deployments$/, 1);
    cloud.stacks.get("acme/network/prod")?.deployments.push(foreign(1, variables));
    const ended = await ending.ended;
    expect(ended.exit, ended.log).toBe(0);
    expect(posts()).toBe(2);
    expect(deployments().map(({ version }) => version)).toEqual([1, 2]);
  });

  test("asks for no second one when it cannot tell whose a deployment is", async () => {
    cloud.mishaps.push({ method: "POST", path: /\/deployments$/, done: true, answer: { status: 504, body: "" } });
    cloud.mishaps.push(answering("GET", /\/deployments\/0/, 200, JSON.stringify({ id: "0", status: "running" })));
    const ended = await run();
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("Deployment 1 may be the one asked for here");
    expect(posts()).toBe(1);
  });

  test("waits through 500 and broken connections while it polls", async () => {
    cloud.mishaps.push(answering("GET", /\/deployments\/0/, 503, ""), {
      method: "GET",
      path: /\/deployments\/0/,
      done: false,
      answer: undefined,
    });
    const ended = await run();
    expect(ended.exit, ended.log).toBe(0);
  });

  test("asks again, without looking, when the request cannot have reached Pulumi Cloud", async () => {
    const step = startStep(callStep(request({})), {});
    await cloud.seen("GET", /\/deployments$/, 1);
    await cloud.listen(false);
    await step.printed("HTTP 000");
    await cloud.listen(true);
    const ended = await step.ended;
    expect(ended.exit, ended.log).toBe(0);
    expect(
      cloud.exchanges.map(({ method, path }) => `${method} ${path.split("/").slice(6).join("/")}`).slice(0, 3),
    ).toEqual(["GET deployments", "POST deployments", "GET deployments/00000000-0000-4000-8000-000000000001"]);
  });

  test("fails when nothing listens, and prints no token", async () => {
    const closed = await startPulumiCloud(token);
    await closed.close();
    const ended = await run({ cloudUrl: closed.url });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("::error::Could not read /api/stacks/acme/network/prod/deployments");
  });

  test("fails at once with a wrong token, and does not print it", async () => {
    const ended = await run({ auth: { kind: "token", text: "pul-wrong" } });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("HTTP 401 Unauthorized: No credentials provided or are invalid (is the token right?)");
    expect(ended.log).not.toContain("pul-wrong");
    expect(cloud.exchanges).toHaveLength(1);
  });

  test("fails without a token", async () => {
    const ended = await run({ auth: { kind: "token", text: "" } });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("PULUMI_ACCESS_TOKEN is empty");
    expect(cloud.exchanges).toEqual([]);
  });

  test("fails when the stack is not there", async () => {
    const ended = await run({ stack: "staging" });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("HTTP 404 Not Found: Stack not found (is the stack there, and may the token see it?)");
  });

  test("fails when the stack vanishes while it waits", async () => {
    cloud.stacks.set("acme/network/prod", stack({ states: ["running"] }));
    const step = startStep(callStep(request({})), {});
    await cloud.seen("GET", /\/deployments\/0/, 2);
    cloud.stacks.clear();
    const ended = await step.ended;
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("HTTP 404");
  });

  test.each([
    ["the list of deployments", "GET", /\/deployments$/, '{"deployments":[{"version":"1"}]}'],
    ["the list of deployments", "GET", /\/deployments$/, "<html>"],
    ["the new deployment", "POST", /\/deployments$/, "{"],
    ["the new deployment", "POST", /\/deployments$/, '{"id":"1"}'],
    ["the new deployment", "POST", /\/deployments$/, '{"id":"../1","consoleUrl":"https://app.pulumi.com"}'],
    ["the state of the deployment", "GET", /\/deployments\/0/, '{"status":"succeeded"}'],
    ["the state of the deployment", "GET", /\/deployments\/0/, "[]"],
    ["the state of the deployment", "GET", /\/deployments\/0/, ""],
    ["the state of the deployment", "GET", /\/deployments\/0/, `${detail("succeeded")} ${detail("succeeded")}`],
    ["the outputs", "GET", /\/export$/, '{"version":3}'],
    ["the outputs", "GET", /\/export$/, '{"version":3,"deployment":{"resources":"none"}}'],
    ["a secret", "POST", /\/decrypt$/, '{"plaintext":"aHVzaA=="}'],
  ] as const)("fails when %s is not as documented: %s %s %s", async (_, method, path, body) => {
    cloud.stacks.set("acme/network/prod", stack({ outputs: { password: secretOutput("hush") } }));
    cloud.mishaps.push(
      answering(method, path, method === "POST" && path.source.includes("deployments") ? 202 : 200, body),
    );
    const ended = await run({ outputs: [{ as: "password", output: "password" }] });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("is not as documented");
    expect(ended.log).not.toContain("hush");
    expect(ended.outputs).toEqual({});
    expect(posts()).toBeLessThan(2);
  });

  test("keeps secrets out of what Pulumi Cloud complains about", async () => {
    const body = JSON.stringify({ code: 400, message: `hush\n::error::"${token}" is not hush` });
    cloud.mishaps.push(answering("POST", /\/deployments$/, 400, body));
    const ended = await run({ environment: [{ name: "DATABASE_PASSWORD", text: "hush", secret: true }] });
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain('HTTP 400 *** ::error::"***" is not ***');
    expect(ended.log).not.toContain("hush");
  });

  test.each([
    ["a stack that is no name", { stack: "prod/../../user" }],
    ["a stack that leads elsewhere", { stack: ".." }],
    ["an organisation that is not set", { organization: "" }],
    ["a commit that is none", { revision: { kind: "commit", text: "main" } }],
    ["no revision", { revision: { kind: "branch", text: "" } }],
    ["an address without TLS", { cloudUrl: "http://pulumi.acme.example" }],
  ] as const)("asks for nothing with %s", async (_, changed) => {
    const ended = await run(changed);
    expect(ended.exit).toBe(1);
    expect(ended.log).toContain("::error::");
    expect(cloud.exchanges).toEqual([]);
  });
});
