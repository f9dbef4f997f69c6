import { expect, test } from "vitest";
import { answerProblem } from "./answer-keys.ts";

const tree = new Map([[".github/workflows/deploy.yml", "run: deploy ${{ vars.STACK }} ${{ vars['API_TOKEN'] }}"]]);

test.each([
  ["environments.protected", "none"],
  ["environments.secrets", "production, staging"],
  ["environments.protected", "production, staging"],
  ["stack/deploy.yml/deploy", "acme/network/prod"],
  ["stack/deploy.yml/deploy", "main=acme/prod, dev=acme/dev"],
  ["leaves/deploy.yml/deploy", "nothing"],
  ["leaves", "something"],
  ["repository", "acme/network"],
  ["trust-policy.network-deploy", "{}"],
  ["vars.STACK", "acme/network/prod"],
  ["vars.stack", "arn:aws:iam::111122223333:role/network-deploy"],
])("%s = %s", (key, value) => {
  expect(answerProblem(key, value, tree)).toBeUndefined();
});

test.each([
  ["environment.protected", "none", "`environments.protected`"],
  ["stacks/deploy.yml/deploy", "prod", "`stack/<workflow file>/<job>`"],
  ["default_branch", "main", "`default-branch`"],
  ["previews.other-bases", "yes", "`keep` or `drop`"],
  ["leaves", "none", "`nothing`, `run` or `something`"],
  ["stack/deploy.yml/deploy", "a/b/c/d", "`stack`"],
  ["stack/release.yml/deploy", "prod", "the plan's questions"],
  ["vars.STACK", "true", "a switch"],
  ["vars.STACK", "destroy", "a switch"],
  ["vars.STACK", "prod; rm -rf .", "a switch"],
  ["vars.FOLDER", "infra", "the plan"],
  ["vars.API_TOKEN", "not-to-be-told", "leave it out"],
])("%s = %s is refused, with %s", (key, value, help) => {
  expect(answerProblem(key, value, tree)?.help).toContain(help);
});
