import { setting, type SettingPiece } from "@gha2pulumi/deployments";
import { describe, expect, test } from "vitest";
import type { Outcome } from "./outcome.ts";
import { roleUses, type Login } from "./role-uses.ts";

const path = ".github/workflows/app.yml";

/** What the lines of a step are found to do with the identity, in a job that may have a GitHub environment. */
function uses(
  cloud: Login["cloud"],
  named: string | readonly SettingPiece[],
  lines: string,
  environment = "",
): readonly (string | undefined)[] {
  const job = ["on: push", "jobs:", "  app:", ...(environment === "" ? [] : [`    environment: ${environment}`])];
  const text = [...job, ...lines.split("\n").map((line) => `    ${line}`), ""].join("\n");
  const outcome = { world: { tree: new Map([[path, text]]) }, changes: [] } as unknown as Outcome;
  const login = { cloud, named: setting(named, [{ path, start: 0, end: 0 }], "") };
  return roleUses(login, outcome).map(({ but }) => but);
}

function variable(config: string): readonly SettingPiece[] {
  return [{ config, secret: false }];
}

const arn = "arn:aws:iam::1:role/shop-dev";
const itself = [undefined];

describe("lines that log in", () => {
  test.each<[string, Parameters<typeof uses>, readonly (string | undefined)[]]>([
    ["Azure: the same secret", ["azure", variable("AZURE_ID"), "client-id: ${{ secrets.AZURE_ID }}"], itself],
    ["the same secret in an environment", ["azure", variable("AZURE_ID"), "CLIENT: ${{secrets['azure_id']}}"], itself],
    [
      "Azure: another secret",
      ["azure", variable("AZURE_ID"), "ARM_CLIENT_ID: ${{ secrets.OTHER }}"],
      ["logs in as ${{ secrets.OTHER }}"],
    ],
    ["Azure: nothing of it", ["azure", variable("AZURE_ID"), "tenant-id: ${{ secrets.AZURE_ID_2 }}"], []],
    ["Azure: JSON", ["azure", ["11-22"], "creds: ${{ secrets.CREDS }}"], ["logs in as ${{ secrets.CREDS }}"]],
    ["Azure: another client", ["azure", ["11-22"], "client-id: 11-22-33"], []],
    ["GCP: the same variable", ["gcp", variable("PULUMI_SA"), "service_account: ${{ vars.PULUMI_SA }}"], itself],
    [
      "GCP: another account behind a variable",
      ["gcp", ["deploy@p.iam.gserviceaccount.com"], "service_account: ${{ vars.SA }}"],
      ["logs in as ${{ vars.SA }}"],
    ],
    [
      "GCP: an account whose name ends alike",
      ["gcp", ["deploy@p.iam.gserviceaccount.com"], "service_account: pre-deploy@p.iam.gserviceaccount.com"],
      [],
    ],
    [
      "GCP: a provider alone",
      ["gcp", variable("PULUMI_SA"), "workload_identity_provider: ${{ vars.WIF }}"],
      ["logs in as ${{ vars.WIF }}"],
    ],
    [
      "GCP: a provider beside the account",
      ["gcp", variable("SA"), "workload_identity_provider: ${{ vars.WIF }}\nservice_account: ${{ vars.SA }}"],
      itself,
    ],
    ["AWS: a role whose name goes on", ["aws", [arn], `role-to-assume: ${arn}-ro`], []],
    ["AWS: a role of a longer name with a dot", ["aws", [arn], `role-to-assume: ${arn}.ro`], []],
    ["AWS: the role in a map of one line", ["aws", [arn], `with: {role-to-assume: ${arn},aws-region: x}`], itself],
    ["AWS: an option", ["aws", variable("ROLE"), 'run: aws sts x --role-arn "$R"'], ['logs in as "$R"']],
    ["AWS: an input that is declared", ["aws", variable("ROLE"), "role-to-assume:\n  required: true"], []],
    [
      "AWS: an account behind a variable",
      [
        "aws",
        ["arn:aws:iam::", { config: "ACCOUNT", secret: false }, ":role/x"],
        "role-to-assume: arn:aws:iam::${{vars.ACCOUNT}}:role/x\nACCOUNT: ${{ vars.ACCOUNT }}",
      ],
      itself,
    ],
    ["the same environment", ["aws", variable("dev.ROLE"), "role-to-assume: ${{ vars.ROLE }}", "Dev"], itself],
    [
      "another environment",
      ["aws", variable("dev.ROLE"), "role-to-assume: ${{ vars.ROLE }}", "prod"],
      ["reads ROLE of another environment"],
    ],
    [
      "no environment",
      ["aws", variable("dev.ROLE"), "role-to-assume: ${{ vars.ROLE }}"],
      ["reads ROLE of another environment"],
    ],
  ])("%s", (_, given, expected) => {
    expect(uses(...given)).toEqual(expected);
  });
});
