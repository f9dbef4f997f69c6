import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { liveAnswers } from "../packages/cli/src/live-roles.ts";

// `gcloud` and `az` that know these command lines and no others, word for word; what they were asked lies in a file.

let bin: string;
const said: string[] = [];

beforeEach(() => {
  bin = mkdtempSync(join(tmpdir(), "gha2pulumi-live-"));
  vi.stubEnv("PATH", [bin, process.env["PATH"]].join(delimiter));
  vi.spyOn(process.stderr, "write").mockImplementation((text) => said.push(String(text)) > 0);
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  said.length = 0;
  rmSync(bin, { recursive: true });
});

type Answer = { readonly words: readonly string[]; readonly out: string; readonly code?: number };

function program(name: string, answers: readonly Answer[]): void {
  const cases = answers.map(({ words, out, code = 0 }, at) => {
    writeFileSync(join(bin, `${name}.${at}`), out);
    return `'${words.map((word) => `${word}|`).join("")}') cat '${join(bin, `${name}.${at}`)}'; exit ${code} ;;\n`;
  });
  const known = `case "$(printf '%s|' "$@")" in\n${cases.join("")}esac\necho "unrecognized arguments: $*" >&2; exit 64\n`;
  writeFileSync(join(bin, name), `#!/bin/sh\necho "$0 $*" >>'${join(bin, "asked")}'\n${known}`);
  chmodSync(join(bin, name), 0o755);
}

const asked = (): number => readFileSync(join(bin, "asked"), "utf8").trim().split("\n").length;

function live(cloud: "gcp" | "azure", role: string): Promise<readonly string[]> {
  const hole = { key: `trust-policy.${role}`, question: "?", command: "" };
  return liveAnswers({ trust: [{ cloud, role, hole }] } as unknown as Parameters<typeof liveAnswers>[0]);
}

const account = "network@acme-core.iam.gserviceaccount.com";
const pool = (id: string): string => `projects/123456789012/locations/global/workloadIdentityPools/${id}`;
const provider = { name: `${pool("github")}/providers/own`, oidc: { issuerUri: "https://github.example.com" } };
const member = `principalSet://iam.googleapis.com/${pool("github")}/attribute.repository/acme/network`;
const policy = {
  bindings: [
    { role: "roles/iam.workloadIdentityUser", members: [member, `${member}-2`] },
    { role: "roles/iam.serviceAccountUser", members: [`principalSet://iam.googleapis.com/${pool("other")}/*`] },
  ],
};
const policyWords = ["iam", "service-accounts", "get-iam-policy", account, "--format=json", "--quiet"];
const providerWords = [
  "iam",
  "workload-identity-pools",
  "providers",
  "list",
  "--workload-identity-pool=github",
  "--location=global",
  "--project=123456789012",
  "--format=json",
  "--quiet",
];

describe("gcloud", () => {
  const tell = (first: string, second = "[]", code = 0): void =>
    program("gcloud", [
      { words: policyWords, out: first },
      { words: providerWords, out: second, code },
    ]);

  test("is asked for the policy, and for the providers of the pools that it lets in", async () => {
    tell(JSON.stringify(policy), JSON.stringify([provider]));
    expect(await live("gcp", account)).toEqual([
      `trust-policy.${account}=${JSON.stringify({ providers: [provider], policy })}`,
    ]);
    expect([asked(), said]).toEqual([2, []]);
  });

  test.each([
    ["no policy", "[]", "[]", "gave no policy of a service account"],
    ["no JSON", "Updated property", "[]", "gcloud gave no JSON"],
    ["more than a policy is", `"${"x".repeat(2_000_000)}"`, "[]", "more than a megabyte"],
    ["members that are none", '{"bindings":[{"members":[1]}]}', "[]", "gave no policy of a service account"],
    ["a provider of another pool", JSON.stringify(policy), `[{"name":"${pool("other")}/providers/x"}]`, "gave no list"],
    ["no list", JSON.stringify(policy), "{}", "gave no list"],
  ])("that gives %s answers nothing", async (_, first, second, because) => {
    tell(first, second);
    expect(await live("gcp", account)).toEqual([]);
    expect(said.join("")).toContain(because);
  });

  test("that may not see a pool answers nothing, and the pool is named", async () => {
    tell(JSON.stringify(policy), "", 1);
    expect(await live("gcp", account)).toEqual([]);
    expect(said.join("")).toContain("the pool github of project 123456789012: gcloud ended with 1");
  });

  test.each([
    "<GCP_ACCOUNT>",
    "--impersonate@x.iam.gserviceaccount.com",
    "a@b.example.com",
    "a b@c.gserviceaccount.com",
  ])("is not asked about %s", async (role) => {
    expect(await live("gcp", role)).toEqual([]);
    expect(said.join("")).toContain("no file tells its address");
  });
});

const client = "11112222-3333-4444-5555-666677778888";
const credential = {
  name: "gha",
  issuer: "https://github.example.com",
  subject: "repo:acme/network",
  audiences: ["a"],
};
const appWords = ["ad", "app", "federated-credential", "list", "--id", client, "--output", "json"];
const listWords = ["identity", "list", "--output", "json"];
const identityWords = [
  "identity",
  "federated-credential",
  "list",
  "--identity-name",
  "deploy",
  "--resource-group",
  "net",
  "--output",
  "json",
];

describe("az", () => {
  test("is asked for the credentials of an application", async () => {
    program("az", [{ words: appWords, out: JSON.stringify([credential]) }]);
    expect(await live("azure", client)).toEqual([`trust-policy.${client}=${JSON.stringify([credential])}`]);
    expect([asked(), said]).toEqual([1, []]);
  });

  test("and where there is none, for those of a managed identity", async () => {
    const identity = { clientId: client.toUpperCase(), name: "deploy", resourceGroup: "net" };
    program("az", [
      { words: listWords, out: JSON.stringify([{ ...identity, clientId: "x" }, identity]) },
      { words: identityWords, out: JSON.stringify([credential]) },
    ]);
    expect(await live("azure", client)).toEqual([`trust-policy.${client}=${JSON.stringify([credential])}`]);
    expect(asked()).toBe(3);
  });

  test.each([
    ["neither", '[{"clientId":"x","name":"a","resourceGroup":"b"}]'],
    ["a name that would be a flag", `[{"clientId":"${client}","name":"--debug","resourceGroup":"b"}]`],
    ["nonsense", "{}"],
  ])("that knows %s answers nothing, and says what it said first", async (_, out) => {
    program("az", [{ words: listWords, out }]);
    expect(await live("azure", client)).toEqual([]);
    expect(said.join("")).toContain(`unrecognized arguments: ${appWords.join(" ")}`);
  });

  test.each(["{}", '[{"name":"x"}]', "[1]"])("that gives %s answers nothing", async (out) => {
    program("az", [{ words: appWords, out }]);
    expect(await live("azure", client)).toEqual([]);
    expect(said.join("")).toContain("az gave no list of federated credentials");
  });

  test("is not asked about what is no client id, nor is any that is not there", async () => {
    expect(await live("azure", "<AZURE_CLIENT>")).toEqual([]);
    vi.stubEnv("PATH", bin);
    expect(await live("azure", client)).toEqual([]);
    expect(said.join("")).toMatch(/no file tells its client id.*\n.*there is no az command line on the PATH/);
  });
});
