import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convertWorkflowTemplate, NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { callObstacles, headCommit, pulumiCloud, workflowCommit, type CallRequest } from "./call-request.ts";
import { callFile, callScript } from "./call-script.ts";
import { callStep } from "./call-step.ts";

const request: CallRequest = {
  name: "Deploy network",
  id: "deploy",
  if: "github.ref == 'refs/heads/main'",
  continueOnError: undefined,
  operation: "update",
  organization: "${{ vars.PULUMI_ORGANIZATION }}",
  project: "network",
  stack: "prod",
  auth: { kind: "oidc", stepId: "deploy-login", tokenType: "organization", scope: undefined },
  environment: [
    { name: "IMAGE_TAG", text: "${{ steps.build.outputs.tag }}", secret: false },
    { name: "REGISTRY_PASSWORD", text: "${{ secrets.REGISTRY_PASSWORD }}", secret: true },
  ],
  revision: headCommit,
  outputs: [{ output: "bucketUrl", as: "url" }],
  config: [
    { key: "network:imageTag", text: "${{ steps.build.outputs.tag }}", secret: false, hidden: false, path: false },
  ],
  own: {},
  options: [{ flag: "target-dependents", text: "true", isSwitch: false }],
  timeoutMinutes: 45,
  cloudUrl: pulumiCloud,
};

function frame(changed: Partial<CallRequest>): string {
  return callStep({ ...request, ...changed }).join("\n");
}

/** What GitHub's own parser says against a workflow with these steps. */
async function complaints(lines: readonly string[]): Promise<readonly string[]> {
  const steps = [
    "on: push",
    "jobs:",
    "  deploy:",
    "    runs-on: ubuntu-latest",
    "    steps:",
    ...lines.map((line) => (line === "" ? "" : `      ${line}`)),
  ];
  const parsed = parseWorkflow({ name: "deploy.yml", content: `${steps.join("\n")}\n` }, new NoOperationTraceWriter());
  if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value);
  return parsed.context.errors.getErrors().map(({ message }) => message);
}

describe("the step as a reviewer reads it", () => {
  test("logs in by OIDC, and calls", () => {
    expect(frame({})).toBe(
      `- name: Log in to Pulumi Cloud
  id: deploy-login
  if: github.ref == 'refs/heads/main'
  uses: pulumi/auth-actions@141415910c3beb54e03b48e9057c204c97b956f2 # v2
  with:
    organization: \${{ vars.PULUMI_ORGANIZATION }}
    requested-token-type: urn:pulumi:token-type:access_token:organization
    token-expiration: 3000
    export-environment-variables: 'false'
    cloud-url: https://api.pulumi.com
- name: Deploy network
  id: deploy
  if: github.ref == 'refs/heads/main'
  # Pulumi Deployments does the work, with the deployment settings of the stack. This step asks for it and succeeds
  # only once that has updated the stack. Cancelling this workflow does not cancel the deployment.
  shell: bash
  env:
    PULUMI_ACCESS_TOKEN: \${{ steps.deploy-login.outputs.pulumi-access-token }}
    CALL_API: https://api.pulumi.com
    CALL_OPERATION: update
    CALL_ORGANIZATION: \${{ vars.PULUMI_ORGANIZATION }}
    CALL_PROJECT: network
    CALL_STACK: prod
    CALL_COMMIT: \${{ github.event.pull_request.head.sha || github.sha }}
    CALL_BRANCH: ''
    CALL_TIMEOUT_SECONDS: 2700
    POLL_SECONDS: 5
    # Run before the operation, after the commands of the settings; the values are in the variables named here.
    CALL_PRE_RUN: |-
      pulumi config set --plaintext --stack "$PULUMI_CI_ORGANIZATION/$PULUMI_CI_PROJECT/$PULUMI_CI_STACK" -- 'network:imageTag' "$RUN_CONFIG_1"
    # Outputs of this step, and the outputs of the stack they are read from.
    CALL_OUTPUTS: |-
      url=bucketUrl
    # Each becomes an environment variable of the deployment, without SEND_PLAIN_ or SEND_SECRET_.
    SEND_PLAIN_IMAGE_TAG: \${{ steps.build.outputs.tag }}
    SEND_SECRET_REGISTRY_PASSWORD: \${{ secrets.REGISTRY_PASSWORD }}
    SEND_PLAIN_PULUMI_OPTION_TARGET_DEPENDENTS: 'true'
    SEND_PLAIN_RUN_CONFIG_1: \${{ steps.build.outputs.tag }}
  run: exec bash "$GITHUB_WORKSPACE/.github/pulumi-deployments/call.sh"`,
    );
  });

  test("keeps the token of the workflow, and leaves out what it does not need", () => {
    const auth = { kind: "token", text: "${{ secrets.PULUMI_ACCESS_TOKEN }}" } as const;
    const least = {
      auth,
      name: undefined,
      id: undefined,
      if: undefined,
      environment: [],
      outputs: [],
      config: [],
      options: [],
    };
    const text = frame({ ...least, operation: "preview", revision: { kind: "branch", text: "main" } });
    expect(text).toContain("  shell: bash\n  env:\n    PULUMI_ACCESS_TOKEN: ${{ secrets.PULUMI_ACCESS_TOKEN }}\n");
    expect(text).toContain(
      "    CALL_COMMIT: ''\n    CALL_BRANCH: main\n    CALL_TIMEOUT_SECONDS: 2700\n    POLL_SECONDS: 5\n  run: exec bash ",
    );
  });

  test("asks the API where the workflow names the console", () => {
    expect(frame({ cloudUrl: "https://app.pulumi.com/" })).toContain("CALL_API: https://api.pulumi.com\n");
    expect(frame({ cloudUrl: "https://pulumi-api.acme.example/" })).toContain(
      "CALL_API: https://pulumi-api.acme.example\n",
    );
  });

  test("pins the commit that started the workflow", () => {
    expect(frame({ revision: workflowCommit })).toContain("CALL_COMMIT: ${{ github.sha }}\n");
  });
});

test.each([
  [
    { environment: [{ name: "IMAGE-TAG", text: "", secret: false }] },
    '"IMAGE-TAG" is not the name of an environment variable',
  ],
  [{ environment: [{ name: "PULUMI_ACCESS_TOKEN", text: "", secret: true }] }, '"PULUMI_ACCESS_TOKEN" is set by'],
  [{ environment: [{ name: "PULUMI_CI_STACK", text: "", secret: false }] }, '"PULUMI_CI_STACK" is set by'],
  [{ environment: [{ name: "RUN_CONFIG_1", text: "", secret: false }] }, '"RUN_CONFIG_1" would be sent twice'],
  [{ options: [{ flag: "--yes", text: "true" }] }, '"--yes" is not a flag of pulumi'],
  [{ outputs: [{ output: "url", as: "a url" }] }, '"a url" cannot be the name of a step\'s output'],
  [{ outputs: ["a", "b"].map((output) => ({ output, as: "url" })) }, 'the output "url" would be set twice'],
  [{ outputs: [{ output: "a\nb", as: "url" }] }, '"a\\nb" is empty or has more than one line'],
  [
    { config: [{ key: "a\nrm -r", text: "", secret: false, hidden: false, path: false }] },
    '"a\\nrm -r" is empty or has more than one line',
  ],
  [{ timeoutMinutes: 0.5 }, "the time limit is not a whole number of minutes"],
] as readonly (readonly [Partial<CallRequest>, string])[])("cannot be written: %j", (changed, obstacle) => {
  const impossible = { ...request, ...changed };
  expect(callObstacles(impossible).join("\n")).toContain(obstacle);
  expect(() => callStep(impossible)).toThrow(obstacle);
});

/** Texts that YAML could misread, with whole expressions among them: a broken one is the workflow's own fault. */
const odd = [
  "true",
  "no",
  "1",
  "0x1f",
  "12345678901234567890",
  "~",
  "",
  " ",
  ": ",
  " #",
  "- ",
  "'",
  '"',
  "\\",
  "\n",
  "\r\n",
  "\t",
  "%",
  "@",
  "`",
  "🚀",
  "é",
  "\u2028",
  "\u0085",
  "&a",
  "*a",
  "!t",
  "| ",
  "{",
  "[",
  "${{ github.sha }}",
  "${{ format('a: {0} #', 'it''s') }}",
  "prod",
];
const anyText = fc
  .array(fc.oneof(fc.constantFrom(...odd), fc.string({ unit: "grapheme", maxLength: 4 })), { maxLength: 5 })
  .map((parts) => parts.join(""));
const unwritten = /[\ud800-\udfff](?<![\ud800-\udbff][\udc00-\udfff])(?![\udc00-\udfff])|\$\{\{(?! (?:github|format))/;
const text = anyText.filter((one) => !unwritten.test(one));

test("whatever the texts are, YAML gives them back and GitHub's parser takes them", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(text, { minLength: 8, maxLength: 8 }), fc.boolean(), async (texts, withToken) => {
      const [
        name = "",
        organization = "",
        project = "",
        stack = "",
        value = "",
        secret = "",
        config = "",
        revision = "",
      ] = texts;
      const auth = withToken ? ({ kind: "token", text: secret } as const) : request.auth;
      const changed: CallRequest = {
        ...request,
        name,
        organization,
        project,
        stack,
        auth,
        revision: { kind: "commit", text: revision },
        environment: [
          { name: "VALUE", text: value, secret: false },
          { name: "HIDDEN", text: secret, secret: true },
        ],
        config: [{ key: "network:imageTag", text: config, secret: true, hidden: false, path: false }],
      };
      const lines = callStep(changed);
      expect(lines.every((line) => !line.includes("\n"))).toBe(true);
      const steps = parse(lines.join("\n")) as readonly Record<string, Record<string, unknown>>[];
      expect(steps).toHaveLength(withToken ? 1 : 2);
      const last = steps.at(-1);
      expect(last?.["name"]).toBe(name);
      expect(last?.["run"]).toBe(`exec bash "$GITHUB_WORKSPACE/${callFile}"`);
      const strings = Object.fromEntries(Object.entries(last?.["env"] ?? {}).map(([key, one]) => [key, String(one)]));
      expect(strings).toMatchObject({
        CALL_ORGANIZATION: organization,
        CALL_PROJECT: project,
        CALL_STACK: stack,
        CALL_COMMIT: revision,
        SEND_PLAIN_VALUE: value,
        SEND_SECRET_HIDDEN: secret,
        SEND_SECRET_RUN_CONFIG_1: config,
      });
      expect(await complaints(lines)).toEqual([]);
    }),
    { numRuns: 150 },
  );
});

const shellcheck = spawnSync("shellcheck", ["--version"]).status === 0;

describe("the script", () => {
  test("holds no expression, no tab and no line that a review would fold", () => {
    expect(callScript()).not.toContain("${{");
    expect(callScript()).not.toContain("\t");
    expect(
      Math.max(
        ...callScript()
          .split("\n")
          .map((line) => line.length),
      ),
    ).toBeLessThanOrEqual(130);
  });

  test.skipIf(!shellcheck)(`pleases shellcheck${shellcheck ? "" : ", skipped, because it is not on the path"}`, () => {
    const folder = mkdtempSync(join(tmpdir(), "shellcheck-"));
    writeFileSync(join(folder, "call.sh"), callScript());
    const run = spawnSync("shellcheck", ["--shell=bash", "--severity=warning", join(folder, "call.sh")], {
      encoding: "utf8",
    });
    rmSync(folder, { recursive: true, force: true });
    expect(run.stdout).toBe("");
  });
});
