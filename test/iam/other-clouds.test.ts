import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { migrate, type PlanDocument } from "@gha2pulumi/migrate";
import { admits, readAzure, readGcp, token, type Rule } from "@gha2pulumi/trust";
import { afterEach, describe, expect, test } from "vitest";
import { fixture } from "../support/fixture.ts";

/** GCP and Azure: nobody's emulator, so the commands run against a fake that knows their flags, and ours says who gets in. */

const number = "123456789012";
const account = "network@acme-core.iam.gserviceaccount.com";
const poolOf = (name: string): string => `projects/${number}/locations/global/workloadIdentityPools/${name}`;
const githubMember = `principalSet://iam.googleapis.com/${poolOf("github")}/attribute.repository/acme/network`;
const githubProvider = {
  name: `${poolOf("github")}/providers/github`,
  attributeMapping: { "google.subject": "assertion.sub", "attribute.repository": "assertion.repository" },
  attributeCondition: "assertion.repository_owner == 'acme'",
  oidc: { issuerUri: "https://token.actions.githubusercontent.com" },
};
const binding = { bindings: [{ role: "roles/iam.workloadIdentityUser", members: [githubMember] }] };

const client = "11112222-3333-4444-5555-666677778888";
const tenant = "0f7c3f0e-1111-4222-8333-444455556666";
const githubCredential = {
  name: "gha-network",
  issuer: "https://token.actions.githubusercontent.com",
  subject: "repo:acme/network:ref:refs/heads/main",
  audiences: ["api://AzureADTokenExchange"],
};

const known = {
  gcp: {
    folder: `gcp/${account}`,
    key: `trust-policy.${account}`,
    edit: (text: string) => text,
    told: JSON.stringify({ providers: [githubProvider], policy: binding }),
  },
  azure: {
    folder: `azure/${client}`,
    key: `trust-policy.${client}`,
    edit: (text: string) => text.replace("${{ vars.AZURE_CLIENT }}", client),
    told: JSON.stringify([githubCredential]),
  },
} as const;

interface Planned {
  readonly document: PlanDocument;
  readonly files: ReadonlyMap<string, string>;
}

async function planned(
  cloud: "gcp" | "azure",
  told: string = known[cloud].told,
  extra: Readonly<Record<string, string>> = {},
): Promise<Planned> {
  const { before, surroundings } = fixture(`clouds/${cloud}`);
  const tree = new Map(
    [...before].map(([path, text]) => [path, path.startsWith(".github/") ? known[cloud].edit(text) : text]),
  );
  for (const [path, text] of Object.entries(extra)) tree.set(path, text);
  const answers = new Map([...surroundings, [known[cloud].key, told]]);
  const { document, roles } = await migrate({ tree, surroundings: answers }, undefined);
  return { document, files: roles.artefacts() };
}

const open: string[] = [];
afterEach(() => {
  for (const folder of open.splice(0)) rmSync(folder, { recursive: true });
});

interface Stage {
  readonly run: (
    script: string,
    ...words: readonly string[]
  ) => { readonly code: number | null; readonly said: string };
  readonly state: () => {
    members: string[];
    credentials: (typeof githubCredential)[];
    pools: Record<string, Record<string, object>>;
    writes: string[];
  };
  readonly change: (more: object) => void;
}

function stage({ files }: Planned, cloud: "gcp" | "azure"): Stage {
  const root = mkdtempSync(join(tmpdir(), "clouds-"));
  open.push(root);
  for (const [path, text] of files) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  const bin = join(root, "bin");
  mkdirSync(bin);
  writeFileSync(join(bin, "package.json"), '{ "type": "module" }');
  for (const name of ["gcloud", "az"]) {
    copyFileSync(fileURLToPath(new URL("fake-clouds.mjs", import.meta.url)), join(bin, name));
    chmodSync(join(bin, name), 0o755);
  }
  const file = join(root, "state.json");
  const first = {
    number,
    account,
    tenant,
    client,
    members: [githubMember],
    credentials: [githubCredential],
    pools: { github: { github: githubProvider } },
    writes: [],
  };
  writeFileSync(file, JSON.stringify(first));
  const state: Stage["state"] = () => JSON.parse(readFileSync(file, "utf8")) as ReturnType<Stage["state"]>;
  return {
    state,
    change: (more) => writeFileSync(file, JSON.stringify({ ...state(), ...more })),
    run: (script, ...words) => {
      const env = { PATH: [bin, process.env["PATH"]].join(delimiter), FAKE_STATE: file };
      const ran = spawnSync("bash", [join(root, known[cloud].folder, `${script}.sh`), ...words], {
        env,
        encoding: "utf8",
      });
      return { code: ran.status, said: ran.stdout + ran.stderr };
    },
  };
}

const pulumi = (stack: string, operation: string, org = "acme") =>
  token("https://api.pulumi.com/oidc", {
    aud: org,
    sub: `pulumi:deploy:org:${org}:project:network:stack:${stack}:operation:${operation}:scope:write`,
    org,
    project: "network",
    stack,
    operation,
  });
const github = (repository: string, audience: string) =>
  token("https://token.actions.githubusercontent.com", {
    aud: audience,
    sub: `repo:${repository}:ref:refs/heads/main`,
    repository,
    repository_owner: repository.split("/")[0] ?? "",
  });

/** Who gets in, as the cloud's own state says: main of GitHub, another repository, the stack, another, another organisation. */
function column(rule: Rule, audience: string): string {
  const tokens = [
    github("acme/network", audience),
    github("evil/network", audience),
    pulumi("prod", "update"),
    pulumi("prod", "preview"),
    pulumi("prod-2", "update"),
    pulumi("prod", "update", "evil"),
  ];
  return tokens
    .map((one) => ({ yes: "y", no: "-", unknown: "?" })[admits(rule, one, { account: undefined }).kind])
    .join("");
}

function ruleOf(cloud: "gcp" | "azure", { state }: Stage): Rule {
  const now = state();
  if (cloud === "azure") return readAzure(now.credentials) as Rule;
  const providers = Object.entries(now.pools).flatMap(([pool, own]) =>
    Object.entries(own).map(([name, provider]) => ({ ...provider, name: `${poolOf(pool)}/providers/${name}` })),
  );
  return readGcp(providers, { bindings: [{ role: "roles/iam.workloadIdentityUser", members: now.members }] }) as Rule;
}

const audiences = {
  gcp: `https://iam.googleapis.com/${poolOf("github")}/providers/github`,
  azure: "api://AzureADTokenExchange",
};

describe.each(["gcp", "azure"] as const)("%s", (cloud) => {
  test("there and back, each script twice, and every token gets what is meant", async () => {
    const on = stage(await planned(cloud), cloud);
    const who = (): string => column(ruleOf(cloud, on), audiences[cloud]);
    expect(who()).toBe("y-----");
    expect(on.run("apply-1-transition", "--dry-run")).toMatchObject({
      code: 0,
      said: expect.stringContaining("would run: ") as string,
    });
    expect(on.state().writes).toEqual([]);
    expect(on.run("apply-2-final")).toMatchObject({ code: 3 });
    for (const [script, state, gets] of [
      ["apply-1-transition", "transition", "y-yy--"],
      ["apply-2-final", "final", "--yy--"],
      ["rollback", "before", "y-----"],
    ] as const) {
      expect(on.run(script)).toEqual({ code: 0, said: `at ${state} now\n` });
      const { writes } = on.state();
      expect(on.run(script)).toEqual({ code: 0, said: `at ${state} already\n` });
      expect(on.state().writes).toEqual(writes);
      expect(who()).toBe(gets);
    }
  });

  test("what was changed since is shown, and not written over; other credentials stop it", async () => {
    const on = stage(await planned(cloud), cloud);
    on.change({ number: "999", tenant: "another" });
    expect(on.run("apply-1-transition")).toMatchObject({ code: 4 });
    on.change({
      number,
      tenant,
      members: [githubMember, "user:eve@example.com"],
      credentials: [{ ...githubCredential, subject: "repo:evil/x:pull_request" }],
    });
    expect(on.run("apply-1-transition")).toMatchObject({
      code: 3,
      said: expect.stringMatching(/eve@example\.com|evil\/x/) as string,
    });
    expect(on.state().writes).toEqual([]);
  });

  test("the table says who gets in at each step", async () => {
    const { document } = await planned(cloud);
    const table = document.trust[0]?.table ?? "";
    expect(table).toMatch(/GitHub {2}acme\/network {2}branch main +yes +yes +-\n/);
    expect(table).toMatch(/Pulumi {2}acme\/network\/prod {2}any operation +- +(?:YES +YES|SOME +SOME)\n/);
    expect(table).toMatch(/Pulumi {2}every other stack, any other organisation +- +- +-\n/);
    expect(table).toContain("beyond the intent: none (exact)");
    expect(table).toContain(`iam/${known[cloud].folder}/rollback.sh`);
    expect(table.split("\n").filter((line) => line.length > 80)).toEqual([]);
  });

  test("without an answer there are no scripts, and the last step waits for what stays", async () => {
    const { before, surroundings } = fixture(`clouds/${cloud}`);
    const { roles, document } = await migrate({ tree: before, surroundings }, undefined);
    expect([...roles.artefacts().keys()].filter((path) => path.endsWith(".sh"))).toEqual([]);
    expect(document.trust[0]?.hole?.command).toMatch(/^(?:gcloud|az) /);
  });
});

test("a managed identity is written to by its name and group", async () => {
  const on = stage(await planned("azure"), "azure");
  expect(on.run("apply-1-transition", "--identity", "network")).toMatchObject({ code: 2 });
  expect(on.run("apply-1-transition", "--identity", "network", "--resource-group", "ci")).toEqual({
    code: 0,
    said: "at transition now\n",
  });
  expect(on.state().credentials).toHaveLength(5);
});

test("W24: a provider that is open to everybody on GitHub", async () => {
  const { attributeCondition: _, ...openProvider } = githubProvider;
  const { document } = await planned("gcp", JSON.stringify({ providers: [openProvider], policy: binding }));
  expect(document.diagnostics).toContainEqual(
    expect.objectContaining({ code: "GP424", message: expect.stringContaining("no attribute condition") as string }),
  );
});

test("W25: more credentials than Azure takes", async () => {
  const many = Array.from({ length: 18 }, (_, i) => ({
    ...githubCredential,
    name: `gha-${i}`,
    subject: `repo:acme/network:environment:e${i}`,
  }));
  const { document } = await planned("azure", JSON.stringify(many));
  expect(document.diagnostics).toContainEqual(
    expect.objectContaining({ code: "GP425", message: expect.stringContaining("22 credentials") as string }),
  );
  expect(document.trust[0]?.table).toContain("would have 22 credentials, and 20 are allowed");
});

test("an answer that is no JSON is asked for again", async () => {
  const { document } = await planned("gcp", "none");
  expect(document.trust[0]?.hole?.question).toContain("it is no JSON");
});
