import { expect, test } from "vitest";
import { migrate } from "../migrate.ts";

const path = ".github/workflows/deploy.yml";
const pool = "workload_identity_provider: projects/1/locations/global/workloadIdentityPools/p/providers/g";

/** The project in the settings behind a login with these inputs, or what becomes of the operation. */
async function projectBehind(inputs: string, config: string, own: string): Promise<string> {
  const tree = new Map([
    [
      path,
      `on: { push: { branches: [main] } }\npermissions: { id-token: write }\njobs:\n  deploy:\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      - uses: google-github-actions/auth@v2\n        with: { ${inputs} }\n      - uses: pulumi/actions@v6\n        with: { command: up, stack-name: acme/network/prod }\n        env: { PULUMI_ACCESS_TOKEN: '\${{ secrets.PULUMI_ACCESS_TOKEN }}'${own} }\n`,
    ],
    ["Pulumi.yaml", "name: network\nruntime: nodejs\n"],
    ["Pulumi.prod.yaml", `config:\n  ${config}: acme-prod\n`],
  ]);
  const { document, changes } = await migrate({ tree, surroundings: new Map() }, undefined);
  const program = changes.find((one) => one.path.endsWith("/index.ts"));
  const text = program?.kind === "create" ? program.text : "";
  const reasons = document.operations.flatMap((one) => one.reasons.map(({ code }) => code));
  return /GOOGLE_CLOUD_PROJECT: (.*), \/\//.exec(text)?.[1] ?? ["none", ...reasons].join(" ");
}

const asked = 'config.require("network-prod-gcp-project")';

test.each<readonly [inputs: string, config: string, own: string, project: string]>([
  [`${pool}, service_account: ci@acme-prod.iam.gserviceaccount.com`, "gcp:region", "", '"acme-prod"'],
  [`${pool}, service_account: ci@acme.iam.gserviceaccount.com, project_id: other`, "gcp:region", "", '"other"'],
  [`${pool}, service_account: 1-compute@developer.gserviceaccount.com`, "gcp:region", "", "none"],
  [`${pool}, service_account: '\${{ vars.SA }}'`, "gcp:region", "", asked],
  [`${pool}, service_account: '\${{ vars.SA }}'`, "gcp:project", "", "none"],
  [`${pool}, service_account: '\${{ vars.SA }}'`, "gcp:region", ", GOOGLE_PROJECT: other", "none"],
  [`${pool}, service_account: '\${{ vars.SA }}', project_id: other`, "gcp:region", "", '"other"'],
  ["credentials_json: '${{ secrets.KEY }}'", "gcp:region", "", asked],
  [pool, "gcp:region", "", "none"],
  [
    `${pool}, service_account: ci@acme.iam.gserviceaccount.com, export_environment_variables: false`,
    "gcp:region",
    "",
    "none GP225",
  ],
])("the project that a login leaves: %s, %s%s", async (inputs, config, own, project) => {
  expect(await projectBehind(inputs, config, own)).toBe(project);
});
