import { expect, test } from "vitest";
import type { Outcome } from "./outcome.ts";
import { idTokenLeft } from "./id-token-left.ts";

const path = ".github/workflows/deploy.yml";
const asks = "permissions: { id-token: write }\n";

test.each([
  ["our own script", 'run: exec bash "$GITHUB_WORKSPACE/.github/pulumi-deployments/call.sh"', ["GP427"]],
  ["another script", "run: ./scripts/call.sh", []],
  ["a script of our folder's name elsewhere", "run: bash pulumi-deployments/call.sh", []],
  ["an unknown action", "uses: acme/deploy@v1", []],
  ["a checkout", "uses: actions/checkout@v4", ["GP427"]],
])("what is left runs %s", (_, step, codes) => {
  const text = `${asks}# gone\n- ${step}\n`;
  const tree = new Map([[path, text]]);
  const at = text.indexOf("# gone");
  const changes = [{ kind: "edit", path, splices: [{ start: at, end: at + 7, text: "" }] }];
  const outcome = { world: { tree }, changes } as unknown as Outcome;
  expect(idTokenLeft(outcome).map(({ code }) => code)).toEqual(codes);
});

test("the note stands at the job's own permissions, which are those that count", () => {
  const text = `on: push\n${asks}jobs:\n  up:\n    permissions:\n      id-token: write\n    runs-on: ubuntu-latest\n    steps:\n      - uses: actions/checkout@v4\n      # gone\n`;
  const at = text.indexOf("# gone");
  const changes = [{ kind: "edit", path, splices: [{ start: at, end: at + 7, text: "" }] }];
  const outcome = { world: { tree: new Map([[path, text]]) }, changes } as unknown as Outcome;
  expect(idTokenLeft(outcome).map(({ span }) => span.start)).toEqual([text.lastIndexOf("id-token")]);
});
