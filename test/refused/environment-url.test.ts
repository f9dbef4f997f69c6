import { expect, test } from "vitest";
import { action, cli, decided, job, run, stack, token, up, withId, type Row } from "./row.ts";

/** A job whose environment has this address. */
function at(url: string, steps: string): Row {
  const environment = `    environment: { name: shop, url: ${JSON.stringify(url)} }\n`;
  return {
    what: "",
    jobs: job("deploy", steps, environment),
    surroundings: { "environments.protected": "none" },
    code: "GP212",
  };
}

const named = withId(up);
const before = "      - id: name\n        run: echo shop\n";
const inAction: Row["files"] = {
  "deploy/action.yml": [
    "outputs: { url: { value: '${{ steps.up.outputs.url }}' } }",
    "runs:",
    "  using: composite",
    "  steps:",
    withId(action(`command: up, stack-name: ${stack}`)),
  ].join("\n"),
};

test.each<readonly [what: string, row: Row]>([
  ["an output of its step", at("${{ steps.up.outputs.url }}", named)],
  ["its outputs by another spelling", at("https://${{ steps.UP['outputs'].host }}/orders", named)],
  ["any of its outputs", at("${{ steps.up.outputs[vars.NAME] }}", named)],
  ["any step", at("${{ steps[vars.NAME].outputs.url }}", named)],
  ["all steps", at("${{ toJSON(steps) }}", named)],
  ["what it does", at("${{ steps.up.outcome == 'success' && 'https://acme.example' || '' }}", named)],
  [
    "an output of an action that has it",
    {
      ...at("${{ steps.out.outputs.url }}", `      - id: out\n        uses: ./deploy\n        ${token}\n`),
      files: inAction,
    },
  ],
])("does not move, as the environment's url is read from %s", async (_, row) => {
  const [one] = await decided(row);
  expect(one?.disposition).not.toBe("move");
  expect(one?.codes).toContain("GP212");
});

test.each<readonly [what: string, row: Row]>([
  ["is written out", at("https://acme.example/${{ github.sha }}", named)],
  ["comes of a step before it", at("https://${{ steps.name.outputs.host }}", before + named)],
  ["comes of a variable", at("https://${{ vars.HOST }}", named)],
])("moves where the environment's url %s", async (_, row) => {
  expect(await decided(row)).toMatchObject([{ disposition: "move", codes: [] }]);
});

test("a script that leaves the url for the environment stays", async () => {
  const script = "pulumi stack output url -s acme/network/prod >> $GITHUB_ENV";
  const steps = cli("pulumi up --yes -s acme/network/prod") + cli(script) + run("date");
  expect((await decided(at("${{ env.URL }}", steps))).map(({ disposition }) => disposition)).not.toContain("move");
});
