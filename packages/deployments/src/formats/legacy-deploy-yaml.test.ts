import { expect, test } from "vitest";
import { hasTrigger, settingLabel, stackLabel } from "../settings.ts";
import { unexpressed, withFile } from "./fold.ts";
import { readSettingsFile } from "./legacy-deploy-yaml.ts";

const of = { project: "network", directory: "infra", stack: "prod" };
const read = (text: string) => readSettingsFile("infra/Pulumi.prod.deploy.yaml", text, of);

/** Every field that such a file could have. */
const full = `settings:
  tag: nightly
  executorContext: { workingDirectory: build, executorImage: { reference: acme/pulumi:3, credentials: { username: x, password: { ciphertext: AAAB } } }, executorRootPath: /tmp }
  sourceContext: { git: { repoUrl: https://example.com/x, branch: main, repoDir: ./infra/, commit: abc, gitAuth: { accessToken: { secret: plain-access } } } }
  gitHub: { repository: Acme/Network, pullRequestTemplate: true, deployCommits: true, previewPullRequests: true, deployPullRequest: 7, paths: ["infra/**"] }
  operationContext:
    preRunCommands: [make]
    environmentVariables: { PORT: 8080, ON: true, ZONE: "", S1: { secret: plain-value }, S2: { ciphertext: AAABBB } }
    options: { skipInstallDependencies: true, skipIntermediateDeployments: true, shell: zsh, deleteAfterDestroy: true, remediateIfDriftDetected: true }
    oidc:
      aws: { duration: 1h0m0s, policyArns: [arn:aws:iam::aws:policy/ReadOnlyAccess], roleArn: arn:aws:iam::111122223333:role/x, sessionName: s }
      azure: { clientId: c, tenantId: t, subscriptionId: s }
      gcp: { projectId: 123456789012, workloadPoolId: w, providerId: p, serviceAccount: a@x.iam.gserviceaccount.com, region: eu, tokenLifetime: 1h }
  agentPoolID: 5f0f7a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6
`;

test("every field of a settings file is read, or named as one that a program cannot say", () => {
  const { settings, gaps, isWhole } = read(full);
  const named = gaps.flatMap(({ note }) => /it (?:says|holds the secret) `(\w+)`/.exec(note)?.[1] ?? []);
  expect(named.sort()).toEqual(
    "S1 commit credentials deployPullRequest executorRootPath gitAuth policyArns region remediateIfDriftDetected repoUrl shell tag tokenLifetime workingDirectory".split(
      " ",
    ),
  );
  expect(gaps).toHaveLength(named.length);
  expect(isWhole).toBe(true);
  expect(JSON.stringify([settings, gaps])).not.toMatch(/plain-|AAAB/);
});

test("what is left of it is what a program would declare", () => {
  const plain = `settings:
  executorContext: { executorImage: acme/pulumi:3, workingDirectory: . }
  sourceContext: { git: { branch: main, repoDir: ./infra/ } }
  gitHub: { repository: Acme/Network, pullRequestTemplate: true, deployCommits: true, previewPullRequests: true, paths: ["infra/**"] }
  operationContext:
    preRunCommands: [make]
    environmentVariables: { PORT: 8080, ON: true, ZONE: "", S2: { ciphertext: AAABBB } }
    options: { skipInstallDependencies: true, skipIntermediateDeployments: true, deleteAfterDestroy: true, remediateIfDriftDetected: false }
    oidc:
      aws: { duration: 1h0m0s, roleArn: arn:aws:iam::111122223333:role/x, sessionName: s }
      azure: { clientId: c, tenantId: t, subscriptionId: s }
      gcp: { projectId: 123456789012, workloadPoolId: w, providerId: p, serviceAccount: a@x.iam.gserviceaccount.com }
  agentPoolID: 5f0f7a3e-1c2b-4d5e-8f90-a1b2c3d4e5f6
`;
  const { settings, gaps } = read(plain);
  expect(gaps).toEqual([]);
  expect(hasTrigger(settings)).toBe(true);
  expect(settings.directory).toBe("infra");
  expect([...settings.environment].map(([name, value]) => `${name}=${settingLabel(value)}`)).toEqual([
    "PORT=8080",
    "ON=true",
    "S2=<S2>",
  ]);
  expect(settings.oidc.map(({ kind }) => kind)).toEqual(["aws", "gcp", "azure"]);
  expect(unexpressed(settings, settings)).toEqual([]);
  expect(unexpressed(settings, withFile(settings, settings))).toEqual([]);
});

test("a file that says nothing is expressed by any settings of its stack", () => {
  for (const text of ["settings:\n", "settings: {}\n", "settings:\n  gitHub: {}\n  operationContext:\n"]) {
    const { settings, gaps, isWhole } = read(text);
    expect([gaps, isWhole, hasTrigger(settings), stackLabel(settings)]).toEqual([
      [],
      false,
      false,
      "<organization>/network/prod",
    ]);
    expect(unexpressed(settings, { ...settings, branch: { ...settings.branch, value: ["main"] } })).toEqual([]);
  }
});

test.each([
  ["no mapping", "- settings\n", "it has no `settings`"],
  ["another document", "settings: {}\n---\nsettings: {}\n", "does not parse"],
  ["a key beside it", "settings: {}\nstack: prod\n", "it says `stack`"],
  ["a key of no list", "settings:\n  vcs: { provider: gitlab }\n", "`provider`"],
  [
    "a duration where a role lacks its name",
    "settings: { operationContext: { oidc: { aws: { duration: 1h } } } }\n",
    "`roleARN` is missing",
  ],
])("%s is a gap", (_, text, note) => {
  expect(
    read(text)
      .gaps.map((gap) => gap.note)
      .join("; "),
  ).toContain(note);
});
