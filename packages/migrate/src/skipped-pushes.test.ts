import { expect, test } from "vitest";
import { skippedPushes } from "./skipped-pushes.ts";
import { readWorld } from "./world.ts";

function skipped(steps: string): number {
  const path = ".github/workflows/release.yml";
  const text = `on: push\njobs:\n  release:\n    runs-on: ubuntu-latest\n    steps:\n${steps.replace(/^(?=.)/gm, "      ")}`;
  return skippedPushes(readWorld({ tree: new Map([[path, text]]), surroundings: new Map() })).length;
}

const checkout = "- uses: actions/checkout@v4\n";
const withToken = "- uses: actions/checkout@v4\n  with: { token: '${{ secrets.BOT_TOKEN }}' }\n";
const push = "- run: git commit -am bump && git push\n";

test.each<readonly [string, string, number]>([
  ["a push with the run's own token", checkout + push, 1],
  ["with that token by name", `- uses: actions/checkout@v4\n  with: { token: '\${{ github.token }}' }\n${push}`, 1],
  ["with a token of the owner's", withToken + push, 0],
  ["with that, and words that skip", withToken + push.replace("bump", '"bump [skip ci]"'), 1],
  ["commit and push apart", `${checkout}- run: git commit -am bump\n- run: git push origin HEAD:main\n`, 1],
  ["tags alone", `${checkout}- run: git commit -am bump && git push --tags\n`, 0],
  ["no commit of its own", `${checkout}- run: git push origin HEAD:release\n`, 0],
  ["an action that commits", `${checkout}- uses: stefanzweifel/git-auto-commit-action@v5\n`, 1],
  ["a release", `${checkout}- run: npx semantic-release\n`, 1],
  ["no push", `${checkout}- run: git commit -am bump\n`, 0],
])("commits for which GitHub starts no workflow: %s", (_, steps, expected) => {
  expect(skipped(steps)).toBe(expected);
});
