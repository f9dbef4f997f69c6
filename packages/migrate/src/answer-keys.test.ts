import { expect, test } from "vitest";
import { answerProblem } from "./answer-keys.ts";

const tree = new Map([[".github/workflows/deploy.yml", ""]]);

test.each([
  ["environments.protected", "none"],
  ["environments.protected", "production, staging"],
  ["stack/deploy.yml/deploy", "acme/network/prod"],
  ["leaves/deploy.yml/deploy", "nothing"],
  ["leaves", "something"],
  ["repository", "acme/network"],
  ["trust-policy.network-deploy", "{}"],
])("%s = %s", (key, value) => {
  expect(answerProblem(key, value, tree)).toBeUndefined();
});

test.each([
  ["environment.protected", "none", "`environments.protected`"],
  ["stacks/deploy.yml/deploy", "prod", "`stack/<workflow file>/<job>`"],
  ["default_branch", "main", "`default-branch`"],
  ["previews.other-bases", "yes", "`keep` or `drop`"],
  ["leaves", "none", "`nothing` or `something`"],
  ["stack/deploy.yml/deploy", "a/b/c/d", "`stack`"],
  ["stack/release.yml/deploy", "prod", "the plan's questions"],
])("%s = %s is refused, with %s", (key, value, help) => {
  expect(answerProblem(key, value, tree)?.help).toContain(help);
});
