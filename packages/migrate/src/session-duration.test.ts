import { describe, expect, test } from "vitest";
import { migrate } from "./migrate.ts";

/** What the settings say of the session where a preview, which stands first, and an update ask for these lengths. */
async function session(preview: string, update: string): Promise<string | undefined> {
  const job = (name: string, event: string, length: string, command: string): string => `  ${name}:
    if: github.event_name == '${event}'
    runs-on: ubuntu-24.04
    steps:
      - uses: actions/checkout@v4
      - uses: aws-actions/configure-aws-credentials@v4
        with: { role-to-assume: "arn:aws:iam::111122223333:role/x", aws-region: eu-west-1${length} }
      - uses: pulumi/actions@v6
        with: { command: ${command}, stack-name: acme/network/prod }
        env: { PULUMI_ACCESS_TOKEN: "\${{ secrets.PULUMI_ACCESS_TOKEN }}" }
`;
  const seconds = (length: string): string => (length === "" ? "" : `, role-duration-seconds: "${length}"`);
  const tree = new Map([
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["Pulumi.prod.yaml", "config: {}\n"],
    ["package.json", "{}\n"],
    ["package-lock.json", "{}\n"],
    [
      ".github/workflows/deploy.yml",
      `on: { push: { branches: [main] }, pull_request: { branches: [main] } }
permissions: { id-token: write, contents: read }
jobs:
${job("look", "pull_request", seconds(preview), "preview")}${job("deploy", "push", seconds(update), "up")}`,
    ],
  ]);
  const { document } = await migrate({ tree, surroundings: new Map() }, undefined);
  return document.settings[0]?.fields.find(({ name }) => name === "oidc.aws.duration")?.value;
}

describe("the session of a stack's settings", () => {
  test.each([
    ["", "14400", "14400s"],
    ["14400", "", "14400s"],
    ["7200", "14400", "14400s"],
    ["", "900", undefined],
    ["900", "900", "900s"],
    ["14400", "${{ vars.LENGTH }}", "<LENGTH>s"],
  ])("of %j and %j is %j", async (preview, update, expected) => {
    expect(await session(preview, update)).toBe(expected);
  });
});
